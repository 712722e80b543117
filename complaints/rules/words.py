"""Packs in words: what each ask is called and how it is cured, and the names of jurisdictions, documents and fields."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.rules.elements import Missing


@dataclass(frozen=True, slots=True)
class AskText:
    """What an ask is called, and what to do when it is missing."""

    label: Promise
    cure: Promise | str = ""


_REACH = _("An administrator enters it on the page “Verification”, under “How you can be reached”.")

ASKS: dict[str, AskText] = {
    "right": AskText(_("The right and its number"), _("Choose a right that is live in the market.")),
    "items": AskText(_("Where it is"), _("Paste the exact link or id of each target.")),
    "reason": AskText(_("The reason"), _("Say what is wrong with the items.")),
    "explanation": AskText(_("Your explanation"), _("Say in a few sentences how you can tell, and what is copied.")),
    "evidence": AskText(
        _("A file as evidence"), _("Attach a picture of your own product beside the copy, or of a test purchase.")
    ),
    "contact_name": AskText(_("Your organisation’s name"), _REACH),
    "contact_address": AskText(_("Your organisation’s postal address"), _REACH),
    "contact_phone": AskText(_("Your organisation’s telephone number"), _REACH),
    "contact_email": AskText(_("Your organisation’s e-mail address"), _REACH),
    "service_address": AskText(_("An address for service in that country"), _REACH),
    "authority": AskText(_("Proof that you may act"), _("Ask the owner for an authorisation.")),
    "verified_organisation": AskText(_("Who you are"), _("Send the desk what the page “Verification” asks for.")),
    "signature": AskText(_("Your signature"), _("Sign the declarations.")),
    "neutral_words": AskText(_("Neutral words to the seller")),
    "counter_statement": AskText(_("Why nothing is infringed")),
    "seller_name": AskText(_("Name of who answers")),
    "seller_address": AskText(_("Address of who answers")),
    "seller_phone": AskText(_("Telephone of who answers")),
    "seller_email": AskText(_("E-mail of who answers")),
    "decision": AskText(_("The decision")),
    "appeal_reason": AskText(_("Why the decision is wrong")),
    "second_reviewer": AskText(_("Another reviewer")),
    "order_authority": AskText(_("The authority")),
    "order_legal_basis": AskText(_("The order’s legal basis")),
    "order_reasons": AskText(_("The order’s reasons")),
    "order_redress": AskText(_("The order’s redress")),
    "order_feedback_to": AskText(_("Whom to tell the effect")),
    "measures": AskText(_("What was done")),
    "facts": AskText(_("The facts, and how they became known")),
    "automation": AskText(_("Whether machines took part")),
    "ground": AskText(_("The ground")),
    "redress": AskText(_("What can be done against it")),
}
_SAID = AskText(_("A declaration"), _("Sign the declarations."))

JURISDICTIONS = {
    "EU": _("European Union"),
    "US": _("United States"),
    "GB": _("United Kingdom"),
    "CN": _("China"),
    "IN": _("India"),
    "SG": _("Singapore"),
    "BR": _("Brazil"),
    "JP": _("Japan"),
    "KR": _("Korea"),
    "*": _("Everywhere else"),
}
RIGHT_KINDS = {
    "trademark": _("Trade mark"),
    "copyright": _("Copyright work"),
    "design": _("Registered design"),
    "patent": _("Patent"),
}
DOCUMENTS = {
    "notice": _("Notice"),
    "counter_notice": _("Counter-notice"),
    "appeal": _("Complaint about a decision"),
    "authority_order": _("Authority’s order"),
    "decision_notice": _("Notice of a decision"),
}
SIDES = {"notifier": _("Who reports"), "accused": _("Who is reported"), "staff": _("Desk"), "public": _("Public")}
SEEN = {
    "yes": _("yes"),
    "no": _("no"),
    "substance": _("in substance"),
    "redacted": _("redacted"),
    "on_appeal": _("on appeal, redacted"),
}
FIELDS = {
    "organisation_name": _("Name of the organisation"),
    "contact_name": _("Contact person"),
    "contact_details": _("Address, telephone, e-mail"),
    "mark": _("Right and number"),
    "target": _("Target"),
    "explanation": _("Explanation"),
    "evidence": _("Evidence files"),
    "declarations": _("What was declared"),
    "seller_identity": _("Seller’s legal name and address"),
    "reviewer_identity": _("Reviewer’s name"),
}


def ask_text(ask: str) -> AskText:
    """Gives the words of an ask; every statement to be signed has the same."""
    return ASKS.get(ask, _SAID)


def code_of(missing: Missing) -> str:
    """The code of a finding, which programs read: "contact_phone_missing", or "explanation_short"."""
    return f"{missing.ask}_{'short' if missing.least > 1 else 'missing'}"

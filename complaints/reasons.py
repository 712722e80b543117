"""Every reason, outcome and grounds code, once: pages, API, reports and docs read them from here.

A `Reason` is what a complainant says; a `Ground` is what a decision says. Codes never change their meaning; a policy
change makes a new version.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

POLICY_VERSION = "2026-11"


class Reason(StrEnum):
    COUNTERFEIT = "counterfeit"
    SIMILAR_SIGN = "similar_sign"
    MARK_IN_CONTENT = "mark_in_content"
    IMPERSONATION = "impersonation"
    COPIED_WORK = "copied_work"
    COPIED_DESIGN = "copied_design"
    PATENT_USED = "patent_used"


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Ground(StrEnum):
    COUNTERFEIT = "C-01"
    SIMILAR_SIGN = "C-02"
    MARK_IN_CONTENT = "C-03"
    IMPERSONATION = "C-04"
    COPIED_WORK = "C-05"
    COPIED_DESIGN = "C-06"
    PATENT_USED = "C-07"
    RIGHT_NOT_LIVE = "R-01"
    EVIDENCE_MISSING = "R-02"
    MARK_NOT_SEEN = "R-03"
    AUTHORISED_SELLER = "R-04"
    NOT_AN_IP_REASON = "R-05"
    ALREADY_DECIDED = "R-06"
    OUTSIDE_GOODS = "R-07"
    OUTSIDE_TERRITORY = "R-08"
    LAWFUL_USE = "R-09"
    NOT_THE_SAME = "R-10"
    ABUSE = "R-11"


@dataclass(frozen=True, slots=True)
class ReasonText:
    """A reason in words, and the kinds of right (`brands.models.RightKind`) that support it."""

    label: Promise
    hint: Promise
    kinds: frozenset[str] = frozenset({"trademark"})


@dataclass(frozen=True, slots=True)
class GroundText:
    """A ground in words: `label` for lists, `plain` opens the statement of reasons, `cure` says how to go on."""

    outcome: Outcome
    label: Promise
    plain: Promise
    cure: Promise | str = ""


REASONS: dict[Reason, ReasonText] = {
    Reason.COUNTERFEIT: ReasonText(
        _("Counterfeit"), _("The goods carry your mark and were not made by you or with your consent.")
    ),
    Reason.SIMILAR_SIGN: ReasonText(
        _("Similar sign"),
        _("A sign like your mark is used for the same or similar goods; buyers confuse them."),
    ),
    Reason.MARK_IN_CONTENT: ReasonText(
        _("Mark used in a video or livestream"),
        _("The mark is shown or spoken to sell goods that are not yours."),
    ),
    Reason.IMPERSONATION: ReasonText(
        _("Account passes itself off as you"),
        _("The name, picture or text of an account makes people believe it is you."),
    ),
    Reason.COPIED_WORK: ReasonText(
        _("Copied work"),
        _("Your picture, text, film, music or software is shown or sold without your consent."),
        frozenset({"copyright"}),
    ),
    Reason.COPIED_DESIGN: ReasonText(
        _("Copied design"),
        _("The product makes the same overall impression as your registered design."),
        frozenset({"design"}),
    ),
    Reason.PATENT_USED: ReasonText(
        _("Patented invention used"),
        _("The product has every feature of a claim of your patent. Say which claim, feature by feature."),
        frozenset({"patent"}),
    ),
}

NOT_IP_REASONS: dict[str, ReasonText] = {
    "price": ReasonText(_("The price is too low"), _("Selling genuine goods cheaply does not infringe a right.")),
    "unauthorised_seller": ReasonText(
        _("The seller is not one of our dealers"),
        _(
            "Genuine goods that you put on this market may be resold without your leave. "
            "If they are fakes, report them as counterfeit."
        ),
    ),
    "distribution": ReasonText(
        _("It breaks our distribution agreement"),
        _("An agreement binds those who signed it; it is not a right against others."),
    ),
}

GROUNDS: dict[Ground, GroundText] = {
    Ground.COUNTERFEIT: GroundText(
        Outcome.ACCEPTED,
        _("Counterfeit goods"),
        _("The goods carry a registered mark and nothing shows that they come from its owner."),
    ),
    Ground.SIMILAR_SIGN: GroundText(
        Outcome.ACCEPTED,
        _("Similar sign"),
        _("The sign is confusingly similar to a registered mark, and the goods are of the same kind."),
    ),
    Ground.MARK_IN_CONTENT: GroundText(
        Outcome.ACCEPTED,
        _("Mark used in content"),
        _("A registered mark is shown or spoken to sell goods that do not come from its owner."),
    ),
    Ground.IMPERSONATION: GroundText(
        Outcome.ACCEPTED,
        _("Passing off"),
        _("The account makes people believe that it belongs to the owner of the mark."),
    ),
    Ground.COPIED_WORK: GroundText(
        Outcome.ACCEPTED,
        _("Copied work"),
        _("A protected work is shown or sold, and nothing shows that its owner agreed."),
    ),
    Ground.COPIED_DESIGN: GroundText(
        Outcome.ACCEPTED,
        _("Copied design"),
        _("The product makes the same overall impression as a registered design in force."),
    ),
    Ground.PATENT_USED: GroundText(
        Outcome.ACCEPTED,
        _("Patented invention used"),
        _("The product has every feature of a claim of a patent in force."),
    ),
    Ground.RIGHT_NOT_LIVE: GroundText(
        Outcome.REJECTED,
        _("Right not in force"),
        _("The right was not in force when the complaint was made."),
        _("Point to a right that is registered in this market."),
    ),
    Ground.EVIDENCE_MISSING: GroundText(
        Outcome.REJECTED,
        _("Evidence missing"),
        _("What was sent does not show the infringement."),
        _("Send a picture of the mark on the goods, or of a test purchase."),
    ),
    Ground.MARK_NOT_SEEN: GroundText(
        Outcome.REJECTED,
        _("No mark seen"),
        _("Neither the text nor the pictures show the mark or a sign like it."),
        _("Say where the mark can be seen, with a picture or a time in the video."),
    ),
    Ground.AUTHORISED_SELLER: GroundText(
        Outcome.REJECTED,
        _("Authorised seller"),
        _("The seller may use the mark."),
        _("End the authorisation first if it no longer holds."),
    ),
    Ground.NOT_AN_IP_REASON: GroundText(
        Outcome.REJECTED,
        _("Not an infringement of the right"),
        _("Price, distribution and contract matters do not infringe a mark."),
        _("Settle it with the seller; this desk cannot decide it."),
    ),
    Ground.ALREADY_DECIDED: GroundText(
        Outcome.REJECTED,
        _("Already decided"),
        _("The same item was decided before for the same right and reason."),
        "",
    ),
    Ground.OUTSIDE_GOODS: GroundText(
        Outcome.REJECTED,
        _("Goods outside the right"),
        _("The goods are not of the classes that the right covers."),
        _("Point to a right of yours that covers these goods."),
    ),
    Ground.OUTSIDE_TERRITORY: GroundText(
        Outcome.REJECTED,
        _("Market outside the right"),
        _("The offer is made in a market where the right does not apply."),
        _("Point to a right of yours in that market."),
    ),
    Ground.LAWFUL_USE: GroundText(
        Outcome.REJECTED,
        _("Lawful use"),
        _("The mark is only named to describe the goods, their purpose or their origin."),
        "",
    ),
    Ground.NOT_THE_SAME: GroundText(
        Outcome.REJECTED,
        _("Not the same"),
        _("What is offered differs from the work, the design or the claims of the patent."),
        _("Show the parts side by side, feature by feature."),
    ),
    Ground.ABUSE: GroundText(
        Outcome.REJECTED,
        _("Abuse of the procedure"),
        _("What was stated is knowingly false, or the procedure was used for something that it is not for."),
        "",
    ),
}

# A ground that weighs on the complainant: only a senior reviewer may cite it.
SENIOR_ONLY = frozenset({Ground.ABUSE})
# Rejections for want of proof say which proof: without that nobody could mend them.
NEEDS_MISSING_PROOF = frozenset({Ground.EVIDENCE_MISSING, Ground.MARK_NOT_SEEN, Ground.NOT_THE_SAME})
# The step of the form at which a rejection is mended. A ground that is not here is final.
CURE_STEP: dict[Ground, str] = {
    Ground.RIGHT_NOT_LIVE: "right",
    Ground.OUTSIDE_GOODS: "right",
    Ground.OUTSIDE_TERRITORY: "right",
    Ground.NOT_AN_IP_REASON: "reason",
    Ground.LAWFUL_USE: "reason",
    Ground.AUTHORISED_SELLER: "items",
    Ground.EVIDENCE_MISSING: "evidence",
    Ground.MARK_NOT_SEEN: "evidence",
    Ground.NOT_THE_SAME: "evidence",
}


def grounds_for(outcome: Outcome) -> list[Ground]:
    """Lists the grounds on which an item may be decided with `outcome`, in the order of the policy."""
    return [ground for ground, text in GROUNDS.items() if text.outcome == outcome]


def reasons_for(kind: str) -> list[Reason]:
    """Lists the reasons that a right of this kind supports; all of them where the kind is not known yet ("")."""
    return [reason for reason, text in REASONS.items() if not kind or kind in text.kinds]

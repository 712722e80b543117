"""Checks and stores a signature: the exact text, version and hash, who signed, and how surely we knew them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from brands.cover import cover_of, outside, still_in_force
from brands.models import Authorisation
from complaints import errors, legal, preflight
from complaints.models import Complaint, Signature, SigningMandate
from complaints.rules.declarations import ALL, Declaration
from complaints.snapshots import canonical
from portal.accounts.actors import WORKING_ROLES, Actor, held_until, member_actor_for
from portal.accounts.grants import AgentVerb
from portal.accounts.models import MembershipQuerySet


@dataclass(frozen=True, slots=True)
class Signing:
    """What the signer sends: version and SHA-256 of the text they saw, their typed name, and `strength` of sign-in.

    Over the API `mandate` is the public id of the signatory's mandate and `typed_name` the signatory's name.
    """

    version: str
    sha256: str
    typed_name: str
    strength: str = ""
    mandate: str = ""


def same_name(first: str, second: str) -> bool:
    """Compares two names without regard to case and spacing."""
    return " ".join(first.split()).casefold() == " ".join(second.split()).casefold()


def declaration_for(draft: Complaint, actor: Actor, today: date) -> Declaration:
    """Gives the text that this draft needs today: the statements that the laws of its ready items ask for."""
    return legal.declaration_of_lines(draft, preflight.answer_draft(draft, actor=actor, today=today))


def check_text(signing: Signing, declaration: Declaration) -> None:
    """Raises Refused when the signed text is not the one in force."""
    if signing.version != declaration.version or signing.sha256 != declaration.sha256:
        raise errors.refused(
            "declaration_changed",
            _("The declaration has changed to version %(version)s. Read it again and sign that one.")
            % {"version": declaration.version},
            "declaration",
        )


def sign(complaint: Complaint, actor: Actor, signing: Signing, *, now: datetime) -> Signature:
    """Stores the signature under a complaint, with the authorisations that an agent signs under.

    The text is what the rule packs of its items ask for. Raises Refused when text, name or mandate do not hold,
    Forbidden when no authorisation in force covers it.
    """
    declaration = legal.declaration_of(complaint)
    check_text(signing, declaration)
    mandate = _mandate(actor, signing, now) if signing.mandate else None
    if mandate is None:
        check_name(actor, signing)
    authority = _authority(complaint, _signer(actor, mandate), now)
    signature = Signature.objects.create(
        complaint=complaint,
        agency=actor.agency,
        declaration=declaration.key,
        version=declaration.version,
        text=declaration.text,
        text_sha256=declaration.sha256,
        typed_name=mandate.typed_name if mandate else signing.typed_name.strip(),
        signer=mandate.signatory if mandate else actor.user,
        mandate=mandate,
        strength=f"mandate:{mandate.strength}" if mandate else signing.strength,
        notice_sha256=notice_hash(complaint),
        signed_at=now,
    )
    if authority:
        signature.authorisations.set(authority)
    return signature


def _signer(actor: Actor, mandate: SigningMandate | None) -> Actor:
    """Whose authorisations count: the agent's who acts, or those of an agent in whose name a mandate signs."""
    place = _places(mandate).first() if mandate is not None and not actor.is_bound else None
    return actor if place is None else member_actor_for(place)


def _authority(complaint: Complaint, signer: Actor, now: datetime) -> list[Authorisation]:
    """The authorisations in force under which this agent files these items, locked; none for who is not bound."""
    if signer.grants is None:
        return []
    cover, used = cover_of(signer), set()
    if not cover.allows(AgentVerb.FILE, complaint.right_id):
        raise outside()
    for item in complaint.items.select_related("target"):
        under = cover.under(AgentVerb.FILE, item.right_id, item.target.market)
        if not under:
            raise outside()
        used.add(under[0].authorisation_id)
    return still_in_force(used, now.date())


def check_name(actor: Actor, signing: Signing) -> None:
    """Raises Refused unless the typed name is the one that the account carries."""
    if actor.key_id is not None:
        raise errors.refused(
            "mandate_missing", _("Over the API a named person's mandate signs; send its id."), "mandate"
        )
    name = actor.user.name if actor.user else ""
    if not signing.typed_name.strip():
        raise errors.refused("name_missing", _("Type your full name to sign."), "typed_name")
    if name and not same_name(signing.typed_name, name):
        raise errors.refused(
            "name_differs",
            _("Your account carries the name “%(name)s”. Type it the same way.") % {"name": name},
            "typed_name",
        )


def _mandate(actor: Actor, signing: Signing, now: datetime) -> SigningMandate:
    mandate = _find_mandate(actor, signing.mandate)
    if mandate is not None and _signatory_rests(mandate):
        raise errors.refused(
            "mandate_on_hold",
            _("A change about the signatory of this mandate is on hold. Until it is settled it signs nothing."),
            "mandate",
        )
    if mandate is None or not mandate.in_force(now):
        raise errors.refused(
            "mandate_not_in_force",
            _("This mandate is not in force. Ask its signatory for a new one."),
            "mandate",
        )
    if mandate.version != ALL.version or mandate.text_sha256 != ALL.sha256:
        raise errors.refused(
            "mandate_for_old_text",
            _("This mandate is for an older text. Ask its signatory to sign the new one."),
            "mandate",
        )
    if not same_name(mandate.typed_name, signing.typed_name):
        raise errors.refused(
            "signatory_differs", _("The mandate was given by another person than you name."), "signatory"
        )
    return mandate


def _find_mandate(actor: Actor, public_id: str) -> SigningMandate | None:
    found: SigningMandate | None = None
    try:
        found = SigningMandate.objects.visible_to(actor).filter(public_id=public_id).select_related("signatory").first()
    except (ValidationError, ValueError):
        return None
    return found if found is not None and _may_still_sign(found) else None


def _may_still_sign(mandate: SigningMandate) -> bool:
    """Says whether the signatory's account is open and has filed for that organisation or agency ever since."""
    ever_since = _places(mandate).filter(role__in=WORKING_ROLES, created_at__lte=mandate.granted_at)
    return mandate.signatory.is_active and ever_since.exists()


def _signatory_rests(mandate: SigningMandate) -> bool:
    """Says whether the signatory's own powers are on hold: what they may not do, nothing does in their name."""
    return any(held_until(place) is not None for place in _places(mandate))


def _places(mandate: SigningMandate) -> MembershipQuerySet:
    where = mandate.agency_id or mandate.organisation_id
    found: MembershipQuerySet = mandate.signatory.memberships.active().filter(organisation=where)
    return found.select_related("organisation", "user")


_SIGNED_OF_ITEMS = ("target__kind", "target__marketplace_id", "from_second", "to_second", "note")


def notice_hash(complaint: Complaint) -> str:
    """Hashes what is signed: right, reason, explanation, items with times and notes, evidence; in canonical JSON."""
    return hashlib.sha256(
        canonical(
            {
                "right": str(complaint.right.public_id) if complaint.right else None,
                "reason": complaint.reason,
                "explanation": complaint.explanation,
                "items": sorted(complaint.items.values_list(*_SIGNED_OF_ITEMS)),
                "evidence": sorted(row.file.sha256 for row in complaint.evidence.all()),
            }
        )
    ).hexdigest()

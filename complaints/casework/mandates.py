"""A person's leave that declarations be signed in their name over the API: dated, revocable, one text version each."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from complaints import errors
from complaints.casework.signing import Signing, check_text, same_name
from complaints.models import SigningMandate
from complaints.rules.declarations import ALL
from complaints.steps import require_verb
from portal.accounts import rest
from portal.accounts.actors import WORKING_ROLES, Actor, ActorKind
from portal.accounts.grants import AgentVerb
from portal.accounts.models import Membership
from portal.ledger import events
from portal.ledger.canonical import JSON

MANDATE_DAYS = 365


@transaction.atomic
def grant_mandate(*, actor: Actor, signing: Signing, days: int = MANDATE_DAYS, now: datetime) -> SigningMandate:
    """Grants the actor's own mandate for every statement in force, at most a year; replaces the one in force.

    The door must have asked for a fresh sign-in. Raises Refused when name or text do not hold.
    """
    require_verb(actor, AgentVerb.FILE)
    if actor.kind != ActorKind.MEMBER or actor.user is None or actor.organisation is None:
        raise errors.may_not()
    check_text(signing, ALL)
    if not signing.typed_name.strip() or (actor.user.name and not same_name(signing.typed_name, actor.user.name)):
        raise errors.refused("name_differs", _("Type your name as it stands in your account."), "typed_name")
    if not 1 <= days <= MANDATE_DAYS:
        raise errors.refused("days_out_of_range", _("A mandate runs from 1 to 365 days."), "days")
    mine = SigningMandate.objects.filter(organisation=actor.organisation, signatory=actor.user, revoked_at=None)
    mine.filter(declaration=ALL.key, version=ALL.version).update(revoked_at=now)
    mandate = SigningMandate.objects.create(
        organisation=actor.organisation,
        agency=actor.agency,
        signatory=actor.user,
        typed_name=signing.typed_name.strip(),
        declaration=ALL.key,
        version=ALL.version,
        text_sha256=ALL.sha256,
        strength=signing.strength,
        granted_at=now,
        expires_at=now + timedelta(days=days),
    )
    _log(mandate, "mandate.granted", actor, now)
    return mandate


@transaction.atomic
def revoke_mandate(*, actor: Actor, mandate_id: UUID, now: datetime) -> None:
    """Ends a mandate at once: one's own, or any of the organisation as its administrator."""
    found = SigningMandate.objects.visible_to(actor).select_for_update().filter(public_id=mandate_id).first()
    if found is None:
        raise errors.no_such_complaint()
    rest.check(actor)
    if not actor.can_manage and (actor.user is None or found.signatory_id != actor.user.pk):
        raise errors.may_not()
    if found.revoked_at is None:
        _end(found, actor, now)


def end_of_signatory(membership: Membership, actor: Actor, now: datetime) -> None:
    """Ends the mandates of who left or may only view, for good, in the transaction that takes the role."""
    if membership.is_active and membership.role in WORKING_ROLES:
        return
    where = Q(agency=membership.organisation_id) | Q(agency=None, organisation=membership.organisation_id)
    theirs = SigningMandate.objects.select_for_update().filter(where, signatory=membership.user_id, revoked_at=None)
    for mandate in theirs.order_by("pk"):
        _end(mandate, actor, now)


def _end(mandate: SigningMandate, actor: Actor, now: datetime) -> None:
    mandate.revoked_at = now
    mandate.save(update_fields=["revoked_at"])
    _log(mandate, "mandate.revoked", actor, now)


def _log(mandate: SigningMandate, kind: str, actor: Actor, now: datetime) -> None:
    payload: dict[str, JSON] = {
        "mandate": mandate.pk,
        "signatory": mandate.signatory_id,
        "agency": mandate.agency_id,
        "version": mandate.version,
    }
    events.append(stream=("organisation", mandate.organisation_id), kind=kind, actor=actor, payload=payload, now=now)

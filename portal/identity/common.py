"""What every verb of this room shares: who may, the lock, the step of the table, the event."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from portal.accounts import rest
from portal.accounts.actors import Actor
from portal.accounts.models import Organisation
from portal.accounts.states import TRANSITIONS, OrganisationVerb, Transition, transition
from portal.errors import Conflict, Forbidden, NotFound, Refused
from portal.ledger.canonical import JSON
from portal.ledger.events import append

REASON_LENGTH = 2000


def roles_of(actor: Actor) -> frozenset[str]:
    """The names under which the table of transitions knows this actor."""
    if actor.is_staff:
        return frozenset(role for role in ("reviewer", "senior") if actor.has_staff_role(role))
    return frozenset({"administrator"}) if actor.can_manage else frozenset()


def may_do(actor: Actor, verb: OrganisationVerb) -> bool:
    """Whether this actor does `verb` at all; doors ask before they offer it."""
    return any(row.verb == verb and roles_of(actor) & row.who for row in TRANSITIONS)


def lock(actor: Actor, organisation: Organisation) -> Organisation:
    """The row, locked, if this actor may see it. Raises NotFound alike for a foreign and an absent one."""
    sees = actor.is_staff or actor.organisation == organisation
    row = Organisation.objects.select_for_update().filter(pk=organisation.pk).first() if sees else None
    if row is None:
        raise no_organisation()
    return row


def step(actor: Actor, organisation: Organisation, verb: OrganisationVerb) -> tuple[Organisation, Transition]:
    """Locks the row and finds the step that the table allows. Raises NotFound, Forbidden or Conflict."""
    row = lock(actor, organisation)
    if not may_do(actor, verb):
        raise role_may_not(actor)
    found = transition(row.state, verb)
    if found is None or not roles_of(actor) & found.who:
        raise wrong_state(row)
    return row, found


def no_organisation() -> NotFound:
    return NotFound("no_organisation", _("There is no such organisation."))


def role_may_not(actor: Actor) -> Forbidden:
    """Says who may: an administrator of the organisation whose powers do not rest, or another member of staff."""
    if actor.is_staff:
        return Forbidden("role_may_not", _("Your role reads here and decides nothing."))
    if actor.held_until is not None:
        return rest.refusal(actor.held_until, approved=actor.held_approved)
    return Forbidden("not_administrator", _("Only an administrator of the organisation may do this."))


def wrong_state(row: Organisation) -> Conflict:
    text = _("This organisation is “%(state)s” now; nothing was changed.") % {"state": row.get_state_display()}
    return Conflict("wrong_state", text)


def plain(text: str, field: str, *, longest: int = REASON_LENGTH) -> str:
    """Trims a text that people will read. Raises Refused when it is too long."""
    kept = text.replace("\x00", "").strip()
    if len(kept) > longest:
        words = _("Use at most %(count)d characters.") % {"count": longest}
        raise Refused("text_too_long", words, field)
    return kept


def tell(actor: Actor, row: Organisation, kind: str, payload: dict[str, JSON], now: datetime) -> None:
    """Appends to the chain of this organisation."""
    append(stream=("organisation", row.pk), kind=kind, actor=actor, payload=payload, now=now)

"""What every verb of a right shares: who may, the lock, the step of the table, the event."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from brands.models import IPRight
from brands.states import DECIDERS, RightVerb, Transition, may, transition
from portal.accounts import rest, standing, why
from portal.accounts.actors import Actor, ActorKind
from portal.accounts.grants import AgentVerb
from portal.accounts.models import Organisation
from portal.errors import Conflict, Forbidden, NotFound
from portal.ledger.canonical import JSON
from portal.ledger.events import append


def roles_of(actor: Actor) -> frozenset[str]:
    """The names under which the table of transitions knows this actor."""
    if actor.kind is ActorKind.SYSTEM:
        return frozenset({"system"})
    if actor.kind is ActorKind.KEY:
        return frozenset({"key"}) if actor.can_register else frozenset()
    if actor.is_staff:
        return frozenset(role for role in DECIDERS if actor.has_staff_role(role))
    return frozenset({actor.role}) if actor.can_register else frozenset()


def may_do(actor: Actor, verb: RightVerb) -> bool:
    """Whether this actor does `verb` at all; doors ask before they offer it."""
    return any(may(role, verb) for role in roles_of(actor))


def tenant(actor: Actor, verb: RightVerb) -> Organisation:
    """The organisation acted for. Raises Forbidden where the role, a hold or a missing authorisation says no."""
    rest.check(actor)
    standing.check(actor)
    if actor.organisation is not None and actor.organisation.is_agency:
        text = _("Choose a principal first: an agency never acts for itself.")
        raise Forbidden("principal_missing", text)
    if not may_do(actor, verb) or actor.organisation is None:
        raise role_may_not(actor)
    return actor.organisation


def role_may_not(actor: Actor) -> Forbidden:
    """What somebody is told who may read rights and not change them: an agent, that no authorisation says so."""
    if actor.is_bound:
        return Forbidden("role_may_not", why.not_this(actor, AgentVerb.REGISTER))
    return Forbidden("role_may_not", _("Your role can read rights but not change them."))


def locked(actor: Actor, right: IPRight) -> IPRight | None:
    """The row, locked, if this actor may see it; the system sees every row."""
    rows = IPRight.objects.select_for_update(of=("self",)).filter(pk=right.pk)
    row: IPRight | None = rows.first() if actor.kind is ActorKind.SYSTEM else rows.visible_to(actor).first()
    return row


def step(actor: Actor, right: IPRight, verb: RightVerb, version: int | None = None) -> tuple[IPRight, Transition]:
    """Locks the row and finds the step that the table allows; raises NotFound, Forbidden or Conflict."""
    row = locked(actor, right)
    if row is None:
        raise NotFound("right_not_found", _("There is no such right."))
    rest.check(actor)
    if not may_do(actor, verb):
        raise role_may_not(actor)
    found = transition(row.state, verb)
    if found is None or not roles_of(actor) & found.who:
        state = row.get_state_display()
        raise Conflict("wrong_state", _("This right is “%(state)s” now; nothing was changed.") % {"state": state})
    if version is not None and version != row.version:
        text = _("Somebody changed this right since you opened it. Look at it again; nothing was saved.")
        raise Conflict("moved_on", text)
    return row, found


def tell(actor: Actor, right: IPRight, kind: str, payload: dict[str, JSON], now: datetime) -> None:
    """Appends to the chain of this right."""
    facts: dict[str, JSON] = {"right": str(right.public_id), "organisation": right.organisation_id, **payload}
    append(stream=("right", right.pk), kind=kind, actor=actor, payload=facts, now=now)

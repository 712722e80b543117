"""What becomes of the change itself: carried out at the release, or taken back by the stop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from portal.accounts import record
from portal.accounts.actors import SYSTEM, Actor
from portal.accounts.holds.people import awake
from portal.accounts.holds.starting import tell
from portal.accounts.models import Hold, HoldKind, HoldQuerySet, HoldState, Membership, Organisation, Role
from portal.accounts.states import OrganisationVerb, transition
from portal.errors import Conflict

Work = Callable[[Hold, Actor, datetime], None]
RoleWork = Callable[[Membership, Actor, datetime], None]
_on_stop: dict[str, Work] = {}
_on_role_lost: list[RoleWork] = []


def on_stop(kind: HoldKind, work: Work) -> None:
    """Names what a room above does when a hold of this kind is stopped, in the same transaction."""
    _on_stop[kind] = work


def on_role_lost(work: RoleWork) -> None:
    """Names what a room above ends when a membership ends or has another role, in the same transaction."""
    _on_role_lost.append(work)


def carry_out(hold: Hold, actor: Actor, now: datetime) -> None:
    """Does what waited; a hold that only kept somebody at rest has nothing to do."""
    work = _RELEASE.get(hold.kind)
    if work is not None:
        work(hold, actor, now)


def take_back(hold: Hold, actor: Actor, now: datetime) -> None:
    """Undoes what was done at once; what only waited is simply never done."""
    work = _STOP.get(hold.kind) or _on_stop.get(hold.kind)
    if work is not None:
        work(hold, actor, now)


def end_membership(
    membership: Membership, actor: Actor, now: datetime, *, left: bool, hold: Hold | None = None
) -> None:
    """Ends a membership, and with it every hold that is about it or about a key of theirs."""
    membership.is_active = False
    membership.save(update_fields=["is_active"])
    payload = {"membership": membership.pk, "user": membership.user_id, "left": left}
    _append(membership.organisation, "organisation.member_removed", actor, payload | _of(hold), now)
    theirs = Hold.objects.open().filter(organisation=membership.organisation, membership=membership)
    for other in (theirs | _key_holds(membership)).exclude(pk=hold.pk if hold else 0).order_by("pk"):
        _stop_with_role(other, actor, now)
    _lose_role(membership, actor, now)


def set_role(membership: Membership, role: str, actor: Actor, now: datetime, *, hold: Hold | None = None) -> None:
    """Gives a role from now on; what stood on the one before ends with it."""
    before, membership.role, membership.role_since = membership.role, role, now
    membership.save(update_fields=["role", "role_since"])
    payload = {"membership": membership.pk, "user": membership.user_id, "from": before, "to": role}
    _append(membership.organisation, "organisation.role_changed", actor, payload | _of(hold), now)
    if before == Role.ADMINISTRATOR:
        for other in _key_holds(membership).order_by("pk"):
            _stop_with_role(other, actor, now)
    _lose_role(membership, actor, now)


def close(hold: Hold, state: HoldState, actor: Actor, now: datetime, **more: object) -> None:
    """Ends the hold itself and logs it; everybody is told from that event."""
    hold.state, hold.ended_at, hold.ended_by = state, now, actor.user
    hold.save(update_fields=["state", "ended_at", "ended_by"])
    tell(hold, f"hold.{state.value}", actor, now, **more)


def write_owner(organisation: Organisation, facts: dict[str, str], actor: Actor, now: datetime, **more: object) -> None:
    """Writes who owns it: `facts` are name, country, form and company number, as far as they change."""
    for name, value in facts.items():
        setattr(organisation, name, value)
    organisation.version += 1
    organisation.save(update_fields=[*facts, "version"])
    _append(organisation, "organisation.owner_changed", actor, {"changed": sorted(facts), **more}, now)


def write_contact(organisation: Organisation, email: str, actor: Actor, now: datetime, **more: object) -> None:
    """Writes the register contact."""
    organisation.register_contact = email
    organisation.version += 1
    organisation.save(update_fields=["register_contact", "version"])
    _append(organisation, "organisation.contact_changed", actor, more, now)


def _key_holds(membership: Membership) -> HoldQuerySet:
    found: HoldQuerySet = Hold.objects.open().filter(
        organisation=membership.organisation, kind=HoldKind.KEY_BY_NEW_ADMINISTRATOR, started_by=membership.user_id
    )
    return found


def _stop_with_role(hold: Hold, actor: Actor, now: datetime) -> None:
    if hold.kind == HoldKind.KEY_BY_NEW_ADMINISTRATOR:
        take_back(hold, actor, now)
    close(hold, HoldState.STOPPED, actor, now)


def _lose_role(membership: Membership, actor: Actor, now: datetime) -> None:
    for work in _on_role_lost:
        work(membership, actor, now)


def _take_role_back(hold: Hold, actor: Actor, now: datetime) -> None:
    membership = _subject(hold)
    if membership is None or membership.role != Role.ADMINISTRATOR:
        return
    if hold.change.get("from"):
        set_role(membership, hold.change["from"], actor, now, hold=hold)
    else:
        end_membership(membership, actor, now, left=False, hold=hold)


def _let_go(hold: Hold, actor: Actor, now: datetime) -> None:
    membership = _subject(hold)
    if membership is None or membership.role != Role.ADMINISTRATOR:
        return
    others = awake(hold.organisation.memberships.administrators()).exclude(pk=membership.pk)
    if not others.exists():
        raise Conflict("last_administrator", _("This would leave the organisation without an administrator."))
    if hold.change["to"]:
        set_role(membership, hold.change["to"], actor, now, hold=hold)
    else:
        end_membership(membership, actor, now, left=False, hold=hold)


def _change_owner(hold: Hold, actor: Actor, now: datetime) -> None:
    write_owner(hold.organisation, dict(hold.change["to"]), actor, now, hold=hold.pk)
    _reopen(hold.organisation, now)


def _change_contact(hold: Hold, actor: Actor, now: datetime) -> None:
    write_contact(hold.organisation, hold.change["to"], actor, now, hold=hold.pk)


def _reopen(organisation: Organisation, now: datetime) -> None:
    step = transition(organisation.state, OrganisationVerb.REOPEN)
    if step is None:
        return
    organisation.state, organisation.submitted_at = step.target.value, now
    organisation.save(update_fields=["state", "submitted_at"])
    _append(organisation, step.event, SYSTEM, {}, now)


def _subject(hold: Hold) -> Membership | None:
    rows = Membership.objects.select_for_update(of=("self",)).select_related("organisation", "user").active()
    return rows.filter(holds=hold).first()


def _of(hold: Hold | None) -> dict[str, int]:
    return {"hold": hold.pk} if hold is not None else {}


def _append(organisation: Organisation, kind: str, actor: Actor, payload: Mapping[str, object], now: datetime) -> None:
    record.append(stream=("organisation", organisation.pk), kind=kind, actor=actor, payload=payload, now=now)


_RELEASE: dict[str, Work] = {
    HoldKind.ADMINISTRATOR_REMOVED: _let_go,
    HoldKind.OWNER_CHANGED: _change_owner,
    HoldKind.CONTACT_CHANGED: _change_contact,
}
_STOP: dict[str, Work] = {
    HoldKind.ADMINISTRATOR_ADDED: _take_role_back,
    HoldKind.ADMINISTRATOR_RECOVERED: _take_role_back,
}

"""How a hold goes on: the second person approves, somebody stops it, the clock lets it go, the desk settles a stop.

All of them lock the organisation and then the hold, so that of two who come at once one wins and the other is told.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts import record, rest
from portal.accounts.actors import PUBLIC, SYSTEM, Actor
from portal.accounts.holds import people
from portal.accounts.holds.changes import carry_out, close, take_back
from portal.accounts.holds.starting import tell
from portal.accounts.models import Hold, HoldState, Organisation, Role, StaffRole, User
from portal.errors import Conflict, DomainError, Forbidden, NotFound, Refused

REASON_LENGTH = 2000
AT_ONCE = 200
log = logging.getLogger(__name__)


def approve(*, actor: Actor, hold: Hold, now: datetime, reason: str = "") -> Hold:
    """Agrees to the change as the second person; it takes effect when its time is over, which may be at once.

    Another administrator who does not rest may, or, where there is none, a senior of the desk with a reason. Raises
    Forbidden for everybody else, Conflict when it has ended. A second approval changes nothing.
    """
    with transaction.atomic():
        locked = _locked(hold)
        _check_second_person(actor, locked)
        if locked.approved_at is not None:
            return locked
        locked.approved_by, locked.approved_at = actor.user, now
        digest = _keep_reason(locked, actor, reason)
        locked.save(update_fields=["approved_by", "approved_at", "reason", "salt"])
        tell(locked, "hold.approved", actor, now, **digest)
        if locked.is_due(now):
            _let_through(locked, now)
    return locked


def stop(*, actor: Actor | None, hold: Hold, now: datetime, holder: User | None = None, reason: str = "") -> Hold:
    """Ends the hold and undoes the change; everybody is told, and a senior of the desk looks at it.

    Without an actor somebody has pressed the button behind the link of a mail; `holder` is whose mail that was. Raises
    Forbidden for who may not stop it, Conflict when it has ended already.
    """
    with transaction.atomic():
        locked = _locked(hold)
        if actor is not None and not people.may_stop(actor, locked):
            raise _may_not_stop(actor, locked)
        by = actor or PUBLIC
        digest = _keep_reason(locked, by, reason)
        locked.save(update_fields=["reason", "salt"])
        take_back(locked, by, now)
        link = {} if actor is not None else {"by_link": True, "link_of": holder.pk if holder else None}
        close(locked, HoldState.STOPPED, by, now, **link, **digest)
    return locked


def release(*, hold: Hold, now: datetime) -> Hold:
    """Lets the change through; one that has ended already, or that is not due, is left as it is.

    Raises Conflict when the change is not possible any more, such as removing the last administrator.
    """
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=hold.organisation_id)
        locked = Hold.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=hold.pk)
        if locked.is_due(now):
            _let_through(locked, now)
    return locked


def release_due() -> int:
    """Lets everything through that is due, each by itself; gives how many. Safe to run twice."""
    now, count = timezone.now(), 0
    for hold in Hold.objects.due(now).order_by("ends_at", "id")[:AT_ONCE]:
        try:
            count += release(hold=hold, now=now).state == HoldState.RELEASED
        except DomainError as refusal:
            log.warning("Hold %d waits on: %s", hold.pk, refusal.code)
    return count


def settle(*, actor: Actor, hold: Hold, reason: str, now: datetime) -> Hold:
    """A senior of the desk has looked at a stopped hold: its starter may try again, and who lost a factor acts again.

    Raises Forbidden for anybody else, Conflict when it was not stopped or is settled, Refused without a reason.
    """
    with transaction.atomic():
        locked = Hold.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=hold.pk)
        if not actor.has_staff_role(StaffRole.SENIOR) or actor.user is None:
            raise Forbidden("not_senior", _("A senior of the desk settles this."))
        if locked.state != HoldState.STOPPED or locked.allowed_at is not None:
            raise Conflict("hold_not_stopped", _("There is nothing to settle here any more."))
        locked.allowed_by, locked.allowed_at = actor.user, now
        digest = _keep_reason(locked, actor, reason)
        locked.save(update_fields=["allowed_by", "allowed_at", "reason", "salt"])
        tell(locked, "hold.settled", actor, now, **digest)
    return locked


def _locked(hold: Hold) -> Hold:
    Organisation.objects.select_for_update().get(pk=hold.organisation_id)
    locked = Hold.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=hold.pk)
    if not locked.is_open:
        raise Conflict("hold_ended", _ended_words(locked))
    return locked


def _ended_words(hold: Hold) -> str:
    if hold.state == HoldState.RELEASED:
        return _("This hold has ended: the change is in effect. Nothing was changed now.")
    return _("This hold has ended: somebody stopped the change. Nothing was changed now.")


def _let_through(hold: Hold, now: datetime) -> None:
    carry_out(hold, SYSTEM, now)
    close(hold, HoldState.RELEASED, SYSTEM, now)


def _check_second_person(actor: Actor, hold: Hold) -> None:
    if people.may_approve(actor, hold):
        return
    if actor.is_staff:
        raise _desk_may_not(actor, hold)
    own = people.membership_of(actor, hold.organisation)
    if own is None:
        raise NotFound("no_hold", _("There is no such hold."))
    if own.user_id == hold.started_by_id or own.pk == hold.membership_id:
        raise _same_person()
    rest.check_member(own)
    raise Forbidden("not_administrator", _("Only an administrator of the organisation may do this."))


def _same_person() -> Forbidden:
    return Forbidden("second_person_needed", _("You started this, or it is about you: it takes a second person."))


def _desk_may_not(actor: Actor, hold: Hold) -> Forbidden:
    if actor.user is not None and actor.user.pk == hold.started_by_id:
        return _same_person()
    if not actor.has_staff_role(StaffRole.SENIOR):
        return Forbidden("not_senior", _("A senior of the desk decides this."))
    text = _("Another administrator of the organisation can approve this. The desk does only where there is none.")
    return Forbidden("administrator_needed", text)


def _may_not_stop(actor: Actor, hold: Hold) -> DomainError:
    if actor.is_staff:
        return Forbidden("not_senior", _("A senior of the desk decides this."))
    own = people.membership_of(actor, hold.organisation)
    if own is None:
        return NotFound("no_hold", _("There is no such hold."))
    if own.role == Role.ADMINISTRATOR and (refusal := rest.refusal_of(own)) is not None:
        return refusal
    return Forbidden("not_administrator", _("Only an administrator of the organisation may do this."))


def _keep_reason(hold: Hold, actor: Actor, reason: str) -> dict[str, str]:
    """Keeps what staff note, and gives its digest for the event; members need not say why."""
    reason = " ".join(reason.replace("\x00", "").split())
    if not actor.is_staff:
        return {}
    if not reason:
        raise Refused("reason_missing", _("Note why; it is kept with the hold."), "reason")
    if len(reason) > REASON_LENGTH:
        raise Refused("reason_too_long", _("Use at most 2,000 characters."), "reason")
    hold.reason = reason
    hold.salt, digest = record.commit_text(reason)
    return {"reason": digest}

"""The claim is dated: compare again, suspend what lapsed, let it back when the register says so."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from brands import writing
from brands.models import IPRight
from brands.models.right import SuspendedFor
from brands.registers.clients import OfficeError, client_for
from brands.registers.compare import RegisterCheck
from brands.registers.usability import Usability
from brands.registry import records
from brands.registry.common import locked, step, tell
from brands.registry.deciding import check_against_register, keep, next_check
from brands.states import RightState, RightVerb
from portal.accounts.actors import SYSTEM, Actor
from portal.errors import NotFound, Refused
from portal.ledger.canonical import JSON

RETRY = timedelta(hours=1)
# What takes a right out of force. A pending one was never in force: it may watch, and nothing is taken from it.
LAPSED = frozenset({"dead", "expired", "unknown", "in_grace_unchecked"})


def recheck(*, actor: Actor, right: IPRight, now: datetime, live: bool = True) -> RegisterCheck:
    """Compares again and acts on it: an approved right that lapsed is suspended, one that came back is reinstated.

    With `live` the office is asked first, where calls to it are on; when it cannot say, what we hold decides, and the
    next try is noted. Nothing is held locked while the office is asked. Raises NotFound for a right out of sight.
    """
    trouble = _ask_the_office(right, now) if live else None
    with transaction.atomic():
        row = locked(actor, right)
        if row is None:
            raise NotFound("right_not_found", _("There is no such right."))
        check = _note(row, trouble, now)
        _follow(row, check, now)
    return check


def suspend(*, actor: Actor, right: IPRight, reason: str, now: datetime, version: int | None = None) -> IPRight:
    """Takes an approved right out of force; its organisation reads the reason. Raises Refused without one."""
    if not reason.strip():
        raise Refused("reason_missing", _("Say why, and what would cure it: the rights holder reads it."), "reason")
    with transaction.atomic():
        row, _found = step(actor, right, RightVerb.SUSPEND, version)
        return move_out(actor, row, SuspendedFor.DESK, reason.strip(), now)


def reinstate(*, actor: Actor, right: IPRight, reason: str, now: datetime, version: int | None = None) -> IPRight:
    """Puts a suspended right back in force. Raises Refused while the register itself says that it is not."""
    with transaction.atomic():
        row, _found = step(actor, right, RightVerb.REINSTATE, version)
        standing = row.in_force(now.date())
        if not standing.ok and standing.code in LAPSED:
            raise Refused("register_says_dead", standing.reason, "reason")
        return _move_back(actor, row, reason.strip(), now)


def move_out(actor: Actor, row: IPRight, why: SuspendedFor, reason: str, now: datetime) -> IPRight:
    """Suspends the locked row, keeps the decision and tells everybody by the event."""
    row, found = step(actor, row, RightVerb.SUSPEND)
    kept, digest = keep(actor, row, found.target.value, check_against_register(row), reason, now)
    row.state, row.state_reason, row.suspended_for = found.target.value, reason, why.value
    writing.save(row, "state", "state_reason", "suspended_for")
    payload: dict[str, JSON] = {"verification": kept.pk, "reason": digest, "for": why.value}
    tell(actor, row, found.event, payload, now)
    return row


def _move_back(actor: Actor, row: IPRight, reason: str, now: datetime) -> IPRight:
    row, found = step(actor, row, RightVerb.REINSTATE)
    kept, digest = keep(actor, row, "reinstated", check_against_register(row), reason, now)
    row.state, row.state_reason, row.suspended_for = found.target.value, "", ""
    row.next_check_at = next_check(row, now)
    writing.save(row, "state", "state_reason", "suspended_for", "next_check_at")
    tell(actor, row, found.event, {"verification": kept.pk, "reason": digest}, now)
    return row


def _ask_the_office(right: IPRight, now: datetime) -> OfficeError | None:
    """Reads the record anew where the office may be asked; gives what went wrong, None where nothing did."""
    client = client_for(right.office) if right.office else None
    if client is None or not right.number:
        return None
    try:
        found = client.fetch(application=right.application_number, registration=right.registration_number)
    except OfficeError as error:
        return error
    for facts in found:
        records.store(facts=facts, now=now)
    return None


def _note(row: IPRight, trouble: OfficeError | None, now: datetime) -> RegisterCheck:
    """Takes over what the record says if it is news, and notes when and with what result this was compared."""
    row.record = writing.record_for(row) if row.office else None
    if row.record and (row.register_as_of is None or row.record.as_of >= row.register_as_of):
        writing.follow_record(row)
    check = check_against_register(row)
    row.checked_at = now
    row.check_result, row.check_detail = check.result.value, check.says[:300]
    row.next_check_at = next_check(row, now)
    if trouble is not None:
        row.check_result, row.check_detail = trouble.code, str(trouble)[:300]
        row.next_check_at = trouble.retry_at or now + RETRY
    writing.save(
        row,
        *("record", "register_status", "register_as_of", "checked_at", "check_result", "check_detail"),
        "next_check_at",
    )
    return check


def _follow(row: IPRight, check: RegisterCheck, now: datetime) -> None:
    standing = row.in_force(now.date())
    if row.state == RightState.APPROVED and not standing.ok and standing.code in LAPSED:
        move_out(SYSTEM, row, SuspendedFor.REGISTER, _why(standing), now)
    elif row.state == RightState.SUSPENDED and row.suspended_for == SuspendedFor.REGISTER and standing.ok:
        _move_back(SYSTEM, row, "", now)


def _why(standing: Usability) -> str:
    return _("%(says)s Nothing can be reported with it. When the register says otherwise, it returns by itself.") % {
        "says": standing.reason
    }

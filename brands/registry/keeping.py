"""The claim is dated: compare again, suspend what lapsed, let it back when the register says so."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from brands import preflight, writing
from brands.models import IPRight, RegisterReading
from brands.models.right import SuspendedFor
from brands.registers.clients import OfficeError, Trouble, client_for
from brands.registers.compare import CheckResult, RegisterCheck
from brands.registers.usability import Usability
from brands.registry import owners, records, rivals
from brands.registry.common import locked, may_do, step, tell
from brands.registry.deciding import check_against_register, keep, next_check
from brands.states import RightState, RightVerb
from portal.accounts.actors import SYSTEM, Actor
from portal.errors import Conflict, NotFound, Refused
from portal.ledger.canonical import JSON

RETRY = timedelta(hours=1)
READ_LATELY = timedelta(hours=24)
DUPLICATE = "duplicate"
# What takes a right out of force. A pending one was never in force: it may watch, and nothing is taken from it.
LAPSED = frozenset({"dead", "expired", "unknown", "in_grace_unchecked"})


def recheck(*, actor: Actor, right: IPRight, now: datetime, live: bool = True) -> RegisterCheck:
    """Compares again and acts on it: an approved right that lapsed is suspended, one that came back is reinstated.

    With `live` the office is asked first, where calls to it are on; when it cannot say, what we hold decides, and the
    next try is noted. Nothing is held locked while the office is asked. Raises NotFound for a right out of sight.
    """
    trouble = _ask_the_office(right, now) if live else None
    try:
        row, check = _recheck(actor, right, now, trouble, live)
    except IntegrityError:  # another claim of the organisation was linked to the record at this moment
        row, check = _recheck(actor, right, now, trouble, live)
    if row.suspended_for != SuspendedFor.CONFLICT:  # who lost a conflict opens none by being compared
        rivals.find(right=row, now=now)
    return check


def _recheck(
    actor: Actor, right: IPRight, now: datetime, trouble: OfficeError | None, live: bool
) -> tuple[IPRight, RegisterCheck]:
    with transaction.atomic():
        row = locked(actor, right)
        if row is None:
            raise NotFound("right_not_found", _("There is no such right."))
        check = _note(row, trouble, now, keep=not live and _waits(row, now))
        _follow(row, now)
    return row, check


def recheck_before_use(*, actor: Actor, right: IPRight, now: datetime) -> None:
    """Compares again, whenever that was last done; the office itself is asked only where its word is older than a day.

    One that could not answer is left alone until the next try that was noted then. Where the register has said nothing
    since the last comparison and the calendar agrees, that it was compared is all there is to write.
    """
    record = right.claimed_record
    read = record.read_at if record else None
    lately = read is not None and now - read <= READ_LATELY
    asks = not lately and not _waits(right, now) and client_for(right.office) is not None
    if not asks and _nothing_new(right, now):
        IPRight.objects.filter(pk=right.pk).update(checked_at=now)
        return
    recheck(actor=actor, right=right, now=now, live=asks)


def _nothing_new(right: IPRight, now: datetime) -> bool:
    """Whether the comparison of before still stands: same owner and record, not read since, and in force today."""
    if right.other_owner or right.check_result == CheckResult.OWNER_MISMATCH:
        return False
    if right.checked_at is None or not right.in_force(now.date()).ok:
        return False
    record = right.claimed_record
    if record is None:
        return not right.office or writing.record_for(right) is None
    return record.read_at is not None and record.read_at <= right.checked_at


def suspend(*, actor: Actor, right: IPRight, reason: str, now: datetime, version: int | None = None) -> IPRight:
    """Takes an approved right out of force; its organisation reads the reason. Raises Refused without one."""
    if not reason.strip():
        raise Refused("reason_missing", _("Say why, and what would cure it: the rights holder reads it."), "reason")
    with transaction.atomic():
        row, _found = step(actor, right, RightVerb.SUSPEND, version)
        return move_out(actor, row, SuspendedFor.DESK, reason.strip(), now)


def reinstate(*, actor: Actor, right: IPRight, reason: str, now: datetime, version: int | None = None) -> IPRight:
    """Puts a suspended right back in force.

    Raises Refused while the register itself says that it is not, Conflict while another organisation's claim on the
    mark is not settled or was preferred to this one.
    """
    if may_do(actor, RightVerb.REINSTATE):
        rivals.find(right=right, now=now)
    with transaction.atomic():
        row, _found = step(actor, right, RightVerb.REINSTATE, version)
        rivals.refuse_in_conflict(row)
        standing = row.in_force(now.date())
        if not standing.ok and standing.code in LAPSED:
            raise Refused("register_says_dead", standing.reason, "reason")
        return _move_back(actor, row, reason.strip(), now)


def accept_owner(
    *, actor: Actor, right: IPRight, owner: str, note: str, now: datetime, version: int | None = None
) -> IPRight:
    """Accepts that the register names `owner`, another one than declared: it can be used again, until that changes.

    Raises Refused without a note, Conflict where the register names somebody else by now or the declared owner again.
    """
    if not note.strip():
        raise Refused("note_missing", _("Note why the right is still theirs: the note is kept."), "reason")
    with transaction.atomic():
        row, found = step(actor, right, RightVerb.ACCEPT_OWNER, version)
        if not owner or row.other_owner != owner:
            text = _("The register names another owner than when you opened this page. Look at it again.")
            raise Conflict("moved_on", text)
        kept, digest = keep(actor, row, "confirmed", check_against_register(row), note.strip(), now)
        row.accepted_owner, row.other_owner, row.other_owner_at = owner, "", None
        writing.save(row, *owners.COLUMNS)
        tell(actor, row, found.event, {"verification": kept.pk, "reason": digest}, now)
    return row


def lose(row: IPRight, reason: str, now: datetime) -> IPRight:
    """Keeps a suspended right out for good: it lost a conflict, and no register puts it back."""
    kept, digest = keep(SYSTEM, row, "suspended", check_against_register(row), reason, now)
    row.state_reason, row.suspended_for = reason, SuspendedFor.CONFLICT.value
    writing.save(row, "state_reason", "suspended_for")
    payload: dict[str, JSON] = {"verification": kept.pk, "reason": digest, "for": row.suspended_for}
    tell(SYSTEM, row, "right.suspended", payload, now)
    return row


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
        results = {records.store(facts=facts, now=now).result for facts in found}
    except OfficeError as error:
        return error
    except Refused as error:  # facts that name no number
        return OfficeError(Trouble.UNREADABLE, str(error), now + RETRY)
    if results == {RegisterReading.Result.REFUSED}:
        text = _("The office's answer is about another mark than we hold under this number; nothing was taken over.")
        return OfficeError(Trouble.OTHER_MARK, text, now + RETRY)
    return None


def _note(row: IPRight, trouble: OfficeError | None, now: datetime, *, keep: bool) -> RegisterCheck:
    """Takes over what the record says if it is news, and notes when and with what result this was compared.

    With `keep` an office that could not answer, and when it is asked next, stay noted.
    """
    if row.office:
        writing.link_record(row)
    record = row.claimed_record
    if record and (row.register_as_of is None or record.as_of >= row.register_as_of):
        writing.follow_record(row)
    news = owners.watch(row, now)
    check = check_against_register(row)
    row.checked_at = now
    if not keep:
        row.check_result, row.check_detail = check.result.value, check.says[:300]
        if row.duplicate_of is not None:
            row.check_result, row.check_detail = DUPLICATE, preflight.duplicate_of(row).message[:300]
        row.next_check_at = next_check(row, now)
    if trouble is not None:
        row.check_result, row.check_detail = trouble.code, str(trouble)[:300]
        row.next_check_at = trouble.retry_at or now + RETRY
    writing.save(
        row,
        *(*writing.REGISTERED, *owners.COLUMNS),
        *("checked_at", "check_result", "check_detail", "next_check_at"),
    )
    owners.announce(row, news, now)
    return check


def _waits(right: IPRight, now: datetime) -> bool:
    """Whether the office was asked in vain and the next try is still to come."""
    return right.check_result in set(Trouble) and right.next_check_at is not None and right.next_check_at > now


def _follow(row: IPRight, now: datetime) -> None:
    standing = row.in_force(now.date())
    if row.state == RightState.APPROVED and not standing.ok and standing.code in LAPSED:
        move_out(SYSTEM, row, SuspendedFor.REGISTER, _why(standing), now)
    elif row.state == RightState.SUSPENDED and row.suspended_for == SuspendedFor.REGISTER and standing.ok:
        _move_back(SYSTEM, row, "", now)


def _why(standing: Usability) -> str:
    return _("%(says)s Nothing can be reported with it. When the register says otherwise, it returns by itself.") % {
        "says": standing.reason
    }

"""What the desk decides about a right: approve, reject, and the comparison that it rests on."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from brands import crosscheck, writing
from brands.facts import declared_facts, record_facts
from brands.models import IPRight, RightKind, Verification
from brands.registers.compare import CheckResult, RegisterCheck, compare
from brands.registers.statuses import DEAD, RegisterStatus, status_of
from brands.registry import owners, rivals
from brands.registry.common import locked, step, tell
from brands.states import RightState, RightVerb, Transition
from portal.accounts.actors import SYSTEM, Actor
from portal.accounts.models import OrganisationState
from portal.errors import Refused
from portal.ledger.canonical import JSON
from portal.ledger.events import commit_text

REASON_LENGTH = 2000
FRESH = timedelta(days=7)
NEAR_THE_END = 30  # days


def approve(
    *,
    actor: Actor,
    right: IPRight,
    now: datetime,
    version: int | None = None,
    register_status: str | None = None,
    note: str = "",
) -> IPRight:
    """Accepts the claim. `register_status` is what the reviewer saw in the register today, else the record decides.

    Raises Refused when there is neither (a work needs none), when the register says that the mark is dead, when an
    owner mismatch is passed without a note, and while another organisation's claim on the mark is not settled or its
    own organisation is not verified.
    """
    rivals.find(right=right, now=now)
    with transaction.atomic():
        row, found = step(actor, right, RightVerb.APPROVE, version)
        _refuse_unverified(row)
        rivals.refuse_in_conflict(row)
        check = check_against_register(row)
        seen = status_of(register_status) if register_status else None
        status = seen or _recorded(row)
        _refuse_approval(check, status, note.strip(), seen)
        writing.follow_record(row)
        row.register_status = status.value
        if seen or row.claimed_record is None:
            row.register_as_of = now.date()
            ended = row.register_expiry is not None and row.register_expiry < now.date()
            row.register_expiry = None if ended else row.register_expiry  # what was seen today is newer
        owners.accept_shown(row)
        decide(actor, row, found, check, note.strip(), now)
    return row


def verify_automatically(*, right: IPRight, now: datetime) -> IPRight | None:
    """Approves a right without a person, only where everything agrees; None where a person has to look.

    Everything: the organisation is verified and is the owner that the register names, to the legal form and the
    country; nobody else claims the mark; the record was read within FRESH, and says what was so within FRESH; and each
    compared fact is there on both sides and agrees.
    """
    rivals.find(right=right, now=now)
    with transaction.atomic():
        row = locked(SYSTEM, right)
        if row is None or row.state != RightState.IN_REVIEW or not _all_agrees(row, now):
            return None
        row, found = step(SYSTEM, row, RightVerb.VERIFY)
        writing.follow_record(row)
        owners.accept_shown(row)
        decide(SYSTEM, row, found, check_against_register(row), "", now)
    return row


def _all_agrees(row: IPRight, now: datetime) -> bool:
    record = row.record
    if record is None or row.kind != RightKind.TRADEMARK or row.organisation.state != OrganisationState.APPROVED:
        return False
    if record.read_at is None or now - record.read_at > FRESH or now.date() - record.as_of > FRESH:
        return False
    if row.certificate_id is None or rivals.conflicts_of(row).exists() or not owners.is_the_owner(row, record):
        return False
    check = check_against_register(row)
    return record.status == RegisterStatus.REGISTERED and all(line.agrees for line in check.lines)


def reject(*, actor: Actor, right: IPRight, reason: str, now: datetime, version: int | None = None) -> IPRight:
    """Refuses the claim, with a reason that its organisation reads and can act on."""
    reason = reason.strip()
    with transaction.atomic():
        row, found = step(actor, right, RightVerb.REJECT, version)
        if not reason:
            raise Refused("reason_missing", _("Say why, and what would cure it: the rights holder reads it."), "reason")
        decide(actor, row, found, check_against_register(row), reason, now)
    return row


def check_against_register(right: IPRight) -> RegisterCheck:
    """Sets what was declared next to the register record we hold, if any; an old record is shown as old."""
    record = record_facts(right.claimed_record) if right.claimed_record else None
    check = compare(declared_facts(right), record, timezone.now().date())
    return crosscheck.added_to(check, right)


def _recorded(right: IPRight) -> RegisterStatus:
    """The record's status; what a declaration says of a register is none. Raises Refused without a record."""
    if right.claimed_record is not None:
        return status_of(right.claimed_record.status)
    if right.kind == RightKind.COPYRIGHT:
        return RegisterStatus.UNKNOWN
    text = _("We hold no record of this right. Look into the office's register and choose the status you saw there.")
    raise Refused("status_missing", text, "register_status")


def _refuse_unverified(row: IPRight) -> None:
    """Who an organisation is comes before what it owns."""
    if not row.organisation.is_verified:
        text = _("%(name)s is not verified: verify the organisation first, then its rights.")
        raise Refused("organisation_not_verified", text % {"name": row.organisation.name}, "organisation")


def _refuse_approval(check: RegisterCheck, status: RegisterStatus, note: str, seen: RegisterStatus | None) -> None:
    if status in DEAD:
        text = _("The register says that this right is dead. Reject it, or choose the status you saw there today.")
        raise Refused("register_says_dead", text, "register_status")
    overruled = check.result is CheckResult.LAPSED and seen is not None
    owner = next((line for line in check.lines if line.field == "owner_name" and line.agrees is False), None)
    if (owner or overruled) and not note:
        says = check.says if overruled or owner is None else owner.says
        text = _("The register differs: %(says)s Note why you accept it.") % {"says": says}
        raise Refused("note_missing", text, "note")


def decide(actor: Actor, row: IPRight, found: Transition, check: RegisterCheck, reason: str, now: datetime) -> None:
    """Keeps the decision, moves the right and appends the event; the reason's digest goes into the chain."""
    kept, digest = keep(actor, row, found.target.value, check, reason, now)
    rejected = found.target is RightState.REJECTED
    row.state, row.state_reason = found.target.value, reason if rejected else ""
    row.verified_by, row.verified_at = (None, None) if rejected else (actor.user, now)
    row.next_check_at = None if rejected else next_check(row, now)
    fields = ("state", "state_reason", "verified_by", "verified_at", "next_check_at")
    writing.save(row, *fields, *writing.REGISTERED, *owners.COLUMNS)
    payload: dict[str, JSON] = {"verification": kept.pk, "reason": digest, "register": check.result.value}
    tell(actor, row, found.event, {**payload, "automatic": actor.user is None}, now)


def keep(
    actor: Actor, row: IPRight, outcome: str, check: RegisterCheck, reason: str, now: datetime
) -> tuple[Verification, str]:
    """Writes the row that keeps a decision, and gives it with its digest for the chain. Raises Refused beyond 2,000."""
    if len(reason) > REASON_LENGTH:
        raise Refused("reason_too_long", _("Use at most 2,000 characters."), "reason")
    salt, digest = commit_text(reason)
    kept = Verification.objects.create(
        right=row,
        outcome=outcome,
        reason=reason,
        salt=salt,
        register_result=check.result.value,
        decided_by=actor.user,
        decided_at=now,
    )
    return kept, digest


def next_check(row: IPRight, now: datetime) -> datetime | None:
    """When to compare again: daily around the end of a term, else weekly; never for what is in no register."""
    if row.kind == RightKind.COPYRIGHT:
        return None
    near = row.ends_on is not None and abs((row.ends_on - now.date()).days) <= NEAR_THE_END
    return now + (timedelta(days=1) if near else timedelta(days=7))

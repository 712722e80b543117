"""The register record that a right claims, and what follows from it."""

from __future__ import annotations

from datetime import date

from brands.models import IPRight, RegisterRecord
from brands.registers.statuses import RegisterStatus
from brands.states import RenewalState, RightState

# Columns that the record decides.
REGISTERED = ("record", "duplicate_of", "register_status", "register_as_of", "register_expiry")
# A draft leans on nothing: its link gives way to a claim that the desk has.
UNSENT = (RightState.DRAFT.value, RightState.REJECTED.value)


def record_for(right: IPRight) -> RegisterRecord | None:
    """The register record with the declared numbers, if we hold one: registers of marks only.

    Of a designation it is the record of that office under the international number.
    """
    if not right.is_mark:
        return None
    numbers = {"application": right.application_number, "registration": right.registration_number}
    found: RegisterRecord | None = RegisterRecord.objects.of_mark(right.office, **numbers).first()
    if found is None and right.international_number:
        mine = RegisterRecord.objects.filter(office=right.office, international_number=right.international_number)
        found = mine.order_by("id").first()
    return found


def holder_of(right: IPRight, record: RegisterRecord | None) -> IPRight | None:
    """The other right of the same organisation that is linked to this record, and has been with the desk."""
    ours = IPRight.objects.filter(organisation=right.organisation_id, record=record).exclude(pk=right.pk)
    found: IPRight | None = (
        ours.exclude(state__in=UNSENT).select_related("record", "family").first() if record else None
    )
    return found


def link_record(right: IPRight) -> None:
    """Links a right that is with the desk to its record, once for each organisation; `right` itself is not saved.

    A second right on the same mark becomes a duplicate of the first and follows the same record.
    """
    record = record_for(right)
    first = holder_of(right, record)
    right.record, right.duplicate_of = (None, first) if first is not None else (record, None)
    if right.record is not None:
        unsent = IPRight.objects.filter(organisation=right.organisation_id, record=record, state__in=UNSENT)
        unsent.exclude(pk=right.pk).update(record=None)


def follow_record(right: IPRight) -> None:
    """Takes status, end of the term and date from the record; without one nothing is known yet."""
    record = right.claimed_record
    right.register_status = record.status if record else RegisterStatus.UNKNOWN.value
    right.register_as_of = record.as_of if record else None
    right.register_expiry = _end_of(record, right) if record else None


def _end_of(record: RegisterRecord, right: IPRight) -> date | None:
    """The register's own end of the term; none where the desk has seen the proof of a renewal that it does not show."""
    if record.expiry_date and right.pk and right.expiry_date and right.expiry_date > record.expiry_date:
        seen = right.renewals.filter(state=RenewalState.ACCEPTED.value, new_expiry=right.expiry_date)
        if seen.filter(due_on__gte=record.expiry_date).exists():
            return None
    return record.expiry_date

"""The register record that a right claims, and what follows from it."""

from __future__ import annotations

from brands.models import IPRight, RegisterRecord
from brands.registers.statuses import RegisterStatus


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


def follow_record(right: IPRight) -> None:
    """Takes status and date from the record; without one nothing is known yet."""
    right.register_status = right.record.status if right.record else RegisterStatus.UNKNOWN.value
    right.register_as_of = right.record.as_of if right.record else None

"""The record that we hold, as facts: what came is compared with it and completed by it."""

from __future__ import annotations

from typing import Any, Final

from brands.models import RegisterRecord
from brands.registers.records import ClassFacts, DesignCode, OwnerFacts, RecordFacts
from brands.registers.statuses import status_of

# Columns that have the name of the fact that they hold.
COPIED: Final = (
    "office",
    "application_number",
    "registration_number",
    "mark_text",
    "mark_kind",
    "basis",
    "international_number",
    "status_code",
    "status_text",
    "status_date",
    "as_of",
    "filing_date",
    "publication_date",
    "registration_date",
    "expiry_date",
    "source",
)


def held_facts(record: RegisterRecord) -> RecordFacts:
    """A record as facts; what was entered before owners had a chain is read as one."""
    copied: dict[str, Any] = {name: getattr(record, name) for name in COPIED}
    rows = sorted(record.classes.all(), key=lambda row: row.number)
    return RecordFacts(
        **copied,
        status=status_of(record.status),
        owners=_owners(record),
        classes=tuple(ClassFacts(row.number, row.edition, row.goods) for row in rows),
        design_codes=tuple(DesignCode(row["scheme"], row["code"]) for row in record.design_codes),
    )


def _owners(record: RegisterRecord) -> tuple[OwnerFacts, ...]:
    if record.owners:
        return tuple(OwnerFacts(**row) for row in record.owners)
    names = [*reversed(record.former_owners), *([record.owner_name] if record.owner_name else [])]
    return tuple(OwnerFacts(name, sequence=place) for place, name in enumerate(names, 1))

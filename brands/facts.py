"""A right and a register record as plain facts, for the comparison and the calendar, which know no tables."""

from __future__ import annotations

from brands.models import Basis, IPRight, RegisterRecord
from brands.registers.compare import MarkFacts
from brands.registers.renewals import RenewalFacts, is_66a
from brands.registers.statuses import LIVE, status_of


def declared_facts(right: IPRight) -> MarkFacts:
    """The mark as its organisation declares it."""
    return MarkFacts(
        office=right.office,
        application_number=right.application_number,
        registration_number=right.registration_number,
        mark_text=right.mark_text,
        mark_kind=right.mark_kind if right.is_mark else "",
        mark_kind_label=str(right.get_mark_kind_display()) if right.is_mark else "",
        owner_name=right.owner_name,
        filing_date=right.filing_date,
        registration_date=right.registration_date,
        expiry_date=right.expiry_date,
        classes=frozenset(row.number for row in right.classes.all()),
    )


def record_facts(record: RegisterRecord) -> MarkFacts:
    """The mark as the register shows it."""
    return MarkFacts(
        office=record.office,
        application_number=record.application_number,
        registration_number=record.registration_number,
        mark_text=record.mark_text,
        mark_kind=record.mark_kind,
        mark_kind_label=str(record.get_mark_kind_display()),
        owner_name=record.owner_name,
        former_owners=tuple(record.former_owners),
        filing_date=record.filing_date,
        registration_date=record.registration_date,
        expiry_date=record.expiry_date,
        classes=frozenset(row.number for row in record.classes.all()),
        status=record.status,
        as_of=record.as_of,
        source=record.source,
    )


def renewal_facts(right: IPRight) -> RenewalFacts:
    """The days that decide when the right must be renewed, as declared."""
    return RenewalFacts(
        office=right.office,
        kind=right.kind,
        madrid=right.basis == Basis.MADRID or is_66a(right.office, right.application_number),
        filing_date=right.filing_date,
        registration_date=right.registration_date,
        expiry_date=right.expiry_date,
        live_on=right.register_as_of if status_of(right.register_status) in LIVE else None,
    )

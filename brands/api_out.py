"""What the API shows of rights, brands, offices and records: written by hand, because lists are read often."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from drf_spectacular.utils import OpenApiExample

from brands.models import Brand, IPRight, RegisterRecord
from brands.registers.offices import NumberFormat, Office, default_territories
from portal.files.models import StoredFile

SAME = ("mark_text", "mark_kind", "application_number", "registration_number", "owner_name")
DAYS = ("filing_date", "registration_date", "expiry_date")
EXAMPLE = OpenApiExample(
    "A word mark at the EUIPO",
    request_only=True,
    value={
        "brand": "0b4f5f2e-3f2c-4a55-9a55-0f2f7b7f0a11",
        "office": "EM",
        "mark_kind": "word",
        "mark_text": "TARNFELL",
        "registration_number": "016142907",
        "owner_name": "Tarnfell Outdoor AB",
        "filing_date": "2016-12-14",
        "registration_date": "2017-03-27",
        "expiry_date": "2026-12-14",
        "classes": [{"number": 25, "goods": "Clothing; footwear"}],
    },
)


def right_out(right: IPRight, today: date) -> dict[str, Any]:
    """One right as the API shows it; classes, territories, brand and files are loaded by for_lists()."""
    columns = ("public_id", "state", "state_reason", "version", "office", *SAME, *DAYS, "register_status")
    times = ("register_as_of", "submitted_at", "verified_at", "created_at")
    return {
        **{name: getattr(right, name) for name in (*columns, *times)},
        "usable": asdict(right.usable(today)),
        "brand": brand_out(right.brand),
        "family": right.family.name,
        "classes": [class_out(row) for row in right.classes.all()],
        "territories": [row.country for row in right.territories.all()],
        "logo": file_out(right.logo),
        "certificate": file_out(right.certificate),
    }


def brand_out(brand: Brand) -> dict[str, Any]:
    return {"public_id": brand.public_id, "name": brand.name, "created_at": brand.created_at}


def class_out(row: Any) -> dict[str, Any]:
    return {"number": row.number, "edition": row.edition, "goods": row.goods}


def file_out(stored: StoredFile | None) -> dict[str, Any] | None:
    if stored is None:
        return None
    return {
        "name": stored.original_name,
        "media_type": stored.media_type,
        "size": stored.size,
        "sha256": stored.sha256,
    }


def office_out(office: Office) -> dict[str, Any]:
    def number(rule: NumberFormat) -> dict[str, str]:
        return {"pattern": rule.regex, "example": rule.example}

    return {
        "code": office.st3,
        "name": office.name,
        "short": office.short,
        "strict": office.strict,
        "same_number": office.same_number,
        "application": number(office.application),
        "registration": number(office.registration),
        "territories": list(default_territories(office.st3)),
    }


def record_out(record: RegisterRecord) -> dict[str, Any]:
    columns = ("st13", "office", "application_number", "registration_number", "mark_text", "mark_kind", "status")
    names = (*columns, "as_of", *DAYS, "owner_name", "source")
    classes = sorted(record.classes.all(), key=lambda row: row.number)
    return {**{name: getattr(record, name) for name in names}, "classes": [class_out(row) for row in classes]}

"""What the API shows of rights, brands, offices and records: written by hand, because lists are read often."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from drf_spectacular.utils import OpenApiExample

from brands.models import Brand, IPRight, RegisterRecord, RightFile
from brands.registers.offices import NumberFormat, Office, default_territories
from portal.api.parties import party_out
from portal.files.models import StoredFile

SAME = (
    "name",
    "mark_text",
    "mark_kind",
    "description",
    "application_number",
    "registration_number",
    "international_number",
    "owner_name",
)
NUMBERS = ("application_number", "registration_number")
DAYS = ("filing_date", "registration_date", "expiry_date")
PARTS = {
    "work": (
        "work_type",
        "authors",
        "created_on",
        "published_on",
        "published_country",
        "published_at_url",
        "chain_of_title",
    ),
    "design": ("product", "locarno_classes", "designers"),
    "patent": ("publication_number", "ipc_classes", "inventors", "claims"),
}
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
EXAMPLES = [
    EXAMPLE,
    OpenApiExample(
        "An international registration",
        request_only=True,
        value={
            "brand": "0b4f5f2e-3f2c-4a55-9a55-0f2f7b7f0a11",
            "mark_text": "TARNFELL",
            "international_number": "1234567",
            "designations": [{"office": "EM", "registration_date": "2021-03-05"}, {"office": "JP"}],
            "owner_name": "Tarnfell Outdoor AB",
            "filing_date": "2020-02-03",
            "classes": [{"number": 25, "goods": "Clothing"}],
        },
    ),
    OpenApiExample(
        "A copyright work",
        request_only=True,
        value={
            "kind": "copyright",
            "brand": "0b4f5f2e-3f2c-4a55-9a55-0f2f7b7f0a11",
            "name": "Three peaks at dawn",
            "owner_name": "Tarnfell Outdoor AB",
            "work": {
                "work_type": "photograph",
                "authors": "Ida Blom",
                "created_on": "2024-06",
                "chain_of_title": "Made under the contract of 1 June 2024",
            },
        },
    ),
]


def right_out(right: IPRight, today: date) -> dict[str, Any]:
    """One right as the API shows it; everything below it is loaded by for_pages()."""
    columns = ("public_id", "kind", "state", "state_reason", "version", "office", "basis", *SAME, *DAYS)
    times = ("register_status", "register_as_of", "submitted_at", "verified_at", "created_at")
    return {
        **{name: getattr(right, name) for name in (*columns, *times)},
        **{name: right.shown_number(name) for name in NUMBERS},
        "mark_kind": right.mark_kind if right.is_mark else "",
        "usable": asdict(right.usable(today)),
        "organisation": party_out(right.organisation),
        "brand": brand_out(right.brand),
        "family": right.family.name,
        "classes": [class_out(row) for row in right.classes.all()],
        "territories": [row.country for row in right.territories.all()],
        "logo": file_out(right.logo),
        "certificate": file_out(right.certificate),
        "files": [right_file_out(row) for row in right.files.all()],
        **{name: part_out(right, name) for name in PARTS},
    }


def part_out(right: IPRight, name: str) -> dict[str, Any] | None:
    """What only this kind has: `work`, `design` or `patent`; None for every other kind."""
    detail = getattr(right, name, None)
    return {key: getattr(detail, key) for key in PARTS[name]} if detail else None


def right_file_out(row: RightFile) -> dict[str, Any]:
    return {"public_id": row.public_id, "kind": row.kind, **(file_out(row.file) or {})}


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
    numbers = ("st13", "office", "application_number", "registration_number", "international_number", "basis")
    status = ("mark_text", "mark_kind", "status", "status_code", "status_text", "status_date", "as_of", "read_at")
    names = (*numbers, *status, "publication_date", *DAYS, "owner_name", "owners", "design_codes", "source")
    classes = sorted(record.classes.all(), key=lambda row: row.number)
    return {**{name: getattr(record, name) for name in names}, "classes": [class_out(row) for row in classes]}

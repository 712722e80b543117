"""Genuine register records, minimised: loads data/samples.json into RegisterRecord, any number of times."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from django.db import transaction

from brands.models import RecordClass, RegisterRecord
from brands.registers.formats import normalise_number, st13
from brands.registers.nice import edition_for
from brands.registers.offices import DATA


@transaction.atomic
def load_samples(now: datetime) -> list[RegisterRecord]:
    """Makes or refreshes the sample records; dates in the future of `now` are left out. Gives them in file order."""
    facts = json.loads((DATA / "samples.json").read_text(encoding="utf-8"))
    return [_load(row, facts["source"], now.date()) for row in facts["records"]]


def _load(row: dict[str, Any], source: str, today: date) -> RegisterRecord:
    office = row["office"]
    filed = _day(row.get("filing_date"))
    values = {
        "office": office,
        "application_number": normalise_number(office, "application", row["application_number"]).value,
        "registration_number": normalise_number(office, "registration", row["registration_number"]).value,
        "mark_text": row["mark_text"],
        "mark_kind": row["mark_kind"],
        "status": row["status"],
        "as_of": min(date.fromisoformat(row["as_of"]), today),
        "filing_date": filed,
        "registration_date": _day(row.get("registration_date")),
        "expiry_date": _day(row.get("expiry_date")),
        "owner_name": row.get("owner_name", ""),
        "former_owners": row.get("former_owners", []),
        "source": f"{source} {row['seen_in']}"[:300],
    }
    key = st13(office, row["application_number"])
    record, _new = RegisterRecord.objects.update_or_create(st13=key, defaults=values)
    for entry in row["classes"]:
        goods = {"goods": entry["goods"], "edition": edition_for(filed)}
        RecordClass.objects.update_or_create(record=record, number=entry["number"], defaults=goods)
    return record


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None

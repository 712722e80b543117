"""Facts of register records that were collected by hand into a JSON file, with where each was seen. Pure.

Two shapes: {"records": […]} as in data/samples.json, and {"samples": [{"office", "record"}]} of the USPTO, where a
record has names of its own or those of a TSDR answer.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from brands.registers import values
from brands.registers.errors import Unreadable
from brands.registers.formats import normalise_number
from brands.registers.json_text import load, mapping, rows
from brands.registers.nice import edition_for
from brands.registers.office_statuses import us_status
from brands.registers.records import ClassFacts, OwnerFacts, RecordFacts
from brands.registers.statuses import status_of
from brands.registers.us import UsCase, UsClass, UsOwner, serial_of, understood

FORMAT: Final = "collected"
GROUPS: Final = "parties.ownerGroups."


def parse(data: bytes, *, as_of: date | None = None, source: str = "") -> list[RecordFacts]:
    """The facts of a collection; each record says itself how old it is. Raises Unreadable."""
    found = facts_in(mapping(load(data)), as_of)
    if not found:
        raise Unreadable("no_record", _("There is no register record in this collection."))
    return [replace(facts, source=facts.source or source) for facts in found]


def facts_in(collection: dict[str, Any], as_of: date | None = None) -> list[RecordFacts]:
    """The facts of either shape, in the order of the file; of one record the older statement comes first."""
    retrieved = as_of or values.day(collection.get("retrieved")) or values.day(collection.get("as_of"))
    said = values.text(collection.get("source"))
    plain = [_plain(row, said) for row in rows(collection.get("records"))]
    samples = [sample for sample in rows(collection.get("samples")) if sample.get("office") == "US"]
    return plain + [facts for sample in samples for facts in _sample(sample, retrieved)]


def _plain(row: dict[str, Any], said: str) -> RecordFacts:
    office, filed = values.text(row.get("office")), values.day(row.get("filing_date"))
    as_of = values.day(row.get("as_of"))
    if as_of is None:
        raise Unreadable("no_date", _("A record in it does not say how old it is."))
    names = [*reversed(row.get("former_owners") or []), *([row["owner_name"]] if row.get("owner_name") else [])]
    numbers = {kind: _number(office, kind, row.get(f"{kind}_number")) for kind in ("application", "registration")}
    return RecordFacts(
        office=office,
        application_number=numbers["application"],
        registration_number=numbers["registration"],
        mark_text=values.text(row.get("mark_text")),
        mark_kind=values.text(row.get("mark_kind")),
        status=status_of(values.text(row.get("status"))),
        status_code=values.text(row.get("office_status")),
        as_of=as_of,
        filing_date=filed,
        registration_date=values.day(row.get("registration_date")),
        expiry_date=values.day(row.get("expiry_date")),
        owners=tuple(OwnerFacts(values.text(name), "", place) for place, name in enumerate(names, 1)),
        classes=tuple(
            ClassFacts(values.nice(entry.get("number")), edition_for(filed), values.text(entry.get("goods")))
            for entry in rows(row.get("classes"))
            if values.nice(entry.get("number"))
        ),
        format=FORMAT,
        source=f"{said} {values.text(row.get('seen_in'))}".strip(),
    )


def _number(office: str, kind: str, text: Any) -> str:
    return normalise_number(office, kind, values.text(text)).value if values.text(text) else ""


def _sample(sample: dict[str, Any], retrieved: date | None) -> list[RecordFacts]:
    record = mapping(sample.get("record"))
    source = _seen(sample)
    case = _tsdr_named(record) if "serialNumber" in record else _named(record)
    stated = values.day(case.status_date) or retrieved
    whole = understood(case, serial_of(case.serial), as_of=stated, source=source)
    snapshots = sorted(rows(record.get("status_snapshots")), key=lambda each: values.text(each.get("as_of")))
    return [_as_then(whole, each) for each in snapshots] or [whole]


def _as_then(facts: RecordFacts, snapshot: dict[str, Any]) -> RecordFacts:
    """The record with the status that it had on an earlier day."""
    code, then = values.text(snapshot.get("status_code")), values.day(snapshot.get("as_of"))
    return replace(
        facts, status=us_status(code), status_code=code, status_text="", status_date=then, as_of=then or facts.as_of
    )


def _seen(sample: dict[str, Any]) -> str:
    places = [
        f"{values.text(each.get('repo'))} {values.text(each.get('path'))}" for each in rows(sample.get("seen_in"))
    ]
    return "; ".join(filter(None, map(str.strip, places)))


def _named(record: dict[str, Any]) -> UsCase:
    owners = [
        UsOwner(values.text(each.get("seq")), values.text(each.get("name")), "US" if each.get("state") else "")
        for each in rows(record.get("owners"))
    ]
    if not owners and record.get("owner"):
        owners = [UsOwner("30", values.text(record["owner"]))]
    return UsCase(
        format=FORMAT,
        serial=values.text(record.get("application_number")),
        registration=values.text(record.get("registration_number")),
        mark=values.text(record.get("mark_text")),
        drawing=values.text(record.get("mark_drawing_code")),
        code=values.text(record.get("status_code")),
        words=values.text(record.get("status_text")),
        status_date=values.text(record.get("status_date")),
        filed=values.text(record.get("filing_date")),
        published=[values.text(record.get("publication_date"))],
        registered=values.text(record.get("registration_date")),
        owners=owners,
        classes=[_class(each) for each in record.get("classes") or []],
    )


def _tsdr_named(record: dict[str, Any]) -> UsCase:
    groups = {name: group for name, group in record.items() if name.startswith(GROUPS)}
    return UsCase(
        format=FORMAT,
        serial=values.text(record.get("serialNumber")),
        registration=values.text(record.get("usRegistrationNumber")),
        mark=values.text(record.get("markElement")),
        drawing=values.text(record.get("markDrawingCd")),
        code=values.text(record.get("status")),
        tm5=values.text(record.get("tm5StatusDesc")),
        words=values.text(record.get("extStatusDesc")),
        status_date=values.text(record.get("statusDate")),
        filed=values.text(record.get("filingDate")),
        published=[values.text(record.get("datePublished"))],
        registered=values.text(record.get("usRegistrationDate")),
        owners=[
            UsOwner(name.removeprefix(GROUPS), values.text(each.get("name")))
            for name, group in groups.items()
            for each in rows(group)
        ],
        classes=[
            UsClass(
                [values.text(number) for number in each.get("internationalClasses") or []],
                values.text(each.get("description")),
                values.text(each.get("statusCode")),
                values.text(each.get("firstUseDate")),
            )
            for each in rows(record.get("gsList"))
        ],
        designs=[values.text(code) for code in record.get("designSearchList") or []],
    )


def _class(entry: Any) -> UsClass:
    """A class as an object with its goods, or its number alone."""
    if not isinstance(entry, dict):
        return UsClass([values.text(entry)])
    goods = values.text(entry.get("goods")) or values.text(entry.get("services"))
    status = values.text(entry.get("status")).partition(" ")[0]
    return UsClass([values.text(entry.get("nice"))], goods, status, values.text(entry.get("first_use")))

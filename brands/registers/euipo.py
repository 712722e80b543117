"""Answers of EUIPO's trademark search API: one mark, or a page of them. Pure: bytes in, facts out."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from brands.registers import values
from brands.registers.errors import Unreadable
from brands.registers.formats import normalise_number
from brands.registers.json_text import load, mapping, rows
from brands.registers.nice import edition_for
from brands.registers.office_statuses import euipo_status
from brands.registers.records import MADRID, NATIONAL, ClassFacts, DesignCode, OwnerFacts, RecordFacts

FORMAT: Final = "euipo_json"
FEATURES: Final = {"word", "figurative", "shape_3d", "colour", "sound", "hologram"} | {
    *("olfactory", "position", "pattern", "motion", "multimedia", "other")
}
DATES: Final = ("statusDate", "registrationDate", "publicationDate", "applicationDate", "designationDate")


def parse(data: bytes, *, as_of: date | None = None, source: str = "") -> list[RecordFacts]:
    """The records of one answer. `as_of` is the day it was fetched, if known. Raises Unreadable."""
    found = [_facts(row, as_of, source) for row in trademarks(load(data))]
    if not found:
        raise Unreadable("no_record", _("There is no trade mark in this answer of the EUIPO."))
    return found


def trademarks(answer: Any) -> list[dict[str, Any]]:
    """The marks in a page of a search, or the one mark that was asked for."""
    body = mapping(answer)
    return [row for row in (rows(body.get("trademarks")) or [body]) if values.text(row.get("applicationNumber"))]


def _facts(row: dict[str, Any], as_of: date | None, source: str) -> RecordFacts:
    number = normalise_number("EM", "application", values.text(row.get("applicationNumber")))
    if not number.ok:
        raise Unreadable("no_number", _("There is no application number of the EUIPO in it."))
    filed = values.day(row.get("applicationDate") or row.get("designationDate"))
    registered = values.day(row.get("registrationDate"))
    words = values.text(mapping(row.get("wordMarkSpecification")).get("verbalElement"))
    madrid = number.value.startswith("W") or row.get("markBasis") == "INTERNATIONAL_TRADEMARK"
    return RecordFacts(
        office="EM",
        application_number=number.value,
        registration_number=number.value if registered else "",
        mark_text=words,
        mark_kind=_kind(values.text(row.get("markFeature")), words),
        basis=MADRID if madrid else NATIONAL,
        international_number=_international(number.value) if madrid else "",
        status=euipo_status(values.text(row.get("status"))),
        status_code=values.text(row.get("status")),
        status_date=values.day(row.get("statusDate")),
        as_of=as_of or _newest(row),
        filing_date=filed,
        publication_date=_published(row),
        registration_date=registered,
        expiry_date=values.day(row.get("expiryDate")),
        owners=_owners(row),
        classes=_classes(row, filed),
        design_codes=_designs(row),
        format=FORMAT,
        source=source,
    )


def _kind(feature: str, words: str) -> str:
    """The API has no word for a figure with words in it."""
    kind = feature.lower()
    if kind == "figurative" and words:
        return "combined"
    return kind if kind in FEATURES else ("other" if kind else "")


def _international(number: str) -> str:
    """W01234567 designates the EU in the international registration 1234567."""
    return number.removeprefix("W").lstrip("0") if number.startswith("W") else ""


def _published(row: dict[str, Any]) -> date | None:
    """The first publication (section A); the later one is that of the registration."""
    days = [values.day(each.get("publicationDate")) for each in rows(row.get("publications"))]
    found = [each for each in days if each]
    return min(found) if found else values.day(row.get("publicationDate"))


def _newest(row: dict[str, Any]) -> date:
    written = [row.get(name) for name in DATES]
    found = values.latest([*written, *(each.get("publicationDate") for each in rows(row.get("publications")))])
    if found is None:
        raise Unreadable("no_date", _("It names no date at all, so nobody can say how old it is."))
    return found


def _owners(row: dict[str, Any]) -> tuple[OwnerFacts, ...]:
    """The API names who owns the mark now, and nobody before."""
    people = rows(row.get("applicants"))
    names = [(values.text(each.get("name")), values.country(each.get("country"))) for each in people]
    return tuple(OwnerFacts(name, "owner", 1, country) for name, country in dict.fromkeys(names) if name)


def _classes(row: dict[str, Any], filed: date | None) -> tuple[ClassFacts, ...]:
    goods = {values.nice(each.get("classNumber")): _terms(each) for each in rows(row.get("goodsAndServices"))}
    listed = row.get("niceClasses")
    numbers = {values.nice(number) for number in listed} if isinstance(listed, list) else set()
    edition = edition_for(filed)
    return tuple(ClassFacts(number, edition, goods.get(number, "")) for number in sorted((numbers | {*goods}) - {0}))


def _terms(entry: dict[str, Any]) -> str:
    """The terms in English, or in the first language that is there."""
    said = rows(entry.get("description"))
    chosen = next((each for each in said if each.get("language") == "en"), said[0] if said else {})
    terms = chosen.get("terms")
    return "; ".join(filter(None, map(values.text, terms))) if isinstance(terms, list) else ""


def _designs(row: dict[str, Any]) -> tuple[DesignCode, ...]:
    """Vienna codes, as texts or as objects with a code."""
    found = row.get("viennaClasses") or row.get("viennaCodes")
    listed = found if isinstance(found, list) else []
    written = [each.get("code") if isinstance(each, dict) else each for each in listed]
    return tuple(DesignCode("vienna", code) for code in sorted({*map(values.design_code, written)} - {""}))

"""USPTO TSDR answers in JSON: casestatus/…/info.json and caseMultiStatus. Pure: bytes in, facts out."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from brands.registers import values
from brands.registers.errors import Unreadable
from brands.registers.json_text import load, mapping, rows
from brands.registers.records import RecordFacts
from brands.registers.us import UsCase, UsClass, UsOwner, facts_of

FORMAT: Final = "tsdr_json"


def parse(data: bytes, *, as_of: date | None = None, source: str = "") -> list[RecordFacts]:
    """The records of one answer. `as_of` is the day it was fetched, if known. Raises Unreadable."""
    marks = trademarks(load(data))
    if not marks:
        raise Unreadable("no_record", _("There is no trade mark in this answer of the USPTO."))
    return [facts_of(_case(mark), as_of=as_of, source=source) for mark in marks]


def trademarks(answer: Any) -> list[dict[str, Any]]:
    """The marks in either envelope: {"trademarks": […]}, or {"transactionList": [{"trademarks": […]}]}."""
    body = mapping(answer)
    bundles = [body, *rows(body.get("transactionList"))]
    return [mark for bundle in bundles for mark in rows(bundle.get("trademarks")) if mapping(mark.get("status"))]


def _case(mark: dict[str, Any]) -> UsCase:
    status = mapping(mark.get("status"))
    return UsCase(
        format=FORMAT,
        serial=values.text(status.get("serialNumber")),
        registration=values.text(status.get("usRegistrationNumber")),
        mark=values.text(status.get("markElement")),
        drawing=values.text(status.get("markDrawingCd")),
        madrid=status.get("sect66aCurr") is True or status.get("filed66a") is True,
        international=_international(mark.get("internationalData")),
        code=values.text(status.get("status")),
        tm5=values.text(status.get("tm5StatusDesc")),
        words=values.text(status.get("extStatusDesc")),
        status_date=values.text(status.get("statusDate")),
        filed=values.text(status.get("filingDate")),
        published=[values.text(mapping(mark.get("publication")).get("datePublished"))],
        registered=values.text(status.get("usRegistrationDate")),
        owners=_owners(mapping(mark.get("parties")).get("ownerGroups")),
        classes=[_class(row) for row in rows(mark.get("gsList"))],
        designs=[values.text(row.get("code")) for row in rows(status.get("designSearchList"))],
        events=[values.text(row.get("entryDate")) for row in rows(mark.get("prosecutionHistory"))],
    )


def _international(found: Any) -> str:
    """The number of the international registration; false stands for none."""
    data = mapping(found[0] if isinstance(found, list) and found else found)
    names = ("internationalRegistrationNumber", "intlRegistrationNumber", "internationalRegNumber")
    return next((values.text(data[name]) for name in names if data.get(name)), "")


def _owners(groups: Any) -> list[UsOwner]:
    """Groups are named by party type; the last is the owner now."""
    return [
        UsOwner(
            party=values.text(row.get("partyType")) or name,
            name=values.text(row.get("name")),
            country=_country(row),
            entry=values.text(row.get("entityNum")),
        )
        for name, group in mapping(groups).items()
        for row in rows(group)
    ]


def _country(row: dict[str, Any]) -> str:
    return values.text(mapping(mapping(row.get("addressStateCountry")).get("iso")).get("code"))


def _class(row: dict[str, Any]) -> UsClass:
    found = row.get("internationalClasses")
    numbers = [values.text(each.get("code") if isinstance(each, dict) else each) for each in found or []]
    return UsClass(
        numbers=numbers,
        goods=values.text(row.get("description")),
        status=values.text(row.get("statusCode")),
        first_use=values.text(row.get("firstUseDate")),
    )

"""The USPTO's daily file of case files (TRTDXFAP, apcYYMMDD.xml): read as a stream, in constant memory. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import iterparse

from brands.registers import values
from brands.registers.errors import Unreadable
from brands.registers.records import RecordFacts
from brands.registers.safe_xml import InlineTypeParser, Readable, Watched, children, first, texts, understood
from brands.registers.us import UsCase, UsClass, UsOwner, facts_of

FORMAT: Final = "uspto_bulk"
ROOT: Final = "trademark-applications-daily"
CASE: Final = "case-file"
ACTIONS: Final = "action-keys"


@dataclass(frozen=True, slots=True)
class BulkCase:
    """One case file of the daily file: the action key it stands under, and its facts or why it has none."""

    action: str
    facts: RecordFacts | None
    problem: str = ""


def read(stream: Readable, *, source: str = "") -> Iterator[BulkCase]:
    """Gives the case files one by one and forgets each. Raises Unreadable; run `safe_xml.verify` first where nothing
    may be taken over from a file that breaks off.
    """
    watched, action, parent = Watched(stream), "", None
    with understood():
        for event, element in iterparse(watched, ("start", "end"), InlineTypeParser()):
            if event == "start":
                parent = element if element.tag in {ROOT, ACTIONS} else parent
                continue
            if element.tag == "action-key":
                action = (element.text or "").strip()
            elif element.tag == CASE:
                yield _case_of(element, action, source)
                watched.mark()
                if parent is not None:
                    parent.clear()


def _case_of(element: Element, action: str, source: str) -> BulkCase:
    said = f"{source} ({action})" if action else source
    try:
        as_of = _transaction(element)
        return BulkCase(action, facts_of(_case(element), as_of=as_of, source=said))
    except Unreadable as error:
        return BulkCase(action, None, error.message)


def _transaction(element: Element) -> date | None:
    return values.day(first(element, "transaction-date"))


def _case(element: Element) -> UsCase:
    head = element.find("case-file-header")
    header = Element("case-file-header") if head is None else head
    basis = "filing-basis-current-66a-in"
    return UsCase(
        format=FORMAT,
        serial=first(element, "serial-number"),
        registration=first(element, "registration-number"),
        mark=first(header, "mark-identification"),
        drawing=first(header, "mark-drawing-code"),
        madrid=first(header, basis) == "T",
        international=first(element, "international-registration/international-registration-number"),
        code=first(header, "status-code"),
        status_date=first(header, "status-date"),
        filed=first(header, "filing-date"),
        published=texts(header, "published-for-opposition-date"),
        registered=first(header, "registration-date"),
        owners=[_owner(each) for each in children(element, "case-file-owners/case-file-owner")],
        classes=_classes(element),
        designs=texts(element, "design-searches/design-search/code"),
    )


def _owner(owner: Element) -> UsOwner:
    """A US owner has a state and no country."""
    country = first(owner, "country") or ("US" if first(owner, "state") else "")
    return UsOwner(first(owner, "party-type"), first(owner, "party-name"), country, first(owner, "entry-number"))


def _classes(element: Element) -> list[UsClass]:
    """Goods stand apart, in statements named GS, the primary class and a running digit."""
    goods: dict[str, list[str]] = {}
    for statement in children(element, "case-file-statements/case-file-statement"):
        kind = first(statement, "type-code")
        if kind.startswith("GS"):
            goods.setdefault(kind[2:5], []).extend(texts(statement, "text"))
    return [_class(each, goods) for each in children(element, "classifications/classification")]


def _class(entry: Element, goods: dict[str, list[str]]) -> UsClass:
    numbers = texts(entry, "international-code")
    primary = first(entry, "primary-code") or (numbers[0] if numbers else "")
    return UsClass(
        numbers=numbers,
        goods=" ".join(goods.get(primary.zfill(3), [])),
        status=first(entry, "status-code"),
        first_use=first(entry, "first-use-anywhere-date"),
    )

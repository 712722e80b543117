"""From the strings of a USPTO file to facts: what ST.66, ST.96, JSON and the bulk file have in common. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from brands.registers import values
from brands.registers.errors import Unreadable
from brands.registers.formats import normalise_number
from brands.registers.nice import edition_for
from brands.registers.office_statuses import us_status
from brands.registers.records import MADRID, NATIONAL, ClassFacts, DesignCode, OwnerFacts, RecordFacts
from brands.registers.statuses import LIVE, RegisterStatus

MADRID_SERIES: Final = "79"
ACTIVE: Final = "6"
# Formats that may tell a part of a case alone: what is not in them is not said.
SHORT: Final = frozenset({"uspto_bulk", "collected"})
# First digit of the mark drawing code. 5 is words in a special form; 6 is what cannot be drawn, such as a sound.
DRAWINGS: Final = {"1": "word", "2": "figurative", "3": "combined", "4": "word", "5": "combined"}


@dataclass(slots=True)
class UsOwner:
    """An owner as written: `party` is the office's party type, which orders the chain."""

    party: str
    name: str
    country: str = ""
    entry: str = ""


@dataclass(slots=True)
class UsClass:
    """One block of classes as written: international classes, the office's words, "6" when active, first use."""

    numbers: list[str]
    goods: str = ""
    status: str = ""
    first_use: str = ""


@dataclass(slots=True)
class UsCase:
    """A case file as written, before anything is understood."""

    format: str
    serial: str = ""
    registration: str = ""
    mark: str = ""
    drawing: str = ""
    madrid: bool = False
    international: str = ""
    code: str = ""
    tm5: str = ""
    words: str = ""
    status_date: str = ""
    filed: str = ""
    published: list[str] = field(default_factory=list)
    registered: str = ""
    owners: list[UsOwner] = field(default_factory=list)
    classes: list[UsClass] = field(default_factory=list)
    designs: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)


def facts_of(case: UsCase, *, as_of: date | None, source: str) -> RecordFacts:
    """Understands a case file. Without `as_of` the claim is as old as the newest date that the file names.

    Raises Unreadable without a serial number or without any date.
    """
    serial = serial_of(case.serial)
    if not serial:
        raise Unreadable("no_number", _("There is no serial number of the USPTO in it."))
    return understood(case, serial, as_of=as_of, source=source)


def serial_of(text: str) -> str:
    """The serial number in the office's form, or ""."""
    answer = normalise_number("US", "application", values.text(text))
    return answer.value if answer.ok else ""


def understood(case: UsCase, serial: str, *, as_of: date | None, source: str) -> RecordFacts:
    """The facts of a case whose serial number is known, or "" where a collection names the registration alone."""
    madrid = case.madrid or serial.startswith(MADRID_SERIES)
    code = values.text(case.code).lstrip("0")
    filed = values.day(case.filed)
    status = us_status(code, tm5=case.tm5, words=case.words)
    if status in LIVE and _is_none(case):
        status = RegisterStatus.UNKNOWN  # registered without a registration number: one of them is wrong
    return RecordFacts(
        office="US",
        application_number=serial,
        registration_number=_registration(case.registration),
        mark_text=values.text(case.mark),
        mark_kind=_kind(case.drawing),
        basis=MADRID if madrid else NATIONAL,
        international_number=_international(case.international) if madrid else "",
        status=status,
        status_code=code,
        status_text=values.text(case.words),
        status_date=values.day(case.status_date),
        as_of=as_of or _newest(case),
        filing_date=filed,
        publication_date=values.latest(case.published),
        registration_date=values.day(case.registered),
        owners=_owners(case.owners),
        classes=_classes(case.classes, filed),
        design_codes=tuple(DesignCode("US", code) for code in sorted({*map(values.design_code, case.designs)} - {""})),
        format=case.format,
        source=source,
        partial_dates=_partial(case),
    )


def role_of(party: int) -> str:
    """What a party type of the USPTO means: 10 applied, 20 owned at publication, 30 registered, others came between."""
    names = {10: "original_applicant", 20: "owner_at_publication", 30: "original_registrant"}
    if party in names:
        return names[party]
    if party > 30:
        return "subsequent_after_registration"
    if party > 20:
        return "subsequent_before_registration"
    return "subsequent_before_publication" if party > 10 else "owner"


def _registration(text: str) -> str:
    """The registration number; the bulk file writes 0000000 for none."""
    written = values.text(text)
    answer = normalise_number("US", "registration", written) if written else None
    return answer.value if answer and answer.ok else ""


def _is_none(case: UsCase) -> bool:
    """Whether the file says that there is no registration number: zeros, or nothing where all of a case is told."""
    written = values.text(case.registration)
    return not written.strip("0") if written else case.format not in SHORT


def _international(text: str) -> str:
    written = values.text(text)
    answer = normalise_number("WO", "registration", written) if written else None
    return answer.value if answer and answer.ok and not answer.warn else ""


def _kind(drawing: str) -> str:
    first = values.text(drawing)[:1]
    return DRAWINGS.get(first, "other") if first else ""


def _newest(case: UsCase) -> date:
    written = [*case.events, case.status_date, case.registered, case.filed, *case.published]
    found = values.latest(written)
    if found is None:
        raise Unreadable("no_date", _("It names no date at all, so nobody can say how old it is."))
    return found


def _owners(owners: list[UsOwner]) -> tuple[OwnerFacts, ...]:
    """The chain, earliest first, whatever the order of the file; a name that stands twice in one group counts once."""
    chain: dict[tuple[int, str], tuple[int, OwnerFacts]] = {}
    for place, owner in enumerate(owners):
        name, party = values.text(owner.name), _whole(owner.party)
        if name:
            facts = OwnerFacts(name, role_of(party), party, values.country(owner.country))
            chain.setdefault((party, name.casefold()), (_whole(owner.entry) or place, facts))
    ordered = sorted(chain.values(), key=lambda found: (found[1].sequence, found[0]))
    return tuple(facts for _place, facts in ordered)


def _whole(text: object) -> int:
    written = values.text(text)
    return int(written) if written.isascii() and written.isdigit() and len(written) < 6 else 0


def _classes(blocks: list[UsClass], filed: date | None) -> tuple[ClassFacts, ...]:
    """Nice classes, in order; one that the office struck out while others stand is not in force."""
    standing = [block for block in blocks if values.text(block.status) in {"", ACTIVE}]
    goods: dict[int, list[str]] = {}
    for block in standing or blocks:
        for number in dict.fromkeys(filter(None, map(values.nice, block.numbers))):
            words = goods.setdefault(number, [])
            said = values.text(block.goods)
            if said and said not in words:
                words.append(said)
    edition = edition_for(filed)
    return tuple(ClassFacts(number, edition, " ".join(goods[number])) for number in sorted(goods))


def _partial(case: UsCase) -> tuple[tuple[str, str], ...]:
    """Dates that name no day, so that what was written is not lost."""
    written = {
        "filing_date": case.filed,
        "registration_date": case.registered,
        "status_date": case.status_date,
        **{f"first_use:{number}": block.first_use for block in case.classes for number in _numbers(block.numbers)},
    }
    return tuple((name, values.partial(text)) for name, text in sorted(written.items()) if values.partial(text))


def _numbers(numbers: Iterable[str]) -> list[int]:
    return [number for number in map(values.nice, numbers) if number]

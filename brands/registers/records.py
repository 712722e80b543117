"""What one register says about one mark, in one shape for all formats and offices. Pure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from brands.registers.compare import NEAR_OWNER, SAME_OWNER, likeness, owner_likeness
from brands.registers.formats import st13
from brands.registers.names import fold
from brands.registers.offices import office_named
from brands.registers.statuses import LIVE, RegisterStatus

MADRID: Final = "madrid"
NATIONAL: Final = "national"


@dataclass(frozen=True, slots=True)
class OwnerFacts:
    """One owner of the chain. `sequence` orders the chain: the highest is the owner now; joint owners share one."""

    name: str
    role: str = ""
    sequence: int = 0
    country: str = ""


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """One Nice class, the edition it is read in, and the register's own words."""

    number: int
    edition: str = ""
    goods: str = ""


@dataclass(frozen=True, slots=True)
class DesignCode:
    """A code of a figurative element; `scheme` is "vienna" or "US", which look alike and are not the same."""

    scheme: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFacts:
    """A mark as an office shows it. `as_of` is the day of that claim; `format` and `source` say how it came to us.

    Empty means that the office said nothing of it. `partial_dates` keeps dates without a day ("19960100") as
    (what, text). Numbers are in the office's own form.
    """

    office: str
    application_number: str = ""
    registration_number: str = ""
    mark_text: str = ""
    mark_kind: str = ""
    basis: str = NATIONAL
    international_number: str = ""
    status: RegisterStatus = RegisterStatus.UNKNOWN
    status_code: str = ""
    status_text: str = ""
    status_date: date | None = None
    as_of: date
    filing_date: date | None = None
    publication_date: date | None = None
    registration_date: date | None = None
    expiry_date: date | None = None
    owners: tuple[OwnerFacts, ...] = ()
    classes: tuple[ClassFacts, ...] = ()
    design_codes: tuple[DesignCode, ...] = ()
    format: str = ""
    source: str = ""
    partial_dates: tuple[tuple[str, str], ...] = ()

    @property
    def current_owners(self) -> tuple[OwnerFacts, ...]:
        """Those of the last group: whatever the order in the file, the highest sequence is the owner now."""
        last = max((owner.sequence for owner in self.owners), default=0)
        return tuple(owner for owner in self.owners if owner.sequence == last)

    @property
    def owner_name(self) -> str:
        """The owner now; joint owners are separated by semicolons."""
        return "; ".join(dict.fromkeys(owner.name for owner in self.current_owners))

    @property
    def former_owners(self) -> tuple[str, ...]:
        """Names of earlier owners, the latest first, each once and without those who own it now."""
        now = {owner.name.casefold() for owner in self.current_owners}
        names = (owner.name for owner in reversed(self.owners))
        return tuple({name.casefold(): name for name in names if name.casefold() not in now}.values())

    @property
    def number(self) -> str:
        """The number people quote."""
        return self.registration_number or self.application_number


def record_key(facts: RecordFacts) -> str:
    """The key of a record: its ST.13 number; for a Madrid mark that of the international registration and the office.

    "" where the facts name no number that can be a key.
    """
    if facts.basis == MADRID and facts.international_number:
        international = st13("WO", facts.international_number)
        return international if facts.office == "WO" else f"{international}/{facts.office}"
    office = office_named(facts.office)
    same = facts.registration_number if office and office.same_number else ""
    return st13(facts.office, facts.application_number or same)


# What two formats of one mark must agree in. The office's words for a status follow from its code; the edition of a
# class follows from the filing date.
COMPARED: Final = (
    "office",
    "application_number",
    "registration_number",
    "mark_text",
    "mark_kind",
    "basis",
    "international_number",
    "status",
    "status_code",
    "status_date",
    "filing_date",
    "publication_date",
    "registration_date",
    "expiry_date",
    "owners",
    "classes",
    "design_codes",
)


def canonical(facts: RecordFacts) -> dict[str, Any]:
    """The facts as plain JSON, without how and when they came to us: equal for two formats of one mark."""
    return {name: plain(getattr(facts, name)) for name in COMPARED}


def digest(facts: RecordFacts) -> str:
    """SHA-256 (hex) of the canonical facts."""
    text = json.dumps(canonical(facts), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def kept(facts: RecordFacts) -> dict[str, Any]:
    """All that was said, as a reading keeps it."""
    more: dict[str, Any] = {"status_text": facts.status_text, "partial_dates": dict(facts.partial_dates)}
    return {**canonical(facts), **{name: value for name, value in more.items() if value}}


def differences(first: RecordFacts, second: RecordFacts) -> list[tuple[str, Any, Any]]:
    """Where the canonical facts differ: (field, here, there), in the order of COMPARED."""
    ours, theirs = canonical(first), canonical(second)
    return [(name, ours[name], theirs[name]) for name in COMPARED if ours[name] != theirs[name]]


def plain(value: Any) -> Any:
    """One value of the facts as plain JSON."""
    if isinstance(value, tuple):
        return [plain(part) for part in value]
    if isinstance(value, OwnerFacts):
        return {"name": value.name, "role": value.role, "sequence": value.sequence, "country": value.country}
    if isinstance(value, ClassFacts):
        return {"number": value.number, "goods": value.goods}
    if isinstance(value, DesignCode):
        return {"scheme": value.scheme, "code": value.code}
    if isinstance(value, RegisterStatus):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


SILENT: Final = (
    "application_number",
    "registration_number",
    "mark_text",
    "mark_kind",
    "international_number",
    "filing_date",
    "publication_date",
    "registration_date",
    "expiry_date",
    "design_codes",
)


def merged(held: RecordFacts, came: RecordFacts) -> RecordFacts:
    """What came, completed by what we held where it is silent: a short file must not erase a long one.

    The status is always what came.
    """
    changes: dict[str, Any] = {
        name: getattr(held, name) for name in SILENT if not getattr(came, name) and getattr(held, name)
    }
    if came.basis == NATIONAL and held.basis == MADRID:
        changes["basis"] = MADRID
    if not came.status_text and came.status_code == held.status_code:
        changes["status_text"] = held.status_text
    if not came.status_date and came.status_code == held.status_code:
        changes["status_date"] = held.status_date
    return replace(came, owners=_owners(held, came), classes=_classes(held, came), **changes)


def _owners(held: RecordFacts, came: RecordFacts) -> tuple[OwnerFacts, ...]:
    if not came.owners:
        return held.owners
    known = {(owner.name, owner.sequence): owner.country for owner in held.owners}
    return tuple(
        owner if owner.country else replace(owner, country=known.get((owner.name, owner.sequence), ""))
        for owner in came.owners
    )


def _classes(held: RecordFacts, came: RecordFacts) -> tuple[ClassFacts, ...]:
    if not came.classes:
        return held.classes
    known = {entry.number: entry.goods for entry in held.classes}
    return tuple(entry if entry.goods else replace(entry, goods=known.get(entry.number, "")) for entry in came.classes)


def other_mark(held: RecordFacts, came: RecordFacts) -> str:
    """Names the field in which `came` is plainly about another mark than the one we hold under its key, or "".

    A mark may change its owner, its words may be amended, a date may be corrected: of these three two must be others.
    """
    if held.office != came.office:
        return "office"
    for name in ("application_number", "registration_number"):
        ours, theirs = getattr(held, name), getattr(came, name)
        if ours and theirs and ours != theirs:
            return name
    if held.filing_date and came.filing_date and held.filing_date != came.filing_date:
        words = (held.mark_text.casefold(), came.mark_text.casefold())
        if all(words) and words[0] != words[1]:
            return "filing_date"
    if _strangers(held, came) and _days(held, came) is not False:
        if _words(held, came):
            return "mark_text"
        return "owners" if _days(held, came) and _words(held, came) is None else ""
    return ""


def _days(held: RecordFacts, came: RecordFacts) -> bool | None:
    """Whether the days differ; False where filing or registration agrees, None where they say nothing."""
    pairs = [(held.filing_date, came.filing_date), (held.registration_date, came.registration_date)]
    told = [ours == theirs for ours, theirs in pairs if ours and theirs]
    return None if not told else not any(told)


def _words(held: RecordFacts, came: RecordFacts) -> bool | None:
    """Whether the words are clearly others; None where one says nothing or they are merely alike."""
    ours, theirs = fold(held.mark_text), fold(came.mark_text)
    if not ours or not theirs or ours == theirs:
        return None if not ours or not theirs else False
    if set(ours.split()) <= set(theirs.split()) or set(theirs.split()) <= set(ours.split()):
        return None
    return True if likeness(ours, theirs) < NEAR_OWNER else None


def _strangers(held: RecordFacts, came: RecordFacts) -> bool | None:
    """Whether no owner of one is in the chain of the other; None where one says nothing or they are merely alike."""
    if not held.owners or not came.owners:
        return None
    scores = [owner_likeness(ours.name, theirs.name).score for ours in held.owners for theirs in came.owners]
    return False if max(scores) >= SAME_OWNER else True if max(scores) < NEAR_OWNER else None


def sober(facts: RecordFacts) -> RecordFacts:
    """A US registration without a number is none that we know: its status is unknown then, and never live."""
    if facts.office != "US" or facts.status not in LIVE or facts.registration_number:
        return facts
    return replace(facts, status=RegisterStatus.UNKNOWN)

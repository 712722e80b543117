"""The 45 classes of goods and services, in the edition in force. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from brands.registers.offices import DATA


@dataclass(frozen=True, slots=True)
class NiceClass:
    """One class: 1 to 34 are goods, 35 to 45 services."""

    number: int
    kind: str
    title: str
    scope: str
    common: bool


_FACTS: Final = json.loads((DATA / "nice.json").read_text(encoding="utf-8"))
EDITION: Final[str] = _FACTS["edition"]
EDITION_IN_FORCE: Final = date.fromisoformat(_FACTS["edition_in_force"])
CLASSES: Final[dict[int, NiceClass]] = {row["number"]: NiceClass(**row) for row in _FACTS["classes"]}


# The editions, newest first, by the year since which they are in force; the newest is that of nice.json.
_SINCE: Final = ((2026, 13), (2023, 12), (2017, 11), (2012, 10), (2007, 9), (2002, 8), (1997, 7), (1992, 6), (1987, 5))
_FIRST_OF_A_YEAR: Final = 2013
LATER_NAMED: Final[str] = f"before {EDITION}"


def edition_for(filing_date: date | None) -> str:
    """The edition a class entry is read in: marks filed before the edition in force keep an earlier one."""
    if filing_date is None or filing_date >= EDITION_IN_FORCE:
        return EDITION
    return LATER_NAMED


def edition_at(filing_date: date) -> str:
    """The edition in force on the day of a filing, as "NCL 10-2014", "NCL 9", or "before NCL 5".

    Each edition and, since 2013, each year's version is in force from 1 January (WIPO, Nice Classification, editions).
    """
    year = min(filing_date.year, int(EDITION.rpartition("-")[2]))
    number = next((number for since, number in _SINCE if year >= since), 0)
    if not number:
        return f"before NCL {_SINCE[-1][1]}"
    return f"NCL {number}-{year}" if year >= _FIRST_OF_A_YEAR else f"NCL {number}"


def edition_named(text: str) -> str:
    """The edition that `text` names, "11-2017" or "NCL 11-2017", as "NCL 11-2017"; "" for what is none.

    An edition has a number up to that of the one in force, and a year since the first of 1963; "before NCL 13-2026" is
    what an entry gets whose edition nobody named.
    """
    plain = " ".join(text.split())
    if plain == LATER_NAMED:
        return plain
    found = re.fullmatch(r"(?:NCL\s?)?0?([1-9][0-9]?)-((?:19|20)[0-9]{2})", plain, re.ASCII | re.IGNORECASE)
    newest, year = (int(part) for part in EDITION.removeprefix("NCL ").split("-"))
    if not found or int(found[1]) > newest or not 1963 <= int(found[2]) <= year:
        return ""
    return f"NCL {int(found[1])}-{found[2]}"


def title_of(number: int) -> str:
    """The short title of a class, or "" for a number that is none."""
    found = CLASSES.get(number)
    return found.title if found else ""

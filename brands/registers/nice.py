"""The 45 classes of goods and services, in the edition in force. Pure."""

from __future__ import annotations

import json
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


def edition_for(filing_date: date | None) -> str:
    """The edition a class entry is read in: marks filed before the edition in force keep an earlier one."""
    if filing_date is None or filing_date >= EDITION_IN_FORCE:
        return EDITION
    return f"before {EDITION}"


def title_of(number: int) -> str:
    """The short title of a class, or "" for a number that is none."""
    found = CLASSES.get(number)
    return found.title if found else ""

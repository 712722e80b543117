"""International registrations (Madrid): no right of their own, but one at each designated office. Pure."""

from __future__ import annotations

import re
from typing import Final

from brands.registers.formats import normalise_number
from brands.registers.offices import OFFICES, Office

WIPO: Final = "WO"
DESIGNATED: Final[tuple[Office, ...]] = tuple(office for code, office in OFFICES.items() if code != WIPO)
DESIGNATED_CODES: Final = [office.st3 for office in DESIGNATED]


def international_number(text: str) -> str:
    """The number of an international registration in WIPO's form, "1234567A"; "" for what is none."""
    value = normalise_number(WIPO, "registration", text).value
    return value if re.fullmatch(OFFICES[WIPO].registration.regex, value, re.ASCII) else ""


def number_at(office: str, international: str) -> str:
    """What the designated office itself calls the designation, where that follows from the number; else ""."""
    digits, letter = re.fullmatch(r"([0-9]*)([A-Z]?)", international, re.ASCII).groups()  # type: ignore[union-attr]
    if office == "EM":
        return f"W{digits.zfill(8)}{letter}"
    if office == "GB" and not letter:
        return f"WO{digits.zfill(13)}"
    return ""

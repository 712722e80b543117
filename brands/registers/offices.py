"""The 28 offices: names, number formats, renewal terms and the countries a right of each reaches. Pure."""

from __future__ import annotations

import json
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, Literal

NumberKind = Literal["application", "registration"]
DATA: Final = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """What one kind of number looks like at one office."""

    regex: str
    example: str


@dataclass(frozen=True, slots=True)
class Office:
    """One trade mark office, by its WIPO ST.3 code."""

    st3: str
    name: str
    short: str
    confidence: str
    same_number: bool
    application: NumberFormat
    registration: NumberFormat
    term_years: int
    counted_from: str
    grace_months: int

    @property
    def strict(self) -> bool:
        """Whether the formats are evidenced well enough to refuse a number that does not fit."""
        return self.confidence == "high"

    def number(self, kind: NumberKind) -> NumberFormat:
        return self.application if kind == "application" else self.registration


EU_CODES: Final = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EU: Final = tuple(EU_CODES.split())
BENELUX: Final = ("BE", "LU", "NL")


def _format(facts: dict[str, Any]) -> NumberFormat:
    return NumberFormat(regex=facts["regex"], example=facts["example"])


def _office(facts: dict[str, Any]) -> Office:
    return Office(
        st3=facts["st3"],
        name=facts["name"],
        short=facts["short"],
        confidence=facts["confidence"],
        same_number=facts["same_number"],
        application=_format(facts["numbers"]["application"]),
        registration=_format(facts["numbers"]["registration"]),
        term_years=facts["renewal"]["term_years"],
        counted_from=facts["renewal"]["counted_from"],
        grace_months=facts["renewal"]["grace_months"],
    )


def _load() -> dict[str, Office]:
    rows = json.loads((DATA / "offices.json").read_text(encoding="utf-8"))["offices"]
    return {row["st3"]: _office(row) for row in rows}


OFFICES: Final[dict[str, Office]] = _load()
OFFICE_CODES: Final = list(OFFICES)
OFFICE_CHOICES: Final = [(office.st3, f"{office.short} ({office.name})") for office in OFFICES.values()]


# Who keeps the register of works in countries that have one: seldom the office that registers marks. A work is entered
# under the code of the country.
WORK_REGISTRIES: Final[dict[str, str]] = {
    "US": "U.S. Copyright Office (Library of Congress)",
    "BR": "Fundação Biblioteca Nacional, Escritório de Direitos Autorais (Brazil)",
    "CA": "Canadian Intellectual Property Office, copyrights",
    "CN": "Copyright Protection Centre of China",
    "ES": "Registro de la Propiedad Intelectual (Spain)",
    "ID": "Directorate General of Intellectual Property, copyright (Indonesia)",
    "IN": "Copyright Office, India",
    "JP": "Agency for Cultural Affairs (Japan)",
    "KR": "Korea Copyright Commission",
    "MX": "Instituto Nacional del Derecho de Autor (Mexico)",
    "MY": "Intellectual Property Corporation of Malaysia, copyright",
    "PH": "Intellectual Property Office of the Philippines, copyright",
    "TH": "Department of Intellectual Property, copyright (Thailand)",
    "TR": "Directorate General for Copyright (Türkiye)",
    "VN": "Copyright Office of Viet Nam",
}


def office_named(st3: str) -> Office | None:
    """The office with that ST.3 code, or None."""
    return OFFICES.get(st3)


def reach(st3: str) -> tuple[str, ...] | None:
    """Countries that a right of this office covers; None when the holder chooses them (WIPO)."""
    if st3 == "WO":
        return None
    return {"EM": EU, "BX": BENELUX}.get(st3, (st3,))


def default_territories(st3: str) -> tuple[str, ...]:
    """What to enter when the holder says nothing: the whole reach, or nothing where it is chosen."""
    return reach(st3) or ()


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def grace_ends(st3: str, expiry: date) -> date | None:
    """The last day on which the office takes a late renewal, or None for an unknown office."""
    office = OFFICES.get(st3)
    return add_months(expiry, office.grace_months) if office else None


def first_expiry_in_grace(today: date, months: int) -> date:
    """The earliest expiry date whose grace of `months` has not ended on `today`."""
    day = add_months(today, -months)
    return day if add_months(day, months) >= today else day + timedelta(days=1)

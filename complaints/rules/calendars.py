"""Business days: which days count in which calendar, from data files with a year that ends somewhere.

One file a calendar in data/calendars/, with its source named; a test compares all of them with the `holidays` library.
The Union has no calendar of its own: EU clocks count by the closing days of TARGET.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

FILES = Path(__file__).parent / "data" / "calendars"
SATURDAY = 5


class YearMissing(LookupError):
    """A calendar was asked about a year that its file does not have: nothing is guessed."""

    def __init__(self, calendar: str, year: int) -> None:
        self.calendar, self.year = calendar, year
        super().__init__(
            f"The calendar {calendar} has no year {year}. Add its holidays to complaints/rules/data/calendars/."
        )


@dataclass(frozen=True)
class Calendar:
    """The holidays of some years. `provisional` are years that no authority has settled yet; they can still move."""

    name: str
    what: str
    source: str
    holidays: frozenset[date]
    working_weekends: frozenset[date]
    years: frozenset[int]
    provisional: frozenset[int]

    def is_business_day(self, day: date) -> bool:
        """Says whether this day counts. Raises YearMissing for a year that is not in the data."""
        if day.year not in self.years:
            raise YearMissing(self.name, day.year)
        if day in self.working_weekends:
            return True
        return day.weekday() < SATURDAY and day not in self.holidays

    def add(self, start: date, days: int) -> date:
        """Gives the n-th business day after `start`, which itself never counts; 0 gives `start`."""
        day = start
        while days > 0:
            day += timedelta(days=1)
            days -= self.is_business_day(day)
        return day

    def on_or_after(self, day: date) -> date:
        """Gives this day if it counts, else the next one that does."""
        while not self.is_business_day(day):
            day += timedelta(days=1)
        return day

    def next_missing(self, today: date) -> int:
        """The first year from this one on that the data does not have."""
        year = today.year
        while year in self.years:
            year += 1
        return year


def names() -> list[str]:
    """Lists the calendars by the names of their files."""
    return sorted(path.stem for path in FILES.glob("*.json"))


@cache
def load(name: str) -> Calendar:
    """Reads one calendar by the name of its file, "us-federal"."""
    data = json.loads((FILES / f"{name}.json").read_text(encoding="utf-8"))
    return Calendar(
        name=data["name"],
        what=data["what"],
        source=data["source"],
        holidays=frozenset(date.fromisoformat(day) for year in data["years"].values() for day in year),
        working_weekends=frozenset(date.fromisoformat(day) for day in data["working_weekends"]),
        years=frozenset(int(year) for year in data["years"]),
        provisional=frozenset(data["provisional"]),
    )

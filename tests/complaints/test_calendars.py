"""Business days: the files say what the `holidays` library says, and warn before they end."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import holidays
import pytest
from holidays import financial_holidays

from complaints import checks
from complaints.rules import calendars, clocks

NAMES = calendars.names()


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((calendars.FILES / f"{name}.json").read_text(encoding="utf-8"))
    return found


def library(name: str, year: int) -> Any:
    code, *parts = read(name)["library"]
    if code == "XECB":
        return financial_holidays(code, years=year)
    return holidays.country_holidays(code, subdiv=parts[0] if parts else None, years=year)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("year", range(2025, 2031))
def test_a_calendar_has_the_days_of_the_library(name: str, year: int) -> None:
    there = library(name, year)
    days = {day for day in there if day.year == year}
    assert {date.fromisoformat(day) for day in read(name)["years"][str(year)]} == days
    worked = {day for day in getattr(there, "weekend_workdays", ()) if day.year == year}
    assert {day for day in calendars.load(name).working_weekends if day.year == year} == worked


@pytest.mark.parametrize("name", NAMES)
def test_a_calendar_names_its_source(name: str) -> None:
    calendar = calendars.load(name)
    assert calendar.source and calendar.what
    assert calendar.years == set(range(2025, 2031))


@pytest.mark.parametrize(
    ("name", "day", "counts"),
    [
        ("us-federal", date(2026, 11, 26), False),  # Thanksgiving
        ("us-federal", date(2026, 7, 3), False),  # Independence Day falls on a Saturday
        ("us-federal", date(2027, 12, 31), False),  # New Year's Day of the next year falls on a Saturday
        ("eu-target", date(2026, 4, 3), False),  # Good Friday
        ("eu-target", date(2026, 5, 14), True),  # Ascension Day is a holiday in many members, not for TARGET
        ("de", date(2026, 5, 14), False),
        ("fr", date(2026, 7, 14), False),
        ("gb-england", date(2026, 12, 28), False),  # Boxing Day falls on a Saturday
        ("cn", date(2026, 10, 10), True),  # a Saturday that is worked for the National Day week
        ("cn", date(2026, 10, 7), False),
        ("sg", date(2026, 11, 9), False),  # the Monday after Deepavali
        ("br", date(2026, 11, 20), False),
        ("jp", date(2026, 9, 22), False),  # a day between two holidays
        ("kr", date(2026, 10, 5), False),
        ("in", date(2026, 1, 26), False),
        ("us-federal", date(2026, 11, 21), False),  # a Saturday
        ("us-federal", date(2026, 11, 20), True),
    ],
)
def test_days_that_one_knows(name: str, day: date, counts: bool) -> None:
    assert calendars.load(name).is_business_day(day) is counts


def test_the_next_business_day_is_found_over_the_end_of_a_year() -> None:
    calendar = calendars.load("us-federal")
    assert calendar.add(date(2026, 12, 31), 1) == date(2027, 1, 4)
    assert calendar.on_or_after(date(2027, 1, 1)) == date(2027, 1, 4)
    assert calendar.add(date(2026, 12, 31), 0) == date(2026, 12, 31)


@pytest.mark.parametrize("name", NAMES)
def test_a_year_without_data_is_an_error_that_names_the_file(name: str) -> None:
    with pytest.raises(calendars.YearMissing, match="2031") as error:
        calendars.load(name).is_business_day(date(2031, 1, 1))
    assert "complaints/rules/data/calendars/" in str(error.value)


def test_every_jurisdiction_has_a_calendar_and_every_business_day_a_rule_counts_by_one() -> None:
    assert {place["calendar"] for place in clocks.places().values()} == set(NAMES)
    for rule in clocks.rules().values():
        assert rule.jurisdiction in clocks.places() or rule.unit not in clocks.BUSINESS, rule.id


def test_operators_are_warned_a_year_before_a_calendar_ends() -> None:
    assert [message for message in checks.of_calendars(date(2028, 12, 30)) if message.id == "rightsdesk.W004"] == []
    warned = [each for each in checks.of_calendars(date(2030, 1, 1)) if each.id == "rightsdesk.W004"]
    assert len(warned) == len({place["calendar"] for place in clocks.places().values() if place["calendar"] in used()})
    assert all("2031" in message.msg for message in warned)


def used() -> set[str]:
    return {rule.calendar for rule in clocks.rules().values() if rule.unit in clocks.BUSINESS and rule.has_date}


def test_operators_are_told_of_a_forecast_that_will_be_counted_by_within_a_year() -> None:
    soon = date(2026, 11, 22)
    told = [each for each in checks.of_calendars(soon) if each.id == "rightsdesk.I003"]
    assert [message.msg for message in told if "CN" in message.msg]
    assert not [message.msg for message in told if "US" in message.msg]
    assert checks.of_calendars(soon + timedelta(days=1)) == checks.of_calendars(soon)

"""What `check --deploy` says about the rules: calendars that end within a year, or that are still a forecast."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Info, Tags, Warning, register
from django.utils import timezone

from complaints.rules import calendars, clocks


@register(Tags.compatibility, deploy=True)
def calendars_last(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Looks a year ahead, so that there is time to add the holidays of a year."""
    return of_calendars(timezone.now().date())


def of_calendars(today: date) -> list[CheckMessage]:
    """Says what an operator should know on this day about the calendars that some clock counts by."""
    counted = {rule.calendar for rule in clocks.rules().values() if rule.unit in clocks.BUSINESS and rule.has_date}
    return [message for name in sorted(counted) for message in _of(name, calendars.load(name), today)]


def _of(name: str, calendar: calendars.Calendar, today: date) -> Iterator[CheckMessage]:
    hint = f"Edit complaints/rules/data/calendars/{name}.json; docs/clocks.md says how. Source: {calendar.source}."
    missing = calendar.next_missing(today)
    if missing <= today.year + 1:
        yield Warning(
            f"The calendar {calendar.name} has no year {missing}: clocks that reach it will not start.",
            hint=hint,
            id="rightsdesk.W004",
        )
    for year in sorted(calendar.provisional & {today.year, today.year + 1}):
        yield Info(
            f"The holidays of {calendar.name} in {year} are a forecast: put in what was published.",
            hint=hint,
            id="rightsdesk.I003",
        )

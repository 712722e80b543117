"""When does it run out? Every clock rule, and the one function that turns a rule and a moment into dates.

The rules are those of data/deadlines.json (facts of law, with their source) and data/own.json (service levels of ours).
Days are counted in the rule's own zone and calendar and end with their last second; what is stored is UTC.
"""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from complaints.rules import calendars

DATA = Path(__file__).parent / "data"
LEASE = timedelta(minutes=60)
DRAFT_KEPT = timedelta(days=30)
LINK_VALID = timedelta(days=190)
ANSWER_TO_DECISION_DAYS = 183
NOTICE_CONFIRM_WITHIN = timedelta(days=2)
BUSINESS = frozenset({"business_days", "working_days"})
DAY_BEGINS, DAY_ENDS = time(0, 0, 0), time(23, 59, 59)


class Kind(StrEnum):
    """What a rule's number is: a limit, a window, a promise of ours, or no date at all."""

    FIXED = "fixed"
    WINDOW = "window"
    MINIMUM_WINDOW = "minimum_window"
    STANDARD = "standard"
    REMINDER = "reminder"
    RETENTION = "retention"
    PLATFORM_PRACTICE = "platform_practice"
    PRIORITY = "priority"
    PENDING = "pending_law"


class NoSuchRule(LookupError):
    """No clock rule has this id."""


class SetsNoDate(ValueError):
    """The rule is switched off (a law that is pending) or orders a queue and sets no date."""


@dataclass(frozen=True)
class Rule:
    """One clock rule. `amounts` are in `unit`: {due}, {min, max}, {normal, max} or {opens, due, grace}."""

    id: str
    jurisdiction: str
    legal_basis: str
    event: str
    actor: str
    action: str
    kind: Kind
    unit: str
    amounts: Mapping[str, int]
    calendar: str
    zone: str
    test_vectors: tuple[Mapping[str, str], ...] = ()

    @property
    def is_service_level(self) -> bool:
        """Whether the number is ours because the law names none; it must be shown as such."""
        return self.kind == Kind.STANDARD

    @property
    def has_date(self) -> bool:
        return self.kind not in {Kind.PENDING, Kind.PRIORITY}


@dataclass(frozen=True)
class Span:
    """Not before `earliest` (None: at any time) and not after `due`, both UTC; `moments` are those beside them."""

    earliest: datetime | None
    due: datetime
    zone: str
    moments: Mapping[str, datetime] = field(default_factory=dict)


@cache
def rules() -> Mapping[str, Rule]:
    """Reads every rule, by its id."""
    listed = [*_read("deadlines.json")["rules"], *_read("own.json")["rules"]]
    return {row["id"]: _rule(row) for row in listed}


def find(rule_id: str) -> Rule:
    """Gives one rule. Raises NoSuchRule."""
    try:
        return rules()[rule_id]
    except KeyError:
        raise NoSuchRule(f"No clock rule has the id {rule_id!r}.") from None


def is_law(rule_id: str) -> bool:
    """Says whether a rule comes from a law; the others are ours."""
    return not rule_id.startswith("own.")


def run(rule: Rule | str, started_at: datetime, *, period: int = 1) -> Span:
    """Says until when a clock runs that started then; `period` is the n-th turn of a rule that comes again.

    Raises SetsNoDate for rules that are off or only order a queue, calendars.YearMissing where the holidays of a year
    are not known, ValueError for a start without a time zone.
    """
    rule = find(rule) if isinstance(rule, str) else rule
    if not rule.has_date:
        raise SetsNoDate(f"{rule.id} sets no date.")
    if started_at.tzinfo is None:
        raise ValueError("started_at must carry a time zone")
    amounts = rule.amounts
    if "opens" in amounts or "grace" in amounts:
        return _register_span(rule, started_at, period)
    ends = _end(rule, started_at, amounts.get("max", amounts.get("due", 0)))
    if rule.kind == Kind.WINDOW:
        return Span(_day_of(rule, started_at, amounts["min"], DAY_BEGINS), ends, rule.zone)
    moments = {"normal": _end(rule, started_at, amounts["normal"])} if "normal" in amounts else {}
    return Span(None, ends, rule.zone, moments)


def _register_span(rule: Rule, started_at: datetime, period: int) -> Span:
    """Upkeep of a register: it opens, is due, and a time of grace follows. Only the first two come again."""
    whole = rule.amounts["due"] * period
    lead = rule.amounts["due"] - rule.amounts.get("opens", rule.amounts["due"])
    opens = _day_of(rule, started_at, whole - lead, DAY_BEGINS) if lead else None
    grace = _end(rule, started_at, whole + rule.amounts.get("grace", 0))
    return Span(opens, _end(rule, started_at, whole), rule.zone, {"grace_ends": grace})


def _end(rule: Rule, started_at: datetime, amount: int) -> datetime:
    if rule.unit in {"hours", "minutes"}:
        return started_at.astimezone(UTC) + timedelta(**{rule.unit: amount})
    return _day_of(rule, started_at, amount, DAY_ENDS)


def _day_of(rule: Rule, started_at: datetime, amount: int, at: time) -> datetime:
    zone = ZoneInfo(rule.zone)
    day = count(started_at.astimezone(zone).date(), amount, rule.unit, rule.calendar)
    return datetime.combine(day, at, zone).astimezone(UTC)


def move(rule: Rule | str, moment: datetime, by: timedelta, *, begins: bool = False) -> datetime:
    """Moves an end, or with `begins` the beginning of a window, by the time that a clock stood still.

    Days stay whole: what falls inside a day moves to its end, or to the next beginning, and never to a day that does
    not count.
    """
    rule = find(rule) if isinstance(rule, str) else rule
    if rule.unit in {"hours", "minutes"}:
        return moment + by
    zone, at = ZoneInfo(rule.zone), DAY_BEGINS if begins else DAY_ENDS
    local = (moment + by).astimezone(zone)
    day = local.date() if local.time() <= at else local.date() + timedelta(days=1)
    if rule.unit in BUSINESS:
        day = calendars.load(rule.calendar).on_or_after(day)
    return datetime.combine(day, at, zone).astimezone(UTC)


def count(start: date, amount: int, unit: str, calendar: str) -> date:
    """Counts from the day after `start`; months and years clip to the last day of a shorter month."""
    if unit in BUSINESS:
        return calendars.load(calendar).add(start, amount)
    if unit in {"calendar_days", "days"}:
        return start + timedelta(days=amount)
    return _add_months(start, amount * (12 if unit == "years" else 1))


def _add_months(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _read(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


@cache
def places() -> Mapping[str, Mapping[str, str]]:
    """Calendar and zone of each jurisdiction; "*" is everywhere else."""
    found: Mapping[str, Mapping[str, str]] = _read("jurisdictions.json")["jurisdictions"]
    return found


def _rule(row: Mapping[str, Any]) -> Rule:
    kind = Kind(row.get("kind", Kind.FIXED))
    default = row.get("config_default")
    clock, unit = (default["amount"], default["unit"]) if default else (row["clock"], row["unit"])
    place = places().get(row["jurisdiction"], places()["*"])
    return Rule(
        id=row["id"],
        jurisdiction=row["jurisdiction"],
        legal_basis=row["legal_basis"],
        event=row["event"],
        actor=row["actor"],
        action=row["action"],
        kind=kind,
        unit=unit,
        amounts=dict(clock) if isinstance(clock, Mapping) else {"due": clock},
        calendar=place["calendar"],
        zone=place["zone"],
        test_vectors=tuple(row.get("test_vectors", ())),
    )


def length(rule_id: str) -> timedelta:
    """Gives the length of a rule that is counted in hours or minutes."""
    rule = find(rule_id)
    return timedelta(**{rule.unit: rule.amounts["due"]})


DECIDE_WITHIN = length("own.decide")
DECIDE_LIVE_WITHIN = length("own.decide_live")
ANSWER_WITHIN = length("own.answer")


def decide_rule(*, live: bool) -> str:
    """Names our service level for deciding; `live` when a livestream among the items is on air."""
    return "own.decide_live" if live else "own.decide"

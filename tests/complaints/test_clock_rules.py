"""Dates of clock rules: the vectors of deadlines.json, and what holds for every rule whatever the day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.rules import calendars, clocks, effects
from complaints.rules.clocks import Kind, Rule

RULES = clocks.rules()
DATED = sorted(rule.id for rule in RULES.values() if rule.has_date)
IN_BUSINESS_DAYS = sorted(rule_id for rule_id in DATED if RULES[rule_id].unit in clocks.BUSINESS)
VECTORS = [(rule.id, vector) for rule in RULES.values() for vector in rule.test_vectors]
moments = st.datetimes(datetime(2025, 1, 1), datetime(2029, 12, 1), timezones=st.just(UTC))


def at(rule: Rule, day: str, hour: int = 12) -> datetime:
    """An hour of this day where the rule's days are counted."""
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), ZoneInfo(rule.zone)).replace(hour=hour)


def local(rule: Rule, moment: datetime | None) -> str:
    assert moment is not None
    assert moment.tzinfo is UTC, "what is stored is UTC"
    return moment.astimezone(ZoneInfo(rule.zone)).date().isoformat()


@pytest.mark.parametrize(("rule_id", "vector"), VECTORS, ids=[f"{rule}-{n}" for n, (rule, _v) in enumerate(VECTORS)])
@pytest.mark.parametrize("hour", [0, 12, 23])
def test_every_vector_of_the_reference_holds_at_any_hour_of_its_day(
    rule_id: str, vector: dict[str, str], hour: int
) -> None:
    rule = RULES[rule_id]
    start = vector.get("received") or vector.get("filed") or vector["registered"]
    span = clocks.run(rule, at(rule, start, hour), period=2 if "second_due" in vector else 1)
    found = {
        "earliest": span.earliest,
        "opens": span.earliest,
        "latest": span.due,
        "due": span.due,
        "second_due": span.due,
        "expires": span.due,
        "grace_ends": span.moments.get("grace_ends"),
    }
    named = {name: day for name, day in vector.items() if name in found}
    assert named
    assert {name: local(rule, found[name]) for name in named} == named


def test_the_reference_has_the_vectors_that_it_is_known_for() -> None:
    assert len(VECTORS) == 7
    span = clocks.run("us.dmca.putback", at(RULES["us.dmca.putback"], "2026-11-20"))
    assert span.earliest == datetime(2026, 12, 7, 5, 0, tzinfo=UTC)
    assert span.due == datetime(2026, 12, 12, 4, 59, 59, tzinfo=UTC)  # the last second of 11 December in New York


def test_a_day_begins_where_the_rule_lives_and_not_where_we_store_it() -> None:
    """In New York it is still Thursday the 19th when London writes Friday, so the count begins a day earlier."""
    night = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
    assert local(RULES["us.dmca.putback"], clocks.run("us.dmca.putback", night).earliest) == "2026-12-04"


@pytest.mark.parametrize(
    ("rule_id", "start", "due"),
    [
        ("eu.dsa.complaint", "2026-08-31", "2027-02-28"),
        ("eu.dsa.complaint", "2027-08-31", "2028-02-29"),
        ("us.dmca.agent_renewal", "2028-02-29", "2031-02-28"),
        ("us.inform.certify", "2027-02-28", "2028-02-28"),
        ("cn.ecl.wait", "2026-09-25", "2026-10-10"),
        ("sg.putback", "2026-12-21", "2027-01-06"),  # Christmas and New Year's Day
        ("eu.p2b.terminate", "2028-01-31", "2028-03-01"),
        ("eu.dsa.sor", "2026-11-21", "2026-11-21"),
        ("eu.dsa.ods", "2026-01-01", "2026-06-30"),
    ],
)
def test_days_months_and_years_are_counted_from_the_day_after_and_clip(rule_id: str, start: str, due: str) -> None:
    rule = RULES[rule_id]
    assert local(rule, clocks.run(rule, at(rule, start)).due) == due


def test_hours_are_exact_also_when_the_clocks_are_put_back() -> None:
    before = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)  # summer time ends in this night
    assert clocks.run("eu.gdpr.breach", before).due - before == timedelta(hours=72)
    rule = RULES["eu.dsa.decide"]
    days = clocks.run(rule, at(rule, "2026-10-23"))  # three business days over that night end at 23:59:59 there
    assert days.due == datetime(2026, 10, 28, 22, 59, 59, tzinfo=UTC)
    assert clocks.run(rule, at(rule, "2026-03-27")).due == datetime(2026, 4, 1, 21, 59, 59, tzinfo=UTC)


def test_the_body_of_dispute_has_its_normal_time_beside_the_longest() -> None:
    rule = RULES["eu.dsa.ods"]
    span = clocks.run(rule, at(rule, "2026-01-01"))
    assert local(rule, span.moments["normal"]) == "2026-04-01"


@pytest.mark.parametrize("rule_id", sorted(set(RULES) - set(DATED)))
def test_pending_law_and_orders_of_a_queue_set_no_date(rule_id: str) -> None:
    assert RULES[rule_id].kind in {Kind.PENDING, Kind.PRIORITY}
    with pytest.raises(clocks.SetsNoDate):
        clocks.run(rule_id, datetime(2026, 1, 1, tzinfo=UTC))


def test_every_kind_of_the_reference_is_known_and_service_levels_say_that_they_are_ours() -> None:
    assert {rule.kind for rule in RULES.values()} == set(Kind)
    ours = {rule.id for rule in RULES.values() if rule.is_service_level}
    assert {"own.decide", "own.decide_live", "eu.dsa.decide", "us.dmca.takedown"} <= ours
    assert not ours & {"us.dmca.putback", "in.copyright.remove", "eu.dsa.complaint", "cn.ecl.wait"}


def test_an_unknown_rule_and_a_start_without_a_zone_are_refused() -> None:
    with pytest.raises(clocks.NoSuchRule):
        clocks.run("us.dmca.putbuck", datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(ValueError, match="time zone"):
        clocks.run("own.decide", datetime(2026, 1, 1))


def test_a_year_that_no_calendar_has_is_an_error_and_no_guess() -> None:
    rule = RULES["us.dmca.putback"]
    with pytest.raises(calendars.YearMissing, match="US-federal has no year 2031"):
        clocks.run(rule, at(rule, "2030-12-20"))


@given(st.sampled_from(DATED), moments, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_who_starts_later_is_never_due_earlier(rule_id: str, moment: datetime, later: timedelta) -> None:
    first, second = clocks.run(rule_id, moment), clocks.run(rule_id, moment + later)
    assert first.due <= second.due
    assert first.due >= moment
    assert (first.earliest or first.due) <= first.due
    assert (first.earliest is None) == (second.earliest is None)
    if first.earliest and second.earliest:
        assert first.earliest <= second.earliest


@given(st.sampled_from(IN_BUSINESS_DAYS), moments)
def test_business_days_end_on_a_day_that_counts_with_its_last_second(rule_id: str, moment: datetime) -> None:
    rule = RULES[rule_id]
    span = clocks.run(rule, moment)
    end = span.due.astimezone(ZoneInfo(rule.zone))
    assert calendars.load(rule.calendar).is_business_day(end.date())
    assert end.time() == clocks.DAY_ENDS


@given(st.sampled_from(IN_BUSINESS_DAYS), moments, st.timedeltas(timedelta(0), timedelta(days=20)))
def test_standing_still_takes_nothing_away_and_never_ends_on_a_holiday(
    rule_id: str, moment: datetime, stood: timedelta
) -> None:
    rule, span = RULES[rule_id], clocks.run(rule_id, moment)
    moved = clocks.move(rule, span.due, stood)
    assert moved >= span.due + stood
    assert calendars.load(rule.calendar).is_business_day(moved.astimezone(ZoneInfo(rule.zone)).date())
    assert clocks.move(rule, span.due, timedelta(0)) == span.due


def test_every_rule_says_what_starts_it_and_what_comes_of_it() -> None:
    assert set(effects.conducts()) == set(RULES)


def test_only_the_rules_of_these_packs_act_alone() -> None:
    assert effects.automatic() == {"us.dmca.putback", "sg.putback", "cn.ecl.wait", "own.silent"}
    assert effects.with_effect(effects.Effect.PUT_BACK) == effects.automatic()


def test_no_clock_that_runs_is_off_or_without_a_date() -> None:
    rows = {rule for rule, conduct in effects.conducts().items() if conduct.starts in {"filed", "asked", "by_hand"}}
    assert rows <= set(DATED)
    assert not rows & {rule.id for rule in RULES.values() if rule.kind == Kind.PLATFORM_PRACTICE}


def test_filing_starts_the_clocks_of_the_packs_of_its_items() -> None:
    pairs = [("trademark", "DE"), ("copyright", "US"), ("trademark", "FR")]
    assert sorted(effects.on_filing(pairs)) == ["eu.dsa.decide", "us.dmca.takedown"]
    assert effects.on_filing([("trademark", "ZA")]) == []
    assert "us.dmca.putback" in effects.by_hand([("copyright", "US")])
    assert "us.dmca.putback" not in effects.by_hand([("trademark", "US"), ("copyright", "DE")])

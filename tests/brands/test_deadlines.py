"""When rights must be renewed: the collected test vectors, every office, and what must hold for any dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brands.registers.offices import OFFICES, add_months
from brands.registers.renewals import (
    LABELS,
    RENEWING,
    TEST_VECTORS,
    DeadlineState,
    RenewalFacts,
    deadlines,
    end_unknown,
    is_66a,
    next_expiry,
)

TODAY = date(2026, 11, 21)
D = date.fromisoformat
days = st.dates(min_value=date(1950, 1, 1), max_value=date(2090, 12, 31))
offices = st.sampled_from(sorted(OFFICES))


def rules(facts: RenewalFacts, today: date = TODAY) -> list[str]:
    return [each.rule for each in deadlines(facts, today)]


def one(facts: RenewalFacts, rule: str, today: date = TODAY):
    (found,) = [each for each in deadlines(facts, today) if each.rule == rule]
    return found


# --- the vectors of deadlines.json, as they were collected


def test_section_8_is_due_in_the_sixth_year() -> None:
    for row in TEST_VECTORS["tm.us.s8"]:
        found = one(RenewalFacts("US", registration_date=D(row["registered"])), "tm.us.s8", D("2024-01-01"))
        assert (found.opens, found.due, found.grace_ends) == (D(row["opens"]), D(row["due"]), D(row["grace_ends"]))


def test_the_second_renewal_in_the_us_is_twenty_years_after_registration() -> None:
    for row in TEST_VECTORS["tm.us.s9"]:
        found = one(RenewalFacts("US", registration_date=D(row["registered"])), "tm.us.s9", D("2023-06-01"))
        assert (found.due, found.grace_ends) == (D(row["second_due"]), D(row["grace_ends"]))


def test_ten_years_are_counted_from_what_the_office_counts_from() -> None:
    for row in TEST_VECTORS["tm.10y"]:
        facts = RenewalFacts(row["office"], filing_date=D(row["filed"]), registration_date=D(row["registered"]))
        assert one(facts, "tm.10y").due == D(row["expires"])
        declared = RenewalFacts(row["office"], registration_date=D(row["registered"]), expiry_date=D(row["expires"]))
        assert one(declared, "tm.10y").due == D(row["expires"])


# --- what single offices ask for


def test_a_us_designation_by_madrid_has_section_71_and_is_renewed_at_wipo() -> None:
    facts = RenewalFacts("US", madrid=True, registration_date=date(2021, 8, 27), expiry_date=date(2027, 2, 1))
    found = deadlines(facts, TODAY)
    assert [(each.rule, each.office, each.due) for each in found] == [
        ("tm.10y", "WO", date(2027, 2, 1)),
        ("tm.us.s71", "US", date(2027, 8, 27)),
        ("tm.us.s71", "US", date(2031, 8, 27)),
    ]
    assert "international registration" in found[0].what and "WIPO" in found[1].what
    assert is_66a("US", "79123456") and not is_66a("US", "88326251") and not is_66a("EM", "79123456")


def test_a_national_us_mark_has_no_section_71() -> None:
    assert rules(RenewalFacts("US", registration_date=date(2021, 8, 27))) == ["tm.us.s8", "tm.us.s9"]
    assert rules(RenewalFacts("US", registration_date=date(2004, 3, 23))) == ["tm.us.s9"]


def test_japan_may_ask_for_the_second_part_of_the_fee() -> None:
    found = one(RenewalFacts("JP", registration_date=date(2022, 2, 2)), "tm.jp.fee2")
    assert (found.due, found.grace_ends) == (date(2027, 2, 2), date(2027, 8, 2))
    assert "two parts" in found.what


def test_mexico_asks_for_use_after_three_years_and_counts_older_terms_from_filing() -> None:
    new = RenewalFacts("MX", filing_date=date(2022, 1, 5), registration_date=date(2023, 10, 5))
    assert one(new, "tm.mx.use").opens == date(2026, 10, 5) and one(new, "tm.mx.use").due == date(2027, 1, 5)
    assert one(new, "tm.10y").due == date(2033, 10, 5)
    old = RenewalFacts("MX", filing_date=date(2017, 1, 5), registration_date=date(2017, 10, 5))
    assert rules(old) == ["tm.10y"] and one(old, "tm.10y").due == date(2027, 1, 5)


def test_the_philippines_ask_for_use_again_and_again() -> None:
    facts = RenewalFacts("PH", filing_date=date(2024, 6, 1), registration_date=date(2025, 6, 1))
    assert rules(facts) == ["tm.ph.use3", "tm.ph.use", "tm.10y"]
    assert one(facts, "tm.ph.use3").due == date(2027, 6, 1)
    assert one(facts, "tm.ph.use", date(2031, 7, 1)).due == date(2041, 6, 1)


def test_canada_gave_fifteen_years_before_june_2019() -> None:
    old, new = date(2019, 6, 16), date(2019, 6, 17)
    assert one(RenewalFacts("CA", registration_date=old), "tm.10y").due == date(2034, 6, 16)
    assert one(RenewalFacts("CA", registration_date=new), "tm.10y").due == date(2029, 6, 17)
    assert one(RenewalFacts("CA", registration_date=old), "tm.10y", date(2035, 1, 1)).due == date(2044, 6, 16)


def test_a_mark_of_29_february_comes_back_to_its_day() -> None:
    facts = RenewalFacts("CN", registration_date=date(2020, 2, 29))
    dues = [one(facts, "tm.10y", day).due for day in (date(2029, 1, 1), date(2031, 1, 1))]
    assert dues == [date(2030, 2, 28), date(2040, 2, 29)]
    renewed = RenewalFacts("CN", registration_date=date(2020, 2, 29), expiry_date=date(2030, 2, 28))
    assert next_expiry(renewed) == date(2040, 2, 29)
    assert next_expiry(RenewalFacts("CN", expiry_date=date(2030, 2, 28))) == date(2040, 2, 28)


def test_thailand_opens_three_months_before_and_is_reminded_once_less() -> None:
    found = one(RenewalFacts("TH", registration_date=date(2018, 1, 9), expiry_date=date(2027, 1, 31)), "tm.10y")
    assert found.opens == date(2026, 10, 31)
    assert [name for name, _day in found.steps()] == ["opens", "90_days", "30_days", "due", "grace_30"]
    short = one(RenewalFacts("TH", registration_date=date(2018, 1, 9), expiry_date=date(2027, 4, 30)), "tm.10y")
    assert [name for name, _day in short.steps()] == ["opens", "30_days", "due", "grace_30"]


def test_designs_and_patents_have_their_declared_expiry_only() -> None:
    for kind in ("design", "patent"):
        (found,) = deadlines(RenewalFacts("EM", kind=kind, filing_date=date(2022, 1, 1), expiry_date=TODAY), TODAY)
        assert (found.rule, found.due, found.grace_ends) == ("right.expiry", TODAY, TODAY)
        assert deadlines(RenewalFacts("EM", kind=kind, filing_date=date(2022, 1, 1)), TODAY) == []
        assert end_unknown(RenewalFacts("EM", kind=kind))
    assert deadlines(RenewalFacts("", kind="copyright"), TODAY) == []
    assert not end_unknown(RenewalFacts("", kind="copyright"))


def test_nothing_is_known_of_a_designation_without_expiry_or_of_a_pending_mark() -> None:
    designation = RenewalFacts("DE", madrid=True, filing_date=date(2018, 1, 1), registration_date=date(2019, 1, 1))
    assert deadlines(designation, TODAY) == [] and end_unknown(designation)
    pending = RenewalFacts("EM", filing_date=date(2025, 1, 1))
    assert deadlines(pending, TODAY) == [] and not end_unknown(pending)


def test_a_term_that_ran_out_stays_as_passed_and_asks_for_no_use() -> None:
    facts = RenewalFacts("US", registration_date=date(2015, 1, 1), expiry_date=date(2025, 1, 1))
    (found,) = deadlines(facts, TODAY)
    assert found.state_on(TODAY) == DeadlineState.PASSED and found.step_on(TODAY) == ""


def test_a_declaration_that_was_missed_stays_as_passed_unless_the_register_lived_on() -> None:
    facts = RenewalFacts("US", registration_date=D("2017-03-27"), expiry_date=D("2027-03-27"))
    missed = one(facts, "tm.us.s8")
    assert (missed.due, missed.grace_ends) == (D("2023-03-27"), D("2023-09-27"))
    assert missed.state_on(TODAY) is DeadlineState.PASSED and missed.step_on(TODAY) == ""
    assert one(replace(facts, live_on=D("2023-09-27")), "tm.us.s8").state_on(TODAY) is DeadlineState.PASSED
    assert "tm.us.s8" not in rules(replace(facts, live_on=D("2023-09-28"))), "it was made, or the register would say"
    assert "tm.us.s8" not in rules(facts, D("2027-09-28")), "the term in which it was asked is over"


def test_the_states_and_steps_of_a_deadline_follow_the_days() -> None:
    found = one(RenewalFacts("EM", registration_date=date(2017, 1, 1), expiry_date=date(2027, 3, 1)), "tm.10y")
    seen = {
        date(2026, 8, 31): ("ahead", ""),
        date(2026, 9, 1): ("window", "opens"),
        date(2026, 12, 1): ("window", "90_days"),
        date(2027, 2, 1): ("window", "30_days"),
        date(2027, 3, 1): ("due", "due"),
        date(2027, 3, 2): ("grace", "due"),
        date(2027, 8, 2): ("grace", "grace_30"),
        date(2027, 9, 1): ("grace", "grace_30"),
        date(2027, 9, 2): ("passed", ""),
    }
    assert {day: (found.state_on(day), found.step_on(day)) for day in seen} == seen


@pytest.mark.parametrize("office", sorted(OFFICES))
def test_every_office_has_a_renewal_with_words(office: str) -> None:
    facts = RenewalFacts(office, filing_date=date(2017, 5, 5), registration_date=date(2018, 5, 5))
    found = [each for each in deadlines(facts, TODAY) if each.renews]
    assert len(found) == 1 and found[0].what and found[0].label and found[0].legal_basis
    assert found[0].grace_ends == add_months(found[0].due, OFFICES[office].grace_months)


# --- for any dates


@given(offices, days, st.integers(0, 900), st.booleans(), days)
def test_a_deadline_opens_before_it_is_due_and_ends_after_it(
    office: str, filed: date, later: int, madrid: bool, today: date
) -> None:
    facts = RenewalFacts(office, madrid=madrid, filing_date=filed, registration_date=filed + timedelta(days=later))
    found = deadlines(facts, today)
    assert found == deadlines(facts, today)  # asked twice, said twice
    for each in found:
        assert each.opens < each.due <= each.grace_ends and each.rule in LABELS
        assert each.grace_ends >= today or each.rule in {"tm.us.s8", "tm.us.s71", "tm.mx.use", "tm.ph.use3"}
        steps = [day for _name, day in each.steps()]
        assert steps == sorted(steps) and steps[0] == each.opens


@given(offices, days)
def test_no_term_is_lost_in_a_hundred_years(office: str, filed: date) -> None:
    facts = RenewalFacts(office, filing_date=filed, registration_date=filed)
    seen, day = [], filed
    while day.year < filed.year + 100:
        (found,) = [each for each in deadlines(facts, day) if each.renews]
        assert found.grace_ends >= day
        seen.append(found.due)
        day = found.grace_ends + timedelta(days=1)
    assert seen == sorted(set(seen))
    first = 180 if office == "CA" and filed < date(2019, 6, 17) else 120
    assert seen == [add_months(filed, first + 120 * place) for place in range(len(seen))]
    assert len(seen) >= 9


@given(offices, days, st.integers(0, 200))
def test_renewing_at_each_end_meets_every_term(office: str, filed: date, late: int) -> None:
    """A holder who declares each new expiry is asked for the next one, ten years on, from the same day."""
    facts = RenewalFacts(office, filing_date=filed, registration_date=filed)
    first = next(each for each in deadlines(facts, filed) if each.renews)
    expiry, asked = first.due, []
    for _term in range(5):
        now = RenewalFacts(office, filing_date=filed, registration_date=filed, expiry_date=expiry)
        (found,) = [each for each in deadlines(now, expiry) if each.rule in RENEWING]
        assert found.due == expiry
        asked.append(expiry)
        expiry = next_expiry(now)
    months = [120 * place for place in range(5)]
    start = 180 if office == "CA" and filed < date(2019, 6, 17) else 120
    assert asked == [add_months(filed, start + more) for more in months]

"""Can a right be used today? Asked of the right itself and of the query, which must agree."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from brands import registry
from brands.models import IPRight
from brands.registers.offices import add_months, first_expiry_in_grace
from brands.registers.statuses import ALLOWS, LABELS, REASONS, RegisterStatus, status_of
from brands.states import RightState
from portal.errors import Refused
from tests.brands import factories as f

TODAY = f.TODAY


def right(**values: Any) -> IPRight:
    facts: dict[str, Any] = {
        "state": RightState.APPROVED.value,
        "office": "EM",
        "register_status": "registered",
        "register_as_of": date(2026, 11, 1),
        "verified_at": f.NOW,
        "registration_date": date(2017, 3, 27),
        "expiry_date": date(2030, 4, 22),
    }
    return IPRight(**{**facts, **values})


def test_an_approved_registered_mark_can_be_used_and_says_as_of_when() -> None:
    answer = right().usable(TODAY)
    assert (answer.ok, answer.code) == (True, "live")
    assert "1 Nov 2026" in answer.reason


def test_without_a_record_it_is_the_desk_that_saw_it() -> None:
    answer = right(record_id=None).usable(TODAY)
    assert answer.reason == "The desk saw it registered on 1 Nov 2026."
    challenged = right(record_id=None, register_status="registered_challenged").usable(TODAY)
    assert challenged.reason.startswith("The desk saw it registered on 1 Nov 2026; somebody has asked")
    assert right(record_id=7).usable(TODAY).reason == "The register shows it as registered. As of 1 Nov 2026."


@pytest.mark.parametrize(
    ("values", "code", "words"),
    [
        ({"state": "draft"}, "not_approved", "draft"),
        ({"state": "in_review"}, "not_approved", "reviewing"),
        ({"state": "rejected"}, "not_approved", "rejected"),
        (
            {"register_status": "application_filed"},
            "pending",
            "not registered yet: it can be stored, not used to report",
        ),
        ({"register_status": "published_opposition"}, "pending", "published, not registered yet: it can be stored"),
        ({"registration_date": date(2026, 12, 1)}, "pending", "1 Dec 2026"),
        ({"expiry_date": date(2026, 11, 20)}, "expired", "20 Nov 2026"),
        ({"expiry_date": date(2026, 11, 20)}, "expired", "until 20 May 2027"),
        ({"expiry_date": date(2020, 1, 1)}, "expired", "expired on 1 Jan 2020"),
        ({"register_status": "dead_expired"}, "dead", "expired"),
        ({"register_status": "dead_cancelled"}, "dead", "cancelled"),
        ({"register_status": "dead_withdrawn_refused"}, "dead", "withdrawn or refused"),
        ({"register_status": "unknown"}, "unknown", "do not know"),
        ({"register_status": "something new"}, "unknown", "do not know"),
        (
            {"register_status": "lapsed_in_grace", "verified_at": datetime(2026, 1, 1, tzinfo=UTC)},
            "in_grace_unchecked",
            "lapsed",
        ),
        ({"register_status": "lapsed_in_grace", "expiry_date": date(2026, 1, 1)}, "expired", "1 Jul 2026"),
    ],
)
def test_a_right_that_cannot_be_used_says_why(values: dict[str, Any], code: str, words: str) -> None:
    answer = right(**values).usable(TODAY)
    assert (answer.ok, answer.code) == (False, code)
    assert words in answer.reason


@pytest.mark.parametrize("kind", ["design", "patent"])
def test_designs_and_patents_have_no_late_renewal_of_marks(kind: str) -> None:
    answer = right(kind=kind, expiry_date=date(2026, 11, 20)).usable(TODAY)
    assert (answer.code, answer.reason) == ("expired", "The registration expired on 20 Nov 2026.")


def test_a_work_needs_no_register_and_says_so() -> None:
    answer = right(kind="copyright", office="", register_status="unknown", expiry_date=None).usable(TODAY)
    assert (answer.ok, answer.code) == (True, "live") and "work" in answer.reason


def test_the_last_day_counts() -> None:
    assert right(expiry_date=TODAY).usable(TODAY).ok
    assert not right(expiry_date=TODAY - timedelta(days=1)).usable(TODAY).ok


def test_a_lapsed_mark_the_desk_checked_can_be_used_within_its_grace() -> None:
    assert right(register_status="lapsed_in_grace", expiry_date=date(2026, 9, 1)).usable(TODAY).code == "in_grace"


@pytest.mark.parametrize("declared", [None, date(2036, 3, 27)])
def test_the_registers_own_end_counts_whatever_was_declared(declared: date | None) -> None:
    ended = right(expiry_date=declared, register_expiry=TODAY - timedelta(days=1))
    assert (ended.ends_on, ended.usable(TODAY).code) == (TODAY - timedelta(days=1), "expired")
    assert right(expiry_date=declared, register_expiry=TODAY).usable(TODAY).ok
    lapsed = {"register_status": "lapsed_in_grace", "expiry_date": declared}
    assert right(**lapsed, register_expiry=date(2026, 9, 1)).usable(TODAY).code == "in_grace"
    assert right(**lapsed, register_expiry=date(2026, 1, 1)).usable(TODAY).code == "expired"


def test_another_owner_in_the_register_comes_after_everything_else_that_stops_it() -> None:
    named = {"other_owner": "Somebody Else Inc."}
    assert right(**named).usable(TODAY).code == "owner_differs" and "Somebody" in right(**named).usable(TODAY).reason
    assert right(**named, register_status="dead_cancelled").usable(TODAY).code == "dead"
    assert right(**named).in_force(TODAY).ok, "register and calendar alone"


def test_every_status_has_a_rule_a_label_and_a_reason() -> None:
    assert set(ALLOWS) == set(LABELS) == set(REASONS) == set(RegisterStatus)
    assert status_of("LIVE") is RegisterStatus.UNKNOWN


@settings(max_examples=300, deadline=None)
@given(day=st.dates(date(1990, 1, 1), date(2060, 1, 1)))
def test_the_first_expiry_in_grace_is_exact(day: date) -> None:
    first = first_expiry_in_grace(day, 6)
    assert add_months(first, 6) >= day > add_months(first - timedelta(days=1), 6)


DAYS = st.one_of(st.none(), st.dates(date(2025, 6, 1), date(2027, 6, 1)))


@pytest.mark.django_db
def test_live_says_what_usable_says() -> None:
    owner = f.actor()
    kept = f.approved(owner)

    @settings(max_examples=150, deadline=None)
    @given(
        state=st.sampled_from(list(RightState)),
        status=st.sampled_from(list(RegisterStatus)),
        kind=st.sampled_from(["trademark", "copyright", "design", "patent"]),
        as_of=DAYS,
        begins=DAYS,
        expires=DAYS,
        ends=DAYS,
        other=st.sampled_from(["", "", "Somebody Else Inc."]),
        checked=st.datetimes(datetime(2026, 10, 20), datetime(2026, 12, 1), timezones=st.just(UTC)),
        zone=st.sampled_from(["UTC", "Pacific/Auckland", "America/Los_Angeles"]),
    )
    def agree(**drawn: Any) -> None:
        IPRight.objects.filter(pk=kept.pk).update(
            state=drawn["state"].value,
            state_reason="x",
            register_status=drawn["status"].value,
            kind=drawn["kind"],
            register_as_of=drawn["as_of"],
            registration_date=drawn["begins"],
            expiry_date=drawn["expires"],
            register_expiry=drawn["ends"],
            other_owner=drawn["other"],
            other_owner_at=drawn["checked"] if drawn["other"] else None,
            verified_at=drawn["checked"],
        )
        with timezone.override(drawn["zone"]):
            found = IPRight.objects.get(pk=kept.pk)
            assert IPRight.objects.live(TODAY).filter(pk=kept.pk).exists() == found.usable(TODAY).ok

    agree()


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["trademark", "design", "patent"])
def test_approval_without_a_record_needs_the_status_seen(kind: str) -> None:
    owner = f.actor()
    right = registry.submit_for_review(actor=owner, right=f.of_kind(owner, kind), now=f.NOW)
    with pytest.raises(Refused) as refusal:
        registry.approve(actor=f.reviewer(), right=right, now=f.NOW)
    assert (refusal.value.code, refusal.value.field) == ("status_missing", "register_status")
    right.refresh_from_db()
    assert (right.state, right.register_status, right.register_as_of) == ("in_review", "unknown", None)


@pytest.mark.django_db
def test_a_work_is_approved_without_a_status() -> None:
    owner = f.actor()
    work = registry.submit_for_review(actor=owner, right=f.of_kind(owner, "copyright"), now=f.NOW)
    assert registry.approve(actor=f.reviewer(), right=work, now=f.NOW).usable(TODAY).ok


@pytest.mark.django_db
def test_approval_without_a_record_says_what_the_reviewer_saw_that_day() -> None:
    owner = f.actor()
    registered = f.approved(owner)
    pending = f.approved(owner, registration_number="", registration_date=None, expiry_date=None)
    assert (registered.register_status, registered.usable(TODAY).code) == ("registered", "live")
    assert (pending.register_status, pending.usable(TODAY).code) == ("application_filed", "pending")
    assert registered.register_as_of == TODAY


@pytest.mark.django_db
def test_the_reviewer_may_say_what_the_register_shows_today() -> None:
    right = f.in_review(f.actor())
    seen = registry.approve(actor=f.reviewer(), right=right, now=f.NOW, register_status="published_opposition")
    assert seen.usable(TODAY).code == "pending"
    with pytest.raises(Refused):
        registry.approve(actor=f.reviewer(), right=f.in_review(f.actor()), now=f.NOW, register_status="dead_expired")

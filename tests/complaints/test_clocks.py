"""Clocks of a case: what starts them, and how they follow it: asked, answered, decided, taken back."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core import mail
from django.utils import timezone

from complaints import casework, migrations
from complaints.casework import clocks
from complaints.models import Clock, Complaint
from complaints.rules import calendars
from complaints.tasks import run_out_clocks
from portal.accounts.actors import SYSTEM
from portal.ledger.models import Event
from tests.complaints.clock_kit import file_in
from tests.complaints.factories import Case, claimed, decide, make_filed_complaint, reviewer

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
Outbox = Callable[[], Any]


@pytest.fixture
def friday() -> Any:
    with time_machine.travel(FRIDAY, tick=False) as clock:
        yield clock


def states_of(case: Case) -> dict[str, str]:
    return dict(case.complaint.clocks.order_by("id").values_list("rule", "state"))


def ask(case: Case, items: list[int] | None = None, *, later: timedelta = timedelta(0), by: Any = None) -> Clock:
    """Asks about all items or these; gives the clock of the question."""
    me, now = by or claimed(case), timezone.now() + later
    casework.ask(
        actor=me, complaint_id=case.complaint.pk, item_ids=items or case.item_ids, text="Which product?", now=now
    )
    return case.complaint.clocks.filter(rule="own.answer").latest("id")


def test_filing_starts_the_clocks_of_its_packs_and_the_first_makes_the_due_time(friday: Any) -> None:
    case = make_filed_complaint(items=2)
    rows = {clock.rule: clock for clock in case.complaint.clocks.all()}
    assert set(rows) == {"own.decide", "eu.dsa.decide"}
    assert case.fresh().due_at == rows["own.decide"].due_at == FRIDAY + timedelta(hours=48)
    assert rows["eu.dsa.decide"].due_at == datetime(2026, 11, 25, 22, 59, 59, tzinfo=UTC)
    assert rows["eu.dsa.decide"].zone == "Europe/Brussels"
    filed = Event.objects.get(stream_id=str(case.complaint.pk), kind="complaint.submitted")
    assert filed.payload["clocks"] == {rule: clock.due_at.isoformat() for rule, clock in rows.items()}


def test_a_law_that_is_quicker_than_we_are_makes_the_due_time() -> None:
    case = file_in("US", now=FRIDAY)
    assert case.states() == {"own.decide": "running", "us.dmca.takedown": "running"}
    assert case.fresh().due_at == FRIDAY + timedelta(hours=24)


def test_an_order_starts_the_clock_of_orders() -> None:
    case = file_in("IN", now=FRIDAY, source="order", organisation=None)
    assert set(case.states()) == {"own.decide", "in.it.order"}
    assert case.fresh().due_at == FRIDAY + timedelta(hours=3)


def test_a_year_without_a_calendar_stops_no_filing(caplog: pytest.LogCaptureFixture) -> None:
    far = datetime(2030, 12, 30, 12, 0, tzinfo=UTC)
    with pytest.raises(calendars.YearMissing):
        calendars.load("eu-target").add(far.date(), 3)
    case = file_in("DE", now=far)
    assert set(case.states()) == {"own.decide"}
    assert "eu.dsa.decide does not run" in caplog.text


def test_a_question_lets_clocks_stand_still_and_an_answer_moves_them_by_that_time(friday: Any) -> None:
    case = make_filed_complaint(items=1)
    asked = ask(case)
    assert asked.due_at == FRIDAY + timedelta(days=5) == case.complaint.messages.get().answer_by
    assert states_of(case) == {"own.decide": "paused", "eu.dsa.decide": "paused", "own.answer": "running"}
    later = FRIDAY + timedelta(hours=7)
    casework.answer(actor=case.owner, complaint_id=case.complaint.pk, text="That one.", now=later)
    rows = {clock.rule: clock for clock in case.complaint.clocks.all()}
    assert {rule: clock.state for rule, clock in rows.items()} == {
        "own.decide": "running", "eu.dsa.decide": "running", "own.answer": "met",
    }  # fmt: skip
    assert rows["own.decide"].due_at == case.fresh().due_at == FRIDAY + timedelta(hours=55)
    assert rows["eu.dsa.decide"].due_at == datetime(2026, 11, 26, 22, 59, 59, tzinfo=UTC), "days stay whole"
    assert rows["own.answer"].ended_at == later


def test_deciding_meets_the_clocks_and_taking_back_stops_them() -> None:
    decided, withdrawn = make_filed_complaint(items=1), make_filed_complaint(items=1)
    decide(decided, claimed(decided))
    now = timezone.now()
    casework.withdraw(actor=withdrawn.owner, complaint_id=withdrawn.complaint.pk, item_ids=withdrawn.item_ids, now=now)
    assert set(states_of(decided).values()) == {"met"}
    assert set(states_of(withdrawn).values()) == {"stopped"}
    assert set(withdrawn.complaint.clocks.values_list("ended_why", flat=True)) == {"taken_back"}


def test_a_laws_clock_is_met_once_its_own_items_are_decided() -> None:
    case = file_in("US", "DE", now=timezone.now())
    me = claimed(case, reviewer())  # type: ignore[arg-type]  # it reads the complaint alone
    decide(case, me, items=[case.items["US"].pk], ground="C-05")  # type: ignore[arg-type]  # the same
    assert case.states() == {"own.decide": "running", "eu.dsa.decide": "running", "us.dmca.takedown": "met"}
    assert case.fresh().due_at == case.clock("own.decide").due_at


def test_what_is_kept_down_for_a_court_ends_with_a_rejection_and_goes_on_with_a_measure() -> None:
    for outcome, ground, proof, state in (
        ("rejected", "R-10", "The work itself.", "stopped"), ("accepted", "C-05", "", "running"),
    ):  # fmt: skip
        case = file_in("IN", now=timezone.now())
        me = claimed(case, reviewer())  # type: ignore[arg-type]  # it reads the complaint alone
        changes = {"outcome": outcome, "ground": ground, "missing_proof": proof}
        decide(case, me, items=[case.items["IN"].pk], **changes)  # type: ignore[arg-type]  # the same
        assert case.states()["in.copyright.hold"] == state
        assert case.states()["in.copyright.remove"] == "met"


# --- no answer comes


def test_no_answer_brings_the_items_back_to_the_desk_and_rejects_nothing(friday: Any, run_outbox: Outbox) -> None:
    case = make_filed_complaint(items=2)
    due = case.fresh().due_at
    ask(case)
    friday.move_to(FRIDAY + timedelta(days=5, minutes=1))
    run_out_clocks()
    run_outbox()
    complaint = case.fresh()
    assert {item.state for item in case.items} == {"open"}
    assert complaint.state == "queued"
    assert complaint.paused_at is None
    assert due is not None and complaint.due_at == due + timedelta(days=5, minutes=1)
    assert states_of(case) == {"own.decide": "running", "eu.dsa.decide": "running", "own.answer": "run_out"}
    kinds = list(Event.objects.filter(stream_id=str(complaint.pk)).order_by("seq").values_list("kind", flat=True))
    assert kinds[-2:] == ["clock.run_out", "complaint.unanswered"]
    [told] = [each for each in mail.outbox if each.subject.startswith("No answer came")]
    assert told.to == [case.membership.user.email]
    assert "Nothing is rejected" in told.body
    decide(case, claimed(case))
    assert case.fresh().state == "accepted"


def test_an_answer_in_the_last_second_is_in_time_and_one_after_it_is_not(friday: Any, run_outbox: Outbox) -> None:
    case = make_filed_complaint(items=1)
    clock = ask(case)
    assert clocks.run_out(clock_id=clock.pk, now=FRIDAY + timedelta(days=5) - timedelta(seconds=1)) is False
    casework.answer(actor=case.owner, complaint_id=case.complaint.pk, text="Here.", now=FRIDAY + timedelta(days=4))
    assert clocks.run_out(clock_id=clock.pk, now=FRIDAY + timedelta(days=6)) is False
    assert {item.state for item in case.items} == {"open"}


def test_of_two_questions_each_has_its_own_time(friday: Any) -> None:
    case = make_filed_complaint(items=2)
    me = claimed(case)
    first = ask(case, case.item_ids[:1], by=me)
    second = ask(case, case.item_ids[1:], by=me, later=timedelta(minutes=30))
    assert clocks.run_out(clock_id=first.pk, now=FRIDAY + timedelta(days=5)) is True
    assert [item.state for item in case.items] == ["open", "asked"]
    second.refresh_from_db()
    assert second.state == "running"


def test_a_clock_of_ours_that_runs_out_only_shows_that_it_did(friday: Any, run_outbox: Outbox) -> None:
    case = make_filed_complaint(items=1)
    before = Complaint.objects.filter(pk=case.complaint.pk).values("state", "due_at", "decided_at").get()
    friday.move_to(FRIDAY + timedelta(days=10))
    for _twice in range(2):
        run_out_clocks()
        run_outbox()
    assert states_of(case) == {"own.decide": "run_out", "eu.dsa.decide": "run_out"}
    assert Complaint.objects.filter(pk=case.complaint.pk).values("state", "due_at", "decided_at").get() == before
    kinds = list(Event.objects.filter(stream_id=str(case.complaint.pk)).values_list("kind", flat=True))
    assert kinds.count("clock.run_out") == 2
    decide(case, claimed(case))
    assert states_of(case) == {"own.decide": "run_out", "eu.dsa.decide": "run_out"}, "what ran out stays so"


def test_running_out_is_the_systems_alone_and_once() -> None:
    case = make_filed_complaint(items=1)
    clock = case.complaint.clocks.get(rule="own.decide")
    late = clock.due_at + timedelta(seconds=1)
    assert clocks.run_out(clock_id=clock.pk, now=late, actor=SYSTEM) is True
    assert clocks.run_out(clock_id=clock.pk, now=late, actor=SYSTEM) is False
    assert Event.objects.filter(kind="clock.run_out").count() == 1


def test_cases_of_before_get_the_clocks_that_they_lived_by() -> None:
    open_one, asked, done = (make_filed_complaint(items=1) for _each in range(3))
    question = ask(asked)
    decide(done, claimed(done))
    before = {case.complaint.pk: case.fresh().due_at for case in (open_one, asked)}
    Clock.objects.all().delete()
    [name] = [each.name for each in pkgutil.iter_modules(migrations.__path__) if each.name.endswith("_clocks")]
    import_module(f"complaints.migrations.{name}").start_clocks(apps, None)
    rows = set(Clock.objects.values_list("complaint", "rule", "state", "subject"))
    assert rows == {
        (open_one.complaint.pk, "own.decide", "running", ""),
        (asked.complaint.pk, "own.decide", "paused", ""),
        (asked.complaint.pk, "own.answer", "running", question.subject),
    }
    assert before == {row.complaint_id: row.due_at for row in Clock.objects.filter(rule="own.decide")}
    assert Clock.objects.get(rule="own.answer").due_at == question.due_at

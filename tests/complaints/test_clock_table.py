"""Every (state, verb, person) of a clock is tried: rows of the table succeed, everything else leaves no trace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction

from complaints import casework, states, timeline
from complaints.casework import clocks
from complaints.models import Clock, Complaint
from complaints.rules import clock_words, effects
from complaints.rules.effects import Effect, Start
from complaints.states import ClockState, Who
from portal.accounts.actors import PUBLIC, SYSTEM, Actor, ActorKind, member_actor_for
from portal.accounts.models import Role
from portal.errors import DomainError
from portal.ledger.models import Event, OutboxMessage
from tests.accounts.factories import make_member
from tests.complaints.clock_kit import Filed, file_in, take_down
from tests.complaints.factories import claimed, make_filed_complaint, reviewer

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=60)
VERBS = sorted({row.verb for row in states.CLOCK_STEPS})
PARTS: dict[str, set[Who]] = {
    "owner": {Who.COMPLAINANT}, "viewer": set(), "outsider": set(), "respondent": set(), "public": set(),
    "auditor": set(), "policy": set(), "reviewer": {Who.REVIEWER}, "senior": {Who.REVIEWER, Who.SENIOR},
    "system": {Who.SYSTEM},
}  # fmt: skip


@pytest.fixture
def scene(db: None, run_outbox: Callable[[], Any]) -> tuple[Filed, Clock, dict[str, Actor]]:
    """A clock that puts back, and everybody who may try something with it."""
    with time_machine.travel(NOW - timedelta(days=1), tick=False):
        case = file_in("US", now=NOW - timedelta(days=1))
        take_down(case, run_outbox)
        senior = reviewer("senior")
    row = clocks.start(
        actor=senior, complaint_id=case.complaint.pk, rule="us.dmca.putback", subject=case.subject, now=NOW
    )
    organisation = case.complaint.organisation
    people = {
        "owner": case.owner,
        "viewer": member_actor_for(make_member(organisation, Role.VIEWER)),
        "outsider": member_actor_for(make_member(role=Role.ADMINISTRATOR)),
        "respondent": Actor(kind=ActorKind.RESPONDENT),
        "public": PUBLIC,
        "system": SYSTEM,
        "senior": senior,
        **{role: reviewer(role) for role in ("auditor", "policy", "reviewer")},
    }
    return case, row, people


def bring(row: Clock, state: ClockState) -> None:
    """Puts a clock into a state by hand, whole as the constraints ask."""
    paused = state == ClockState.PAUSED
    ended = state in {ClockState.MET, ClockState.STOPPED, ClockState.RUN_OUT}
    Clock.objects.filter(pk=row.pk).update(
        state=state,
        paused_at=NOW if paused else None,
        paused_why="legal_hold" if paused else "",
        ended_at=NOW if ended else None,
    )


def calls(row: Clock, actor: Actor) -> dict[str, Callable[[], Any]]:
    return {
        "pause": lambda: clocks.pause(actor=actor, clock_id=row.pk, because="legal_hold", now=NOW),
        "resume": lambda: clocks.resume(actor=actor, clock_id=row.pk, now=NOW + timedelta(days=1)),
        "meet": lambda: clocks.meet(actor=actor, clock_id=row.pk, now=NOW),
        "stop": lambda: clocks.stop(actor=actor, clock_id=row.pk, because="court_action", now=NOW),
        "run_out": lambda: clocks.run_out(actor=actor, clock_id=row.pk, now=LATER),
    }


def traces() -> list[Any]:
    models: list[Any] = [Event, OutboxMessage, Clock, Complaint]
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.mark.parametrize("state", list(ClockState))
def test_only_rows_of_the_table_move_a_clock(scene: tuple[Filed, Clock, dict[str, Actor]], state: ClockState) -> None:
    _case, row, people = scene
    bring(row, state)
    for role, actor in people.items():
        for verb in VERBS:
            said = f"{role} may {verb} while {state}"
            allowed = [step for step in states.CLOCK_STEPS if (step.source, step.verb) == (state, verb)]
            step = next((step for step in allowed if step.who & PARTS[role]), None)
            with transaction.atomic():
                before = traces()
                try:
                    done = calls(row, actor)[verb]() is not False
                except DomainError:
                    done = False
                assert done == (step is not None), said
                if step is None:
                    assert traces() == before, said
                else:
                    row.refresh_from_db()
                    assert row.state == step.target, said
                    assert Event.objects.filter(kind=step.event, payload__clock=row.pk).exists(), said
                transaction.set_rollback(True)


@pytest.mark.parametrize(("verb", "because"), [("pause", "question"), ("pause", ""), ("stop", ""), ("stop", "because")])
def test_a_reason_is_one_of_the_list(scene: tuple[Filed, Clock, dict[str, Actor]], verb: str, because: str) -> None:
    _case, row, people = scene
    act = clocks.pause if verb == "pause" else clocks.stop
    with pytest.raises(DomainError):
        act(actor=people["senior"], clock_id=row.pk, because=because, now=NOW)


def test_absent_clocks_and_those_of_others_answer_alike(scene: tuple[Filed, Clock, dict[str, Actor]]) -> None:
    _case, _row, people = scene
    for actor in (people["senior"], SYSTEM):
        with pytest.raises(DomainError) as refusal:
            clocks.stop(actor=actor, clock_id=10**9, because="mistake", now=NOW)
        assert refusal.value.code == "not_found"


def test_every_state_event_and_clock_that_starts_has_words() -> None:
    assert set(states.CLOCK_SHOWN) == set(ClockState)
    assert {row.event for row in states.CLOCK_STEPS} | {"clock.started"} <= set(timeline.WORDS)
    started = {
        rule for rule, how in effects.conducts().items() if how.starts in {Start.FILED, Start.ASKED, Start.BY_HAND}
    }
    assert started <= set(clock_words.NAMES)
    assert set(clock_words.EFFECTS) == set(Effect)


def test_more_time_for_an_answer_moves_the_day_that_the_complainant_sees(db: None) -> None:
    with time_machine.travel(NOW, tick=False):
        case, senior = make_filed_complaint(items=1), reviewer("senior")
        me = claimed(case)
        casework.ask(actor=me, complaint_id=case.complaint.pk, item_ids=case.item_ids, text="Which?", now=NOW)
    row = case.complaint.clocks.get(rule="own.answer")
    clocks.pause(actor=senior, clock_id=row.pk, because="more_time", now=NOW)
    clocks.resume(actor=senior, clock_id=row.pk, now=NOW + timedelta(days=3))
    assert case.complaint.messages.get().answer_by == NOW + timedelta(days=8)
    held = case.complaint.clocks.get(rule="own.decide")
    with pytest.raises(DomainError) as refusal:
        clocks.resume(actor=senior, clock_id=held.pk, now=NOW)
    assert refusal.value.code == "waits_for_answer"

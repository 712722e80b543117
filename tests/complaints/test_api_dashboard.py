"""The figures by the API, and the timeline of one item: they move with the case and are nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from complaints import casework
from complaints.api.dashboard import EXAMPLE
from tests.complaints.api_kit import Resident, ask, claimed_by, filed_of, is_problem, pointers, queries, resident
from tests.complaints.factories import decide, make_listing

pytestmark = pytest.mark.django_db
MONDAY = "2026-11-16T09:00:00Z"


def figures_of(who: Resident) -> dict[str, Any]:
    answer = who.get("/dashboard")
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def test_where_nothing_happened_there_are_noughts_and_nulls() -> None:
    with time_machine.travel("2026-11-21T10:00:00Z", tick=False):
        found = figures_of(resident())
    assert found["as_of"] == "2026-11-21T10:00:00Z"
    assert found["open"] == {"complaints": 0, "items": 0}
    nought = {"accepted": 0, "partially_accepted": 0, "rejected": 0}
    assert found["decided"] == {"since": "2026-10-24T10:00:00Z", "complaints": 0, **nought}
    assert (found["median_seconds_to_decision"], found["median_seconds_to_removal"]) == (None, None)
    assert [row["monday"] for row in found["weeks"]] == [
        "2026-10-05", "2026-10-12", "2026-10-19", "2026-10-26", "2026-11-02", "2026-11-09", "2026-11-16",
    ]  # fmt: skip
    assert all({**row, "monday": ""} == {"monday": "", **nought} for row in found["weeks"])
    assert found["waiting"] == []


def test_the_example_of_the_schema_looks_like_the_answer() -> None:
    found = figures_of(resident())
    assert set(EXAMPLE.value) == set(found)
    assert set(EXAMPLE.value["weeks"][0]) == set(found["weeks"][0])
    for part in ("open", "decided"):
        assert set(EXAMPLE.value[part]) == set(found[part])


def test_the_figures_move_with_the_case(run_outbox: Callable[[], Any]) -> None:
    with time_machine.travel(MONDAY) as clock:
        who = resident()
        case = filed_of(who, items=3)
        assert figures_of(who)["open"] == {"complaints": 1, "items": 3}
        desk = claimed_by(case)
        ask(case, desk)
        [waits] = figures_of(who)["waiting"]
        assert waits["reference"] == case.complaint.reference and waits["counts"]["open"] == 3
        question = who.get(f"/complaints/{case.complaint.public_id}/messages").json()["results"][0]
        assert waits["answer_by"] == question["answer_by"] is not None
        casework.answer(actor=who.actor, complaint_id=case.complaint.pk, text="There.", now=timezone.now())
        assert figures_of(who)["waiting"] == []

        clock.shift(timedelta(minutes=10))
        decide(case, desk, items=case.item_ids[:2])
        assert figures_of(who)["open"] == {"complaints": 1, "items": 1}
        clock.shift(timedelta(minutes=20))
        casework.claim(actor=desk, complaint_id=case.complaint.pk, now=timezone.now())
        decide(case, desk, items=case.item_ids[2:], outcome="rejected", ground="R-09")
        clock.shift(timedelta(minutes=1))
        run_outbox()
        found = figures_of(who)
    assert found["open"] == {"complaints": 0, "items": 0}
    assert found["decided"] | {"since": ""} == {
        "since": "", "complaints": 1, "accepted": 0, "partially_accepted": 1, "rejected": 0,
    }  # fmt: skip
    assert 30 * 60 <= found["median_seconds_to_decision"] <= 31 * 60
    assert 21 * 60 <= found["median_seconds_to_removal"] <= 22 * 60
    assert found["weeks"][-1] == {"monday": "2026-11-16", "accepted": 0, "partially_accepted": 1, "rejected": 0}


def test_what_was_decided_five_weeks_ago_is_in_its_week_and_not_in_the_month() -> None:
    with time_machine.travel("2026-10-14T09:00:00Z"):
        who = resident()
        case = filed_of(who, items=1)
        decide(case, claimed_by(case))
    with time_machine.travel("2026-11-21T10:00:00Z"):
        later = Resident(who.membership)  # a key of before has ended
        found = figures_of(later)
    assert found["decided"]["complaints"] == 0 and found["median_seconds_to_decision"] is None
    assert [row["accepted"] for row in found["weeks"]] == [0, 1, 0, 0, 0, 0, 0]


def test_an_outsider_sees_nothing_of_it_and_a_teammate_all() -> None:
    who = resident()
    case = filed_of(who, items=2)
    ask(case, claimed_by(case))
    mate, outsider = resident(who.membership.organisation), resident()
    assert figures_of(mate) | {"as_of": 0, "decided": 0} == figures_of(who) | {"as_of": 0, "decided": 0}
    foreign = figures_of(outsider)
    assert foreign["open"] == {"complaints": 0, "items": 0} and foreign["waiting"] == []
    assert str(case.complaint.public_id) not in str(foreign)


def test_the_dashboard_costs_the_same_for_two_that_wait_and_for_five() -> None:
    who = resident()
    counts = []
    for _number in range(5):
        case = filed_of(who, items=2)
        ask(case, claimed_by(case))
        counts.append(queries(lambda: figures_of(who)))
    assert counts[1] == counts[4] and len(figures_of(who)["waiting"]) == 5


def test_a_parameter_that_is_not_there_is_refused() -> None:
    problem = is_problem(resident().get("/dashboard", weeks=4), 400)
    assert pointers(problem) == {"/weeks": "unknown_field"}


# --- the timeline of one item


def test_each_item_has_a_timeline_of_its_own(run_outbox: Callable[[], Any]) -> None:
    who = resident()
    case = filed_of(who, items=2)
    first, second = case.item_ids
    desk = claimed_by(case)
    decide(case, desk, items=[first])
    casework.claim(actor=desk, complaint_id=case.complaint.pk, now=timezone.now())
    decide(case, desk, items=[second], outcome="rejected", ground="R-09")
    run_outbox()
    here = f"/complaints/{case.complaint.public_id}"
    kinds = {
        item: [row["kind"] for row in who.get(f"{here}/items/{item}/timeline").json()["results"]]
        for item in (first, second)
    }
    assert kinds[first][0] == kinds[second][0] == "complaint.submitted"
    assert kinds[first].count("complaint.decided") == kinds[second].count("complaint.decided") == 1
    assert {"measure.sent", "measure.confirmed"} <= set(kinds[first])
    assert not [kind for kind in kinds[second] if kind.startswith("measure.")]
    whole = [row["kind"] for row in who.get(f"{here}/timeline").json()["results"]]
    assert whole.count("complaint.decided") == 2
    page = who.get(f"{here}/items/{first}/timeline", page_size=2).json()
    assert [row["kind"] for row in page["results"]] == kinds[first][:2] and page["next"]


def test_an_item_of_another_complaint_has_no_timeline_here() -> None:
    who = resident()
    case, other = filed_of(who, items=1), filed_of(who, items=1)
    for item in (other.item_ids[0], 0, make_listing().pk + 10**6):
        is_problem(who.get(f"/complaints/{case.complaint.public_id}/items/{item}/timeline"), 404, "not_found")

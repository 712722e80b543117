"""Everybody sees the clocks: the desk, the complainant, the API; a senior moves them from the case page."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints import casework, clock_lines, statements
from complaints.casework import clocks
from complaints.models import Clock, StatementOfReasons
from portal.accounts.actors import staff_actor_for
from portal.accounts.grants import Grant
from tests.accounts.factories import make_staff, signed_in
from tests.complaints.api_kit import ask, claimed_by, filed_of, resident
from tests.complaints.clock_kit import Filed, file_in, take_down
from tests.complaints.factories import Case, claimed, make_filed_complaint

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
Outbox = Callable[[], Any]


@pytest.fixture
def down(run_outbox: Outbox) -> Any:
    """A US copyright case that was taken down, at the moment its counter-notice came."""
    with time_machine.travel(NOW - timedelta(days=1), tick=False) as moving:
        case = file_in("US", now=NOW - timedelta(days=1))
        take_down(case, run_outbox)
        moving.move_to(NOW)
        yield case


def words(answer: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def url(case: Case | Filed) -> str:
    return reverse("admin:complaints_complaint_case", args=[case.complaint.pk])


def at_desk(role: str) -> Client:
    return signed_in(Client(), make_staff(role))


def started_in(case: Filed) -> list[str]:
    return [rule for rule in case.states() if rule.startswith("us.dmca.putback")]


def test_the_desk_shows_each_clock_with_its_kind_and_what_comes_of_it() -> None:
    case = make_filed_complaint(items=1)
    said = words(at_desk("reviewer").get(url(case)))
    assert "Decision, European Union" in said
    assert "Service level · DSA Art. 16(5)-(6)" in said
    assert "Nothing is decided by itself." in said
    assert "Start a clock by hand" not in said, "a reviewer starts none"


def test_a_case_from_before_clocks_still_shows_when_it_is_due() -> None:
    case = make_filed_complaint(items=1)
    Clock.objects.all().delete()
    assert "Decision" in words(at_desk("reviewer").get(url(case)))


def test_a_senior_starts_one_from_the_case_page_and_stops_it_for_a_court_action(down: Filed) -> None:
    desk = at_desk("senior")
    assert "Putting back, US copyright" in words(desk.get(url(down)))
    typed = {"do": "clock_start", "clock_rule": "us.dmca.putback", "clock_account": down.seller.pk, "clock_from": ""}
    assert desk.post(url(down), typed).status_code == 302
    row = down.clock("us.dmca.putback")
    assert row.subject == down.subject
    said = words(desk.get(url(down)))
    assert "Window set by law · 17 USC 512(g)(2)(C)" in said
    assert "put back by itself" in said
    pressed = desk.post(url(down), {"do": "clock_pause", "clock": row.pk, "clock_because": "legal_hold"})
    assert pressed.status_code == 302
    assert "Legal hold" in words(desk.get(url(down)))
    assert desk.post(url(down), {"do": "clock_resume", "clock": row.pk}).status_code == 302
    pressed = desk.post(url(down), {"do": "clock_stop", "clock": row.pk, "clock_because": "court_action"})
    assert pressed.status_code == 302
    row.refresh_from_db()
    assert (row.state, row.ended_why) == ("stopped", "court_action")
    assert "We were told of a court action" in words(desk.get(url(down)))


def test_the_form_reads_the_time_in_the_zone_of_its_reader(down: Filed) -> None:
    senior = make_staff("senior")
    type(senior).objects.filter(pk=senior.pk).update(time_zone="America/New_York")
    desk = signed_in(Client(), senior)
    typed = {"do": "clock_start", "clock_rule": "us.dmca.putback", "clock_account": down.seller.pk}
    assert desk.post(url(down), typed | {"clock_from": "2026-11-20T09:30"}).status_code == 302
    assert down.clock("us.dmca.putback").started_at == datetime(2026, 11, 20, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed",
    [
        {"clock_from": "yesterday"},
        {"clock_from": "2026-13-40T99:99"},
        {"clock_from": "2027-01-01T00:00"},
        {"clock_account": "999999"},
        {"clock_account": "'; --"},
        {"clock_rule": "own.decide"},
        {"clock_rule": "x" * 500},
    ],
)
def test_a_wrong_form_is_refused_in_words_and_starts_nothing(down: Filed, typed: dict[str, str]) -> None:
    whole = {"do": "clock_start", "clock_rule": "us.dmca.putback", "clock_account": str(down.seller.pk)}
    answer = at_desk("senior").post(url(down), whole | typed)
    assert answer.status_code == 422
    assert started_in(down) == []


@pytest.mark.parametrize("role", ["reviewer", "policy", "auditor"])
def test_nobody_but_a_senior_moves_a_clock(down: Filed, role: str) -> None:
    desk = at_desk(role)
    typed = {"do": "clock_start", "clock_rule": "us.dmca.putback", "clock_account": down.seller.pk}
    assert desk.post(url(down), typed).status_code == 403
    row = down.complaint.clocks.order_by("id").first()
    assert row is not None
    assert desk.post(url(down), {"do": "clock_stop", "clock": row.pk, "clock_because": "mistake"}).status_code == 403
    assert started_in(down) == []


def test_a_clock_of_another_case_is_not_moved_from_here(down: Filed) -> None:
    other = make_filed_complaint(items=1)
    row = other.complaint.clocks.get(rule="own.decide")
    answer = at_desk("senior").post(url(down), {"do": "clock_pause", "clock": row.pk, "clock_because": "legal_hold"})
    assert answer.status_code == 404
    row.refresh_from_db()
    assert row.state == "running"


def test_items_that_had_no_answer_say_so_on_the_desk() -> None:
    case = make_filed_complaint(items=2)
    me = claimed(case)
    casework.ask(
        actor=me, complaint_id=case.complaint.pk, item_ids=case.item_ids[:1], text="Which?", now=timezone.now()
    )
    row = case.complaint.clocks.get(rule="own.answer")
    desk = signed_in(Client(), me.user)
    assert "No answer came" not in words(desk.get(url(case)))
    clocks.run_out(clock_id=row.pk, now=row.due_at)
    assert desk.get(url(case)).content.decode().count("No answer came</span>") == 1


# --- the complainant


def test_the_complainant_sees_every_clock_and_which_number_is_only_ours(down: Filed) -> None:
    senior = staff_actor_for(make_staff("senior"))
    clocks.start(actor=senior, complaint_id=down.complaint.pk, rule="us.dmca.putback", subject=down.subject, now=NOW)
    owner = down.owner.user
    assert owner is not None
    type(owner).objects.filter(pk=owner.pk).update(time_zone="Asia/Tokyo")
    owner.refresh_from_db()
    answer = signed_in(Client(), owner).get(reverse("complaints:detail", args=[down.complaint.public_id]))
    said = words(answer)
    assert "Putting back, US copyright" in said
    assert "Window set by law: 17 USC 512(g)(2)(C)." in said
    assert "Between 7 Dec 2026, 14:00 and 12 Dec 2026, 13:59" in said, "in the zone of the reader"
    assert "A service level, not a promise by law." in said


def test_the_page_says_what_happens_without_an_answer() -> None:
    case = make_filed_complaint(items=1)
    casework.ask(
        actor=claimed(case), complaint_id=case.complaint.pk, item_ids=case.item_ids, text="?", now=timezone.now()
    )
    answer = signed_in(Client(), case.membership.user).get(
        reverse("complaints:detail", args=[case.complaint.public_id])
    )
    said = words(answer)
    assert "Your answer" in said
    assert "Nothing is rejected by itself." in said
    assert "A question waits for its answer." in said


# --- the API


def test_the_api_gives_the_clocks_of_a_complaint() -> None:
    who = resident()
    case = filed_of(who, items=1)
    ask(case, claimed_by(case))
    rows = who.get(f"/complaints/{case.complaint.public_id}").json()["clocks"]
    by_rule = {row["rule"]: row for row in rows}
    assert set(by_rule) == {"own.decide", "eu.dsa.decide", "own.answer"}
    mine = by_rule["own.decide"]
    assert (mine["state"], mine["service_level"], mine["automatic"]) == ("paused", True, False)
    assert mine["paused_at"] and mine["paused_why"] == "A question waits for its answer"
    assert by_rule["eu.dsa.decide"]["zone"] == "Europe/Brussels"
    assert by_rule["eu.dsa.decide"]["basis"] == "DSA Art. 16(5)-(6)"
    assert by_rule["own.answer"]["kind"] == "Rule of this desk"


def test_an_outsider_sees_no_clock() -> None:
    case = filed_of(resident())
    assert resident().get(f"/complaints/{case.complaint.public_id}").status_code == 404


def test_an_agent_sees_the_clocks_of_what_they_may_see() -> None:
    case = file_in("US", "DE")
    rules = {line.clock.rule for line in clock_lines.of_complaint(case.complaint, case.owner)}
    assert rules == {"own.decide", "us.dmca.takedown", "eu.dsa.decide"}
    german = Grant(1, frozenset({"file"}), frozenset({"DE"}), all_rights=True, expires_on=NOW.date())
    bound = replace(case.owner, grants=(german,))
    assert {line.clock.rule for line in clock_lines.of_complaint(case.complaint, bound)} == {
        "own.decide", "eu.dsa.decide",
    }  # fmt: skip


def test_the_accused_sees_the_clock_of_their_own_counter_notice_alone(down: Filed) -> None:
    senior = staff_actor_for(make_staff("senior"))
    statement = StatementOfReasons.objects.get(decision__complaint=down.complaint, account=down.seller)
    link = reverse("respondent:by-link", args=[statements.link_token(statement)])
    assert "Clocks" not in words(Client().get(link))
    clocks.start(actor=senior, complaint_id=down.complaint.pk, rule="us.dmca.putback", subject=down.subject, now=NOW)
    said = words(Client().get(link))
    assert "Putting back, US copyright" in said
    assert "Removal, US copyright" not in said

"""The clocks that act alone: each is played from its start to what it puts back; nothing else acts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail

from complaints.casework import clocks
from complaints.models import Measure
from complaints.rules import effects
from complaints.rules.clocks import find
from complaints.tasks import run_out_clocks
from portal.accounts.actors import PUBLIC, SYSTEM
from portal.errors import Conflict, DomainError, Forbidden, Refused
from portal.ledger.events import verify
from portal.ledger.models import Delivery
from tests.complaints.clock_kit import Filed, file_in, take_down
from tests.complaints.factories import make_seller, reviewer

pytestmark = pytest.mark.django_db
RECEIVED = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)  # a Friday
Outbox = Callable[[], Any]
MARKETS = {"us.dmca.putback": "US", "sg.putback": "SG", "cn.ecl.wait": "CN", "own.silent": "ZA"}
# The last moment at which nothing may happen yet, and the first at which it must have happened.
WHEN = {
    "us.dmca.putback": (datetime(2026, 12, 7, 4, 59, tzinfo=UTC), datetime(2026, 12, 7, 5, 1, tzinfo=UTC)),
    "sg.putback": (datetime(2026, 12, 4, 15, 59, tzinfo=UTC), datetime(2026, 12, 4, 16, 1, tzinfo=UTC)),
    "cn.ecl.wait": (datetime(2026, 12, 5, 15, 59, tzinfo=UTC), datetime(2026, 12, 5, 16, 1, tzinfo=UTC)),
    "own.silent": (datetime(2026, 12, 4, 23, 59, tzinfo=UTC), datetime(2026, 12, 5, 0, 1, tzinfo=UTC)),
}


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(RECEIVED - timedelta(days=1), tick=False) as moving:
        yield moving


def taken_down(rule: str, run_outbox: Outbox, clock: Any, *also: str) -> Filed:
    """A case whose items were taken down; then it is the Friday on which the counter-notice came."""
    case = file_in(MARKETS[rule], *also, now=RECEIVED - timedelta(days=1))
    take_down(case, run_outbox)
    clock.move_to(RECEIVED)
    return case


def start(case: Filed, rule: str, **changes: Any) -> Any:
    values: dict[str, Any] = {"actor": reviewer("senior"), "complaint_id": case.complaint.pk, "now": RECEIVED}
    return clocks.start(**(values | {"rule": rule, "subject": case.subject} | changes))


def tick(run_outbox: Outbox, times: int = 2) -> None:
    for _again in range(times):
        run_out_clocks()
        run_outbox()


def reversals(case: Filed) -> list[Measure]:
    return list(Measure.objects.filter(decision__complaint=case.complaint, reverses__isnull=False).order_by("id"))


def test_every_automatic_clock_is_played_here() -> None:
    assert set(MARKETS) == set(WHEN) == effects.automatic()


@pytest.mark.parametrize("rule", sorted(MARKETS))
def test_it_puts_back_by_itself_in_its_time_and_only_once(rule: str, clock: Any, run_outbox: Outbox) -> None:
    case = taken_down(rule, run_outbox, clock)
    listing = case.items[MARKETS[rule]].target
    listing.refresh_from_db()
    assert listing.state == "removed"
    row = start(case, rule)
    too_early, in_time = WHEN[rule]
    clock.move_to(too_early)
    tick(run_outbox)
    row.refresh_from_db()
    assert (row.state, reversals(case)) == ("running", [])
    clock.move_to(in_time)
    tick(run_outbox)
    row.refresh_from_db()
    listing.refresh_from_db()
    [back] = reversals(case)
    assert row.state == "run_out"
    assert back.state == "confirmed"
    assert listing.state == "live"
    assert case.events("clock.") == ["clock.started", "clock.run_out"]
    assert verify(("complaint", case.complaint.pk)) == []
    if find(rule).kind == "window":
        assert in_time <= row.due_at, "inside the window"


def test_a_counter_notice_of_20_november_puts_back_between_7_and_11_december(clock: Any, run_outbox: Outbox) -> None:
    case = taken_down("us.dmca.putback", run_outbox, clock)
    row = start(case, "us.dmca.putback")
    assert (row.earliest_at, row.due_at) == (
        datetime(2026, 12, 7, 5, 0, tzinfo=UTC),
        datetime(2026, 12, 12, 4, 59, 59, tzinfo=UTC),
    )
    assert row.zone == "America/New_York"


@pytest.mark.parametrize("because", ["court_action", "claims_board"])
def test_a_court_action_stops_it_for_good(because: str, clock: Any, run_outbox: Outbox) -> None:
    case = taken_down("us.dmca.putback", run_outbox, clock)
    row = start(case, "us.dmca.putback")
    clocks.stop(actor=reviewer("senior"), clock_id=row.pk, because=because, now=RECEIVED + timedelta(days=9))
    clock.move_to(RECEIVED + timedelta(days=60))
    tick(run_outbox)
    row.refresh_from_db()
    assert (row.state, row.ended_why) == ("stopped", because)
    assert reversals(case) == []
    assert not Delivery.objects.filter(event__kind="clock.run_out").exists()


def test_a_legal_hold_moves_both_ends_by_its_time(clock: Any, run_outbox: Outbox) -> None:
    case, senior = taken_down("us.dmca.putback", run_outbox, clock), reviewer("senior")
    row = start(case, "us.dmca.putback")
    clocks.pause(actor=senior, clock_id=row.pk, because="legal_hold", now=RECEIVED)
    clock.move_to(RECEIVED + timedelta(days=30))
    tick(run_outbox)
    assert reversals(case) == []
    row = clocks.resume(actor=senior, clock_id=row.pk, now=RECEIVED + timedelta(days=7))
    assert row.earliest_at == datetime(2026, 12, 14, 5, 0, tzinfo=UTC)
    assert row.due_at == datetime(2026, 12, 19, 4, 59, 59, tzinfo=UTC)


def test_only_what_the_rule_is_about_returns(clock: Any, run_outbox: Outbox) -> None:
    case = taken_down("us.dmca.putback", run_outbox, clock, "DE")
    start(case, "us.dmca.putback")
    clock.move_to(datetime(2026, 12, 8, 12, 0, tzinfo=UTC))
    tick(run_outbox)
    assert [back.item_id for back in reversals(case)] == [case.items["US"].pk]


def test_both_sides_are_told_when_it_starts_and_when_it_acts(clock: Any, run_outbox: Outbox) -> None:
    case = taken_down("us.dmca.putback", run_outbox, clock)
    owner = case.owner.user
    assert owner is not None
    type(owner).objects.filter(pk=owner.pk).update(time_zone="Asia/Tokyo")
    start(case, "us.dmca.putback")
    run_outbox()
    told = [each for each in mail.outbox if each.subject.startswith("A counter-notice")]
    assert [each.to for each in told] == [[owner.email]]
    assert "between 7 Dec 2026, 14:00 JST and 12 Dec 2026, 13:59 JST" in told[0].body, "in the reader's own zone"
    clock.move_to(datetime(2026, 12, 8, 12, 0, tzinfo=UTC))
    tick(run_outbox)
    sent = set(Delivery.objects.filter(event__kind="clock.run_out").values_list("recipient", flat=True))
    assert sent == {owner.email, case.seller.contact_email}


# --- who may, and what is refused


def test_only_seniors_start_one_and_a_refusal_leaves_nothing(clock: Any, run_outbox: Outbox) -> None:
    case = taken_down("us.dmca.putback", run_outbox, clock)
    before = case.events()
    for actor in (reviewer(), reviewer("auditor"), reviewer("policy"), case.owner, PUBLIC):
        with pytest.raises(DomainError):
            start(case, "us.dmca.putback", actor=actor)
    assert case.events() == before
    assert "us.dmca.putback" not in case.states()


@pytest.mark.parametrize(
    ("rule", "changes", "code"),
    [
        ("us.dmca.putbuck", {}, "clock_unknown"),
        ("own.decide", {}, "clock_not_by_hand"),
        ("kr.tm", {}, "clock_not_by_hand"),
        ("sg.putback", {}, "clock_not_here"),
        ("us.dmca.putback", {"subject": ""}, "nothing_to_put_back"),
        ("us.dmca.putback", {"subject": "account:x"}, "nothing_to_put_back"),
        ("us.dmca.putback", {"started_at": RECEIVED + timedelta(hours=1)}, "start_unlikely"),
        ("us.dmca.putback", {"started_at": RECEIVED - timedelta(days=9)}, "start_unlikely"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    rule: str, changes: dict[str, Any], code: str, clock: Any, run_outbox: Outbox
) -> None:
    case = taken_down("us.dmca.putback", run_outbox, clock)
    with pytest.raises(Refused) as refusal:
        start(case, rule, **changes)
    assert refusal.value.code == code


def test_another_sellers_counter_notice_puts_nothing_of_this_one_back(clock: Any, run_outbox: Outbox) -> None:
    case = taken_down("us.dmca.putback", run_outbox, clock)
    with pytest.raises(Refused):
        start(case, "us.dmca.putback", subject=f"account:{make_seller().pk}")


def test_the_same_clock_starts_once(clock: Any, run_outbox: Outbox) -> None:
    case = taken_down("us.dmca.putback", run_outbox, clock)
    start(case, "us.dmca.putback")
    with pytest.raises(Conflict):
        start(case, "us.dmca.putback")


def test_clocks_that_follow_the_case_are_not_ended_by_hand(clock: Any) -> None:
    case, senior = file_in("US", now=RECEIVED), reviewer("senior")
    for row in case.complaint.clocks.all():
        with pytest.raises(Refused):
            clocks.stop(actor=senior, clock_id=row.pk, because="mistake", now=RECEIVED)
        with pytest.raises(Refused):
            clocks.meet(actor=senior, clock_id=row.pk, now=RECEIVED)
        with pytest.raises(Forbidden):
            clocks.run_out(actor=senior, clock_id=row.pk, now=RECEIVED + timedelta(days=99))


def test_a_clock_that_no_pack_marks_automatic_only_reminds(clock: Any, run_outbox: Outbox) -> None:
    case = file_in("IN", now=RECEIVED - timedelta(days=1))
    take_down(case, run_outbox)
    clock.move_to(RECEIVED + timedelta(days=40))
    tick(run_outbox)
    assert case.states()["in.copyright.hold"] == "run_out"
    assert reversals(case) == []


def test_the_system_may_start_one_for_a_counter_notice(clock: Any, run_outbox: Outbox) -> None:
    case = taken_down("us.dmca.putback", run_outbox, clock)
    assert start(case, "us.dmca.putback", actor=SYSTEM).state == "running"

"""The sandbox keeps its own truth, obeys once per order, and misbehaves as it is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.db import IntegrityError, transaction

from portal.accounts.actors import PUBLIC, SYSTEM
from portal.errors import Forbidden, Refused
from portal.marketplace.connectors.base import MeasureAction, Order, connector_for, expected_state, fits
from portal.marketplace.connectors.sandbox import SandboxConnector, clear_behaviour, set_behaviour
from portal.marketplace.models import SandboxBehaviour, SandboxObject, Target
from tests.marketplace.factories import NOW, a_listing, a_livestream, a_video, an_account, an_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def sandbox() -> SandboxConnector:
    return SandboxConnector(clock=lambda: NOW)


def later(seconds: int) -> SandboxConnector:
    return SandboxConnector(clock=lambda: NOW + timedelta(seconds=seconds))


def behave(mode: str, target: Target | None = None, remaining: int | None = None, delay: int = 60) -> SandboxBehaviour:
    return set_behaviour(actor=SYSTEM, mode=mode, target=target, remaining=remaining, delay_seconds=delay, now=NOW)


def test_settings_choose_the_sandbox() -> None:
    assert isinstance(connector_for(a_listing()), SandboxConnector)


def test_agree_does_what_is_asked_and_our_belief_stays(sandbox: SandboxConnector) -> None:
    target = a_listing()
    receipt = sandbox.apply(an_order(target))
    assert (receipt.status, receipt.reference[:5]) == ("done", "SB-A-")
    assert sandbox.read(target).state == "removed"
    target.refresh_from_db()
    assert target.state == "live"


def test_each_action_leads_to_its_expected_state(sandbox: SandboxConnector) -> None:
    targets = {
        "listing": a_listing(),
        "video": a_video(),
        "livestream": a_livestream(),
        "account": an_account().target,
    }
    for action in MeasureAction:
        kind = next(kind for kind in targets if fits(action, kind))
        assert sandbox.apply(an_order(targets[kind], action)).status == "done"
        assert sandbox.read(targets[kind]).state == expected_state(action)


def test_an_action_that_does_not_fit_is_refused(sandbox: SandboxConnector) -> None:
    target = a_video()
    assert sandbox.apply(an_order(target, "listing_removed")).status == "refused"
    assert sandbox.apply(an_order(target, "nonsense")).status == "refused"
    assert sandbox.read(target).state == "live"


def test_refuse_changes_nothing_and_can_be_asked_again(sandbox: SandboxConnector) -> None:
    target = a_listing()
    behave("refuse", remaining=1)
    order = an_order(target)
    assert sandbox.apply(order).status == "refused"
    assert sandbox.read(target).state == "live"
    assert sandbox.apply(order).status == "done"
    assert sandbox.read(target).state == "removed"


def test_delay_shows_only_when_the_time_has_come(sandbox: SandboxConnector) -> None:
    target = a_listing()
    behave("delay", delay=90)
    assert sandbox.apply(an_order(target)).status == "accepted"
    assert sandbox.read(target).state == "live"
    assert later(89).read(target).state == "live"
    assert later(90).read(target).state == "removed"


def test_delay_follows_the_clock_of_the_house() -> None:
    target = a_listing()
    behave("delay", delay=90)
    connector = connector_for(target)
    with time_machine.travel(NOW, tick=False):
        connector.apply(an_order(target))
        assert connector.read(target).state == "live"
    with time_machine.travel(NOW + timedelta(seconds=91), tick=False):
        assert connector.read(target).state == "removed"


def test_half_is_gone_from_search_but_not_whole(sandbox: SandboxConnector) -> None:
    target = a_listing()
    behave("half")
    assert sandbox.apply(an_order(target)).status == "partial"
    reading = sandbox.read(target)
    assert (reading.state, reading.whole) == ("removed", False)
    assert "still be bought" in reading.detail


def test_lie_says_done_and_does_nothing(sandbox: SandboxConnector) -> None:
    target = a_listing()
    behave("lie")
    assert sandbox.apply(an_order(target)).status == "done"
    assert sandbox.read(target).state == "live"


@pytest.mark.parametrize("mode", ["agree", "delay", "half", "lie"])
def test_the_same_order_twice_has_one_effect_and_one_receipt(mode: str, sandbox: SandboxConnector) -> None:
    target = a_listing()
    behave(mode, remaining=1)
    order = an_order(target)
    first = sandbox.apply(order)
    truth = SandboxObject.objects.values().get(target=target)
    assert later(10).apply(order) == first
    assert SandboxObject.objects.values().get(target=target) == truth


def test_a_repeated_order_does_not_use_up_a_behaviour(sandbox: SandboxConnector) -> None:
    target = a_listing()
    order = an_order(target)
    sandbox.apply(order)
    behave("refuse", remaining=1)
    assert sandbox.apply(order).status == "done"
    assert SandboxBehaviour.objects.get().remaining == 1


def test_reverse_puts_back_what_was_there(sandbox: SandboxConnector) -> None:
    target = a_listing(state="paused")
    order = an_order(target)
    sandbox.apply(order)
    assert sandbox.reverse(order).status == "done"
    assert sandbox.read(target).state == "paused"
    assert sandbox.reverse(order).status == "done"


def test_reverse_of_an_unknown_order_leads_back_to_live(sandbox: SandboxConnector) -> None:
    target = a_listing(state="removed")
    assert sandbox.reverse(an_order(target)).status == "done"
    assert sandbox.read(target).state == "live"


def test_reverse_while_a_delay_runs_cancels_it(sandbox: SandboxConnector) -> None:
    target = a_listing()
    behave("delay", remaining=1)
    order = an_order(target)
    sandbox.apply(order)
    sandbox.reverse(order)
    assert later(3600).read(target).state == "live"


def test_reverse_heals_a_half_removal(sandbox: SandboxConnector) -> None:
    target = a_listing()
    behave("half", remaining=1)
    order = an_order(target)
    sandbox.apply(order)
    sandbox.reverse(order)
    reading = sandbox.read(target)
    assert (reading.state, reading.whole) == ("live", True)


def test_the_targets_own_behaviour_wins_and_counts_down(sandbox: SandboxConnector) -> None:
    first, second = a_listing(), a_listing()
    behave("refuse", remaining=2)
    behave("lie", target=first, remaining=1)
    assert sandbox.apply(an_order(first)).status == "done"
    assert sandbox.read(first).state == "live"
    assert [row.target_id for row in SandboxBehaviour.objects.all()] == [None]
    assert sandbox.apply(an_order(second)).status == "refused"
    assert sandbox.apply(an_order(first)).status == "refused"
    assert not SandboxBehaviour.objects.exists()
    assert sandbox.apply(an_order(second)).status == "done"


def test_a_new_behaviour_replaces_the_old_one() -> None:
    target = a_listing()
    for mode in ("refuse", "lie"):
        behave(mode)
        behave(mode, target=target)
    assert set(SandboxBehaviour.objects.values_list("mode", "target")) == {("lie", None), ("lie", target.pk)}


def test_the_database_keeps_one_behaviour_for_all() -> None:
    behave("refuse")
    with pytest.raises(IntegrityError), transaction.atomic():
        SandboxBehaviour.objects.create(mode="lie", created_at=NOW)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"mode": "dance"}, "unknown_mode"),
        ({"mode": "lie", "remaining": 0}, "bad_remaining"),
        ({"mode": "delay", "delay_seconds": -1}, "bad_delay"),
        ({"mode": "delay", "delay_seconds": 10**9}, "bad_delay"),
    ],
)
def test_nonsense_is_refused(values: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        set_behaviour(actor=SYSTEM, now=NOW, **values)  # type: ignore[arg-type]
    assert refusal.value.code == code


def test_outsiders_may_not_set_or_clear(settings: LazySettings) -> None:
    settings.DEBUG = False
    behaviour = behave("refuse")
    with pytest.raises(Forbidden):
        set_behaviour(actor=PUBLIC, mode="agree", now=NOW)
    with pytest.raises(Forbidden):
        clear_behaviour(actor=PUBLIC, behaviour_id=behaviour.pk)
    clear_behaviour(actor=SYSTEM, behaviour_id=behaviour.pk)
    assert not SandboxBehaviour.objects.exists()


def test_orders_carry_their_parts() -> None:
    target = a_listing()
    order = an_order(target)
    assert Order(order.id, order.action, target) == order

"""The sandbox marketplace misbehaves; the desk sees it and mends it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from complaints import enforcement
from complaints.models import Measure
from complaints.tasks import check_measures
from portal.accounts.actors import PUBLIC, SYSTEM, Actor
from portal.errors import Conflict, Forbidden, NotFound
from portal.marketplace.connectors.base import connector_for
from portal.marketplace.connectors.sandbox import set_behaviour
from portal.marketplace.models import SandboxMode
from tests.complaints.factories import Case, claimed, decide, make_filed_complaint, reviewer

pytestmark = pytest.mark.django_db


def decided(mode: str, run_outbox: Any, **fields: Any) -> tuple[Case, Actor, Measure]:
    set_behaviour(actor=reviewer(), mode=mode, now=timezone.now(), **fields)
    case = make_filed_complaint(items=1)
    me = claimed(case)
    decide(case, me)
    run_outbox()
    return case, me, Measure.objects.get()


@pytest.mark.parametrize(
    ("mode", "state"),
    [(SandboxMode.REFUSE, "refused"), (SandboxMode.HALF, "partial"), (SandboxMode.LIE, "contradicted")],
)
def test_a_misbehaving_marketplace_is_seen_and_a_retry_mends_it(mode: str, state: str, run_outbox: Any) -> None:
    case, me, measure = decided(mode, run_outbox)
    assert measure.state == state
    assert measure.detail or state == "refused"
    case.targets[0].refresh_from_db()
    assert case.targets[0].state == "live"
    set_behaviour(actor=me, mode=SandboxMode.AGREE, now=timezone.now())
    enforcement.retry(actor=me, measure_id=measure.pk, now=timezone.now())
    run_outbox()
    measure.refresh_from_db()
    assert measure.state == "confirmed"
    assert measure.attempt == 2
    assert connector_for(case.targets[0]).read(case.targets[0]).state == "removed"


def test_a_delay_is_believed_only_when_it_shows(run_outbox: Any) -> None:
    _case, _me, measure = decided(SandboxMode.DELAY, run_outbox, delay_seconds=600)
    assert measure.state == "sent"
    assert measure.check_at > timezone.now()
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        check_measures()
        measure.refresh_from_db()
        assert measure.state == "sent"
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        check_measures()
        check_measures()
    measure.refresh_from_db()
    assert measure.state == "confirmed"


def test_a_promise_that_is_never_kept_comes_back_to_the_desk(run_outbox: Any) -> None:
    _case, _me, measure = decided(SandboxMode.DELAY, run_outbox, delay_seconds=200_000)
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        check_measures()
    measure.refresh_from_db()
    assert measure.state == "contradicted"


def test_the_desk_can_settle_by_hand_with_a_note(run_outbox: Any) -> None:
    case, me, measure = decided(SandboxMode.REFUSE, run_outbox)
    enforcement.settle_by_hand(actor=me, measure_id=measure.pk, note="Phoned them, it is gone.", now=timezone.now())
    measure.refresh_from_db()
    assert measure.state == "settled"
    with pytest.raises(Conflict):
        enforcement.retry(actor=me, measure_id=measure.pk, now=timezone.now())
    assert case.fresh().state == "accepted"


def test_looking_again_finds_what_was_done_late(run_outbox: Any) -> None:
    case, me, measure = decided(SandboxMode.LIE, run_outbox)
    set_behaviour(actor=me, mode=SandboxMode.AGREE, now=timezone.now())
    connector_for(case.targets[0]).apply(
        enforcement.order_of(Measure(target=case.targets[0], action="listing_removed"))
    )
    enforcement.check(actor=SYSTEM, measure_id=measure.pk, now=timezone.now())
    measure.refresh_from_db()
    assert measure.state == "confirmed"


def test_only_the_desk_mends(run_outbox: Any) -> None:
    case, _me, measure = decided(SandboxMode.REFUSE, run_outbox)
    with pytest.raises(Forbidden):
        enforcement.retry(actor=case.owner, measure_id=measure.pk, now=timezone.now())
    with pytest.raises(Forbidden):
        enforcement.retry(actor=reviewer("auditor"), measure_id=measure.pk, now=timezone.now())


@pytest.mark.parametrize("role", ["policy", "auditor"])
def test_only_the_desk_and_the_clock_look_again(role: str, run_outbox: Any) -> None:
    case, _me, measure = decided(SandboxMode.REFUSE, run_outbox)
    measure.target.sandbox.actual = "removed"
    measure.target.sandbox.save()
    for stranger in (reviewer(role), case.owner, PUBLIC):
        with pytest.raises(Forbidden):
            enforcement.check(actor=stranger, measure_id=measure.pk, now=timezone.now())
    measure.refresh_from_db()
    assert measure.state == "refused"
    enforcement.check(actor=reviewer(), measure_id=measure.pk, now=timezone.now())
    measure.refresh_from_db()
    assert measure.state == "confirmed"


def test_looking_again_at_nothing_finds_nothing() -> None:
    with pytest.raises(NotFound):
        enforcement.check(actor=reviewer(), measure_id=999_999, now=timezone.now())


def test_sending_twice_asks_the_marketplace_once(run_outbox: Any) -> None:
    _case, _me, measure = decided(SandboxMode.AGREE, run_outbox)
    enforcement.send(measure_id=measure.pk, now=timezone.now())
    enforcement.check(actor=SYSTEM, measure_id=measure.pk, now=timezone.now())
    measure.refresh_from_db()
    assert measure.attempt == 1
    assert measure.state == "confirmed"

"""Deciding again: a new decision replaces the old one, its measures are taken back, and both sides are told."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.utils import timezone

from complaints import casework, enforcement, states
from complaints.models import Decision, Item, Measure, StatementOfReasons
from complaints.states import ItemState, MeasureState
from portal.accounts.actors import PUBLIC, SYSTEM, Actor, member_actor_for
from portal.accounts.models import Role
from portal.errors import Conflict, DomainError, Forbidden
from portal.ledger.models import Event, OutboxMessage
from portal.marketplace.connectors.base import connector_for
from portal.marketplace.connectors.sandbox import set_behaviour
from portal.marketplace.models import SandboxMode, Target
from tests.accounts.factories import make_member
from tests.complaints.factories import (
    Case,
    claimed,
    decide,
    make_draft,
    make_filed_complaint,
    make_right,
    make_seller,
    reviewer,
    sign,
)

pytestmark = pytest.mark.django_db


def again(case: Case, by: Actor, *, items: list[int] | None = None, **changes: Any) -> list[Decision]:
    values = {"outcome": "rejected", "ground": "R-07", "text": "Looked at again: other goods."} | changes
    return casework.supersede(
        actor=by, complaint_id=case.complaint.pk, item_ids=items or case.item_ids, now=timezone.now(), **values
    )


def accept_again(case: Case, by: Actor, **changes: Any) -> list[Decision]:
    return again(case, by, **({"outcome": "accepted", "ground": "C-01", "text": "It is a copy."} | changes))


@pytest.fixture
def senior() -> Actor:
    return reviewer("senior")


@pytest.fixture
def removed(run_outbox: Any) -> Case:
    """An accepted case whose listings are gone from the marketplace."""
    case = make_filed_complaint(items=2)
    decide(case, claimed(case))
    run_outbox()
    assert set(Target.objects.filter(kind="listing").values_list("state", flat=True)) == {"removed"}
    return case


def store_case() -> Case:
    """A filed complaint about one store, whose measure needs a second person."""
    membership = make_member(role=Role.RIGHTS_OWNER)
    owner, right = member_actor_for(membership), make_right(membership.organisation)
    shop = make_seller(account_kind="store")
    draft = make_draft(owner, right, [shop.target])
    filed = casework.submit(actor=owner, complaint_id=draft.pk, signing=sign(owner), now=timezone.now())
    return Case(filed, owner, membership, right, shop, [shop.target])


def test_accepted_becomes_rejected_and_the_listings_come_back(removed: Case, senior: Actor, run_outbox: Any) -> None:
    [new] = again(removed, senior)
    old = new.supersedes
    assert old is not None
    assert (old.outcome, old.text) == ("accepted", "The chest logo is copied.")
    assert removed.fresh().state == "rejected"
    assert {item.state for item in removed.items} == {ItemState.REJECTED}
    assert {item.decision_id for item in removed.items} == {new.pk}
    run_outbox()
    assert set(Target.objects.filter(kind="listing").values_list("state", flat=True)) == {"live"}
    assert all(connector_for(target).read(target).state == "live" for target in removed.targets)
    assert set(Measure.objects.filter(reverses__isnull=True).values_list("state", flat=True)) == {"undone"}
    assert set(Measure.objects.filter(reverses=None).values_list("decision", flat=True)) == {old.pk}
    assert set(Measure.objects.exclude(reverses=None).values_list("state", "decision")) == {("confirmed", new.pk)}
    assert Event.objects.filter(kind="complaint.enforced", payload__put_back=2).exists()


def test_everybody_who_was_told_before_is_told_again(
    removed: Case, senior: Actor, run_outbox: Any, mailoutbox: Any
) -> None:
    mailoutbox.clear()
    [new] = again(removed, senior)
    assert new.supersedes is not None
    run_outbox()
    told = {statement.side: statement.text for statement in StatementOfReasons.objects.filter(decision=new)}
    assert set(told) == {"complainant", "respondent"}
    for text in told.values():
        assert f"this replaces our decision {new.supersedes.reference}" in text
        assert "Looked at again: other goods." in text
    assert "is undone" in told["respondent"]
    assert "Point to a right of yours that covers these goods." not in told["respondent"]
    reached = {address for mail in mailoutbox for address in mail.to}
    assert {removed.seller.contact_email, removed.owner.user.email} <= reached  # type: ignore[union-attr]


def test_rejected_becomes_accepted_and_the_measure_follows(senior: Actor, run_outbox: Any) -> None:
    case = make_filed_complaint(items=1)
    decide(case, claimed(case), outcome="rejected", ground="R-07")
    [new] = accept_again(case, senior)
    run_outbox()
    assert case.fresh().state == "accepted"
    assert Measure.objects.get().state == MeasureState.CONFIRMED
    to_seller = StatementOfReasons.objects.get(decision=new, side="respondent")
    assert "replaces" not in to_seller.text, "the seller was never told of the rejection"


def test_a_measure_that_never_left_is_cancelled(senior: Actor, run_outbox: Any) -> None:
    case = make_filed_complaint(items=1)
    decide(case, claimed(case))
    again(case, senior)
    assert Measure.objects.get().state == MeasureState.CANCELLED
    run_outbox()
    assert Target.objects.get(pk=case.targets[0].pk).state == "live"
    assert not Event.objects.filter(kind="measure.sent").exists()
    assert not Event.objects.filter(kind="complaint.enforced").exists()


def test_what_left_while_it_was_cancelled_is_taken_back(senior: Actor, run_outbox: Any, monkeypatch: Any) -> None:
    """The worker has asked the marketplace, and before it can write that down a senior decides again."""
    case = make_filed_complaint(items=1)
    decide(case, claimed(case))
    measure = Measure.objects.get()
    real = enforcement.carrying._ask

    def ask_and_be_overtaken(asked: Measure) -> Any:
        receipt = real(asked)
        if asked.reverses_id is None:
            again(case, senior)
        return receipt

    monkeypatch.setattr(enforcement.carrying, "_ask", ask_and_be_overtaken)
    enforcement.send(measure_id=measure.pk, now=timezone.now())
    measure.refresh_from_db()
    assert measure.state == MeasureState.UNDONE
    run_outbox()
    assert measure.reversed_by.state == MeasureState.CONFIRMED
    assert connector_for(case.targets[0]).read(case.targets[0]).state == "live"


def test_a_listing_that_another_decision_removed_stays_removed(removed: Case, senior: Actor, run_outbox: Any) -> None:
    membership = make_member(role=Role.RIGHTS_OWNER)
    owner, right = member_actor_for(membership), make_right(membership.organisation)
    target = removed.targets[0]
    Target.objects.filter(pk=target.pk).update(state="live")
    draft = make_draft(owner, right, [target])
    filed = casework.submit(actor=owner, complaint_id=draft.pk, signing=sign(owner), now=timezone.now())
    other = Case(filed, owner, membership, right, removed.seller, [target])
    decide(other, claimed(other))
    run_outbox()
    again(removed, senior)
    run_outbox()
    assert connector_for(target).read(target).state == "removed"
    assert connector_for(removed.targets[1]).read(removed.targets[1]).state == "live"
    kept = Measure.objects.get(reverses__target=target)
    assert (kept.state, kept.detail) == ("cancelled", "Another decision asks for the same, so it stays.")
    again(other, senior)
    run_outbox()
    assert connector_for(target).read(target).state == "live", "nobody asks for it any more"


@pytest.mark.parametrize(
    ("mode", "state"),
    [
        (SandboxMode.REFUSE, MeasureState.REFUSED),
        (SandboxMode.HALF, MeasureState.PARTIAL),
        (SandboxMode.LIE, MeasureState.CONTRADICTED),
    ],
)
def test_a_reversal_that_goes_wrong_is_mended_like_any_measure(
    removed: Case, senior: Actor, run_outbox: Any, mode: SandboxMode, state: MeasureState
) -> None:
    set_behaviour(actor=SYSTEM, mode=mode, remaining=2, now=timezone.now())
    again(removed, senior)
    run_outbox()
    back = list(Measure.objects.exclude(reverses=None))
    assert [measure.state for measure in back] == [state, state]
    assert back[0].can_be_mended
    assert back[0].label == "Listing put back"
    for measure in back:
        enforcement.retry(actor=senior, measure_id=measure.pk, now=timezone.now())
    run_outbox()
    assert set(Measure.objects.exclude(reverses=None).values_list("state", flat=True)) == {"confirmed"}
    assert set(Target.objects.filter(kind="listing").values_list("state", flat=True)) == {"live"}


def test_an_undone_measure_is_never_sent_again(removed: Case, senior: Actor) -> None:
    again(removed, senior)
    for measure in Measure.objects.filter(state=MeasureState.UNDONE):
        with pytest.raises(Conflict):
            enforcement.retry(actor=senior, measure_id=measure.pk, now=timezone.now())


def test_what_was_held_is_cancelled_and_nobody_hears_of_it(senior: Actor, run_outbox: Any, mailoutbox: Any) -> None:
    case = store_case()
    [held] = decide(case, claimed(case), ground="C-04")
    [new] = again(case, senior)
    with pytest.raises(Conflict):
        casework.confirm(actor=reviewer("senior"), decision_id=held.pk, now=timezone.now())
    run_outbox()
    assert not Measure.objects.exists()
    [told] = StatementOfReasons.objects.all()
    assert (told.decision_id, told.side) == (new.pk, "complainant")
    assert "replaces" not in told.text
    assert not [mail for mail in mailoutbox if case.seller.contact_email in mail.to]


def test_a_store_that_is_accepted_after_all_waits_for_another_senior(senior: Actor, run_outbox: Any) -> None:
    case = store_case()
    decide(case, claimed(case), outcome="rejected", ground="R-07")
    [new] = accept_again(case, senior)
    assert case.items[0].state == ItemState.HELD
    with pytest.raises(Forbidden):
        casework.confirm(actor=senior, decision_id=new.pk, now=timezone.now())
    casework.confirm(actor=reviewer("senior"), decision_id=new.pk, now=timezone.now())
    run_outbox()
    assert case.fresh().state == "accepted"
    assert Measure.objects.get().state == MeasureState.CONFIRMED


def test_not_confirmed_the_decision_of_before_stands_again(senior: Actor) -> None:
    case = store_case()
    [first] = decide(case, claimed(case), outcome="rejected", ground="R-07")
    [new] = accept_again(case, senior)
    casework.send_back(actor=reviewer("senior"), decision_id=new.pk, text="No.", now=timezone.now())
    [item] = case.items
    assert (item.state, item.decision_id) == (ItemState.REJECTED, first.pk)
    assert case.fresh().state == "rejected"
    assert case.fresh().decided_at
    assert Event.objects.order_by("pk").last().kind == "complaint.restored"  # type: ignore[union-attr]


@pytest.mark.parametrize("state", [state for state in ItemState if state != ItemState.HELD])
def test_only_what_is_held_is_restored(state: ItemState, senior: Actor) -> None:
    case = store_case()
    decide(case, claimed(case), outcome="rejected", ground="R-07")
    [new] = accept_again(case, senior)
    Item.objects.filter(pk__in=case.item_ids).update(state=state)
    before = Event.objects.count(), OutboxMessage.objects.count()
    for actor in (reviewer("senior"), reviewer(), reviewer("policy"), case.owner, PUBLIC, SYSTEM):
        with pytest.raises(DomainError):
            casework.send_back(actor=actor, decision_id=new.pk, text="No.", now=timezone.now())
    assert (Event.objects.count(), OutboxMessage.objects.count()) == before


def test_one_decision_comes_for_each_that_is_replaced(senior: Actor) -> None:
    case = make_filed_complaint(items=3)
    me = claimed(case)
    [first] = decide(case, me, items=case.item_ids[:2])
    [second] = decide(case, me, items=case.item_ids[2:], outcome="rejected", ground="R-04")
    made = again(case, senior)
    assert {(new.supersedes_id, new.items.count()) for new in made} == {(first.pk, 2), (second.pk, 1)}
    assert case.fresh().state == "rejected"


def test_a_new_ground_for_the_same_outcome_leaves_the_measures_alone(
    removed: Case, senior: Actor, run_outbox: Any
) -> None:
    before = list(Measure.objects.values())
    [new] = accept_again(removed, senior, ground="C-02")
    run_outbox()
    assert list(Measure.objects.values()) == before
    assert "replaces" in StatementOfReasons.objects.get(decision=new, side="respondent").text


@pytest.mark.parametrize("role", ["reviewer", "policy", "auditor"])
def test_only_seniors_decide_again(removed: Case, role: str) -> None:
    with pytest.raises(Forbidden):
        again(removed, reviewer(role))
    assert Decision.objects.count() == 1


def test_what_is_open_or_taken_back_cannot_be_decided_again(senior: Actor) -> None:
    case = make_filed_complaint(items=2)
    with pytest.raises(Conflict) as refusal:
        again(case, senior)
    assert refusal.value.code == "not_decided"
    casework.withdraw(actor=case.owner, complaint_id=case.complaint.pk, item_ids=case.item_ids, now=timezone.now())
    with pytest.raises(Conflict):
        again(case, senior)


def test_a_turn_and_a_turn_back_leave_the_listing_where_the_last_decision_wants_it(
    removed: Case, senior: Actor, run_outbox: Any
) -> None:
    again(removed, senior)
    accept_again(removed, senior)  # before the first reversal has left
    run_outbox()
    assert set(Target.objects.filter(kind="listing").values_list("state", flat=True)) == {"removed"}
    assert not Measure.objects.exclude(state__in=states.MEASURE_DONE).exists()
    with time_machine.travel(timezone.now(), tick=False):
        again(removed, senior, ground="R-09")
        run_outbox()
    assert set(Target.objects.filter(kind="listing").values_list("state", flat=True)) == {"live"}

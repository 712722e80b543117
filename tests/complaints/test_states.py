"""Every (state, verb, person) is tried: rows of the tables succeed, everything else leaves no trace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from complaints import casework, enforcement, states, timeline
from complaints.models import Complaint, Decision, InternalNote, Item, Measure, Message, StatementOfReasons
from complaints.states import ComplaintState, ItemState, MeasureState, Who
from complaints.steps import step, step_measure
from portal.accounts.actors import PUBLIC, SYSTEM, Actor, ActorKind, member_actor_for
from portal.accounts.models import Role
from portal.errors import Conflict, DomainError
from portal.ledger.models import Event, OutboxMessage
from portal.marketplace.connectors.base import connector_for
from portal.marketplace.connectors.sandbox import set_behaviour
from portal.marketplace.models import SandboxMode
from tests.accounts.factories import make_member
from tests.complaints.factories import Case, make_draft, make_listing, make_right, make_seller, reviewer, sign

ITEM_VERBS = sorted({row.verb for row in states.ITEM_STEPS})
MEASURE_VERBS = sorted({row.verb for row in states.MEASURE_STEPS})
PARTS = {
    "owner": {Who.COMPLAINANT},
    "agent": {Who.COMPLAINANT},
    "viewer": set(),
    "outsider": set(),
    "respondent": set(),
    "public": set(),
    "auditor": set(),
    "policy": set(),
    "reviewer": {Who.REVIEWER},
    "senior": {Who.REVIEWER, Who.SENIOR},
    "system": {Who.SYSTEM},
}
# Tried elsewhere: only a decision that was made again can be restored (test_superseding.py), and it is the clock that
# gives up waiting for an answer.
ELSEWHERE = {"restore", "give_up"}
# What both chains tell only to the desk; everything else must have words for the complainant's timeline.
FOR_THE_DESK = {"complaint.held", "complaint.sent_back", "complaint.restored"}


@dataclass
class Stage:
    """A case with a listing and a store in one state, and everybody who may try something with it."""

    case: Case
    listing: Item
    store: Item
    decision: Decision
    people: dict[str, Actor]


def make_people(case: Case) -> dict[str, Actor]:
    organisation = case.membership.organisation
    return {
        "owner": case.owner,
        "agent": member_actor_for(make_member(organisation, Role.AGENT)),
        "viewer": member_actor_for(make_member(organisation, Role.VIEWER)),
        "outsider": member_actor_for(make_member(role=Role.ADMINISTRATOR)),
        "respondent": Actor(kind=ActorKind.RESPONDENT),
        "public": PUBLIC,
        "system": SYSTEM,
        **{role: reviewer(role) for role in ("auditor", "policy", "reviewer", "senior")},
    }


def hold_case(case: Complaint, actor: Actor) -> None:
    """Gives the lease to whoever tries, so that a refusal is the table's and not the lease's."""
    until = timezone.now() + timedelta(hours=1)
    Complaint.objects.filter(pk=case.pk).update(claimed_by=actor.user, claim_until=until)


def decide(actor: Actor, case: Case, items: list[Item], outcome: str) -> list[Decision]:
    return casework.decide(
        actor=actor,
        complaint_id=case.complaint.pk,
        item_ids=[item.pk for item in items],
        outcome=outcome,
        ground="C-01" if outcome == "accepted" else "R-02",
        text="Because.",
        missing_proof="" if outcome == "accepted" else "A picture of the mark.",
        now=timezone.now(),
    )


def decide_again(actor: Actor, case: Case, items: list[Item], outcome: str) -> list[Decision]:
    return casework.supersede(
        actor=actor,
        complaint_id=case.complaint.pk,
        item_ids=[item.pk for item in items],
        outcome=outcome,
        ground="C-02" if outcome == "accepted" else "R-07",
        text="Looked at again.",
        now=timezone.now(),
    )


def stage(state: ItemState) -> Stage:
    """Brings a listing and a store to `state` through the verbs; one held decision was sent back before."""
    membership = make_member(role=Role.ADMINISTRATOR)
    owner, right = member_actor_for(membership), make_right(membership.organisation)
    shop = make_seller(account_kind="store")
    draft = make_draft(owner, right, [make_listing(shop), shop.target])
    complaint = casework.submit(actor=owner, complaint_id=draft.pk, signing=sign(owner), now=timezone.now())
    case = Case(complaint, owner, membership, right, shop, [])
    people = make_people(case)
    listing, store = case.items
    me, second = people["reviewer"], people["senior"]
    hold_case(complaint, me)
    [sent_back] = decide(me, case, [store], "accepted")
    casework.send_back(actor=second, decision_id=sent_back.pk, text="Look again.", now=timezone.now())
    decision = bring(state, case, me, second, listing, store) or sent_back
    listing.refresh_from_db()
    store.refresh_from_db()
    assert (listing.state, store.state) == (state, state)
    return Stage(case, listing, store, decision, people)


def bring(state: ItemState, case: Case, me: Actor, second: Actor, listing: Item, store: Item) -> Decision | None:
    now, pk, both = timezone.now(), case.complaint.pk, [listing, store]
    if state == ItemState.ASKED:
        casework.ask(actor=me, complaint_id=pk, item_ids=[item.pk for item in both], text="Where?", now=now)
    elif state == ItemState.WITHDRAWN:
        casework.withdraw(actor=case.owner, complaint_id=pk, item_ids=[item.pk for item in both], now=now)
    elif state == ItemState.REJECTED:
        return decide(me, case, both, "rejected")[0]
    elif state == ItemState.HELD:
        [held] = decide(me, case, [store], "accepted")
        # No verb holds a listing; it is put there by hand so that its verbs can be tried too.
        Item.objects.filter(pk=listing.pk).update(state=ItemState.HELD, decision=held)
        return held
    elif state == ItemState.ACCEPTED:
        held = next(each for each in decide(me, case, both, "accepted") if each.needs_second)
        return casework.confirm(actor=second, decision_id=held.pk, now=now)
    return None


def calls(scene: Stage, actor: Actor) -> dict[str, Callable[[], Any]]:
    """Every verb of an item as that actor would call it. Only a store is held: it has the verbs about holding."""
    now, pk, listing, store = timezone.now(), scene.case.complaint.pk, scene.listing, scene.store
    return {
        "ask": lambda: casework.ask(actor=actor, complaint_id=pk, item_ids=[listing.pk], text="Where?", now=now),
        "answer": lambda: casework.answer(actor=actor, complaint_id=pk, text="There.", now=now),
        "accept": lambda: decide(actor, scene.case, [listing], "accepted"),
        "reject": lambda: decide(actor, scene.case, [listing], "rejected"),
        "hold": lambda: decide(actor, scene.case, [store], "accepted"),
        "confirm": lambda: casework.confirm(actor=actor, decision_id=scene.decision.pk, now=now),
        "send_back": lambda: casework.send_back(actor=actor, decision_id=scene.decision.pk, text="No.", now=now),
        "accept_again": lambda: decide_again(actor, scene.case, [listing], "accepted"),
        "reject_again": lambda: decide_again(actor, scene.case, [listing], "rejected"),
        "hold_again": lambda: decide_again(actor, scene.case, [store], "accepted"),
        "withdraw": lambda: casework.withdraw(actor=actor, complaint_id=pk, item_ids=[listing.pk], now=now),
    }


@contextmanager
def undone() -> Iterator[None]:
    """Takes back everything that happens inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def traces() -> dict[str, Any]:
    """Everything that a refused verb must leave as it was."""
    kept = (Event, OutboxMessage, Decision, Measure, Message, InternalNote, StatementOfReasons, Item, Complaint)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in kept}


def row_for(table: tuple[states.Step, ...], state: str, verb: str, parts: set[Who]) -> states.Step | None:
    return next((row for row in table if (row.source, row.verb) == (state, verb) and row.who & parts), None)


@pytest.mark.django_db
@pytest.mark.parametrize("state", list(ItemState))
def test_only_rows_of_the_table_move_an_item(state: ItemState) -> None:
    scene = stage(state)
    for role, actor in scene.people.items():
        # a store that is accepted already needs no second person when it is accepted on another ground
        for verb in set(ITEM_VERBS) - ELSEWHERE - ({"hold_again"} if state == ItemState.ACCEPTED else set()):
            with undone():
                if actor.is_staff and actor.user:
                    hold_case(scene.case.complaint, actor)
                _try(scene, state, verb, role)


def _try(scene: Stage, state: ItemState, verb: str, role: str) -> None:
    row, call = row_for(states.ITEM_STEPS, state, verb, PARTS[role]), calls(scene, scene.people[role])[verb]
    before, said = traces(), f"{role} may {verb} while {state}"
    if row is None:
        with pytest.raises(DomainError):
            call()
            pytest.fail(f"{said}, which no row allows")
        assert traces() == before, said
        return
    try:
        call()
    except DomainError as error:  # pragma: no cover
        pytest.fail(f"{said}, and was refused: {error}")
    moved = scene.store if verb in {"hold", "hold_again", "confirm", "send_back"} else scene.listing
    moved.refresh_from_db()
    news = Event.objects.filter(pk__gt=max(event["id"] for event in before["Event"]))
    assert moved.state == row.target, said
    assert [event.kind for event in news if event.kind == row.event] == [row.event], said
    assert set(news.values_list("kind", flat=True)) <= {row.event, "complaint.enforced", "measure.cancelled"}, said


@pytest.mark.django_db
def test_a_verb_over_many_items_moves_all_or_none() -> None:
    scene = stage(ItemState.OPEN)
    me = scene.people["reviewer"]
    hold_case(scene.case.complaint, me)
    decide(me, scene.case, [scene.listing], "rejected")
    before = traces()
    with pytest.raises(Conflict) as refusal:
        decide(me, scene.case, [scene.listing, scene.store], "rejected")
    assert refusal.value.code == "already_decided"
    assert traces() == before


@pytest.mark.django_db
def test_every_triple_of_an_item_outside_the_table_is_refused_by_the_step_itself() -> None:
    people = stage(ItemState.OPEN).people
    people.pop("outsider")  # a complainant elsewhere: the lock keeps them out, not the table
    for role, actor in people.items():
        for state in ItemState:
            for verb in ITEM_VERBS:
                item = Item(state=state)
                row = row_for(states.ITEM_STEPS, state, verb, PARTS[role])
                if row is None:
                    with pytest.raises(Conflict):
                        step([item], verb, actor)
                    assert item.state == state
                else:
                    assert step([item], verb, actor) == row.event
                    assert item.state == row.target


# --- measures


@pytest.fixture
def measured(db: None) -> tuple[Stage, Measure]:
    scene = stage(ItemState.ACCEPTED)
    return scene, Measure.objects.get(item=scene.listing)


def test_every_triple_of_a_measure_outside_the_table_is_refused_by_the_step_itself(
    measured: tuple[Stage, Measure],
) -> None:
    scene, measure = measured
    for role, actor in scene.people.items():
        for state in MeasureState:
            for verb in MEASURE_VERBS:
                measure.state = state
                row = row_for(states.MEASURE_STEPS, state, verb, PARTS[role])
                if row is None:
                    with pytest.raises(Conflict):
                        step_measure(measure, verb, actor)
                    assert measure.state == state
                else:
                    assert step_measure(measure, verb, actor) == row.event
                    assert measure.state == row.target


@pytest.mark.parametrize("state", list(MeasureState))
def test_the_desk_mends_a_measure_by_the_table_only(measured: tuple[Stage, Measure], state: MeasureState) -> None:
    scene, measure = measured
    Measure.objects.filter(pk=measure.pk).update(state=state)
    for role, actor in scene.people.items():
        now = timezone.now()
        verbs: dict[str, Callable[[], Any]] = {
            "retry": partial(enforcement.retry, actor=actor, measure_id=measure.pk, now=now),
            "settle": partial(
                enforcement.settle_by_hand, actor=actor, measure_id=measure.pk, note="Seen to by telephone.", now=now
            ),
        }
        for verb, call in verbs.items():
            row = row_for(states.MEASURE_STEPS, state, verb, PARTS[role])
            with undone():
                before = traces()
                if row is None:
                    with pytest.raises(DomainError):
                        call()
                        pytest.fail(f"{role} may {verb} while {state}, which no row allows")
                    assert traces() == before
                    continue
                call()
                measure.refresh_from_db()
                assert measure.state == row.target
                assert Event.objects.order_by("pk").last().kind == row.event  # type: ignore[union-attr]


@pytest.mark.parametrize("state", list(MeasureState))
def test_the_machine_moves_a_measure_by_the_table_only(measured: tuple[Stage, Measure], state: MeasureState) -> None:
    """Asking and reading back, whatever the marketplace answers, takes rows of the system's or does nothing."""
    _scene, measure = measured
    now = timezone.now()
    for mode in SandboxMode:
        with undone():
            set_behaviour(actor=SYSTEM, mode=mode, delay_seconds=0, now=now)
            if state != MeasureState.PENDING:  # the marketplace has its own truth by now
                connector_for(measure.target).apply(enforcement.order_of(measure))
            Measure.objects.filter(pk=measure.pk).update(state=state, sent_at=now)
            before = traces()
            enforcement.send(measure_id=measure.pk, now=now)
            enforcement.check(actor=SYSTEM, measure_id=measure.pk, now=now)
            measure.refresh_from_db()
            told = Event.objects.filter(
                pk__gt=max(event["id"] for event in before["Event"]), kind__startswith="measure."
            )
            reached = state
            for event in told.order_by("pk"):
                row = next(
                    (row for row in states.MEASURE_STEPS if (row.source, row.event) == (reached, event.kind)), None
                )
                assert row is not None, f"{event.kind} does not follow from {reached}"
                assert Who.SYSTEM in row.who
                reached = MeasureState(row.target)
            assert measure.state == reached
            if not told:
                assert traces()["Event"] == before["Event"]
                assert traces()["OutboxMessage"] == before["OutboxMessage"]


# --- what follows from the tables


def oracle(items: list[str], claimed: bool) -> str:
    """The rules for the state of a complaint, written the long way round."""
    count = {state.value: items.count(state.value) for state in ItemState}
    if count["open"] > 0 and claimed:
        return "in_review"
    if count["open"] > 0:
        return "queued"
    if count["asked"] > 0:
        return "waiting"
    if count["held"] > 0:
        return "held"
    if count["accepted"] == 0 and count["rejected"] == 0:
        return "withdrawn"
    if count["accepted"] == 0:
        return "rejected"
    if count["rejected"] == 0:
        return "accepted"
    return "partially_accepted"


@given(items=st.lists(st.sampled_from([state.value for state in ItemState]), max_size=12), claimed=st.booleans())
def test_the_state_of_a_complaint_follows_from_its_items_and_its_claim(items: list[str], claimed: bool) -> None:
    assert states.derive(items, claimed=claimed) == oracle(items, claimed)
    assert states.derive(reversed(items), claimed=claimed) == states.derive(iter(items), claimed=claimed)


@given(items=st.lists(st.sampled_from([state.value for state in ItemState]), min_size=1, max_size=12))
def test_a_complaint_is_closed_exactly_when_no_item_is_undecided(items: list[str]) -> None:
    undecided = {"open", "asked", "held"} & set(items)
    assert (states.derive(items, claimed=False) in states.CLOSED) == (not undecided)
    assert (states.derive(items, claimed=True) in states.WITH_DESK) == bool(undecided)


@pytest.mark.parametrize("table", [states.ITEM_STEPS, states.MEASURE_STEPS])
def test_no_verb_leads_to_two_places_from_one_state(table: tuple[states.Step, ...]) -> None:
    assert len({(row.source, row.verb) for row in table}) == len(table)


def test_only_a_senior_leads_out_of_a_decided_item() -> None:
    final = {ItemState.ACCEPTED, ItemState.REJECTED, ItemState.WITHDRAWN}
    out = [row for row in states.ITEM_STEPS if row.source in final]
    assert {frozenset(row.who) for row in out} == {frozenset({Who.SENIOR})}
    assert not [row for row in out if row.source == ItemState.WITHDRAWN]


def test_every_state_is_shown_in_words_and_every_event_is_told_on_the_timeline() -> None:
    assert set(states.COMPLAINT_SHOWN) == set(ComplaintState)
    assert set(states.ITEM_SHOWN) == set(ItemState)
    assert set(states.MEASURE_SHOWN) == set(MeasureState)
    told = {row.event for row in (*states.ITEM_STEPS, *states.MEASURE_STEPS)} - FOR_THE_DESK
    assert told <= set(timeline.WORDS)

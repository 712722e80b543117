"""Two reviewers, seniors, complainants of two tenants and a lying marketplace act at random: the house stays in order.

Every rule calls a verb as a door would; a refusal must leave no event and no outbox row. After each step the invariants
below hold. `replay` rebuilds the states of items and measures from the events alone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from complaints import casework, enforcement, figures, following, policies, states
from complaints.models import Clock, Complaint, Evidence, Item, Measure, Policy, StatementOfReasons
from complaints.rules import effects
from complaints.statements import replaced_by
from complaints.states import ClockState, ItemState, MeasureState
from complaints.tasks import check_measures, return_expired_claims, run_out_clocks
from portal.accounts.actors import SYSTEM, Actor, ActorKind, member_actor_for
from portal.accounts.models import Role
from portal.errors import DomainError
from portal.ledger import outbox
from portal.ledger.events import verify_all
from portal.ledger.models import Event, OutboxMessage, OutboxState
from portal.marketplace.connectors.base import expected_state
from portal.marketplace.connectors.sandbox import set_behaviour
from portal.marketplace.models import SandboxBehaviour, SandboxMode, Target
from tests.accounts.factories import make_member
from tests.complaints.factories import make_draft, make_listing, make_right, make_seller, reviewer, sign

OUTCOMES = {"accepted": ItemState.ACCEPTED, "rejected": ItemState.REJECTED}
MOVES = {
    "complaint.submitted": ItemState.OPEN,
    "complaint.asked": ItemState.ASKED,
    "complaint.answered": ItemState.OPEN,
    "complaint.held": ItemState.HELD,
    "complaint.sent_back": ItemState.OPEN,
    "complaint.restored": ItemState.REJECTED,
    "complaint.unanswered": ItemState.OPEN,
    "complaint.withdrawn": ItemState.WITHDRAWN,
}
MEASURE_MOVES = {row.event: MeasureState(row.target) for row in states.MEASURE_STEPS}


def replay(events: list[Event]) -> tuple[dict[int, str], dict[int, str], dict[int, int]]:
    """Rebuilds from payloads alone: the state of each item and each measure, and how often each item was decided first.

    What supersedes names what it replaces, and is no first decision.
    """
    items: dict[int, str] = {}
    measures: dict[int, str] = {}
    decided: dict[int, int] = {}
    for event in events:
        payload = event.payload
        if event.kind == "complaint.decided":
            for item in payload["items"]:
                items[item] = OUTCOMES[payload["outcome"]]
                decided[item] = decided.get(item, 0) + ("supersedes" not in payload)
        elif event.kind in MOVES:
            items.update(dict.fromkeys(payload["items"], MOVES[event.kind]))
        elif event.kind in MEASURE_MOVES:
            measures[payload["measure"]] = MEASURE_MOVES[event.kind]
    return items, measures, decided


def basis(ground: str) -> dict[str, str]:
    """What a decision on this ground rests on, besides its text."""
    outcome = "accepted" if ground.startswith("C") else "rejected"
    return {"outcome": outcome, "ground": ground, "missing_proof": "A picture of the mark."}


class World:
    """The people and offers that every run starts from."""

    def __init__(self) -> None:
        ours, theirs = make_member(role=Role.RIGHTS_OWNER), make_member(role=Role.RIGHTS_OWNER)
        self.tenants = [member_actor_for(ours), member_actor_for(theirs)]
        self.viewer = member_actor_for(make_member(ours.organisation, Role.VIEWER))
        self.rights = [make_right(ours.organisation), make_right(theirs.organisation)]
        self.desk = [reviewer(), reviewer(), reviewer("senior"), reviewer("senior")]
        self.policy = reviewer("policy")
        shop = make_seller(account_kind="store")
        self.targets = [make_listing(shop) for _each in range(3)] + [shop.target]


class CaseMachine(RuleBasedStateMachine):
    """The house under random use; `world` is set by the test."""

    world: World
    complaints = Bundle("complaints")
    tenant = st.integers(0, 1)
    someone = st.integers(0, 3)
    some_items = st.lists(st.integers(0, 3), min_size=1, max_size=4)
    text = st.sampled_from(["Because.", "  ", "Weil die Naht anders sitzt ☂"])

    def __init__(self) -> None:
        super().__init__()
        self.now = timezone.now()
        self.opened = policies.in_force().version
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()

    @initialize(target=complaints)
    def file_one_each(self) -> Any:
        """Nothing happens without a case: each tenant begins with one about every offer."""
        return multiple(*(self._file(tenant, len(self.world.targets)) for tenant in (0, 1)))

    def teardown(self) -> None:
        try:
            self.check_every_chain()
            self.check_what_tenants_see()
            self.check_what_targets_became()
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    def attempt(self, verb: Callable[[], Any]) -> Any:
        """Calls a verb at the machine's time; a refusal must leave nothing behind."""
        before = self.traces()
        with time_machine.travel(self.now, tick=False):
            try:
                return verb()
            except DomainError:
                assert self.traces() == before, "a refused verb left a trace"
        return None

    @staticmethod
    def traces() -> tuple[int, ...]:
        return Event.objects.count(), OutboxMessage.objects.count(), Measure.objects.count()

    @staticmethod
    def items_of(case: int, picks: list[int]) -> list[int]:
        found = list(Item.objects.filter(complaint=case).order_by("id").values_list("pk", flat=True))
        return sorted({found[pick % len(found)] for pick in picks}) if found else []

    # --- what complainants do

    @rule(target=complaints, tenant=tenant, count=st.integers(1, 4))
    def file(self, tenant: int, count: int) -> Any:
        filed = self._file(tenant, count)
        return multiple() if filed is None else filed

    def _file(self, tenant: int, count: int) -> int | None:
        owner, right = self.world.tenants[tenant], self.world.rights[tenant]

        def verb() -> int:
            draft = make_draft(owner, right, self.world.targets[-count:])
            casework.submit(actor=owner, complaint_id=draft.pk, signing=sign(owner), now=self.now)
            return draft.pk

        with transaction.atomic():
            filed: int | None = self.attempt(verb)
            if filed is None:
                transaction.set_rollback(True)
        return filed

    @rule(target=complaints, case=complaints, tenant=tenant, send=st.booleans())
    def cure(self, case: int, tenant: int, send: bool) -> Any:
        """Makes the draft that mends a rejected case and, mostly, files it."""
        owner = self.world.tenants[tenant]
        draft = self.attempt(lambda: casework.cure(actor=owner, complaint_id=case, now=self.now))
        if draft is None or not send:
            return multiple()

        def verb() -> int:
            casework.submit(actor=owner, complaint_id=draft.pk, signing=sign(owner), now=self.now)
            return int(draft.pk)

        filed = self.attempt(verb)
        return multiple() if filed is None else filed

    @rule(case=complaints, tenant=tenant)
    def submit_again(self, case: int, tenant: int) -> None:
        owner = self.world.tenants[tenant]
        events = Event.objects.count()
        self.attempt(lambda: casework.submit(actor=owner, complaint_id=case, signing=sign(owner), now=self.now))
        assert Event.objects.count() == events

    @rule(case=complaints, tenant=tenant, text=text)
    def answer(self, case: int, tenant: int, text: str) -> None:
        self.attempt(
            lambda: casework.answer(actor=self.world.tenants[tenant], complaint_id=case, text=text, now=self.now)
        )

    @rule(case=complaints, tenant=tenant, picks=some_items)
    def withdraw(self, case: int, tenant: int, picks: list[int]) -> None:
        items, actor = self.items_of(case, picks), self.world.tenants[tenant]
        self.attempt(lambda: casework.withdraw(actor=actor, complaint_id=case, item_ids=items, now=self.now))

    @rule(case=complaints, picks=some_items)
    def let_a_viewer_try(self, case: int, picks: list[int]) -> None:
        items, events = self.items_of(case, picks), Event.objects.count()
        for verb in (
            lambda: casework.withdraw(actor=self.world.viewer, complaint_id=case, item_ids=items, now=self.now),
            lambda: casework.answer(actor=self.world.viewer, complaint_id=case, text="Hm.", now=self.now),
            lambda: casework.claim(actor=self.world.viewer, complaint_id=case, now=self.now),
        ):
            self.attempt(verb)
        assert Event.objects.count() == events

    # --- what the desk does

    @rule(case=complaints, who=someone)
    def claim(self, case: int, who: int) -> None:
        self.claim_by(case, self.world.desk[who])

    def claim_by(self, case: int, actor: Actor) -> None:
        self.attempt(lambda: casework.claim(actor=actor, complaint_id=case, now=self.now))

    @rule(who=someone)
    def claim_next(self, who: int) -> None:
        self.attempt(lambda: casework.claim_next(actor=self.world.desk[who], now=self.now))

    @rule(case=complaints, who=someone, verb=st.sampled_from([casework.release, casework.extend]))
    def let_go_or_hold_on(self, case: int, who: int, verb: Any) -> None:
        self.attempt(lambda: verb(actor=self.world.desk[who], complaint_id=case, now=self.now))

    @rule(case=complaints, who=someone, picks=some_items, text=text)
    def ask(self, case: int, who: int, picks: list[int], text: str) -> None:
        items, actor = self.items_of(case, picks), self.holder_of(case) or self.world.desk[who]
        self.attempt(lambda: casework.ask(actor=actor, complaint_id=case, item_ids=items, text=text, now=self.now))

    @rule(case=complaints, who=someone, picks=some_items, ground=st.sampled_from(["C-01", "R-02", "R-07", "R-11"]))
    def supersede(self, case: int, who: int, picks: list[int], ground: str) -> None:
        items, actor = self.items_of(case, picks), self.world.desk[who]
        self.attempt(
            lambda: casework.supersede(
                actor=actor, complaint_id=case, item_ids=items, now=self.now, text="Looked at again.", **basis(ground)
            )
        )

    @rule(case=complaints, picks=some_items)
    def turn_a_decision_round(self, case: int, picks: list[int]) -> None:
        """Chance alone rarely finds a decided item and its other outcome."""
        done = Item.objects.filter(complaint=case, pk__in=self.items_of(case, picks), state__in=states.DECIDED).first()
        if done is not None:
            other = "R-07" if done.state == ItemState.ACCEPTED else "C-01"
            self.attempt(
                lambda: casework.supersede(
                    actor=self.world.desk[2 + len(picks) % 2], complaint_id=case, item_ids=[done.pk], now=self.now,
                    text="The other way round.", **basis(other),
                )
            )  # fmt: skip

    @rule()
    def move_the_policy(self) -> None:
        """Pages that were opened before are refused until they are looked at again."""
        actor = self.world.policy
        version = f"v{Policy.objects.count()}"
        made = casework.draft_policy(actor=actor, version=version, note="Moved.", now=self.now)
        casework.publish_policy(actor=actor, policy_id=made.pk, now=self.now)

    @rule()
    def look_at_the_policy(self) -> None:
        self.opened = policies.in_force().version

    @rule(
        case=complaints, who=someone, picks=some_items,
        outcome=st.sampled_from(["C-01", "C-04", "R-02", "R-11"]), text=text,
    )  # fmt: skip
    def decide(self, case: int, who: int, picks: list[int], outcome: str, text: str) -> None:
        self._decide(case, self.world.desk[who], self.items_of(case, picks), outcome, text)

    @rule(case=complaints, picks=some_items, outcome=st.sampled_from(["C-01", "R-02"]))
    def let_the_holder_decide(self, case: int, picks: list[int], outcome: str) -> None:
        """Chance alone rarely meets the one who holds the case; a case that nobody holds is taken first."""
        if not Complaint.objects.get(pk=case).is_claimed(self.now):
            self.claim_by(case, self.world.desk[len(picks) % 4])
        holder = self.holder_of(case)
        if holder:
            self._decide(case, holder, self.items_of(case, picks), outcome, "Because.")

    def holder_of(self, case: int) -> Actor | None:
        holder = Complaint.objects.filter(pk=case).values_list("claimed_by", flat=True).first()
        return next((each for each in self.world.desk if each.user and each.user.pk == holder), None)

    def _decide(self, case: int, actor: Actor, items: list[int], ground: str, text: str) -> None:
        moved = self.opened != policies.in_force().version
        made = self.attempt(
            lambda: casework.decide(
                actor=actor, complaint_id=case, item_ids=items, text=text, now=self.now, policy=self.opened,
                **basis(ground),
            )
        )  # fmt: skip
        assert made is None or not moved, "decided under a policy that had been retired"

    @rule(who=someone, pick=st.integers(0, 9), back=st.booleans(), text=text)
    def see_to_a_held_decision(self, who: int, pick: int, back: bool, text: str) -> None:
        held = list(Item.objects.filter(state=ItemState.HELD).order_by("id").values_list("decision", flat=True))
        if not held:
            return
        decision, actor = held[pick % len(held)], self.world.desk[who]
        if back:
            self.attempt(lambda: casework.send_back(actor=actor, decision_id=decision, text=text, now=self.now))
        else:
            self.attempt(lambda: casework.confirm(actor=actor, decision_id=decision, now=self.now))

    # --- what the marketplace, the machine and the clock do

    @rule(mode=st.sampled_from(list(SandboxMode)), remaining=st.sampled_from([None, 1]), delay=st.integers(0, 7200))
    def misbehave(self, mode: str, remaining: int | None, delay: int) -> None:
        set_behaviour(actor=SYSTEM, mode=mode, remaining=remaining, delay_seconds=delay, now=self.now)

    @rule()
    def behave(self) -> None:
        SandboxBehaviour.objects.all().delete()

    @rule(times=st.integers(1, 2))
    def work(self, times: int) -> None:
        with time_machine.travel(self.now, tick=False):
            for _again in range(times):
                outbox.run_until_empty()
                check_measures()
                return_expired_claims()
                run_out_clocks()
        assert not OutboxMessage.objects.filter(state=OutboxState.DEAD).exists()

    @rule(who=someone, pick=st.integers(0, 9), by_hand=st.booleans())
    def mend(self, who: int, pick: int, by_hand: bool) -> None:
        measures = list(Measure.objects.order_by("id").values_list("pk", flat=True))
        if not measures:
            return
        measure, actor = measures[pick % len(measures)], self.world.desk[who]
        if by_hand:
            note = "Settled by telephone."
            self.attempt(lambda: enforcement.settle_by_hand(actor=actor, measure_id=measure, note=note, now=self.now))
        else:
            self.attempt(lambda: enforcement.retry(actor=actor, measure_id=measure, now=self.now))

    @rule(minutes=st.sampled_from([1, 20, 61, 60 * 25, 60 * 24 * 6]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(pick=st.integers(0, 9), text=text)
    def respond(self, pick: int, text: str) -> None:
        told = list(StatementOfReasons.objects.filter(side="respondent").order_by("id"))
        if told:
            statement = told[pick % len(told)]
            actor = Actor(kind=ActorKind.RESPONDENT)
            self.attempt(lambda: casework.respond(actor=actor, statement=statement, text=text, now=self.now))

    # --- what always holds: after each step, and at the end of a run

    def check_every_chain(self) -> None:
        assert verify_all() == []

    @invariant()
    def a_complaint_is_in_the_state_that_follows_from_its_items(self) -> None:
        for complaint in Complaint.objects.filed():
            items = list(complaint.items.values_list("state", flat=True))
            claimed = complaint.is_claimed(complaint.updated_at)
            assert complaint.state == states.derive(items, claimed=claimed)
            assert (complaint.decided_at is not None) == complaint.is_closed
            assert not (complaint.is_closed and complaint.claimed_by_id)

    @invariant()
    def an_outcome_has_one_decision_with_that_outcome(self) -> None:
        for item in Item.objects.select_related("decision"):
            if item.state in {ItemState.ACCEPTED, ItemState.REJECTED}:
                assert item.decision is not None and item.decision.outcome == item.state
            elif item.state == ItemState.HELD:
                assert item.decision is not None and item.decision.needs_second
            else:
                assert item.decision is None
            told = item.decisions.filter(statements__isnull=False).distinct()
            firsts = [each for each in told if replaced_by(each) is None]
            assert len(firsts) <= 1, "decided twice without one replacing the other"
            if item.state in states.DECIDED:
                assert item.decision in told, "an outcome that nobody was told of"
            if item.is_open:
                assert not firsts, "an open item was decided before"

    @invariant()
    def measures_stand_against_accepted_items_only_and_once(self) -> None:
        for item in Item.objects.all():
            orders = item.measures.filter(reverses__isnull=True)
            standing = orders.exclude(state__in=[MeasureState.CANCELLED, MeasureState.UNDONE])
            assert standing.count() == (item.state == ItemState.ACCEPTED)
            for undone in orders.filter(state=MeasureState.UNDONE):
                assert undone.reversed_by.item_id == item.pk
        held = Measure.objects.filter(decision__needs_second=True).select_related("decision")
        confirmed = Event.objects.filter(kind="complaint.decided", payload__confirmed=True)
        assert {measure.decision_id for measure in held} == {event.payload["decision"] for event in confirmed}

    @invariant()
    def a_confirmed_measure_is_true(self) -> None:
        """What was read back last of a target is what we believe about it."""
        newest = {
            event.payload["target"]: event.payload["measure"]
            for event in Event.objects.filter(kind="measure.confirmed").order_by("pk")
        }
        for measure in Measure.objects.filter(pk__in=newest.values()).select_related("target"):
            gone = measure.target.state == expected_state(measure.action)
            assert gone == (measure.reverses_id is None)

    @invariant()
    def a_complaint_is_mended_once_and_what_mends_it_is_final(self) -> None:
        for mended in Complaint.objects.filter(cures__isnull=False).select_related("cures"):
            assert mended.cures is not None
            assert mended.cures.cures_id is None
            assert mended.cures.cured_by.count() == 1
        rejected = Complaint.objects.filter(state="rejected")
        assert rejected.counted().count() == rejected.count() - rejected.cured().count()

    @invariant()
    def events_rebuild_the_rows(self) -> None:
        told = list(Event.objects.filter(stream_kind="complaint").order_by("stream_id", "seq"))
        items, measures, decided = replay(told)
        assert items == dict(Item.objects.values_list("pk", "state"))
        assert max(decided.values(), default=0) <= 1, "an item was decided twice"
        expected = {pk: measures.get(pk, MeasureState.PENDING) for pk in Measure.objects.values_list("pk", flat=True)}
        assert expected == dict(Measure.objects.values_list("pk", "state"))

    def check_what_tenants_see(self) -> None:
        for actor in (*self.world.tenants, self.world.viewer):
            mine = Complaint.objects.filter(organisation=actor.organisation)
            assert set(Complaint.objects.visible_to(actor)) == set(mine)
            assert set(Item.objects.visible_to(actor)) == set(Item.objects.filter(complaint__in=mine))
            assert not Evidence.objects.visible_to(actor).exclude(complaint__in=mine).exists()
            seen = StatementOfReasons.objects.visible_to(actor)
            assert not seen.exclude(decision__complaint__in=mine, side="complainant").exists()
            counted = figures.figures(actor, self.now)
            assert counted.open_complaints == mine.with_desk().count()

    @invariant()
    def clocks_follow_their_case(self) -> None:
        """A closed case waits for nothing; an open one is due by the first of its clocks about deciding."""
        for complaint in Complaint.objects.filed().prefetch_related("clocks"):
            found = list(complaint.clocks.all())
            live = [clock for clock in found if clock.state in {ClockState.RUNNING, ClockState.PAUSED}]
            asked = complaint.items.filter(state=ItemState.ASKED).exists()
            assert any(clock.rule == following.ANSWER for clock in live) == asked
            about = [clock for clock in live if clock.rule in effects.deciding()]
            assert not (about and complaint.is_closed)
            for clock in about:
                assert (clock.state == ClockState.PAUSED) == (complaint.state == "waiting")
            if about and complaint.state != "waiting":
                assert complaint.due_at == following.earliest(found)
        told = Event.objects.filter(kind="clock.run_out").order_by("pk")
        ended = Clock.objects.filter(state=ClockState.RUN_OUT).order_by("pk").values_list("pk", flat=True)
        assert sorted(event.payload["clock"] for event in told) == list(ended)

    def check_what_targets_became(self) -> None:
        touched = set(Measure.objects.values_list("target", flat=True))
        assert set(Target.objects.exclude(state="live").values_list("pk", flat=True)) <= touched


@pytest.mark.django_db
def test_the_house_stays_in_order_whatever_people_do() -> None:
    CaseMachine.world = World()
    budget = settings(
        max_examples=25, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
    )
    run_state_machine_as_test(CaseMachine, settings=budget)  # type: ignore[no-untyped-call]

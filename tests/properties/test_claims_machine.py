"""Whatever reviewers and a lead try: a case has one holder, who is here, not recused, and never over their cap."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from complaints import casework
from complaints.casework import places
from complaints.models import Recusal, ReviewerProfile
from portal.accounts.actors import Actor
from portal.accounts.models import User
from portal.errors import DomainError
from portal.ledger.models import Event
from tests.complaints.factories import Case, make_filed_complaint, reviewer

pytestmark = pytest.mark.django_db


def person(actor: Actor) -> User:
    assert actor.user is not None
    return actor.user


class Desk(RuleBasedStateMachine):
    """Three reviewers and a lead at random; `cases` and `people` are set by the test."""

    cases: list[Case]
    people: list[Actor]
    lead: Actor
    who = st.integers(0, 2)
    which = st.integers(0, 3)

    def __init__(self) -> None:
        super().__init__()
        self.now = timezone.now()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    def attempt(self, verb: Callable[..., Any], **values: Any) -> None:
        """Calls a verb; one that is refused leaves no event."""
        before = Event.objects.count()
        try:
            verb(now=self.now, **values)
        except DomainError:
            assert Event.objects.count() == before

    def case(self, which: int) -> int:
        return self.cases[which].complaint.pk

    @rule(who=who, which=which)
    def claim(self, who: int, which: int) -> None:
        self.attempt(casework.claim, actor=self.people[who], complaint_id=self.case(which))

    @rule(who=who)
    def take_next(self, who: int) -> None:
        self.attempt(casework.claim_next, actor=self.people[who])

    @rule(who=who, which=which, verb=st.sampled_from([casework.release, casework.extend]))
    def let_go(self, who: int, which: int, verb: Any) -> None:
        self.attempt(verb, actor=self.people[who], complaint_id=self.case(which))

    @rule(who=who, to=who, which=which, by_lead=st.booleans())
    def hand_over(self, who: int, to: int, which: int, by_lead: bool) -> None:
        actor, to_id = self.lead if by_lead else self.people[who], person(self.people[to]).pk
        self.attempt(casework.hand_over, actor=actor, complaint_id=self.case(which), to_id=to_id, note="Look.")

    @rule(who=who, which=which)
    def step_back(self, who: int, which: int) -> None:
        organisation = self.cases[which].owner.organisation
        assert organisation is not None
        ids = {"complaint_id": self.case(which), "organisation_id": organisation.pk}
        self.attempt(casework.step_back, actor=self.people[who], **ids, reason="")

    @rule(which=st.integers(0, 9))
    def end_a_recusal(self, which: int) -> None:
        rows = list(Recusal.objects.order_by("id").values_list("pk", flat=True))
        if rows:
            pk = rows[which % len(rows)]
            self.attempt(casework.end_recusal, actor=self.lead, recusal_id=pk, reason="Long ago.")

    @rule(who=who, away=st.booleans())
    def come_and_go(self, who: int, away: bool) -> None:
        until = self.now + timedelta(minutes=90) if away else None
        self.attempt(casework.set_away, actor=self.lead, user_id=person(self.people[who]).pk, until=until)

    @rule(minutes=st.sampled_from([1, 40, 61]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @invariant()
    def nobody_holds_too_many_or_what_they_may_not(self) -> None:
        for actor in self.people:
            mine = places.held_by([person(actor).pk], self.now)
            assert mine.count() <= 2
            assert mine.visible_to(actor).count() == mine.count()
            away = ReviewerProfile.objects.filter(user=person(actor), away_until__gt=self.now).exists()
            assert not (away and mine.exists())

    @invariant()
    def each_case_has_the_holder_that_its_chain_names(self) -> None:
        for case in self.cases:
            holder = None
            for event in Event.objects.filter(stream_kind="complaint", stream_id=str(case.complaint.pk)).order_by(
                "seq"
            ):
                if event.kind == "complaint.claimed":
                    holder = int(event.actor.removeprefix("user:"))
                elif event.kind == "complaint.handed_over":
                    holder = event.payload["to"]
                elif event.kind in {"complaint.released", "complaint.returned"}:
                    holder = None
            assert case.fresh().claimed_by_id == holder


def test_whatever_reviewers_try_a_case_has_one_holder_who_may_hold_it() -> None:
    Desk.cases = [make_filed_complaint(items=1) for _each in range(4)]
    Desk.people, Desk.lead = [reviewer() for _each in range(3)], reviewer("senior")
    for each in Desk.people:
        ReviewerProfile.objects.create(user=person(each), open_claims=2)
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    limits = settings(max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=checks)
    run_state_machine_as_test(Desk, settings=limits)  # type: ignore[no-untyped-call]

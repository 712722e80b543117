"""An agent's reads never contain what no grant in force covers.

A principal with rights in several countries grants, narrows and ends authorisations at random, of an agency and of an
agent among its members; complaints are filed, asked about and decided, days pass. After each step everything that an
agent can read is compared with what the authorisations say, by a rule written down here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from rest_framework.test import APIClient

from brands import registry
from brands.models import Authorisation, Brand, IPRight
from complaints import casework, figures, timeline
from complaints.models import Complaint, Evidence, Item, Message, StatementOfReasons
from portal.accounts.actors import Actor, for_principal, member_actor_for
from portal.accounts.models import Role
from portal.api import keys
from portal.api.models import Scope
from portal.api.throttles import KeyThrottle
from portal.errors import DomainError
from tests.accounts.factories import make_member
from tests.api.factories import bearer
from tests.brands.agents_kit import make_agency
from tests.complaints.factories import make_draft, make_listing, make_right, make_seller, reviewer, sign, upload

MARKETS = ("DE", "FR", "SE")
VERBS = ("register", "file", "answer", "withdraw", "sellers")
API = "/api/v1"


@dataclass(frozen=True)
class Letter:
    """An authorisation as plain values: what the oracle needs to know of it."""

    verbs: frozenset[str]
    rights: frozenset[int] | None
    markets: frozenset[str]

    def covers(self, right: int | None, market: str = "") -> bool:
        return (self.rights is None or right in self.rights) and (
            not market or not self.markets or market in self.markets
        )


def letters_of(today: date, **agent: Any) -> list[Letter]:
    """Reads the rows with the plainest of means: no queryset of the product has a part in it."""
    return [
        Letter(
            frozenset(row.verbs),
            None if row.all_rights else frozenset(row.authorised_rights.values_list("right", flat=True)),
            frozenset(row.territories),
        )
        for row in Authorisation.objects.filter(**agent)
        if row.state == "active" and row.starts_on <= today <= row.expires_on
    ]


def covers_item(letter: Letter, item: Item) -> bool:
    return letter.covers(item.right_id, item.target.market)


KEY_LASTS = timedelta(days=360)


def is_of(draft: Complaint, actor: Actor) -> bool:
    """Whether the agency, or this agent, began it: where its items are is known when it is filed."""
    if actor.agency is not None:
        return bool(draft.agency_id == actor.agency.pk)
    return draft.agency_id is None and draft.created_by == actor.user


class World:
    """The people that every run starts from."""

    def __init__(self) -> None:
        self.owner = make_member()
        self.agency = make_agency()
        self.agent = make_member(self.owner.organisation, Role.AGENT, authorised=False)
        self.stranger = make_member()
        self.rights = [make_right(self.owner.organisation, text=text, markets=MARKETS) for text in ("ALDER", "BIRK")]
        self.theirs = make_right(self.stranger.organisation, markets=MARKETS)
        shop = make_seller()
        self.targets = {market: [make_listing(shop, market=market) for _each in range(2)] for market in MARKETS}
        self.desk = reviewer()
        actor, now = member_actor_for(self.agency), timezone.now()
        _key, secret = keys.issue(
            actor=actor, organisation=self.agency.organisation, name="Import", scopes=list(Scope),
            expires_at=now + KEY_LASTS + timedelta(days=1), now=now,
        )  # fmt: skip
        self.api = APIClient()
        named = str(self.owner.organisation.public_id)
        self.api.credentials(**bearer(secret), HTTP_RIGHTSDESK_PRINCIPAL=named)


class AgentMachine(RuleBasedStateMachine):
    """The letters under random use; `world` is set by the test."""

    world: World
    which = st.integers(0, 1)
    markets = st.lists(st.sampled_from(MARKETS), max_size=2, unique=True)
    someone = st.sampled_from(["owner", "agency", "agent"])

    def __init__(self) -> None:
        super().__init__()
        self.now = self.began = timezone.now()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.clock = time_machine.travel(self.now, tick=False)
        self.clock.start()

    def teardown(self) -> None:
        self.clock.stop()
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    @property
    def owner(self) -> Actor:
        return member_actor_for(self.world.owner)

    def agents(self) -> list[tuple[Actor | None, dict[str, Any]]]:
        """Both agents as a request of this moment would have them, each with how its letters are found."""
        world = self.world
        agency = for_principal(member_actor_for(world.agency), world.owner.organisation)
        return [
            (agency, {"agency": world.agency.organisation}),
            (member_actor_for(world.agent), {"member": world.agent}),
        ]

    def actor(self, who: str) -> Actor | None:
        return self.owner if who == "owner" else self.agents()[who == "agent"][0]

    def attempt(self, verb: Any) -> None:
        with transaction.atomic():
            try:
                verb()
            except DomainError:
                transaction.set_rollback(True)

    # --- letters

    @rule(
        to_agency=st.booleans(), rights=st.one_of(st.none(), which), markets=markets,
        verbs=st.lists(st.sampled_from(VERBS), unique=True), days=st.integers(0, 40), later=st.booleans(),
    )  # fmt: skip
    def grant(
        self, to_agency: bool, rights: int | None, markets: list[str], verbs: list[str], days: int, later: bool
    ) -> None:
        starts = self.now.date() + timedelta(days=later)
        who = {"agency": self.world.agency.organisation} if to_agency else {"member": self.world.agent}
        terms = registry.AuthorisationTerms(
            verbs=tuple(verbs),
            territories=tuple(markets),
            rights=None if rights is None else (self.world.rights[rights].public_id,),
            starts_on=starts,
            expires_on=starts + timedelta(days=days),
        )
        self.attempt(lambda: registry.grant_authorisation(actor=self.owner, terms=terms, now=self.now, **who))

    @rule(pick=st.integers(0, 9))
    def end(self, pick: int) -> None:
        rows = list(Authorisation.objects.filter(organisation=self.world.owner.organisation, state="active"))
        if rows:
            row = rows[pick % len(rows)]
            self.attempt(lambda: registry.end_authorisation(actor=self.owner, authorisation=row, now=self.now))

    @rule(days=st.sampled_from([1, 9, 41]))
    def wait(self, days: int) -> None:
        if self.now + timedelta(days=days) > self.began + KEY_LASTS:
            return  # the key would have ended, and a key that ended is another test
        self.now += timedelta(days=days)
        self.clock.stop()
        self.clock = time_machine.travel(self.now, tick=False)
        self.clock.start()

    # --- cases

    @rule(
        who=someone,
        right=which,
        markets=st.lists(st.sampled_from(MARKETS), min_size=1, unique=True),
        draft=st.booleans(),
    )
    def file(self, who: str, right: int, markets: list[str], draft: int) -> None:
        actor = self.actor(who)
        targets = [self.world.targets[market][len(markets) % 2] for market in markets]

        def verb() -> None:
            assert actor is not None
            begun = make_draft(actor, self.world.rights[right], targets)
            casework.add_evidence(actor=actor, complaint_id=begun.pk, upload=upload(), now=self.now)
            if not draft:
                casework.submit(actor=actor, complaint_id=begun.pk, signing=sign(actor), now=self.now)

        if actor is not None:
            self.attempt(verb)

    @rule(pick=st.integers(0, 9), which_items=st.integers(0, 2), ask=st.booleans())
    def work_at_the_desk(self, pick: int, which_items: int, ask: bool) -> None:
        cases = list(Complaint.objects.filter(state__in=["queued", "in_review", "waiting"]).order_by("id"))
        if not cases:
            return
        case, desk = cases[pick % len(cases)], self.world.desk
        items = list(case.items.filter(state="open").order_by("id").values_list("pk", flat=True))[: which_items + 1]
        self.attempt(lambda: casework.claim(actor=desk, complaint_id=case.pk, now=self.now))
        common: dict[str, Any] = {"actor": desk, "complaint_id": case.pk, "item_ids": items, "now": self.now}
        if ask:
            self.attempt(lambda: casework.ask(text="Where?", **common))
        else:
            self.attempt(lambda: casework.decide(outcome="accepted", ground="C-01", text="Copied.", **common))

    @rule(who=someone, pick=st.integers(0, 9), answer=st.booleans())
    def answer_or_take_back(self, who: str, pick: int, answer: bool) -> None:
        """Whatever an agent gets done is covered by the verb of a letter; the rows that changed say which it was."""
        actor, cases = self.actor(who), list(Complaint.objects.exclude(state="draft").order_by("id"))
        if actor is None or not cases:
            return
        case = cases[pick % len(cases)]
        before = dict(case.items.values_list("pk", "state"))
        if answer:
            self.attempt(lambda: casework.answer(actor=actor, complaint_id=case.pk, text="There.", now=self.now))
        else:
            ids = [pk for pk, state in before.items() if state in {"open", "asked"}][:1]
            self.attempt(lambda: casework.withdraw(actor=actor, complaint_id=case.pk, item_ids=ids, now=self.now))
        touched = [item for item in case.items.select_related("target") if item.state != before[item.pk]]
        if who != "owner":
            agent = {"agency": self.world.agency.organisation} if who == "agency" else {"member": self.world.agent}
            held = letters_of(self.now.date(), **agent)
            verb = "answer" if answer else "withdraw"
            for item in touched:
                assert any(verb in one.verbs and one.covers(item.right_id, item.target.market) for one in held)

    # --- what always holds

    @invariant()
    def agents_read_what_their_letters_cover_and_no_more(self) -> None:
        today, principal = self.now.date(), self.world.owner.organisation
        for actor, agent in self.agents():
            held = letters_of(today, **agent)
            assert (actor is not None and bool(actor.grants)) == bool(held)
            if actor is None:
                continue
            self.check_rights(actor, held, principal)
            self.check_complaints(actor, held, principal)
            self.check_what_hangs_on_them(actor, held)

    def check_rights(self, actor: Actor, held: list[Letter], principal: Any) -> None:
        covered = {
            right.pk for right in IPRight.objects.filter(organisation=principal)
            if any(one.covers(right.pk) for one in held)
        }  # fmt: skip
        assert set(IPRight.objects.visible_to(actor).values_list("pk", flat=True)) == covered
        brands = set(Brand.objects.visible_to(actor).values_list("pk", flat=True))
        assert brands == set(Brand.objects.filter(rights__in=covered).values_list("pk", flat=True))

    def check_complaints(self, actor: Actor, held: list[Letter], principal: Any) -> None:
        expected: dict[int, set[int]] = {}
        for case in Complaint.objects.filter(organisation=principal).prefetch_related("items__target"):
            seen = {item.pk for item in case.items.all() if any(covers_item(one, item) for one in held)}
            by_right = [one for one in held if one.covers(case.right_id)]
            markets = {item.target.market for item in case.items.all()}
            mine = case.state == "draft" and is_of(case, actor)
            if any(mine or not one.markets or one.markets & markets for one in by_right):
                expected[case.pk] = seen
        shown = Complaint.objects.visible_to(actor)
        assert set(shown.values_list("pk", flat=True)) == set(expected)
        items = {pk for seen in expected.values() for pk in seen}
        assert set(Item.objects.visible_to(actor).values_list("pk", flat=True)) == items
        for row in shown.for_lists():
            assert row.item_count == len(expected[row.pk])
        counted = figures.figures(actor, self.now)
        at_desk = Complaint.objects.with_desk().filter(pk__in=expected)
        assert counted.open_complaints == at_desk.count()
        open_items = Item.objects.open().filter(pk__in=items, complaint__in=at_desk)
        assert counted.open_items == open_items.count()

    def check_what_hangs_on_them(self, actor: Actor, held: list[Letter]) -> None:
        cases = set(Complaint.objects.visible_to(actor).values_list("pk", flat=True))
        items = set(Item.objects.visible_to(actor).values_list("pk", flat=True))
        assert set(Evidence.objects.visible_to(actor).values_list("complaint", flat=True)) <= cases
        for statement in StatementOfReasons.objects.visible_to(actor).select_related("decision"):
            assert statement.decision.complaint_id in cases
            assert set(statement.decision.items.values_list("pk", flat=True)) <= items
        for message in Message.objects.filter(complaint__in=cases).covered(actor):
            about = set(message.items.values_list("pk", flat=True))
            assert not about or about & items
        for case in Complaint.objects.filter(pk__in=cases):
            for event in timeline.seen_by(case, actor):
                assert set(event.payload.get("items", [])) <= items

    @invariant()
    def the_api_says_no_more_than_the_rows(self) -> None:
        actor = self.agents()[0][0]
        rights, complaints = (self.world.api.get(f"{API}/{path}?page_size=200") for path in ("rights", "complaints"))
        if actor is None:
            assert rights.status_code == complaints.status_code == 404
            return
        seen = set(map(str, IPRight.objects.visible_to(actor).values_list("public_id", flat=True)))
        assert {row["public_id"] for row in rights.json()["results"]} == seen
        cases = {str(case.public_id): case for case in Complaint.objects.visible_to(actor)}
        assert {row["public_id"] for row in complaints.json()["results"]} == set(cases)
        for public_id, case in cases.items():
            listed = self.world.api.get(f"{API}/complaints/{public_id}/items").json()["results"]
            assert {row["id"] for row in listed} == set(case.items.covered(actor).values_list("pk", flat=True))
        hidden = Complaint.objects.filter(organisation=self.world.owner.organisation).exclude(
            pk__in=[case.pk for case in cases.values()]
        )
        for case in hidden:
            assert self.world.api.get(f"{API}/complaints/{case.public_id}").status_code == 404

    @invariant()
    def the_principal_sees_everything_and_strangers_nothing(self) -> None:
        everything = Complaint.objects.filter(organisation=self.world.owner.organisation)
        assert set(Complaint.objects.visible_to(self.owner)) == set(everything)
        stranger = member_actor_for(self.world.stranger)
        assert not Complaint.objects.visible_to(stranger).exists()
        assert list(IPRight.objects.visible_to(stranger)) == [self.world.theirs]


@pytest.mark.django_db
def test_an_agents_reads_never_contain_what_no_grant_in_force_covers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KeyThrottle, "rate", None, raising=False)  # the machine asks more often than a program may
    AgentMachine.world = World()
    budget = settings(
        max_examples=15, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
    )
    run_state_machine_as_test(AgentMachine, settings=budget)  # type: ignore[no-untyped-call]

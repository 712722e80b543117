"""What binds an agent in complaints: every reading and every verb, by right, country, verb and day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from brands import registry
from brands.models import Authorisation
from complaints import casework, figures, policies, preflight, timeline
from complaints.models import Complaint, Evidence, Item, Message, SigningMandate, StatementOfReasons
from complaints.reasons import Ground
from complaints.statements import Grounds, compose
from portal.accounts.actors import Actor, member_actor_for
from portal.accounts.models import Role
from portal.errors import Forbidden, NotFound, Refused
from portal.ledger.models import Delivery, Event
from tests.accounts.factories import actor_for_member, authorise, make_member
from tests.brands.agents_kit import Pair, make_agency, pair
from tests.complaints.factories import (
    make_draft,
    make_listing,
    make_right,
    make_seller,
    reviewer,
    sign,
    sign_all,
    upload,
)

pytestmark = pytest.mark.django_db


def file(actor: Actor, right: Any, targets: list[Any], **fields: Any) -> Complaint:
    draft = make_draft(actor, right, targets, **fields)
    return casework.submit(actor=actor, complaint_id=draft.pk, signing=sign(actor), now=timezone.now())


@dataclass
class Scene:
    """A principal with two rights, and an agency that may act with the first of them in Germany alone."""

    made: Pair
    covered: Any
    other: Any
    mixed: Complaint
    foreign: Complaint
    abroad: Complaint

    @property
    def owner(self) -> Actor:
        return self.made.owner

    @property
    def agent(self) -> Actor:
        return self.made.agent

    def items(self, market: str) -> list[int]:
        return list(self.mixed.items.filter(target__market=market).values_list("pk", flat=True))


@pytest.fixture
def scene() -> Scene:
    principal = make_member()
    covered = make_right(principal.organisation)
    other = make_right(principal.organisation, text="NORDVIK")
    made = pair([covered], principal=principal, territories=["DE"])
    seller, owner = make_seller(), made.owner
    here, there = make_listing(seller), make_listing(seller, market="FR")
    mixed = file(owner, covered, [here, there])
    foreign = file(owner, other, [make_listing(seller)])
    abroad = file(owner, covered, [make_listing(seller, market="SE")])
    return Scene(made, covered, other, mixed, foreign, abroad)


# --- reading


def test_complaints_are_those_of_covered_rights_with_an_item_in_a_covered_country(scene: Scene) -> None:
    seen = Complaint.objects.visible_to(scene.agent)
    assert list(seen) == [scene.mixed]
    assert set(Complaint.objects.visible_to(scene.owner)) == {scene.mixed, scene.foreign, scene.abroad}
    row = seen.for_lists().get()
    assert (row.item_count, row.open_count) == (1, 1)
    assert Complaint.objects.visible_to(scene.owner).for_lists().get(pk=scene.mixed.pk).item_count == 2


def test_items_are_those_of_covered_countries(scene: Scene) -> None:
    assert list(Item.objects.visible_to(scene.agent).values_list("pk", flat=True)) == scene.items("DE")
    elsewhere = Item.objects.get(pk=scene.items("FR")[0]).target.marketplace_id
    here = Item.objects.get(pk=scene.items("DE")[0]).target.marketplace_id
    seen = Complaint.objects.visible_to(scene.agent)
    assert list(seen.search(here)) == [scene.mixed]
    assert not seen.search(elsewhere).exists(), "a search tells what is not shown"


def test_two_authorisations_add_up_and_do_not_multiply(scene: Scene) -> None:
    authorise(
        scene.made.principal.organisation, agency=scene.made.agency.organisation, rights=[scene.other],
        territories=["FR"],
    )  # fmt: skip
    assert set(Complaint.objects.visible_to(scene.agent)) == {scene.mixed}, "the other right is on offer in Germany"
    assert list(Item.objects.visible_to(scene.agent).values_list("pk", flat=True)) == scene.items("DE")


def test_drafts_are_those_of_covered_rights_and_ones_own(scene: Scene) -> None:
    on_covered, on_other = make_draft(scene.owner, scene.covered, []), make_draft(scene.owner, scene.other, [])
    empty_of_owner = casework.start_draft(actor=scene.owner, now=timezone.now())
    empty_of_agent = casework.start_draft(actor=scene.agent, now=timezone.now())
    mate = make_member(scene.made.agency.organisation, Role.RIGHTS_OWNER)
    mine = make_draft(scene.agent, scene.covered, [])
    seen = set(Complaint.objects.visible_to(scene.agent).drafts())
    assert seen == {mine, empty_of_agent}, "where the items of the owner’s draft are, nobody knows before it is filed"
    assert {on_covered, on_other, empty_of_owner, mine} <= set(Complaint.objects.visible_to(scene.owner).drafts())
    made = Pair(scene.made.principal, mate, scene.made.letter)
    assert set(Complaint.objects.visible_to(made.agent).drafts()) == {mine}


def test_evidence_follows_its_complaint(scene: Scene) -> None:
    for right in (scene.covered, scene.other):
        draft = make_draft(scene.owner, right, [])
        casework.add_evidence(actor=scene.owner, complaint_id=draft.pk, upload=upload(), now=timezone.now())
    own = make_draft(scene.agent, scene.covered, [])
    casework.add_evidence(actor=scene.agent, complaint_id=own.pk, upload=upload(), now=timezone.now())
    assert Evidence.objects.visible_to(scene.agent).get().complaint == own
    assert Evidence.objects.visible_to(scene.owner).count() == 3


def test_questions_statements_and_timeline_stay_within(scene: Scene) -> None:
    desk, now = reviewer(), timezone.now()
    casework.claim(actor=desk, complaint_id=scene.mixed.pk, now=now)
    for market, text in (("FR", "About the French one."), ("DE", "About the German one.")):
        casework.ask(actor=desk, complaint_id=scene.mixed.pk, item_ids=scene.items(market), text=text, now=now)
    told = Message.objects.filter(complaint=scene.mixed).covered(scene.agent)
    assert [message.body for message in told] == ["About the German one."]
    casework.answer(actor=scene.agent, complaint_id=scene.mixed.pk, text="On the chest.", now=now)
    assert list(Item.objects.filter(state="asked").values_list("pk", flat=True)) == scene.items("FR")
    casework.claim(actor=desk, complaint_id=scene.mixed.pk, now=now)
    verdict: dict[str, Any] = {"outcome": "accepted", "ground": "C-01", "text": "The logo is copied.", "now": now}
    casework.decide(actor=desk, complaint_id=scene.mixed.pk, item_ids=scene.items("DE"), **verdict)
    mine = StatementOfReasons.objects.visible_to(scene.agent)
    assert mine.filter(side="complainant").count() == 1
    entries = [entry.detail for entry in timeline.of_complaint(scene.mixed, scene.agent)]
    assert "2 items" not in entries
    kinds = [event.kind for event in timeline.seen_by(scene.mixed, scene.agent)]
    assert kinds.count("complaint.asked") == 1 and "complaint.submitted" in kinds
    assert len(timeline.of_complaint(scene.mixed, scene.owner)) > len(entries)


def test_a_statement_that_names_other_items_is_not_shown(scene: Scene) -> None:
    desk, now = reviewer(), timezone.now()
    casework.claim(actor=desk, complaint_id=scene.mixed.pk, now=now)
    casework.decide(
        actor=desk, complaint_id=scene.mixed.pk, item_ids=scene.items("DE") + scene.items("FR"), outcome="accepted",
        ground="C-01", text="Copied.", now=now,
    )  # fmt: skip
    assert not StatementOfReasons.objects.visible_to(scene.agent).exists()
    assert StatementOfReasons.objects.visible_to(scene.owner).count() == 1


def test_figures_count_what_is_covered(scene: Scene) -> None:
    now = timezone.now()
    mine, all_of_it = figures.figures(scene.agent, now), figures.figures(scene.owner, now)
    assert (mine.open_complaints, mine.open_items) == (1, 1)
    assert (all_of_it.open_complaints, all_of_it.open_items) == (3, 4)
    desk = reviewer()
    casework.claim(actor=desk, complaint_id=scene.mixed.pk, now=now)
    casework.ask(actor=desk, complaint_id=scene.mixed.pk, item_ids=scene.items("FR"), text="Where?", now=now)
    assert figures.waiting(scene.owner) and not figures.waiting(scene.agent)


def test_nothing_is_seen_once_it_has_ended(scene: Scene) -> None:
    make_draft(scene.agent, scene.covered, [])
    agent = scene.made.agency
    in_house = make_member(scene.made.principal.organisation, Role.AGENT, authorised=False)
    letter = authorise(scene.made.principal.organisation, member=in_house)
    Authorisation.objects.filter(pk=letter.pk).update(state="ended")
    actor = actor_for_member(in_house)
    for rows in (
        Complaint.objects.visible_to(actor),
        Item.objects.visible_to(actor),
        Evidence.objects.visible_to(actor),
        StatementOfReasons.objects.visible_to(actor),
        SigningMandate.objects.visible_to(actor),
    ):
        assert not rows.exists()
    assert figures.figures(actor, timezone.now()).open_complaints == 0
    with pytest.raises(Forbidden):
        casework.start_draft(actor=actor, now=timezone.now())
    assert agent.organisation.is_agency


# --- drafting and filing


def test_a_draft_begins_under_a_right_that_may_be_filed_under(scene: Scene) -> None:
    with pytest.raises(Refused) as unseen:
        make_draft(scene.agent, scene.other, [])
    assert unseen.value.code == "right_unknown"
    authorise(
        scene.made.principal.organisation, agency=scene.made.agency.organisation, rights=[scene.other], verbs=["answer"]
    )
    with pytest.raises(Refused) as readable:
        make_draft(scene.agent, scene.other, [])
    assert readable.value.code == "right_not_authorised"


def test_lines_of_other_countries_are_left_out_with_words(scene: Scene) -> None:
    here, there = make_listing(), make_listing(market="FR")
    complaint = file(scene.agent, scene.covered, [here, there])
    assert [item.target for item in complaint.items.all()] == [here]
    draft = make_draft(scene.agent, scene.covered, [make_listing(), there])
    lines = preflight.answer_draft(draft, actor=scene.agent, today=timezone.now().date())
    assert [(line.code, line.fate, line.right is None) for line in lines] == [
        ("found", "ready", False), ("outside_authorisation", "left_out", True),
    ]  # fmt: skip
    assert "FR" in lines[1].hint
    with pytest.raises(Refused) as nothing:
        file(scene.agent, scene.covered, [there])
    assert nothing.value.code == "no_items"


def test_what_the_principal_reported_elsewhere_is_not_told(scene: Scene) -> None:
    """A duplicate is named with its reference, and so only where its complaint may be read."""
    reported = scene.mixed.items.get(target__market="DE").target
    foreign = scene.foreign.items.get().target
    answers = preflight.answer(
        [reported.url, foreign.url], right=scene.covered, actor=scene.agent, reason="counterfeit",
        today=timezone.now().date(),
    )  # fmt: skip
    assert [line.code for line in answers] == ["duplicate", "found"]
    assert scene.foreign.reference not in "".join(line.hint for line in answers)


def test_another_right_of_the_family_is_used_where_the_authorisation_names_it() -> None:
    principal = make_member()
    eu = make_right(principal.organisation)
    us = make_right(principal.organisation, markets=("US",), office="US")
    abroad = make_listing(market="US")
    owner = member_actor_for(principal)
    today = timezone.now().date()
    assert preflight.answer([abroad.url], right=eu, actor=owner, reason="", today=today)[0].right == us
    narrow = pair([eu], principal=principal)
    answer = preflight.answer([abroad.url], right=eu, actor=narrow.agent, reason="", today=today)[0]
    assert (answer.code, answer.right) == ("outside_authorisation", None)
    wide = pair([eu, us], principal=principal)
    assert preflight.answer([abroad.url], right=eu, actor=wide.agent, reason="", today=today)[0].right == us


def test_the_signature_keeps_who_signed_for_whom_under_what(scene: Scene) -> None:
    complaint = file(scene.agent, scene.covered, [make_listing()])
    agency = scene.made.agency
    assert (complaint.organisation, complaint.agency) == (scene.made.principal.organisation, agency.organisation)
    signature = complaint.signature
    assert (signature.signer, signature.agency) == (agency.user, agency.organisation)
    assert list(signature.authorisations.all()) == [scene.made.letter]
    own = file(scene.owner, scene.covered, [make_listing()])
    assert (own.agency, own.signature.agency, own.signature.authorisations.count()) == (None, None, 0)
    payload = Event.objects.get(kind="complaint.submitted", stream_id=str(complaint.pk)).payload
    assert payload["agency"] == agency.organisation_id


def test_each_item_is_filed_under_the_authorisation_that_covers_it() -> None:
    principal, agency = make_member(), make_agency()
    right = make_right(principal.organisation)
    letters = [
        authorise(principal.organisation, agency=agency.organisation, rights=[right], territories=[market])
        for market in ("DE", "FR")
    ]
    made = Pair(principal, agency, letters[0])
    complaint = file(made.agent, right, [make_listing(), make_listing(market="FR"), make_listing(market="SE")])
    assert complaint.items.count() == 2
    assert set(complaint.signature.authorisations.all()) == set(letters)


def test_who_files_counts_and_not_who_began(scene: Scene) -> None:
    begun = make_draft(scene.agent, scene.covered, [make_listing()])
    assert begun.agency == scene.made.agency.organisation
    filed = casework.submit(actor=scene.owner, complaint_id=begun.pk, signing=sign(scene.owner), now=timezone.now())
    assert filed.agency is None


def test_an_authorisation_that_ends_between_the_look_and_the_filing_files_nothing(scene: Scene) -> None:
    """The actor of a request is a little older than the rows: the filing looks again, with a lock."""
    agent = scene.agent
    draft = make_draft(agent, scene.covered, [make_listing()])
    registry.end_authorisation(actor=scene.owner, authorisation=scene.made.letter, now=timezone.now())
    with pytest.raises(Forbidden) as refusal:
        casework.submit(actor=agent, complaint_id=draft.pk, signing=sign(agent), now=timezone.now())
    assert refusal.value.code == "authorisation_ended"
    draft.refresh_from_db()
    assert draft.is_draft and not draft.items.exists()
    assert draft in Complaint.objects.visible_to(scene.owner), "the principal keeps it"


# --- verbs, one by one


@pytest.mark.parametrize("missing", ["file", "answer", "withdraw"])
def test_each_verb_needs_its_own_leave(missing: str) -> None:
    verbs = [verb for verb in ("file", "answer", "withdraw") if verb != missing]
    principal = make_member()
    made = pair(principal=principal, verbs=verbs)
    right, desk, now = make_right(principal.organisation), reviewer(), timezone.now()
    case = file(made.owner, right, [make_listing(), make_listing()])
    first, second = case.items.order_by("id").values_list("pk", flat=True)
    casework.claim(actor=desk, complaint_id=case.pk, now=now)
    casework.ask(actor=desk, complaint_id=case.pk, item_ids=[first], text="Where?", now=now)
    attempts: dict[str, Callable[[], Any]] = {
        "file": lambda: make_draft(made.agent, right, [make_listing()]),
        "answer": lambda: casework.answer(actor=made.agent, complaint_id=case.pk, text="There.", now=now),
        "withdraw": lambda: casework.withdraw(actor=made.agent, complaint_id=case.pk, item_ids=[second], now=now),
    }
    for verb, attempt in attempts.items():
        if verb == missing:
            with pytest.raises(Forbidden):
                attempt()
        else:
            attempt()


def test_items_beyond_are_not_taken_back(scene: Scene) -> None:
    now = timezone.now()
    for beyond in (scene.items("FR"), scene.items("DE") + scene.items("FR")):
        with pytest.raises(NotFound):
            casework.withdraw(actor=scene.agent, complaint_id=scene.mixed.pk, item_ids=beyond, now=now)
    casework.withdraw(actor=scene.agent, complaint_id=scene.mixed.pk, item_ids=scene.items("DE"), now=now)
    assert Item.objects.filter(state="withdrawn").count() == 1


def test_seen_is_not_yet_allowed(scene: Scene) -> None:
    """A second authorisation shows the French item, and lets nothing be taken back there."""
    authorise(
        scene.made.principal.organisation, agency=scene.made.agency.organisation, rights=[scene.covered],
        territories=["FR"], verbs=["file"],
    )  # fmt: skip
    assert Item.objects.visible_to(scene.agent).count() == 2
    with pytest.raises(Forbidden) as refusal:
        casework.withdraw(
            actor=scene.agent, complaint_id=scene.mixed.pk, item_ids=scene.items("FR"), now=timezone.now()
        )
    assert refusal.value.code == "not_authorised"


def test_a_viewer_of_an_agency_reads_and_does_nothing(scene: Scene) -> None:
    viewer = make_member(scene.made.agency.organisation, Role.VIEWER)
    actor = Pair(scene.made.principal, viewer, scene.made.letter).agent
    assert list(Complaint.objects.visible_to(actor)) == [scene.mixed]
    with pytest.raises(Forbidden):
        make_draft(actor, scene.covered, [make_listing()])


# --- mandates


def test_mandates_of_an_agencys_people_are_for_one_principal_and_that_agency(scene: Scene) -> None:
    now = timezone.now()
    given = casework.grant_mandate(actor=scene.agent, signing=sign_all(scene.agent), now=now)
    assert (given.organisation, given.agency) == (scene.made.principal.organisation, scene.made.agency.organisation)
    owners = casework.grant_mandate(actor=scene.owner, signing=sign_all(scene.owner), now=now)
    other = pair(principal=scene.made.principal)
    assert list(SigningMandate.objects.visible_to(scene.agent)) == [given]
    assert not SigningMandate.objects.visible_to(other.agent).exists()
    assert set(SigningMandate.objects.visible_to(scene.owner)) == {given, owners}
    elsewhere = pair(agency=scene.made.agency)
    assert not SigningMandate.objects.visible_to(elsewhere.agent).exists()
    casework.revoke_mandate(actor=scene.owner, mandate_id=given.public_id, now=now)
    given.refresh_from_db()
    assert given.revoked_at is not None


def test_a_mandate_of_an_agent_among_the_members_signs_what_their_authorisation_covers() -> None:
    """Also by the key of an administrator: a mandate lends a name, and no more than its owner may do."""
    from tests.complaints.api_kit import resident, signature

    owner = make_member()
    right = make_right(owner.organisation)
    agent = make_member(owner.organisation, Role.AGENT, authorised=False)
    letter = authorise(owner.organisation, member=agent, territories=["DE"])
    given = casework.grant_mandate(
        actor=actor_for_member(agent), signing=sign_all(actor_for_member(agent)), now=timezone.now()
    )
    program = resident(owner.organisation)
    for market, status in (("DE", 200), ("FR", 403)):
        body = {"right": right.public_id, "reason": "counterfeit", "items": [make_listing(market=market).url]}
        body["explanation"] = "It copies the logo that we sew on the chest."
        draft = program.post("/complaints", body).json()
        answer = program.post(f"/complaints/{draft['public_id']}/submit", signature(given))
        assert answer.status_code == status, answer.json()
    filed = Complaint.objects.get(state="queued")
    assert list(filed.signature.authorisations.all()) == [letter]
    Authorisation.objects.filter(pk=letter.pk).update(state="ended")
    body |= {"items": [make_listing().url]}
    draft = program.post("/complaints", body).json()
    assert program.post(f"/complaints/{draft['public_id']}/submit", signature(given)).status_code == 403


# --- nothing is inherited


def test_what_an_agency_filed_counts_for_the_principal_and_in_the_agencys_own_record(scene: Scene) -> None:
    filed = file(scene.agent, scene.covered, [make_listing()])
    second = pair(agency=scene.made.agency)
    right = make_right(second.principal.organisation)
    other = file(second.agent, right, [make_listing()])
    desk, now = reviewer(), timezone.now()
    for case, outcome, ground in ((filed, "accepted", "C-01"), (other, "rejected", "R-04")):
        casework.claim(actor=desk, complaint_id=case.pk, now=now)
        casework.decide(
            actor=desk, complaint_id=case.pk, item_ids=list(case.items.values_list("pk", flat=True)), outcome=outcome,
            ground=ground, text="Because.", now=now,
        )  # fmt: skip
    first_holder, second_holder = figures.figures(scene.owner, now), figures.figures(second.owner, now)
    assert (first_holder.accepted, first_holder.rejected) == (1, 0)
    assert (second_holder.accepted, second_holder.rejected) == (0, 1)
    record = figures.record_of(scene.made.agency.organisation)
    assert (record.filed, record.accepted, record.rejected) == (2, 1, 1)
    assert figures.record_of(scene.made.principal.organisation).filed == 0
    assert figures.record_of(make_agency("Another").organisation).filed == 0


def test_a_sanction_of_one_is_not_a_sanction_of_the_other(scene: Scene) -> None:
    agency, principal = scene.made.agency.organisation, scene.made.principal.organisation
    elsewhere = pair(agency=scene.made.agency)
    principal.state, principal.state_reason = "suspended", "Forged certificate."
    principal.save()
    assert not scene.agent.can_file and not scene.owner.can_file
    assert elsewhere.agent.can_file, "the agency did nothing wrong"
    principal.state = "approved"
    principal.save()
    agency.state, agency.state_reason = "suspended", "False notices."
    agency.save()
    assert [scene.agent.can_file, elsewhere.agent.can_file] == [False, False]
    assert all(actor.can_file for actor in (scene.owner, elsewhere.owner)), "their principals did nothing wrong"


def test_both_sides_and_the_seller_read_who_filed_for_whom(scene: Scene) -> None:
    complaint = file(scene.agent, scene.covered, [make_listing()])
    names = (scene.made.agency.organisation.name, scene.made.principal.organisation.name)
    assert complaint.filed_by == f"{names[0]} for {names[1]}"
    drafts = compose(
        complaint,
        list(complaint.items.all()),
        Grounds(Ground("C-01"), policies.in_force()),
        "Copied.",
        date(2027, 1, 1),
    )
    to_seller = [draft.text for draft in drafts if draft.account]
    assert f"Reported by: {names[0]} for {names[1]}." in to_seller[0]


# --- mails


def told(kind: str) -> set[str]:
    return set(Delivery.objects.filter(event__kind=kind).values_list("recipient", flat=True))


def test_who_filed_is_told_until_their_authorisation_ends(scene: Scene, run_outbox: Callable[[], Any]) -> None:
    complaint = file(scene.agent, scene.covered, [make_listing()])
    run_outbox()
    assert told("complaint.submitted") >= {scene.made.agency.user.email}
    registry.end_authorisation(actor=scene.owner, authorisation=scene.made.letter, now=timezone.now())
    desk, now = reviewer(), timezone.now()
    casework.claim(actor=desk, complaint_id=complaint.pk, now=now)
    casework.ask(
        actor=desk, complaint_id=complaint.pk, item_ids=list(complaint.items.values_list("pk", flat=True)),
        text="Where?", now=now,
    )  # fmt: skip
    run_outbox()
    assert told("complaint.asked") == {scene.made.principal.user.email}


# --- the clock


def test_the_last_second_counts_and_the_next_does_not() -> None:
    begun = datetime(2027, 3, 30, 12, tzinfo=UTC)
    with time_machine.travel(begun, tick=False):
        made = pair(expires_on=date(2027, 3, 31))
        right = make_right(made.principal.organisation)
    with time_machine.travel(datetime(2027, 3, 31, 23, 59, 58, tzinfo=UTC), tick=False):
        agent = made.agent
        first = file(agent, right, [make_listing()])
        begun_late = make_draft(agent, right, [make_listing()])
    with time_machine.travel(datetime(2027, 4, 1, 0, 0, 0, tzinfo=UTC), tick=False):
        with pytest.raises(Forbidden):
            casework.submit(actor=agent, complaint_id=begun_late.pk, signing=sign(agent), now=timezone.now())
        assert set(Complaint.objects.visible_to(made.owner)) == {first, begun_late}


def test_unbound_people_pay_nothing_for_it(django_assert_num_queries: Any) -> None:
    owner = make_member()
    make_right(owner.organisation)
    with django_assert_num_queries(1):
        member_actor_for(owner)
    agent = make_member(owner.organisation, Role.AGENT)
    with django_assert_num_queries(2):
        member_actor_for(agent)

"""When a case is worked on as if due: what moves it, when that is asked again, and how it is said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from complaints import casework, ranking
from complaints.models import Complaint
from complaints.review import priority
from complaints.review.priority import Standing
from complaints.tasks import rank_what_turned
from portal.accounts.actors import member_actor_for
from portal.accounts.models import Role
from portal.marketplace import catalogue
from portal.marketplace.models import Target
from tests.accounts.factories import make_member
from tests.complaints.factories import claimed, make_draft, make_filed_complaint, make_listing, make_right, sign

pytestmark = pytest.mark.django_db


def filed(targets: list[Target], **fields: Any) -> Complaint:
    owner = member_actor_for(make_member(role=Role.RIGHTS_OWNER))
    fields.setdefault("explanation", "Our name stands on goods that we never made, at a fifth of our price.")
    draft = make_draft(owner, make_right(owner.organisation), targets, **fields)
    return casework.submit(actor=owner, complaint_id=draft.pk, signing=sign(owner), now=timezone.now())


@pytest.fixture
def stream() -> Target:
    now = timezone.now()
    return catalogue.create_livestream(marketplace_id="LV-900001", title="On air", now=now, started_at=now)


def moved(case: Complaint) -> int:
    case.refresh_from_db()
    assert case.due_at and case.rank_at
    return round((case.due_at - case.rank_at).total_seconds() / 60)


def test_a_case_that_nothing_moves_is_worked_on_when_it_is_due() -> None:
    case = filed([make_listing()])
    assert moved(case) == 0 and case.rank_why == []
    assert (case.market, case.language, case.tier, case.safety, case.live) == ("DE", "en", "standard", False, False)


@pytest.mark.parametrize(("nice_class", "minutes"), [(3, 240), (28, 240), (25, 0)])
def test_fakes_that_can_harm_people_come_earlier(nice_class: int, minutes: int) -> None:
    assert moved(filed([make_listing(nice_class=nice_class), make_listing()])) == minutes


def test_goods_that_can_harm_matter_only_where_they_are_said_to_be_fakes() -> None:
    assert moved(filed([make_listing(nice_class=3)], reason="similar_sign")) == 0


def test_a_stream_on_air_moves_a_case_until_it_is_off_the_air(stream: Target) -> None:
    case = filed([stream], reason="mark_in_content")
    assert moved(case) == 120 and case.live
    rank_what_turned()
    assert moved(case) == 120
    catalogue.observe(target=stream, state="ended", now=timezone.now())
    rank_what_turned()
    assert moved(case) == 0 and not case.live
    catalogue.observe(target=stream, state="live", now=timezone.now())
    rank_what_turned()
    assert moved(case) == 120 and case.live


def test_a_stream_that_is_decided_moves_nothing_any_more(stream: Target) -> None:
    case = filed([stream, make_listing()], reason="mark_in_content")
    items = list(case.items.filter(target=stream).values_list("pk", flat=True))
    owner = member_actor_for(case.organisation.memberships.get())  # type: ignore[union-attr]
    casework.withdraw(actor=owner, complaint_id=case.pk, item_ids=items, now=timezone.now())
    assert moved(case) == 0


def test_what_moves_a_case_is_added_up_and_said_in_words() -> None:
    found = priority.why(Standing(live=True, safety=True, tier="trusted_flagger", rule_minutes=90))
    assert priority.total(found) == 120 + 240 + 360 + 90
    assert priority.in_words(found, "On air") == [
        "2 h earlier: a livestream is on air",
        "4 h earlier: fakes of such goods can harm people",
        "6 h earlier: the reporter is a trusted flagger",
        "1 h 30 min earlier: the rule “On air”",
    ]


def test_the_place_in_the_queue_moves_with_the_clock_that_stood_still() -> None:
    made = make_filed_complaint(items=1)
    me, asked_at = claimed(made), timezone.now()
    before = made.fresh().rank_at
    casework.ask(actor=me, complaint_id=made.complaint.pk, item_ids=made.item_ids, text="Which?", now=asked_at)
    casework.answer(actor=made.owner, complaint_id=made.complaint.pk, text="That.", now=asked_at + timedelta(hours=7))
    complaint = made.fresh()
    assert before is not None and complaint.rank_at == complaint.due_at == before + timedelta(hours=7)


def test_while_the_clock_stands_still_the_place_counts_from_now() -> None:
    made = make_filed_complaint(items=1)
    me, asked_at = claimed(made), timezone.now()
    casework.ask(actor=me, complaint_id=made.complaint.pk, item_ids=made.item_ids, text="Which?", now=asked_at)
    complaint = made.fresh()
    ranking.rank(complaint, asked_at + timedelta(hours=3))
    assert complaint.due_at and complaint.rank_at == complaint.due_at + timedelta(hours=3)


def test_ranking_at_the_filing_costs_the_same_for_many_items(django_assert_max_num_queries: Any) -> None:
    case = filed([make_listing() for _each in range(12)])
    fresh = Complaint.objects.select_related("right", "created_by", "organisation").get(pk=case.pk)
    with django_assert_max_num_queries(4):
        ranking.route([fresh], timezone.now())


def test_the_main_market_is_that_of_most_items_and_of_several_the_first() -> None:
    case = filed([make_listing(market="FR"), make_listing(market="FR"), make_listing(market="DE")])
    case.refresh_from_db()
    assert case.market == "FR"
    tied = filed([make_listing(market="SE"), make_listing(market="DE")])
    tied.refresh_from_db()
    assert tied.market == "DE"

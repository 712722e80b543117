"""One case at a time: “next” leads back to what a reviewer holds, and takes another only with free hands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints import casework
from complaints.models import Complaint
from portal.accounts.actors import Actor
from tests.accounts.factories import make_staff, signed_in, staff_actor
from tests.complaints import factories
from tests.complaints.factories import Case

pytestmark = pytest.mark.django_db
DESK = "admin:complaints_complaint_desk"


@pytest.fixture
def me() -> Actor:
    return staff_actor(make_staff("reviewer", name="Rita"))


@pytest.fixture
def desk(client: Client, me: Actor) -> Client:
    assert me.user is not None
    return signed_in(client, me.user)


@pytest.fixture
def held(me: Actor) -> Case:
    case = factories.make_filed_complaint(items=2)
    factories.claimed(case, me)
    return case


@pytest.fixture
def other(held: Case) -> Case:
    """Another case that waits, due before the one in hand."""
    case = factories.make_filed_complaint(items=1)
    factories.make_due(case, timezone.now() + timedelta(minutes=5))
    return case


def url(case: Case) -> str:
    return reverse("admin:complaints_complaint_case", args=[case.complaint.pk])


def decision(items: list[int], do: str = "decide") -> dict[str, object]:
    return {"do": do, "outcome": "accepted", "ground": "C-01", "text": "The logo is copied.", "items": items}


def test_next_leads_back_to_the_case_in_hand_and_says_so(desk: Client, held: Case, other: Case) -> None:
    for address in (reverse(DESK), url(held), url(other)):
        answer = desk.post(address, {"do": "next"}, follow=True)
        assert answer.redirect_chain == [(url(held), 302)]
        assert f"You still hold {held.complaint.reference}" in answer.text
    assert other.fresh().claimed_by is None


def test_next_takes_another_once_the_one_in_hand_is_decided(desk: Client, held: Case, other: Case) -> None:
    desk.post(url(held), decision(held.item_ids))
    assert desk.post(reverse(DESK), {"do": "next"}).url == url(other)  # type: ignore[attr-defined]


def test_next_takes_another_once_the_one_in_hand_is_released(desk: Client, held: Case, other: Case) -> None:
    desk.post(url(held), {"do": "release"})
    assert desk.post(reverse(DESK), {"do": "next"}).url == url(other)  # type: ignore[attr-defined]


def test_a_lease_that_ran_out_is_not_in_hand(desk: Client, held: Case, other: Case) -> None:
    Complaint.objects.filter(pk=held.complaint.pk).update(claim_until=timezone.now() - timedelta(seconds=1))
    assert desk.post(reverse(DESK), {"do": "next"}).url == url(other)  # type: ignore[attr-defined]


def test_a_case_that_waits_for_an_answer_binds_nobody(desk: Client, me: Actor, held: Case, other: Case) -> None:
    ask = {"complaint_id": held.complaint.pk, "item_ids": held.item_ids, "text": "Where?", "now": timezone.now()}
    casework.ask(actor=me, **ask)  # type: ignore[arg-type]
    assert desk.post(reverse(DESK), {"do": "next"}).url == url(other)  # type: ignore[attr-defined]


def test_decide_and_next_goes_on_only_when_nothing_is_left_open(desk: Client, held: Case, other: Case) -> None:
    first, second = held.item_ids
    answer = desk.post(url(held), decision([first], "decide_next"), follow=True)
    assert answer.redirect_chain == [(url(held), 302)]
    assert "1 item decided." in answer.text and "You still hold" in answer.text
    assert desk.post(url(held), decision([second], "decide_next")).url == url(other)  # type: ignore[attr-defined]


def test_what_others_hold_is_not_in_my_hand(desk: Client, held: Case, other: Case, me: Actor) -> None:
    casework.release(actor=me, complaint_id=held.complaint.pk, now=timezone.now())
    factories.claimed(held)
    assert desk.post(reverse(DESK), {"do": "next"}).url == url(other)  # type: ignore[attr-defined]

"""Who is recused from an organisation meets none of its cases, by no door."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints import casework
from complaints.admin import queue
from complaints.models import Complaint, Decision, Item, Recusal
from portal.accounts.actors import Actor
from portal.accounts.models import Organisation
from portal.errors import Conflict, Forbidden, NotFound, Refused
from portal.ledger.models import Event
from tests.accounts.factories import make_member, make_organisation, signed_in
from tests.complaints.factories import (
    Case,
    claimed,
    decide,
    make_draft,
    make_filed_complaint,
    make_listing,
    make_seller,
    reviewer,
    sign,
)

pytestmark = pytest.mark.django_db
CASE = "admin:complaints_complaint_case"
LISTS = ["complaint", "decision", "measure", "statementofreasons"]


@pytest.fixture
def lead() -> Actor:
    return reviewer("senior")


@pytest.fixture
def me() -> Actor:
    return reviewer()


def keep_away(lead: Actor, who: Actor, organisation: Organisation | None, reason: str = "Worked there.") -> Recusal:
    assert who.user is not None and organisation is not None
    ids = {"user_id": who.user.pk, "organisation_id": organisation.pk}
    return casework.recuse(actor=lead, **ids, reason=reason, now=timezone.now())


def seen(who: Actor, case: Case) -> bool:
    return Complaint.objects.visible_to(who).filter(pk=case.complaint.pk).exists()


def seller_of(case: Case) -> Organisation:
    """Makes somebody of an organisation hold the account that is reported."""
    member = make_member()
    case.seller.holders.add(member.user)
    return member.organisation


@pytest.mark.parametrize("side", ["complainant", "agency", "respondent"])
def test_a_case_is_hidden_whichever_side_it_concerns(lead: Actor, me: Actor, side: str) -> None:
    case, other = make_filed_complaint(items=1), make_filed_complaint(items=1)
    if side == "agency":
        Complaint.objects.filter(pk=case.complaint.pk).update(agency=make_organisation())
    concerned = {
        "complainant": lambda: case.owner.organisation,
        "agency": lambda: case.fresh().agency,
        "respondent": lambda: seller_of(case),
    }[side]()
    keep_away(lead, me, concerned)
    assert not seen(me, case) and seen(lead, case) and seen(me, other)
    assert not Item.objects.visible_to(me).filter(complaint=case.complaint.pk).exists()


def test_an_account_that_is_itself_reported_counts_too(lead: Actor, me: Actor) -> None:
    made = make_filed_complaint(items=1)
    seller, member = make_seller(account_kind="store"), make_member()
    seller.holders.add(member.user)
    draft = make_draft(made.owner, made.right, [seller.target])
    filed = casework.submit(actor=made.owner, complaint_id=draft.pk, signing=sign(made.owner), now=timezone.now())
    keep_away(lead, me, member.organisation)
    assert not Complaint.objects.visible_to(me).filter(pk=filed.pk).exists()


def test_who_left_the_organisation_of_the_seller_hides_nothing(lead: Actor, me: Actor) -> None:
    case, member = make_filed_complaint(items=1), make_member(is_active=False)
    case.seller.holders.add(member.user)
    keep_away(lead, me, member.organisation)
    assert seen(me, case)


def test_no_verb_reaches_a_hidden_case(lead: Actor, me: Actor) -> None:
    case, holder = make_filed_complaint(items=1), reviewer()
    keep_away(lead, me, case.owner.organisation)
    ids: dict[str, Any] = {"complaint_id": case.complaint.pk, "now": timezone.now()}
    assert me.user is not None
    to = me.user.pk
    claimed(case, holder)
    for verb in (
        lambda: casework.claim(actor=me, **ids),
        lambda: casework.add_note(actor=me, text="Hm.", **ids),
        lambda: casework.release(actor=me, **ids),
        lambda: casework.ask(actor=me, item_ids=case.item_ids, text="Where?", **ids),
        lambda: decide(case, me),
        lambda: casework.hand_over(actor=holder, to_id=to, note="Take it.", **ids),
    ):
        before = Event.objects.count()
        with pytest.raises(NotFound):
            verb()
        assert Event.objects.count() == before
    casework.release(actor=holder, **ids)
    assert casework.claim_next(actor=me, now=timezone.now()) is None


def test_a_recused_senior_neither_confirms_nor_sends_back(lead: Actor) -> None:
    made, second = make_filed_complaint(items=1), reviewer("senior")
    store = make_seller(account_kind="store")
    draft = make_draft(made.owner, made.right, [store.target])
    filed = casework.submit(actor=made.owner, complaint_id=draft.pk, signing=sign(made.owner), now=timezone.now())
    first = reviewer()
    casework.claim(actor=first, complaint_id=filed.pk, now=timezone.now())
    items = list(filed.items.values_list("pk", flat=True))
    words = {"outcome": "accepted", "ground": "C-04", "text": "It passes itself off."}
    [held] = casework.decide(actor=first, complaint_id=filed.pk, item_ids=items, **words, now=timezone.now())
    keep_away(lead, second, made.owner.organisation)
    with pytest.raises(NotFound):
        casework.confirm(actor=second, decision_id=held.pk, now=timezone.now())
    with pytest.raises(NotFound):
        casework.send_back(actor=second, decision_id=held.pk, text="No.", now=timezone.now())
    assert queue.counts(second, timezone.now())["held"] == 0
    assert queue.counts(lead, timezone.now())["held"] == 1


def test_no_page_of_the_desk_names_a_hidden_case(client: Client, lead: Actor, me: Actor, run_outbox: Any) -> None:
    case = make_filed_complaint(items=2)
    decide(case, claimed(case), items=case.item_ids[:1])
    run_outbox()
    keep_away(lead, me, case.owner.organisation)
    signed_in(client, me.user)  # type: ignore[arg-type]
    for name in LISTS:
        assert case.complaint.reference not in client.get(reverse(f"admin:complaints_{name}_changelist")).text
    assert client.get(reverse(CASE, args=[case.complaint.pk])).status_code == 404
    for view in queue.VIEWS:
        page = client.get(reverse("admin:complaints_complaint_desk"), {"view": view})
        assert case.complaint.reference not in page.text
    decision = Decision.objects.get()
    assert client.get(reverse("admin:complaints_decision_change", args=[decision.pk])).status_code == 302


def test_earlier_decisions_about_the_account_are_told_without_the_hidden_ones(
    lead: Actor, me: Actor, client: Client
) -> None:
    seller = make_seller()
    hidden, shown = make_filed_complaint(items=1, seller=seller), make_filed_complaint(items=1, seller=seller)
    decide(hidden, claimed(hidden))
    keep_away(lead, me, hidden.owner.organisation)
    signed_in(client, me.user)  # type: ignore[arg-type]
    assert hidden.complaint.reference not in client.get(reverse(CASE, args=[shown.complaint.pk])).text


def test_one_press_on_a_case_steps_back_and_gives_it_back(client: Client, me: Actor) -> None:
    case, second = make_filed_complaint(items=1), None
    draft = make_draft(case.owner, case.right, [make_listing()])
    second = casework.submit(actor=case.owner, complaint_id=draft.pk, signing=sign(case.owner), now=timezone.now())
    claimed(case, me)
    casework.claim(actor=me, complaint_id=second.pk, now=timezone.now())
    signed_in(client, me.user)  # type: ignore[arg-type]
    address = reverse(CASE, args=[case.complaint.pk])
    assert f"Step back from {case.complaint.complainant_name}" in client.get(f"{address}?pass=1").text
    assert case.owner.organisation is not None
    answer = client.post(address, {"do": "step_back", "organisation": case.owner.organisation.pk}, follow=True)
    assert "You see no case of" in answer.text
    made = Recusal.objects.get()
    assert made.created_by == me.user and case.complaint.reference in made.reason
    second.refresh_from_db()
    assert case.fresh().claimed_by is None and second.claimed_by is None
    assert client.get(address).status_code == 404


def test_nobody_steps_back_from_what_a_case_does_not_concern(me: Actor) -> None:
    case = make_filed_complaint(items=1)
    claimed(case, me)
    with pytest.raises(NotFound):
        casework.step_back(
            actor=me,
            complaint_id=case.complaint.pk,
            organisation_id=make_organisation().pk,
            reason="",
            now=timezone.now(),
        )
    assert not Recusal.objects.exists()


def test_a_lead_ends_a_recusal_but_never_their_own(lead: Actor, me: Actor) -> None:
    case = make_filed_complaint(items=1)
    mine, theirs = keep_away(lead, lead, case.owner.organisation), keep_away(lead, me, case.owner.organisation)
    end = casework.end_recusal
    with pytest.raises(Forbidden):
        end(actor=lead, recusal_id=mine.pk, reason="Long ago.", now=timezone.now())
    with pytest.raises(Forbidden):
        end(actor=me, recusal_id=theirs.pk, reason="Long ago.", now=timezone.now())
    with pytest.raises(Refused):
        end(actor=lead, recusal_id=theirs.pk, reason=" ", now=timezone.now())
    end(actor=lead, recusal_id=theirs.pk, reason="Long ago.", now=timezone.now())
    assert seen(me, case)
    with pytest.raises(Conflict):
        end(actor=lead, recusal_id=theirs.pk, reason="Long ago.", now=timezone.now())


def test_a_reviewer_recuses_nobody_else(me: Actor) -> None:
    with pytest.raises(Forbidden):
        keep_away(me, reviewer(), make_organisation())


def test_recusing_twice_is_recusing_once(lead: Actor, me: Actor) -> None:
    organisation = make_organisation()
    assert keep_away(lead, me, organisation) == keep_away(lead, me, organisation)
    assert Event.objects.filter(kind="reviewer.recused").count() == 1


def test_the_reason_stands_in_no_event(lead: Actor, me: Actor) -> None:
    keep_away(lead, me, make_organisation(), reason="My sister works there.")
    assert "sister" not in str(list(Event.objects.values_list("payload", flat=True)))


def test_a_member_or_a_respondent_is_never_recused(me: Actor, lead: Actor) -> None:
    case = make_filed_complaint(items=1)
    keep_away(lead, me, case.owner.organisation)
    assert Complaint.objects.visible_to(case.owner).filter(pk=case.complaint.pk).exists()

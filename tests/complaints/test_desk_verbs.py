"""Claim, ask, decide, confirm: who may, who is first, what everybody is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from complaints import casework
from complaints.models import Decision, Measure, StatementOfReasons
from portal.errors import Conflict, Forbidden, NotFound, Refused
from portal.ledger.events import verify_all
from portal.ledger.models import Event
from portal.marketplace import catalogue
from tests.complaints.factories import (
    claimed,
    decide,
    make_draft,
    make_due,
    make_filed_complaint,
    make_listing,
    make_seller,
    reviewer,
    sign,
)

pytestmark = pytest.mark.django_db


def test_one_reviewer_holds_a_case_and_the_other_is_told_who() -> None:
    case = make_filed_complaint(items=1)
    first = claimed(case)
    assert case.fresh().state == "in_review"
    with pytest.raises(Conflict) as refusal:
        claimed(case, reviewer())
    assert first.user.get_short_name() in str(refusal.value)


def test_a_lease_that_ran_out_frees_the_case_and_stops_its_holder() -> None:
    case = make_filed_complaint(items=1)
    first = claimed(case)
    later = timezone.now() + timedelta(minutes=61)
    with pytest.raises(Conflict):
        casework.extend(actor=first, complaint_id=case.complaint.pk, now=later)
    casework.claim(actor=reviewer(), complaint_id=case.complaint.pk, now=later)
    with pytest.raises(Conflict):
        decide(case, first)


def test_the_next_case_is_the_one_due_first() -> None:
    late, early = make_filed_complaint(items=1), make_filed_complaint(items=1)
    make_due(early, timezone.now() + timedelta(hours=43))
    me = reviewer()
    assert casework.claim_next(actor=me, now=timezone.now()) == early.complaint
    assert casework.claim_next(actor=me, now=timezone.now()) == late.complaint
    assert casework.claim_next(actor=me, now=timezone.now()) is None


def test_items_are_decided_one_by_one_and_the_complaint_is_partially_accepted() -> None:
    case = make_filed_complaint(items=3)
    me = claimed(case)
    decide(case, me, items=case.item_ids[:2])
    assert case.fresh().state == "in_review"
    decide(case, me, items=case.item_ids[2:], outcome="rejected", ground="R-03", text="No mark is visible.")
    complaint = case.fresh()
    assert complaint.state == "partially_accepted"
    assert complaint.decided_at
    assert complaint.claimed_by is None
    assert Measure.objects.count() == 2


def test_both_sides_get_a_statement_and_a_mail(run_outbox: Any, mailoutbox: Any) -> None:
    case = make_filed_complaint(items=2)
    decide(case, claimed(case))
    run_outbox()
    sides = {statement.side: statement for statement in StatementOfReasons.objects.all()}
    assert set(sides) == {"complainant", "respondent"}
    assert sides["respondent"].account == case.seller
    assert case.owner.organisation.name in sides["respondent"].text
    assert "The chest logo is copied." in sides["respondent"].text
    receivers = [mail.to[0] for mail in mailoutbox]
    assert receivers.count(case.seller.contact_email) == 1
    assert case.owner.user.email in receivers


def test_a_respondent_never_reads_the_name_of_a_person(run_outbox: Any, mailoutbox: Any) -> None:
    case = make_filed_complaint(items=1)
    me = claimed(case)
    casework.add_note(actor=me, complaint_id=case.complaint.pk, text="secret hunch", now=timezone.now())
    decide(case, me)
    run_outbox()
    for mail in mailoutbox:
        assert "secret hunch" not in mail.body
        if mail.to == [case.seller.contact_email]:
            assert case.owner.user.name not in mail.body
            assert case.owner.user.email not in mail.body
            assert me.user.name not in mail.body


def test_two_reviewers_deciding_at_once_one_wins_and_the_other_is_told() -> None:
    case = make_filed_complaint(items=1)
    me = claimed(case)
    decide(case, me)
    with pytest.raises(Conflict):
        decide(case, me, outcome="rejected", ground="R-03")
    assert Decision.objects.count() == 1
    assert Event.objects.filter(kind="complaint.decided").count() == 1
    assert Measure.objects.count() == 1


@pytest.mark.parametrize(
    ("outcome", "ground", "text", "code"),
    [
        ("accepted", "R-01", "x", "ground_unknown"),
        ("rejected", "C-01", "x", "ground_unknown"),
        ("maybe", "C-01", "x", "ground_unknown"),
        ("accepted", "C-99", "x", "ground_unknown"),
        ("accepted", "C-01", "  ", "text_missing"),
        ("accepted", "C-01", "x" * 5001, "too_long"),
    ],
)
def test_a_decision_needs_a_listed_ground_and_a_text(outcome: str, ground: str, text: str, code: str) -> None:
    case = make_filed_complaint(items=1)
    me = claimed(case)
    with pytest.raises(Refused) as refusal:
        decide(case, me, outcome=outcome, ground=ground, text=text)
    assert refusal.value.code == code
    assert not Decision.objects.exists()


def test_items_of_another_case_are_as_if_they_did_not_exist() -> None:
    case, other = make_filed_complaint(items=1), make_filed_complaint(items=1)
    with pytest.raises(NotFound):
        decide(case, claimed(case), items=[*case.item_ids, *other.item_ids])
    assert not Decision.objects.exists()


@pytest.mark.parametrize("role", ["policy", "auditor"])
def test_policy_and_auditor_read_only(role: str) -> None:
    case = make_filed_complaint(items=1)
    with pytest.raises(Forbidden):
        claimed(case, reviewer(role))


def test_the_complainant_may_not_play_the_desk() -> None:
    case = make_filed_complaint(items=1)
    with pytest.raises(Forbidden):
        casework.claim(actor=case.owner, complaint_id=case.complaint.pk, now=timezone.now())


def test_a_question_stops_the_clock_and_an_answer_lets_it_go_on() -> None:
    case = make_filed_complaint(items=2)
    me, asked_at = claimed(case), timezone.now()
    due = case.fresh().due_at
    casework.ask(actor=me, complaint_id=case.complaint.pk, item_ids=case.item_ids, text="Which product?", now=asked_at)
    assert case.fresh().state == "waiting"
    casework.answer(
        actor=case.owner, complaint_id=case.complaint.pk, text="The shell.", now=asked_at + timedelta(hours=7)
    )
    complaint = case.fresh()
    assert complaint.due_at == due + timedelta(hours=7)
    assert complaint.paused_at is None
    assert {item.state for item in case.items} == {"open"}


def test_a_question_about_one_item_does_not_stop_the_clock_of_the_others() -> None:
    case = make_filed_complaint(items=2)
    me, asked_at = claimed(case), timezone.now()
    due = case.fresh().due_at
    casework.ask(
        actor=me, complaint_id=case.complaint.pk, item_ids=case.item_ids[:1], text="Which product?", now=asked_at
    )
    assert case.fresh().state == "in_review"
    assert case.fresh().paused_at is None
    decide(case, me, items=case.item_ids[1:])
    assert case.fresh().state == "waiting"
    assert case.fresh().paused_at
    casework.withdraw(actor=case.owner, complaint_id=case.complaint.pk, item_ids=case.item_ids[:1], now=timezone.now())
    complaint = case.fresh()
    assert complaint.state == "accepted"
    assert complaint.paused_at is None
    assert complaint.due_at > due


def test_answering_what_was_not_asked_is_refused() -> None:
    case = make_filed_complaint(items=1)
    with pytest.raises(Conflict):
        casework.answer(actor=case.owner, complaint_id=case.complaint.pk, text="x", now=timezone.now())


def test_a_measure_on_an_account_waits_for_another_senior() -> None:
    case = make_filed_complaint(items=1)
    actor, seller = case.owner, make_seller(account_kind="store")
    draft = make_draft(actor, case.right, [seller.target, make_listing(seller)])
    filed = casework.submit(actor=actor, complaint_id=draft.pk, signing=sign(actor), now=timezone.now())
    senior = reviewer("senior")
    casework.claim(actor=senior, complaint_id=filed.pk, now=timezone.now())
    decisions = casework.decide(
        actor=senior,
        complaint_id=filed.pk,
        item_ids=list(filed.items.values_list("pk", flat=True)),
        outcome="accepted",
        ground="C-04",
        text="It passes itself off.",
        now=timezone.now(),
    )
    held = next(decision for decision in decisions if decision.needs_second)
    filed.refresh_from_db()
    assert filed.state == "held"
    assert not held.measures.exists()
    assert not held.statements.exists()
    with pytest.raises(Forbidden) as refusal:
        casework.confirm(actor=senior, decision_id=held.pk, now=timezone.now())
    assert refusal.value.code == "second_person"
    with pytest.raises(Forbidden):
        casework.confirm(actor=reviewer(), decision_id=held.pk, now=timezone.now())
    other = reviewer("senior")
    casework.confirm(actor=other, decision_id=held.pk, now=timezone.now())
    filed.refresh_from_db()
    assert filed.state == "accepted"
    assert held.measures.get().action == "store_deactivated"
    with pytest.raises(Conflict):
        casework.confirm(actor=other, decision_id=held.pk, now=timezone.now())


def test_a_held_decision_can_be_sent_back() -> None:
    actor_case = make_filed_complaint(items=1)
    seller = make_seller()
    draft = make_draft(actor_case.owner, actor_case.right, [seller.target])
    filed = casework.submit(
        actor=actor_case.owner, complaint_id=draft.pk, signing=sign(actor_case.owner), now=timezone.now()
    )
    me = reviewer()
    casework.claim(actor=me, complaint_id=filed.pk, now=timezone.now())
    [held] = casework.decide(
        actor=me,
        complaint_id=filed.pk,
        item_ids=[filed.items.get().pk],
        outcome="accepted",
        ground="C-04",
        text="x",
        now=timezone.now(),
    )
    casework.send_back(actor=reviewer("senior"), decision_id=held.pk, text="Too hard.", now=timezone.now())
    item = filed.items.get()
    assert item.state == "open"
    assert item.decision is None
    assert filed.notes.get().body == "Too hard."


def test_taking_back_needs_open_items_and_counts_against_nobody() -> None:
    case = make_filed_complaint(items=2)
    casework.withdraw(actor=case.owner, complaint_id=case.complaint.pk, item_ids=case.item_ids[:1], now=timezone.now())
    assert case.fresh().state == "queued"
    casework.withdraw(actor=case.owner, complaint_id=case.complaint.pk, item_ids=case.item_ids[1:], now=timezone.now())
    assert case.fresh().state == "withdrawn"
    with pytest.raises(Conflict):
        claimed(case)


def test_the_chain_of_a_whole_case_is_whole(run_outbox: Any) -> None:
    case = make_filed_complaint(items=3)
    decide(case, claimed(case))
    run_outbox()
    assert verify_all() == []
    kinds = list(Event.objects.filter(stream_kind="complaint").order_by("seq").values_list("kind", flat=True))
    assert kinds[:3] == ["complaint.submitted", "complaint.claimed", "complaint.decided"]
    assert kinds[-1] == "complaint.enforced"


def test_a_decided_case_shows_the_listing_removed(run_outbox: Any) -> None:
    case = make_filed_complaint(items=1)
    decide(case, claimed(case))
    run_outbox()
    assert Measure.objects.get().state == "confirmed"
    case.targets[0].refresh_from_db()
    assert case.targets[0].state == "removed"
    assert catalogue.observe(target=case.targets[0], state="removed", now=timezone.now()) is False


def test_a_case_that_is_closed_by_a_rejection_after_its_measures_is_told_as_carried_out(run_outbox: Any) -> None:
    case = make_filed_complaint(items=2)
    me = claimed(case)
    decide(case, me, items=case.item_ids[:1])
    run_outbox()
    assert not Event.objects.filter(kind="complaint.enforced").exists()
    decide(case, me, items=case.item_ids[1:], outcome="rejected", ground="R-03")
    assert Event.objects.filter(kind="complaint.enforced").count() == 1
    run_outbox()
    assert Event.objects.filter(kind="complaint.enforced").count() == 1

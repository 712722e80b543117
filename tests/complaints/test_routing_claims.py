"""Who works on what: caps, skills, absence, handing over; and whatever reviewers try, one holder and never too many."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from complaints import casework
from complaints.casework import places
from complaints.models import Complaint, InternalNote, Recusal, ReviewerProfile
from complaints.tasks import return_expired_claims
from portal.accounts.actors import Actor
from portal.accounts.models import User
from portal.errors import Conflict, DomainError, Forbidden, NotFound, Refused
from portal.ledger.models import Event
from tests.accounts.factories import make_member
from tests.complaints.factories import Case, claimed, make_due, make_filed_complaint, reviewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead() -> Actor:
    return reviewer("senior")


def person(actor: Actor) -> User:
    assert actor.user is not None
    return actor.user


def place(lead: Actor, who: Actor, skills: str = "", languages: str = "", cap: int | None = None) -> None:
    casework.set_place(
        actor=lead,
        user_id=person(who).pk,
        skills=skills.split(","),
        languages=languages.split(","),
        open_claims=cap,
        now=timezone.now(),
    )


def asks_for(case: Case, **fields: str) -> None:
    Complaint.objects.filter(pk=case.complaint.pk).update(**fields)


def next_for(who: Actor) -> Complaint | None:
    return casework.claim_next(actor=who, now=timezone.now())


def hand(case: Case, by: Actor, to: Actor, note: str = "The seam is what to look at.") -> Complaint:
    return casework.hand_over(
        actor=by, complaint_id=case.complaint.pk, to_id=person(to).pk, note=note, now=timezone.now()
    )


def kinds(case: Case) -> list[str]:
    found = Event.objects.filter(stream_kind="complaint", stream_id=str(case.complaint.pk)).order_by("seq")
    return list(found.values_list("kind", flat=True))


# --- what the next case is


def test_the_next_case_asks_for_nothing_that_its_reviewer_lacks(lead: Actor) -> None:
    patents, french, plain = (make_filed_complaint(items=1) for _each in range(3))
    asks_for(patents, skill="patents")
    asks_for(french, language="fr")
    for case, minutes in ((patents, 5), (french, 6), (plain, 7)):
        make_due(case, timezone.now() + timedelta(minutes=minutes))
    me, skilled = reviewer(), reviewer()
    place(lead, me, languages="en,de")
    place(lead, skilled, skills=" Patents ,textiles")
    assert next_for(me) == plain.complaint
    assert next_for(me) is None
    assert next_for(skilled) == patents.complaint
    assert next_for(skilled) == french.complaint


def test_the_next_case_costs_the_same_however_many_wait(django_assert_max_num_queries: Any) -> None:
    for _each in range(6):
        make_filed_complaint(items=1)
    me = reviewer()
    with django_assert_max_num_queries(22):
        next_for(me)


# --- caps and absence


def test_nobody_holds_more_than_the_lead_allows(lead: Actor) -> None:
    cases = [make_filed_complaint(items=1) for _each in range(3)]
    me = reviewer()
    place(lead, me, cap=2)
    claimed(cases[0], me), claimed(cases[1], me)
    for take in (lambda: claimed(cases[2], me), lambda: next_for(me), lambda: hand(cases[2], lead, me)):
        with pytest.raises(Conflict) as refusal:
            take()
        assert refusal.value.code == "at_cap"
    claimed(cases[1], me)
    casework.release(actor=me, complaint_id=cases[0].complaint.pk, now=timezone.now())
    claimed(cases[2], me)


def test_a_lease_that_ran_out_makes_room(lead: Actor) -> None:
    cases = [make_filed_complaint(items=1) for _each in range(2)]
    me = reviewer()
    place(lead, me, cap=1)
    claimed(cases[0], me)
    later = timezone.now() + timedelta(minutes=61)
    casework.claim(actor=me, complaint_id=cases[1].complaint.pk, now=later)


def test_who_is_away_gives_back_and_takes_nothing(lead: Actor) -> None:
    case, me = make_filed_complaint(items=1), reviewer()
    claimed(case, me)
    now = timezone.now()
    assert casework.set_away(actor=lead, user_id=person(me).pk, until=now + timedelta(days=2), now=now) == 1
    assert case.fresh().claimed_by is None and case.fresh().state == "queued"
    assert kinds(case)[-1] == "complaint.returned"
    for take in (lambda: claimed(case, me), lambda: next_for(me), lambda: hand(case, lead, me)):
        with pytest.raises(Conflict) as refusal:
            take()
        assert refusal.value.code == "away"
    casework.set_away(actor=lead, user_id=person(me).pk, until=None, now=now)
    claimed(case, me)


def test_an_absence_that_begins_behind_the_desk_is_noticed_by_the_clock() -> None:
    case, me = make_filed_complaint(items=1), reviewer()
    claimed(case, me)
    ReviewerProfile.objects.update(away_until=timezone.now() + timedelta(hours=4))
    return_expired_claims()
    assert case.fresh().claimed_by is None


def test_who_leaves_the_desk_leaves_no_case_behind() -> None:
    case, me = make_filed_complaint(items=1), reviewer()
    claimed(case, me)
    User.objects.filter(pk=person(me).pk).update(is_active=False)
    return_expired_claims()
    return_expired_claims()
    assert case.fresh().claimed_by is None and kinds(case).count("complaint.returned") == 1


def test_a_lead_returns_all_cases_of_a_reviewer_by_one_press(lead: Actor) -> None:
    cases, me = [make_filed_complaint(items=1) for _each in range(2)], reviewer()
    for case in cases:
        claimed(case, me)
    assert casework.return_cases(actor=lead, user_id=person(me).pk, now=timezone.now()) == 2
    assert casework.return_cases(actor=lead, user_id=person(me).pk, now=timezone.now()) == 0
    assert {case.fresh().state for case in cases} == {"queued"}


@pytest.mark.parametrize("role", ["reviewer", "policy", "auditor"])
def test_only_a_lead_says_who_takes_what(role: str) -> None:
    other, me, now = reviewer(), reviewer(role), timezone.now()
    ids: dict[str, Any] = {"actor": me, "user_id": person(other).pk, "now": now}
    for verb in (
        lambda: place(me, other, cap=50),
        lambda: casework.set_away(**ids, until=now + timedelta(days=1)),
        lambda: casework.return_cases(**ids),
    ):
        with pytest.raises(Forbidden):
            verb()
    assert not Event.objects.filter(stream_kind="desk").exists()


@pytest.mark.parametrize("values", [{"cap": 51}, {"cap": -1}, {"skills": "x" * 31}])
def test_a_place_that_cannot_be_is_refused(lead: Actor, values: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        place(lead, reviewer(), **values)
    assert not ReviewerProfile.objects.exists()


def test_a_lead_finds_no_place_for_who_does_not_review(lead: Actor) -> None:
    with pytest.raises(NotFound):
        place(lead, Actor(kind=lead.kind, user=make_member().user))


# --- handing over


def test_a_case_is_handed_over_with_a_note_and_a_lease_of_its_own() -> None:
    case, me, other = make_filed_complaint(items=1), reviewer(), reviewer()
    claimed(case, me)
    hand(case, me, other)
    assert case.fresh().claimed_by == other.user
    assert InternalNote.objects.get().body == "The seam is what to look at."
    assert kinds(case)[-1] == "complaint.handed_over"
    with pytest.raises(Conflict):
        casework.extend(actor=me, complaint_id=case.complaint.pk, now=timezone.now())


def test_only_the_holder_or_a_lead_hands_over(lead: Actor) -> None:
    case, me, other = make_filed_complaint(items=1), reviewer(), reviewer()
    with pytest.raises(Conflict):
        hand(case, me, other)
    claimed(case, me)
    with pytest.raises(Conflict) as refusal:
        hand(case, other, other)
    assert refusal.value.code == "claimed_by_other"
    hand(case, lead, other)
    assert case.fresh().claimed_by == other.user


def test_a_case_is_handed_to_nobody_who_cannot_take_it(lead: Actor) -> None:
    case, me = make_filed_complaint(items=1), reviewer()
    asks_for(case, skill="patents")
    claimed(case, me)
    with pytest.raises(Conflict) as refusal:
        hand(case, me, reviewer())
    assert refusal.value.code == "lacks_skill" and "patents" in str(refusal.value)
    for stranger in (reviewer("auditor"), reviewer("policy")):
        with pytest.raises(NotFound):
            hand(case, me, stranger)
    skilled = reviewer()
    place(lead, skilled, skills="patents")
    with pytest.raises(Refused):
        hand(case, me, skilled, note="  ")
    assert [each.pk for each in places.who_can_take(case.fresh(), timezone.now())] == [person(skilled).pk]
    hand(case, me, skilled)


def test_those_offered_are_those_to_whom_it_can_be_handed(lead: Actor, django_assert_num_queries: Any) -> None:
    case, me = make_filed_complaint(items=1), reviewer()
    full, away, recused, fine = (reviewer() for _each in range(4))
    claimed(case, me)
    place(lead, full, cap=0)
    now = timezone.now()
    casework.set_away(actor=lead, user_id=person(away).pk, until=now + timedelta(days=1), now=now)
    step_back(lead, recused, case)
    complaint = case.fresh()
    with django_assert_num_queries(1):
        offered = {each.pk for each in places.who_can_take(complaint, now)}
    assert offered == {person(fine).pk, person(lead).pk}
    for each in (full, away, recused):
        with pytest.raises(DomainError):
            hand(case, me, each)


def step_back(lead: Actor, who: Actor, case: Case) -> Recusal:
    organisation = case.owner.organisation
    assert organisation is not None
    ids = {"user_id": person(who).pk, "organisation_id": organisation.pk}
    return casework.recuse(actor=lead, **ids, reason="Worked there.", now=timezone.now())


def test_every_claim_leaves_its_event() -> None:
    case, me, other = make_filed_complaint(items=1), reviewer(), reviewer()
    claimed(case, me)
    claimed(case, me)
    casework.extend(actor=me, complaint_id=case.complaint.pk, now=timezone.now())
    hand(case, me, other)
    casework.release(actor=other, complaint_id=case.complaint.pk, now=timezone.now())
    assert kinds(case)[1:] == [
        "complaint.claimed",
        "complaint.extended",
        "complaint.handed_over",
        "complaint.released",
    ]

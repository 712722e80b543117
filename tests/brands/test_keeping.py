"""The claim is dated: what lapses is suspended at once, what comes back returns, and people read why."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from brands import registry
from brands.models import IPRight, RegisterRecord, Verification
from portal.accounts.actors import SYSTEM, Actor
from portal.errors import Conflict, Forbidden, NotFound, Refused
from portal.ledger.events import append, verify
from portal.ledger.models import Event
from portal.ledger.outbox import run_until_empty
from tests.accounts.factories import make_organisation
from tests.brands import factories as f

pytestmark = pytest.mark.django_db


def recorded(right: IPRight, **changes: object) -> RegisterRecord:
    """The register's record of this right, read a minute ago and agreeing with what was declared."""
    values = {
        "office": right.office,
        "application_number": right.application_number,
        "registration_number": right.registration_number,
        "mark_text": right.mark_text,
        "status": "registered",
        "as_of": f.TODAY,
        "filing_date": right.filing_date,
        "registration_date": right.registration_date,
        "expiry_date": right.expiry_date,
        "owner_name": right.owner_name,
        "source": "composed for this test",
        "read_at": f.NOW - timedelta(minutes=1),
    }
    made: RegisterRecord = RegisterRecord.objects.create(st13=f"US50{right.pk:013d}", **(values | changes))
    for row in right.classes.all():
        made.classes.create(number=row.number, edition=row.edition, goods=row.goods)
    return made


def kinds(right: IPRight) -> list[str]:
    return list(
        Event.objects.filter(stream_kind="right", stream_id=str(right.pk))
        .order_by("seq")
        .values_list("kind", flat=True)
    )


def fresh(right: IPRight) -> IPRight:
    found: IPRight = IPRight.objects.get(pk=right.pk)
    return found


def test_a_right_that_the_register_calls_dead_is_suspended_at_once_with_the_reason() -> None:
    right = f.approved(f.actor())
    recorded(right, status="dead_cancelled")
    registry.recheck(actor=SYSTEM, right=right, now=f.NOW)
    after = fresh(right)
    assert (after.state, after.suspended_for, after.register_status) == ("suspended", "register", "dead_cancelled")
    assert "cancelled" in after.state_reason.casefold()
    assert not after.usable(f.TODAY).ok
    assert kinds(right)[-1] == "right.suspended" and not verify(("right", right.pk))
    kept = Verification.objects.filter(right=right, outcome="suspended").get()
    assert kept.decided_by is None and kept.reason == after.state_reason


def test_comparing_twice_suspends_once() -> None:
    right = f.approved(f.actor())
    recorded(right, status="dead_cancelled")
    registry.recheck(actor=SYSTEM, right=right, now=f.NOW)
    registry.recheck(actor=SYSTEM, right=right, now=f.NOW)
    assert kinds(right).count("right.suspended") == 1


def test_a_term_that_runs_out_suspends_without_any_record() -> None:
    right = f.approved(f.actor(), expiry_date=f.TODAY + timedelta(days=3))
    later = f.NOW + timedelta(days=4)
    registry.recheck(actor=SYSTEM, right=right, now=later)
    assert fresh(right).state == "suspended" and "expired" in fresh(right).state_reason


def test_a_term_that_ends_in_the_register_suspends_whatever_was_declared() -> None:
    for declared in (None, f.TODAY + timedelta(days=3650)):
        right = f.approved(f.actor(), expiry_date=declared)
        recorded(right, expiry_date=f.TODAY + timedelta(days=10))
        registry.recheck(actor=SYSTEM, right=right, now=f.NOW)
        soon = fresh(right)
        assert soon.usable(f.TODAY).ok and soon.next_check_at == f.NOW + timedelta(days=1)
        registry.recheck(actor=SYSTEM, right=right, now=f.NOW + timedelta(days=11))
        assert fresh(right).state == "suspended" and "expired" in fresh(right).state_reason


def test_what_a_reviewer_sees_today_is_newer_than_the_end_that_an_old_record_names() -> None:
    right = f.in_review(f.actor(), expiry_date=f.TODAY + timedelta(days=3650))
    recorded(right, expiry_date=f.TODAY - timedelta(days=3), as_of=f.TODAY - timedelta(days=30))
    registry.recheck(actor=SYSTEM, right=right, now=f.NOW)
    done = registry.approve(actor=f.reviewer(), right=right, register_status="registered", now=f.NOW)
    registry.recheck(actor=SYSTEM, right=done, now=f.NOW)
    assert fresh(right).usable(f.TODAY).ok


def test_what_the_register_suspended_returns_when_the_register_says_so() -> None:
    right = f.approved(f.actor())
    record = recorded(right, status="dead_cancelled")
    registry.recheck(actor=SYSTEM, right=right, now=f.NOW)
    record.status, record.as_of = "registered", f.TODAY + timedelta(days=1)
    record.save(update_fields=["status", "as_of"])
    registry.recheck(actor=SYSTEM, right=right, now=f.NOW + timedelta(days=1))
    after = fresh(right)
    assert (after.state, after.state_reason, after.suspended_for) == ("approved", "", "")
    assert after.usable(f.TODAY + timedelta(days=1)).ok and kinds(right)[-1] == "right.reinstated"


def test_what_the_desk_suspended_no_register_puts_back() -> None:
    right = f.approved(f.actor())
    recorded(right)
    registry.suspend(actor=f.reviewer(), right=right, reason="The certificate is forged.", now=f.NOW)
    registry.recheck(actor=SYSTEM, right=right, now=f.NOW)
    assert fresh(right).state == "suspended"


def test_the_desk_cannot_put_a_dead_mark_back() -> None:
    right = f.approved(f.actor())
    recorded(right, status="dead_cancelled")
    registry.recheck(actor=SYSTEM, right=right, now=f.NOW)
    with pytest.raises(Refused) as refusal:
        registry.reinstate(actor=f.reviewer(), right=right, reason="They called.", now=f.NOW)
    assert refusal.value.code == "register_says_dead" and fresh(right).state == "suspended"


def test_suspending_needs_a_reason_and_a_decider() -> None:
    owner = f.actor()
    right = f.approved(owner)
    with pytest.raises(Refused):
        registry.suspend(actor=f.reviewer(), right=right, reason=" ", now=f.NOW)
    for actor in (owner, f.reviewer("auditor")):
        with pytest.raises(Forbidden):
            registry.suspend(actor=actor, right=right, reason="No.", now=f.NOW)
    with pytest.raises((NotFound, Forbidden)):
        registry.suspend(actor=f.actor(), right=right, reason="No.", now=f.NOW)
    assert fresh(right).state == "approved"


def test_a_pending_right_stays_approved_and_takes_nothing_down() -> None:
    right = f.approved(f.actor(), registration_number="", registration_date=None)
    registry.recheck(actor=SYSTEM, right=right, now=f.NOW)
    after = fresh(right)
    assert after.state == "approved" and after.usable(f.TODAY).code == "pending"


def test_an_older_record_never_overrules_what_a_reviewer_saw() -> None:
    owner = f.actor()
    right = f.in_review(owner)
    recorded(right, status="application_filed", as_of=f.TODAY - timedelta(days=400))
    registry.approve(actor=f.reviewer(), right=right, register_status="registered", now=f.NOW)
    registry.recheck(actor=SYSTEM, right=right, now=f.NOW + timedelta(days=1))
    assert fresh(right).register_status == "registered"


def test_the_next_comparison_is_daily_near_the_end_of_the_term() -> None:
    far, near = f.approved(f.actor()), f.approved(f.actor(), expiry_date=f.TODAY + timedelta(days=20))
    assert far.next_check_at == f.NOW + timedelta(days=7)
    assert near.next_check_at == f.NOW + timedelta(days=1)


# --- nobody is asked where everything agrees


def sent(organisation_owner: Actor, **changes: object) -> IPRight:
    assert organisation_owner.organisation is not None
    return f.in_review(organisation_owner, owner_name=organisation_owner.organisation.name, **changes)


def test_everything_agrees_and_nobody_is_asked() -> None:
    right = sent(f.actor())
    recorded(right)
    assert registry.verify_automatically(right=fresh(right), now=f.NOW) is None, "the record is not linked yet"
    registry.recheck(actor=SYSTEM, right=right, now=f.NOW, live=False)
    done = registry.verify_automatically(right=fresh(right), now=f.NOW)
    assert done is not None and fresh(right).state == "approved" and fresh(right).verified_by is None
    event = Event.objects.filter(stream_kind="right", stream_id=str(right.pk), kind="right.approved").get()
    assert event.payload["automatic"] is True and event.actor == "system"


@pytest.mark.parametrize(
    "differs",
    [
        {"status": "application_filed"},
        {"status": "registered_challenged"},
        {"status": "unknown"},
        {"owner_name": "Somebody Else GmbH"},
        {"owner_name": "Organisations 1"},
        {"mark_text": "ANOTHER"},
        {"filing_date": f.TODAY},
        {"expiry_date": None},
        {"read_at": None},
        {"read_at": f.NOW - timedelta(days=8)},
        {"as_of": f.TODAY - timedelta(days=8)},
        {"mark_kind": "figurative"},
        {"mark_kind": "other"},
    ],
)
def test_one_fact_that_does_not_agree_and_a_person_looks(differs: dict[str, object]) -> None:
    right = sent(f.actor())
    recorded(right, **differs)
    registry.recheck(actor=SYSTEM, right=right, now=f.NOW, live=False)
    assert registry.verify_automatically(right=fresh(right), now=f.NOW) is None
    assert fresh(right).state == "in_review"


@pytest.mark.parametrize(
    ("declared", "named", "country", "passes"),
    [
        ("Tarnfell Outdoor Ltd", "TARNFELL OUTDOOR LIMITED", "SE", True),
        ("Tarnfell Outdoor AB", "Tarnfell Outdoor Aktiebolag", "", True),
        ("Tarnfell Outdoor, Inc.", "Tarnfell Outdoor Incorporated", "SE", True),
        ("Tarnfell Outdoor Ltd", "Tarnfell Outdoor AB", "SE", False),
        ("Tarnfell Outdoor", "Tarnfell Outdoor AB", "SE", False),
        ("Outdoor Tarnfell AB", "Tarnfell Outdoor AB", "SE", False),
        ("Tarnfell Outdoor AB", "Tarnfell Outdoor AB", "CN", False),
    ],
)
def test_the_same_legal_name_in_the_same_country_and_nothing_less(
    declared: str, named: str, country: str, passes: bool
) -> None:
    right = f.in_review(f.actor(organisation=make_organisation(declared, country="SE")), owner_name=declared)
    owners = [{"name": named, "role": "", "sequence": 1, "country": country}]
    recorded(right, owner_name=named, owners=owners)
    registry.recheck(actor=SYSTEM, right=right, now=f.NOW, live=False)
    done = registry.verify_automatically(right=fresh(right), now=f.NOW)
    assert (done is not None) is passes and fresh(right).state == ("approved" if passes else "in_review")


def test_typing_the_registers_owner_is_no_proof_of_being_it() -> None:
    right = f.in_review(f.actor(), owner_name="Oracle America, Inc.")
    recorded(right)
    registry.recheck(actor=SYSTEM, right=right, now=f.NOW, live=False)
    assert registry.verify_automatically(right=fresh(right), now=f.NOW) is None


def test_an_organisation_that_is_not_verified_is_never_approved_by_itself() -> None:
    owner = f.actor()
    right = sent(owner)
    recorded(right)
    registry.recheck(actor=SYSTEM, right=right, now=f.NOW, live=False)
    assert owner.organisation is not None
    owner.organisation.state = "draft"
    owner.organisation.save(update_fields=["state"])
    assert registry.verify_automatically(right=fresh(right), now=f.NOW) is None


def test_a_right_that_waited_for_its_organisation_goes_through_when_that_is_verified() -> None:
    owner = f.actor()
    right = sent(owner)
    recorded(right)
    registry.recheck(actor=SYSTEM, right=right, now=f.NOW, live=False)
    assert owner.organisation is not None
    with time_machine.travel(f.NOW, tick=False):
        with transaction.atomic():
            stream = ("organisation", owner.organisation.pk)
            append(stream=stream, kind="organisation.approved", actor=SYSTEM, payload={}, now=f.NOW)
        run_until_empty()
    assert fresh(right).state == "approved"


def test_a_submitted_right_is_looked_at_from_the_outbox() -> None:
    owner = f.actor()
    right = sent(owner)
    recorded(right, read_at=f.NOW + timedelta(days=3650), as_of=timezone.now().date())
    run_until_empty()
    run_until_empty()
    assert fresh(right).state == "approved" and kinds(right).count("right.approved") == 1


# --- two organisations, one mark


def test_two_claims_on_one_number_are_a_conflict_and_the_first_verified_stays_in_force() -> None:
    first = f.approved(f.actor())
    number = {"application_number": first.application_number, "registration_number": first.registration_number}
    second = f.in_review(f.actor(), **number)
    with pytest.raises(Conflict) as refusal:
        registry.approve(actor=f.reviewer(), right=second, now=f.NOW)
    assert refusal.value.code == "right_in_conflict"
    conflict = registry.conflicts_of(second).get()
    assert set(conflict.rights.all()) == {first, second}
    assert fresh(first).state == "approved" and fresh(first).usable(f.TODAY).ok and fresh(second).state == "in_review"
    assert kinds(first)[-1] == kinds(second)[-1] == "right.conflict"
    registry.find_conflicts(right=second, now=f.NOW)
    assert kinds(second).count("right.conflict") == 1, "found again is told once"


def conflict_of_two() -> tuple[IPRight, IPRight]:
    first = f.approved(f.actor())
    number = {"application_number": first.application_number, "registration_number": first.registration_number}
    second = f.in_review(f.actor(), **number)
    registry.find_conflicts(right=second, now=f.NOW)
    return first, second


def test_settled_for_the_first_the_second_is_rejected_with_the_reason() -> None:
    first, second = conflict_of_two()
    conflict = registry.conflicts_of(first).get()
    registry.settle_conflict(
        actor=f.reviewer("senior"), conflict=conflict, keep=[first.pk], reason="The assignment is recorded.", now=f.NOW
    )
    assert fresh(first).state == "approved" and fresh(second).state == "rejected"
    assert fresh(second).state_reason == "The assignment is recorded."
    assert not registry.conflicts_of(first).exists()


def test_settled_for_the_second_the_first_is_suspended_and_the_second_can_be_approved() -> None:
    first, second = conflict_of_two()
    conflict = registry.conflicts_of(first).get()
    registry.settle_conflict(
        actor=f.reviewer("policy"), conflict=conflict, keep=[second.pk], reason="Assigned on 1 May.", now=f.NOW
    )
    assert (fresh(first).state, fresh(first).suspended_for) == ("suspended", "conflict")
    f.approve(second)
    assert fresh(second).state == "approved" and not fresh(first).usable(f.TODAY).ok


def test_owner_and_licensee_may_both_go_on() -> None:
    first, second = conflict_of_two()
    conflict = registry.conflicts_of(first).get()
    registry.settle_conflict(
        actor=f.reviewer("senior"), conflict=conflict, keep=[first.pk, second.pk], reason="A licence.", now=f.NOW
    )
    f.approve(second)
    assert fresh(first).state == fresh(second).state == "approved"


def test_who_may_settle_and_what_it_needs() -> None:
    first, second = conflict_of_two()
    conflict = registry.conflicts_of(first).get()
    senior = f.reviewer("senior")
    stranger = f.approved(f.actor())
    for actor, keep, reason, error in (
        (f.reviewer(), [first.pk], "Because.", Forbidden),
        (f.reviewer("auditor"), [first.pk], "Because.", Forbidden),
        (senior, [first.pk], " ", Refused),
        (senior, [], "Because.", Refused),
        (senior, [stranger.pk], "Because.", Refused),
    ):
        with pytest.raises(error):
            registry.settle_conflict(actor=actor, conflict=conflict, keep=keep, reason=reason, now=f.NOW)
    registry.settle_conflict(actor=senior, conflict=conflict, keep=[second.pk], reason="Because.", now=f.NOW)
    with pytest.raises(Conflict):
        registry.settle_conflict(actor=senior, conflict=conflict, keep=[first.pk], reason="Because.", now=f.NOW)


def test_one_organisation_with_the_same_mark_in_two_offices_is_no_conflict() -> None:
    owner = f.actor()
    first = f.approved(owner)
    assert registry.find_conflicts(right=first, now=f.NOW) is None

"""Claims that meet: by a number, by the record they lean on, whatever the basis; and one organisation's own two."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from brands import preflight, registry
from brands.errors import AlreadyRegistered
from brands.models import IPRight, RegisterRecord, RightConflict
from brands.registers.records import OwnerFacts, RecordFacts
from brands.registers.statuses import RegisterStatus
from portal.accounts.actors import SYSTEM, Actor
from portal.errors import Conflict
from portal.ledger.models import OutboxMessage
from portal.ledger.outbox import run_until_empty
from tests.brands import factories as f
from tests.brands.test_keeping import conflict_of_two, fresh, recorded

pytestmark = pytest.mark.django_db
SERIAL, REGISTRATION = "86543210", "6543210"


def by_serial(owner: Actor) -> IPRight:
    """Knows the application alone."""
    return f.in_review(
        owner, application_number=SERIAL, registration_number="", registration_date=None, expiry_date=None
    )


def by_registration(owner: Actor) -> IPRight:
    """Knows the registration alone."""
    return f.in_review(owner, application_number="", registration_number=REGISTRATION)


def both_numbers(status: str = "registered", **changes: object) -> RecordFacts:
    values = {
        "office": "US",
        "application_number": SERIAL,
        "registration_number": REGISTRATION,
        "mark_text": "TARNFELL",
        "status": RegisterStatus(status),
        "as_of": f.TODAY,
        "owners": (OwnerFacts("Tarnfell Outdoor AB", sequence=1),),
        "source": "composed for this test",
    }
    return RecordFacts(**(values | changes))  # type: ignore[arg-type]


# --- two organisations


def test_a_designation_and_a_national_claim_with_the_same_numbers_are_rivals() -> None:
    owner = f.actor()
    (madrid,) = f.designations(owner, "US", certificate=f.stored(owner), registration_date=date(2021, 3, 5))
    IPRight.objects.filter(pk=madrid.pk).update(application_number="79123456", registration_number="5551234")
    first = f.approve(registry.submit_for_review(actor=owner, right=madrid, now=f.NOW))
    second = f.in_review(f.actor(), application_number="79123456", registration_number="5551234")
    with pytest.raises(Conflict):
        f.approve(second)
    assert (first.basis, second.basis) == ("madrid", "national")
    assert set(RightConflict.objects.get().rights.all()) == {first, second}


def test_claims_that_meet_only_through_the_record_are_found_when_it_comes() -> None:
    first, second = f.approve(by_serial(f.actor())), f.approve(by_registration(f.actor()))
    assert not RightConflict.objects.exists(), "nobody could know"
    registry.store(facts=both_numbers(), now=f.NOW)
    run_until_empty()
    assert set(RightConflict.objects.get().rights.all()) == {first, second}
    for right in (first, second):
        registry.recheck(actor=SYSTEM, right=right, now=f.NOW)
    assert RightConflict.objects.count() == 1, "one mark, one conflict, by whatever number"


def test_comparing_finds_a_rival_that_came_while_nobody_looked() -> None:
    registry.store(facts=both_numbers(), now=f.NOW)
    first, second = by_serial(f.actor()), by_registration(f.actor())
    registry.recheck(actor=SYSTEM, right=first, now=f.NOW, live=False)
    assert set(RightConflict.objects.get().rights.all()) == {first, second}


# --- who lost stays out


@pytest.mark.parametrize("why", ["register", "desk"])
def test_who_lost_while_suspended_does_not_come_back_by_itself(why: str) -> None:
    first = f.approved(f.actor())
    record = recorded(first, status="dead_cancelled" if why == "register" else "registered")
    if why == "register":
        registry.recheck(actor=SYSTEM, right=first, now=f.NOW)
    else:
        registry.suspend(actor=f.reviewer(), right=first, reason="Forged.", now=f.NOW)
    numbers = {"application_number": first.application_number, "registration_number": first.registration_number}
    second = f.in_review(f.actor(), **numbers)
    conflict = registry.find_conflicts(right=second, now=f.NOW)
    assert conflict is not None
    registry.settle_conflict(
        actor=f.reviewer("senior"), conflict=conflict, keep=[second.pk], reason="They own it.", now=f.NOW
    )
    assert (fresh(first).suspended_for, fresh(first).state_reason) == ("conflict", "They own it.")
    record.status, record.as_of = "registered", f.TODAY + timedelta(days=1)
    record.save(update_fields=["status", "as_of"])
    registry.recheck(actor=SYSTEM, right=first, now=f.NOW + timedelta(days=1))
    assert fresh(first).state == "suspended"
    assert not RightConflict.objects.filter(state="open").exists(), "comparing the loser opens nothing"


def test_the_desk_puts_a_loser_back_only_through_a_conflict() -> None:
    first, second = conflict_of_two()
    settled = registry.conflicts_of(first).get()
    registry.settle_conflict(
        actor=f.reviewer("senior"), conflict=settled, keep=[second.pk], reason="Assigned.", now=f.NOW
    )
    with pytest.raises(Conflict) as refusal:
        registry.reinstate(actor=f.reviewer(), right=first, reason="They called.", now=f.NOW)
    assert refusal.value.code == "right_in_conflict" and fresh(first).state == "suspended"
    assert registry.conflicts_of(first).exists()


# --- one organisation twice


def twice(owner: Actor) -> tuple[IPRight, IPRight]:
    """The same mark entered by its serial and by its registration, before anybody held a record."""
    return f.approve(by_serial(owner)), f.approve(by_registration(owner))


def test_the_second_claim_of_one_organisation_on_a_record_is_a_duplicate_that_says_so() -> None:
    first, second = twice(f.actor())
    run_until_empty()
    registry.store(facts=both_numbers(), now=f.NOW)
    run_until_empty()
    first, second = fresh(first), fresh(second)
    record = RegisterRecord.objects.get()
    assert (first.record, first.duplicate_of) == (record, None)
    assert (second.record, second.duplicate_of, second.check_result) == (None, first, "duplicate")
    assert str(first) in second.check_detail
    assert preflight.warnings_of(second)[0].code == "duplicate" and not preflight.warnings_of(first)
    assert second.usable(f.TODAY).ok and IPRight.objects.live(f.TODAY).filter(pk=second.pk).exists()
    assert not RightConflict.objects.exists(), "nobody is in conflict with themselves"


def test_a_duplicate_lives_only_while_the_record_does() -> None:
    first, second = twice(f.actor())
    registry.store(facts=both_numbers(), now=f.NOW)
    run_until_empty()
    registry.store(
        facts=both_numbers("dead_cancelled", as_of=f.TODAY + timedelta(days=1)), now=f.NOW + timedelta(days=1)
    )
    run_until_empty()
    assert [fresh(right).state for right in (first, second)] == ["suspended", "suspended"]


def test_a_dead_mark_ends_the_claims_of_every_organisation() -> None:
    first, second = twice(f.actor())
    other = by_registration(f.actor())
    conflict = registry.find_conflicts(right=other, now=f.NOW)
    assert conflict is not None
    registry.settle_conflict(
        actor=f.reviewer("senior"), conflict=conflict, keep=[second.pk, other.pk], reason="A licence.", now=f.NOW
    )
    f.approve(fresh(other))
    registry.store(facts=both_numbers("dead_cancelled"), now=f.NOW)
    run_until_empty()
    assert {fresh(right).state for right in (first, second, other)} == {"suspended"}


def test_each_claim_on_a_record_is_compared_by_a_message_of_its_own() -> None:
    rights = twice(f.actor())
    run_until_empty()
    registry.store(facts=both_numbers("dead_cancelled"), now=f.NOW)
    run_until_empty()
    queued = OutboxMessage.objects.filter(task="brands.compare_held").values_list("kwargs", flat=True)
    assert sorted(each["right_id"] for each in queued) == sorted(right.pk for right in rights), "none stops another"


def test_a_draft_that_named_the_record_gives_way_and_cannot_be_sent_twice() -> None:
    owner = f.actor()
    first = f.approve(by_serial(owner))
    registry.store(facts=both_numbers(), now=f.NOW)
    draft = f.draft(owner, application_number="", registration_number=REGISTRATION)
    registry.recheck(actor=SYSTEM, right=first, now=f.NOW)
    assert fresh(first).record is not None and fresh(draft).record is None
    with pytest.raises(AlreadyRegistered) as refusal:
        registry.submit_for_review(actor=owner, right=draft, now=f.NOW)
    assert refusal.value.right == first and fresh(draft).state == "draft"


def test_a_record_of_a_designation_finds_it_by_the_international_number_at_once() -> None:
    owner = f.actor()
    (japan,) = f.designations(owner, "JP", certificate=f.stored(owner), registration_date=date(2021, 3, 5))
    japan = f.approve(registry.submit_for_review(actor=owner, right=japan, now=f.NOW))
    run_until_empty()
    came = both_numbers(
        "dead_cancelled",
        office="JP",
        basis="madrid",
        international_number="1234567",
        application_number="",
        registration_number="",
        as_of=f.TODAY + timedelta(days=1),
    )
    assert registry.store(facts=came, now=f.NOW + timedelta(days=1)).record.st13.endswith("/JP")
    run_until_empty()
    assert fresh(japan).state == "suspended"

"""A right that lapses: its open complaints wait for another look, and nothing is decided on a dead right."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brands import registry
from brands.models import AuthorisedSeller, IPRight, RegisterRecord
from complaints import casework
from complaints.admin import queue
from complaints.models import Complaint
from portal.accounts.actors import SYSTEM
from portal.errors import Conflict, Refused
from portal.identity import deciding
from portal.ledger.models import Event
from portal.ledger.outbox import run_until_empty
from tests.accounts.factories import make_staff, signed_in
from tests.complaints.factories import (
    Case,
    claimed,
    decide,
    make_draft,
    make_filed_complaint,
    make_listing,
    make_right,
    reviewer,
    sign,
)

pytestmark = pytest.mark.django_db


def lapse(right: IPRight) -> None:
    """Lets the term of the right end yesterday, its time for a late renewal too, and compares."""
    right.expiry_date = timezone.now().date() - timedelta(days=200)
    right.save(update_fields=["expiry_date"])
    registry.recheck(actor=SYSTEM, right=right, now=timezone.now())


def marks(case: Case) -> list[str]:
    found = Event.objects.filter(stream_kind="complaint", stream_id=str(case.complaint.pk), kind__contains="marked")
    return list(found.order_by("seq").values_list("kind", flat=True))


def test_open_complaints_of_a_right_that_lapses_are_marked_once_and_the_decided_ones_left() -> None:
    open_case, closed_case = make_filed_complaint(), make_filed_complaint()
    decide(closed_case, claimed(closed_case), outcome="rejected", ground="R-02")
    for case in (open_case, closed_case):
        lapse(case.right)
    run_until_empty()
    run_until_empty()
    assert open_case.fresh().marked_for == Complaint.Mark.RIGHT_SUSPENDED and marks(open_case) == ["complaint.marked"]
    assert closed_case.fresh().marked_for == "" and closed_case.fresh().state == "rejected"


def test_an_item_bound_to_a_sister_right_marks_its_complaint_too() -> None:
    case = make_filed_complaint()
    sister = make_right(case.membership.organisation, markets=("US",), office="US")
    case.complaint.items.update(right=sister)
    lapse(sister)
    run_until_empty()
    assert case.fresh().marked_for == Complaint.Mark.RIGHT_SUSPENDED


def test_the_mark_goes_when_the_right_returns() -> None:
    case = make_filed_complaint()
    lapse(case.right)
    run_until_empty()
    IPRight.objects.filter(pk=case.right.pk).update(expiry_date=timezone.now().date() + timedelta(days=900))
    registry.recheck(actor=SYSTEM, right=case.right, now=timezone.now())
    run_until_empty()
    assert case.fresh().marked_for == "" and marks(case) == ["complaint.marked", "complaint.unmarked"]


def test_one_right_that_returns_leaves_the_mark_of_the_other() -> None:
    case = make_filed_complaint()
    sister = make_right(case.membership.organisation, markets=("US",), office="US", registration_number="6543210")
    case.complaint.items.update(right=sister)
    staff = reviewer()
    for right in (case.right, sister):
        registry.suspend(actor=staff, right=right, reason="Forged.", now=timezone.now())
    run_until_empty()
    registry.reinstate(actor=staff, right=sister, reason="Seen.", now=timezone.now())
    run_until_empty()
    assert case.fresh().marked_for == Complaint.Mark.RIGHT_SUSPENDED and marks(case) == ["complaint.marked"]
    registry.reinstate(actor=staff, right=case.right, reason="Seen.", now=timezone.now())
    run_until_empty()
    assert case.fresh().marked_for == "" and marks(case) == ["complaint.marked", "complaint.unmarked"]


def list_seller(case: Case) -> AuthorisedSeller:
    terms = registry.SellerTerms(brand=case.right.brand, starts_on=timezone.now().date())
    return registry.list_seller(actor=case.owner, account=case.seller, terms=terms, now=timezone.now())


def test_a_listed_seller_and_a_suspended_right_stand_beside_each_other() -> None:
    case = make_filed_complaint()
    staff, seen = reviewer(), []
    entry = list_seller(case)
    run_until_empty()
    seen.append(case.fresh().marked_for)
    registry.suspend(actor=staff, right=case.right, reason="Forged.", now=timezone.now())
    run_until_empty()
    seen.append(case.fresh().marked_for)
    registry.reinstate(actor=staff, right=case.right, reason="Seen.", now=timezone.now())
    run_until_empty()
    seen.append(case.fresh().marked_for)
    registry.end_seller(actor=case.owner, seller=entry, now=timezone.now())
    run_until_empty()
    assert [*seen, case.fresh().marked_for] == ["authorised_seller", "right_suspended", "authorised_seller", ""]


def test_a_seller_listed_and_ended_leaves_the_mark_of_the_suspended_right() -> None:
    case = make_filed_complaint()
    lapse(case.right)
    run_until_empty()
    entry = list_seller(case)
    run_until_empty()
    registry.end_seller(actor=case.owner, seller=entry, now=timezone.now())
    run_until_empty()
    assert case.fresh().marked_for == Complaint.Mark.RIGHT_SUSPENDED and marks(case) == ["complaint.marked"]


def another_owner(right: IPRight) -> None:
    """The register names somebody else now, and the right is compared with it."""
    today = timezone.now().date()
    RegisterRecord.objects.create(
        st13=f"EM50{right.pk:013d}",
        office=right.office,
        application_number=right.application_number,
        registration_number=right.registration_number,
        mark_text=right.mark_text,
        status="registered",
        as_of=today,
        owner_name="Somebody Else Holdings Inc.",
        source="composed for this test",
        read_at=timezone.now(),
    )
    registry.recheck(actor=SYSTEM, right=right, now=timezone.now())


def test_another_owner_in_the_register_marks_open_complaints_and_stops_new_ones_until_the_desk_accepts() -> None:
    case = make_filed_complaint()
    draft = make_draft(case.owner, case.right, [make_listing()])
    another_owner(case.right)
    run_until_empty()
    assert case.fresh().marked_for == Complaint.Mark.RIGHT_DIFFERS
    with pytest.raises(Refused) as refusal:
        casework.submit(actor=case.owner, complaint_id=draft.pk, signing=sign(case.owner), now=timezone.now())
    assert refusal.value.code == "owner_differs" and "Somebody Else" in str(refusal.value)
    right = IPRight.objects.get(pk=case.right.pk)
    registry.accept_owner(
        actor=reviewer(), right=right, owner=right.other_owner, note="Its parent company.", now=timezone.now()
    )
    run_until_empty()
    assert case.fresh().marked_for == "" and marks(case) == ["complaint.marked", "complaint.unmarked"]
    casework.submit(actor=case.owner, complaint_id=draft.pk, signing=sign(case.owner), now=timezone.now())
    assert not Complaint.objects.get(pk=draft.pk).is_draft


def test_an_owner_that_changed_unnoticed_is_found_when_somebody_files() -> None:
    case = make_filed_complaint()
    draft = make_draft(case.owner, case.right, [make_listing()])
    another_owner(case.right)
    IPRight.objects.filter(pk=case.right.pk).update(other_owner="", other_owner_at=None)
    with pytest.raises(Refused) as refusal:
        casework.submit(actor=case.owner, complaint_id=draft.pk, signing=sign(case.owner), now=timezone.now())
    assert refusal.value.code == "owner_differs" and Complaint.objects.get(pk=draft.pk).is_draft


def test_nothing_is_accepted_on_a_right_that_is_not_in_force_and_rejecting_stays_possible() -> None:
    case = make_filed_complaint()
    by = claimed(case)
    lapse(case.right)
    with pytest.raises(Conflict) as refusal:
        decide(case, by)
    assert refusal.value.code == "right_not_in_force"
    assert all(item.is_open for item in case.items)
    decide(case, by, outcome="rejected", ground="R-01", text="The right lapsed.")
    assert case.fresh().state == "rejected"


def test_a_held_decision_is_not_confirmed_on_a_dead_right() -> None:
    case = make_filed_complaint(1)
    account = case.seller.target
    case.complaint.items.update(target=account)
    by = claimed(case)
    held = decide(case, by)[0]
    assert case.fresh().state == "held"
    lapse(case.right)
    with pytest.raises(Conflict):
        casework.confirm(actor=reviewer("senior"), decision_id=held.pk, now=timezone.now())
    assert case.fresh().state == "held"


def test_nothing_is_accepted_for_an_organisation_that_was_suspended_meanwhile() -> None:
    case = make_filed_complaint(1)
    by = claimed(case)
    tenant = case.membership.organisation
    deciding.suspend(actor=reviewer("senior"), organisation=tenant, reason="Forged papers.", now=timezone.now())
    with pytest.raises(Conflict) as refusal:
        decide(case, by)
    assert refusal.value.code == "organisation_suspended" and all(item.is_open for item in case.items)
    decide(case, by, outcome="rejected", ground="R-02", text="Nothing shows it any more.")
    assert case.fresh().state == "rejected"


@pytest.mark.parametrize("age", [timedelta(minutes=1), timedelta(days=2)])
def test_filing_compares_again_whenever_that_was_last_done(age: timedelta) -> None:
    case = make_filed_complaint()
    draft = make_draft(case.owner, case.right, [make_listing()])
    IPRight.objects.filter(pk=case.right.pk).update(
        checked_at=timezone.now() - age, expiry_date=timezone.now().date() - timedelta(days=200)
    )
    with pytest.raises(Refused):
        casework.submit(actor=case.owner, complaint_id=draft.pk, signing=sign(case.owner), now=timezone.now())
    assert Complaint.objects.get(pk=draft.pk).is_draft
    assert IPRight.objects.get(pk=case.right.pk).state == "suspended", "whatever becomes of the complaint"


def test_the_desk_sees_it_in_a_view_of_its_own_and_on_the_case(client: Client) -> None:
    case = make_filed_complaint()
    lapse(case.right)
    run_until_empty()
    by = reviewer()
    assert [each.pk for each in queue.cases("marked", by, timezone.now())] == [case.complaint.pk]
    page = signed_in(client, make_staff()).get(reverse("admin:complaints_complaint_case", args=[case.complaint.pk]))
    assert page.status_code == 200 and b"Look again before you decide" in page.content


def test_the_owner_reads_why_in_the_timeline(client: Client) -> None:
    case = make_filed_complaint()
    lapse(case.right)
    run_until_empty()
    page = signed_in(client, case.membership.user).get(reverse("complaints:detail", args=[case.complaint.public_id]))
    assert page.status_code == 200 and b"The right it leans on was suspended" in page.content


# --- the reasons that a right supports


@pytest.mark.parametrize(("kind", "reason"), [("copyright", "counterfeit"), ("trademark", "copied_work")])
def test_a_reason_that_the_right_does_not_support_is_refused(kind: str, reason: str) -> None:
    case = make_filed_complaint()
    IPRight.objects.filter(pk=case.right.pk).update(kind=kind)
    with pytest.raises(Refused) as refusal:
        make_draft(case.owner, IPRight.objects.get(pk=case.right.pk), [make_listing()], reason=reason)
    assert refusal.value.code == "reason_not_supported" and refusal.value.field == "reason"


def test_another_right_takes_out_a_reason_that_no_longer_fits() -> None:
    case = make_filed_complaint()
    work = make_right(case.membership.organisation, text="LOOKBOOK", kind="copyright")
    draft = make_draft(case.owner, case.right, [make_listing()])
    after = casework.save_draft(actor=case.owner, complaint_id=draft.pk, right=work.public_id, now=timezone.now())
    assert after.reason == "" and after.right == work


def test_the_form_offers_only_what_the_right_supports(client: Client) -> None:
    case = make_filed_complaint()
    draft = make_draft(case.owner, case.right, [make_listing()])
    page = signed_in(client, case.membership.user).get(reverse("complaints:draft-reason", args=[draft.public_id]))
    assert b'value="counterfeit"' in page.content and b'value="copied_work"' not in page.content

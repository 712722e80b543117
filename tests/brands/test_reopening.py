"""Taking a right back: a draft again, nothing reported with it, and never under an open complaint."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from brands import registry
from brands.models import IPRight
from brands.registry import reopening
from complaints import casework
from complaints.leaning import open_on
from portal.accounts.actors import member_actor_for
from portal.errors import Conflict, Forbidden, NotFound
from portal.ledger.models import Delivery, Event
from tests.brands import factories as f
from tests.brands.test_pages import browser
from tests.complaints.factories import claimed, decide, make_filed_complaint

pytestmark = pytest.mark.django_db


def test_an_approved_right_is_a_draft_again_and_goes_through_the_desk_anew() -> None:
    owner, staff = f.actor(), f.reviewer()
    right = registry.reopen(actor=owner, right=f.approved(owner, staff), now=f.NOW)
    assert (right.state, right.verified_at, right.submitted_at, right.next_check_at) == ("draft", None, None, None)
    assert right.usable(f.TODAY).code == "not_approved"
    assert Event.objects.filter(kind="right.reopened").count() == 1
    again = registry.submit_for_review(actor=owner, right=right, now=f.NOW)
    assert f.approve(again, staff).state == "approved"


def test_a_suspended_right_may_be_taken_back_and_its_reason_goes() -> None:
    owner, staff = f.actor(), f.reviewer()
    right = registry.suspend(actor=staff, right=f.approved(owner, staff), reason="Wrong owner.", now=f.NOW)
    right = registry.reopen(actor=owner, right=right, now=f.NOW)
    assert (right.state, right.state_reason, right.suspended_for) == ("draft", "", "")


def test_nothing_else_can_be_taken_back() -> None:
    owner, staff = f.actor(), f.reviewer()
    for right in (f.draft(owner), f.in_review(owner), f.rejected(owner, staff)):
        with pytest.raises(Conflict):
            registry.reopen(actor=owner, right=right, now=f.NOW)


def test_only_the_organisation_takes_its_right_back() -> None:
    owner, staff = f.actor(), f.reviewer()
    right = f.approved(owner, staff)
    with pytest.raises(NotFound):
        registry.reopen(actor=f.actor(), right=right, now=f.NOW)
    for actor in (f.actor("viewer", owner.organisation), staff):
        with pytest.raises(Forbidden):
            registry.reopen(actor=actor, right=right, now=f.NOW)
    registry.reopen(actor=f.actor("rights_owner", owner.organisation), right=right, now=f.NOW)


def test_an_old_version_takes_nothing_back() -> None:
    owner = f.actor()
    right = f.approved(owner)
    with pytest.raises(Conflict):
        registry.reopen(actor=owner, right=right, now=f.NOW, version=right.version - 1)


def test_an_open_complaint_holds_the_right_until_it_is_decided() -> None:
    case = make_filed_complaint(1)
    owner = member_actor_for(case.membership)
    assert open_on(case.right) == 1 and open_on in reopening.leaning
    with pytest.raises(Conflict) as refusal:
        registry.reopen(actor=owner, right=case.right, now=timezone.now())
    assert refusal.value.code == "leaned_on" and "1 open complaint leans" in str(refusal.value)
    case.right.refresh_from_db()
    assert case.right.state == "approved"
    decide(case, claimed(case))
    assert open_on(case.right) == 0
    assert registry.reopen(actor=owner, right=case.right, now=timezone.now()).state == "draft"


def test_an_item_bound_to_a_sibling_holds_that_one_too() -> None:
    case = make_filed_complaint(1)
    sibling = IPRight.objects.get(pk=case.right.pk)
    sibling.pk, sibling.public_id = None, uuid.uuid4()
    sibling.application_number = sibling.registration_number = "018999999"
    sibling.save(force_insert=True)
    case.complaint.items.update(right=sibling)
    assert (open_on(case.right), open_on(sibling)) == (1, 1)


def test_a_draft_complaint_holds_nothing() -> None:
    case = make_filed_complaint(1)
    owner = member_actor_for(case.membership)
    casework.withdraw(
        actor=owner, complaint_id=case.complaint.pk, item_ids=case.item_ids, now=timezone.now() + timedelta(minutes=1)
    )
    casework.start_draft(actor=owner, now=timezone.now(), right=case.right.public_id)
    assert open_on(case.right) == 0


def test_the_page_asks_before_it_takes_back() -> None:
    owner = f.member()
    right = f.approved(member_actor_for(owner))
    client = browser(owner)
    page = client.get(reverse("brands:right", args=[right.public_id]))
    address = reverse("brands:reopen", args=[right.public_id])
    assert address in page.text
    asked = client.get(address)
    assert "Take it back" in asked.text
    right.refresh_from_db()
    assert right.state == "approved"
    done = client.post(address, {"version": right.version}, follow=True)
    assert done.redirect_chain[-1][0] == reverse("brands:edit", args=[right.public_id])
    right.refresh_from_db()
    assert right.state == "draft"
    assert "cannot be taken back now" in client.get(address).text


def test_the_page_says_why_it_cannot_be_taken_back() -> None:
    case = make_filed_complaint(1)
    case.right.refresh_from_db()
    address = reverse("brands:reopen", args=[case.right.public_id])
    page = browser(case.membership).post(address, {"version": case.right.version}, follow=True)
    assert "open complaint leans on this right" in page.text


def test_viewer_and_outsider_do_not_get_that_far() -> None:
    owner = f.member()
    right = f.approved(member_actor_for(owner))
    address = reverse("brands:reopen", args=[right.public_id])
    assert browser(f.member("viewer", owner.organisation)).get(address).status_code == 403
    assert browser(f.member()).get(address).status_code == 404
    assert browser(f.member()).post(address).status_code == 404


def test_administrators_are_told(run_outbox: object) -> None:
    owner = f.actor("administrator")
    registry.reopen(actor=owner, right=f.approved(owner), now=f.NOW)
    for _twice in range(2):
        run_outbox()  # type: ignore[operator]
    assert Delivery.objects.filter(subject__startswith="Taken back to be corrected").count() == 1

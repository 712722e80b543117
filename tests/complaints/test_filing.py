"""From a draft to a filed complaint: what is asked, what is refused, what is kept."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from complaints import casework, preflight
from complaints.models import Complaint, Evidence, Signature
from complaints.snapshots import is_whole
from portal.accounts.actors import member_actor_for
from portal.accounts.models import Role
from portal.errors import DomainError, Forbidden, NotFound, Refused
from portal.ledger.models import Delivery, Event
from portal.marketplace import catalogue
from tests.accounts.factories import make_member
from tests.complaints.factories import (
    EU_TEXT,
    make_draft,
    make_filed_complaint,
    make_listing,
    make_right,
    make_seller,
    sign,
    sign_for,
    upload,
)

pytestmark = pytest.mark.django_db


def owner_with_right(**fields: Any) -> tuple[Any, Any]:
    membership = make_member(role=Role.RIGHTS_OWNER)
    return member_actor_for(membership), make_right(membership.organisation, **fields)


def submit(actor: Any, draft: Complaint, **changes: str) -> Complaint:
    return casework.submit(actor=actor, complaint_id=draft.pk, signing=sign(actor, **changes), now=timezone.now())


def test_filing_gives_reference_due_time_items_snapshots_and_signature() -> None:
    case = make_filed_complaint(items=2)
    complaint = case.fresh()
    assert complaint.state == "queued"
    assert complaint.reference == f"RD-{timezone.now():%Y}-{complaint.pk:06d}"
    assert complaint.due_at == complaint.submitted_at + timedelta(hours=48)
    assert [item.right_id for item in case.items] == [case.right.pk] * 2
    assert all(is_whole(item.snapshot) for item in case.items)
    signature = complaint.signature
    assert signature.text == EU_TEXT.text
    assert signature.text_sha256 == hashlib.sha256(EU_TEXT.text.encode()).hexdigest()
    assert signature.typed_name == case.owner.user.name


def test_a_snapshot_that_was_changed_is_found() -> None:
    case = make_filed_complaint(items=1)
    snapshot = case.items[0].snapshot
    snapshot.content["price"] = "1.00"
    assert not is_whole(snapshot)


def test_the_acknowledgement_goes_out_once(run_outbox: Any, mailoutbox: Any) -> None:
    case = make_filed_complaint(items=1)
    run_outbox()
    run_outbox()
    mine = [mail for mail in mailoutbox if mail.to == [case.owner.user.email]]
    assert len(mine) == 1
    assert case.complaint.reference in mine[0].subject
    assert Delivery.objects.filter(event__kind="complaint.submitted").count() == 1


def test_submitting_twice_makes_one_complaint() -> None:
    case = make_filed_complaint(items=2)
    again = submit(case.owner, case.complaint)
    assert again.reference == case.complaint.reference
    assert case.fresh().items.count() == 2
    assert Signature.objects.filter(complaint=case.complaint).count() == 1
    assert Event.objects.filter(stream_id=str(case.complaint.pk), kind="complaint.submitted").count() == 1


def test_a_running_livestream_is_due_within_half_an_hour() -> None:
    actor, right = owner_with_right()
    now = timezone.now()
    stream = catalogue.create_livestream(
        marketplace_id="LV-99001", title="Sale", owner=make_seller(), market="DE", started_at=now, now=now
    )
    filed = submit(actor, make_draft(actor, right, [stream]))
    assert filed.due_at == filed.submitted_at + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"state": "in_review", "verified_at": None}, None),
        ({"register_status": "published_opposition", "registration_date": None}, None),
        ({"expiry_date": timezone.now().date() - timedelta(days=400)}, None),
        ({"register_status": "unknown"}, None),
    ],
)
def test_a_right_that_is_not_live_cannot_be_used_and_says_why(fields: dict[str, Any], code: None) -> None:
    actor, right = owner_with_right(**fields)
    draft = make_draft(actor, right, [make_listing()])
    with pytest.raises(Refused) as refusal:
        submit(actor, draft)
    assert "cannot be used yet" in str(refusal.value)
    assert Complaint.objects.get(pk=draft.pk).is_draft


def test_every_line_is_answered(django_assert_max_num_queries: Any) -> None:
    actor, right = owner_with_right()
    seller = make_seller()
    good, reported, gone = make_listing(seller), make_listing(seller), make_listing(seller, state="removed")
    outside = make_listing(seller, market="US")
    submit(actor, make_draft(actor, right, [reported]))
    lines = [good.marketplace_id, good.url, reported.url, gone.url, "LS-00000000", outside.url]
    with django_assert_max_num_queries(12):
        answers = preflight.answer(lines, right=right, actor=actor, reason="counterfeit", today=timezone.now().date())
    assert [line.code for line in answers] == [
        "found",
        "repeated",
        "duplicate",
        "gone",
        "not_found",
        "outside_territory",
    ]
    assert [line.fate for line in answers] == ["ready", *["left_out"] * 3, "to_correct", "left_out"]


def test_the_number_of_queries_does_not_grow_with_the_lines(django_assert_max_num_queries: Any) -> None:
    actor, right = owner_with_right()
    seller = make_seller()
    lines = [make_listing(seller).marketplace_id for _ in range(30)]
    with django_assert_max_num_queries(12):
        preflight.answer(lines, right=right, actor=actor, reason="counterfeit", today=timezone.now().date())


def test_lines_to_correct_stop_the_filing_and_keep_the_draft() -> None:
    actor, right = owner_with_right()
    draft = make_draft(actor, right, [], lines="LS-1\nnot a link")
    with pytest.raises(Refused) as refusal:
        submit(actor, draft)
    assert refusal.value.code == "targets_not_found"
    assert Complaint.objects.get(pk=draft.pk).lines == "LS-1\nnot a link"


def test_more_than_500_lines_are_refused() -> None:
    actor, right = owner_with_right()
    draft = make_draft(actor, right, [], lines="\n".join(f"LS-{n:08d}" for n in range(501)))
    with pytest.raises(Refused) as refusal:
        submit(actor, draft)
    assert refusal.value.code == "too_many_items"


def test_reasons_that_are_not_ip_reasons_are_refused_with_an_explanation() -> None:
    actor, right = owner_with_right()
    with pytest.raises(Refused) as refusal:
        make_draft(actor, right, [make_listing()], reason="price")
    assert refusal.value.code == "not_an_ip_reason"
    assert "cheaply" in str(refusal.value)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"version": "1999"}, "declaration_changed"),
        ({"sha256": "0" * 64}, "declaration_changed"),
        ({"typed_name": " "}, "name_missing"),
        ({"typed_name": "Somebody Else"}, "name_differs"),
    ],
)
def test_a_signature_that_does_not_hold_is_refused(changes: dict[str, str], code: str) -> None:
    actor, right = owner_with_right()
    draft = make_draft(actor, right, [make_listing()])
    with pytest.raises(Refused) as refusal:
        submit(actor, draft, **changes)
    assert refusal.value.code == code
    assert not Signature.objects.exists()


def test_case_and_spacing_of_the_typed_name_do_not_matter() -> None:
    actor, right = owner_with_right()
    draft = make_draft(actor, right, [make_listing()])
    assert submit(actor, draft, typed_name=f"  {actor.user.name.upper()} ").reference


def test_evidence_is_added_counted_and_removed() -> None:
    actor, right = owner_with_right()
    draft = make_draft(actor, right, [make_listing()])
    added = casework.add_evidence(actor=actor, complaint_id=draft.pk, upload=upload(), now=timezone.now())
    assert added.file.organisation == actor.organisation
    casework.remove_evidence(actor=actor, complaint_id=draft.pk, evidence_id=added.public_id, now=timezone.now())
    assert not Evidence.objects.exists()


def test_disguised_evidence_is_refused_and_nothing_kept() -> None:
    actor, right = owner_with_right()
    draft = make_draft(actor, right, [make_listing()])
    with pytest.raises(DomainError) as refusal:
        casework.add_evidence(
            actor=actor, complaint_id=draft.pk, upload=upload("x.png", b"<script>alert(1)</script>"), now=timezone.now()
        )
    assert refusal.value.code
    assert not Evidence.objects.exists()


def test_a_filed_complaint_is_no_draft_any_more() -> None:
    case = make_filed_complaint(items=1)
    with pytest.raises(DomainError):
        casework.save_draft(actor=case.owner, complaint_id=case.complaint.pk, explanation="changed", now=timezone.now())
    with pytest.raises(DomainError):
        casework.discard(actor=case.owner, complaint_id=case.complaint.pk)
    assert case.fresh().explanation == "Copies our chest logo."


def test_a_viewer_may_not_file_and_an_outsider_finds_nothing() -> None:
    case = make_filed_complaint(items=1)
    viewer = member_actor_for(make_member(case.membership.organisation, Role.VIEWER))
    outsider = member_actor_for(make_member())
    teammate = member_actor_for(make_member(case.membership.organisation, Role.AGENT))
    assert Complaint.objects.visible_to(teammate).get() == case.complaint
    assert Complaint.objects.visible_to(viewer).get() == case.complaint
    assert not Complaint.objects.visible_to(outsider).exists()
    with pytest.raises(Forbidden):
        casework.start_draft(actor=viewer, now=timezone.now())
    with pytest.raises(NotFound):
        submit(outsider, case.complaint)


def test_another_organisations_right_is_as_if_it_did_not_exist() -> None:
    actor, _right = owner_with_right()
    _other, foreign = owner_with_right()
    with pytest.raises(Refused) as refusal:
        casework.start_draft(actor=actor, now=timezone.now(), right=foreign.public_id)
    assert refusal.value.code == "right_unknown"


def test_items_bind_to_the_sibling_right_of_their_market() -> None:
    membership = make_member(role=Role.RIGHTS_OWNER)
    actor = member_actor_for(membership)
    european = make_right(membership.organisation)
    american = make_right(membership.organisation, office="US", application_number="88326251", markets=("US",))
    draft = make_draft(actor, european, [make_listing(), make_listing(market="US")])
    casework.add_evidence(actor=actor, complaint_id=draft.pk, upload=upload(), caption="", now=timezone.now())
    filed = submit(actor, draft, sha256=sign_for(actor, draft).sha256)
    assert [item.right for item in filed.items.order_by("line")] == [european, american]

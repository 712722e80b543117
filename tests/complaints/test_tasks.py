"""What runs by the clock; each is run twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from complaints import casework, tasks
from complaints.models import Complaint
from portal.files.models import StoredFile
from portal.ledger.models import Event
from tests.complaints.factories import claimed, make_draft, make_filed_complaint, make_listing, upload

pytestmark = pytest.mark.django_db


def test_a_case_goes_back_to_the_queue_when_the_lease_has_run_out() -> None:
    case = make_filed_complaint(items=1)
    claimed(case)
    tasks.return_expired_claims()
    assert case.fresh().state == "in_review"
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        tasks.return_expired_claims()
        tasks.return_expired_claims()
    complaint = case.fresh()
    assert complaint.state == "queued"
    assert complaint.claimed_by is None
    assert Event.objects.filter(kind="complaint.released").count() == 1


def test_a_draft_that_nobody_touches_is_dropped_with_its_files_after_thirty_days() -> None:
    case = make_filed_complaint(items=1)
    draft = make_draft(case.owner, case.right, [make_listing()])
    casework.add_evidence(actor=case.owner, complaint_id=draft.pk, upload=upload(), now=timezone.now())
    with time_machine.travel(timezone.now() + timedelta(days=29), tick=False):
        tasks.drop_stale_drafts()
        assert Complaint.objects.drafts().count() == 1
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        tasks.drop_stale_drafts()
        tasks.drop_stale_drafts()
    assert not Complaint.objects.drafts().exists()
    assert not StoredFile.objects.filter(purpose="evidence").exists()
    assert case.fresh().state == "queued"

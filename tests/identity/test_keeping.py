"""Documents go 90 days after the decision, also when the task runs twice; what they were and what came of it stays."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings

from portal.accounts.actors import SYSTEM
from portal.accounts.models import OrganisationState
from portal.accounts.states import OrganisationVerb, transition
from portal.files.models import StoredFile
from portal.identity import applying, keeping, preflight, tasks
from portal.identity.models import KEPT_FOR, DocumentResult, IdentityCheck, IdentityDocument
from portal.ledger import outbox
from portal.ledger.events import append
from portal.ledger.models import Event
from tests.identity import factories as f

pytestmark = pytest.mark.django_db
AFTER = f.NOW + KEPT_FOR + timedelta(minutes=1)


def bytes_kept() -> int:
    return sum(path.is_file() for path in (Path(settings.MEDIA_ROOT) / "files").rglob("*"))


def test_ninety_days_after_the_decision_the_file_goes_and_the_rest_stays(
    django_capture_on_commit_callbacks: object,
) -> None:
    before = bytes_kept()
    tenant = f.sent().organisation
    f.approve(tenant)
    document = tenant.identity_documents.get()
    digest = document.sha256
    assert bytes_kept() == before + 3
    assert keeping.delete_due(now=AFTER - timedelta(minutes=2)) == 0
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert keeping.delete_due(now=AFTER) == 1
    document.refresh_from_db()
    assert document.file is None and document.deleted_at == AFTER and document.delete_after is None
    assert (document.kind, document.sha256, document.result) == ("company_extract", digest, DocumentResult.ACCEPTED)
    assert not StoredFile.objects.exists() and bytes_kept() == before
    assert IdentityCheck.objects.get().documents == [{"kind": "company_extract", "sha256": digest}]


def test_the_daily_task_run_twice_deletes_once() -> None:
    tenant = f.sent().organisation
    f.approve(tenant)
    with time_machine.travel(AFTER, tick=False):
        tasks.delete_documents()
        first = IdentityDocument.objects.get()
        tasks.delete_documents()
    again = IdentityDocument.objects.get()
    assert again.deleted_at == first.deleted_at == AFTER
    assert Event.objects.filter(kind="organisation.document_deleted").count() == 1


def test_it_is_due_once_a_day() -> None:
    assert outbox._ticks["identity.delete_documents"] == timedelta(days=1)


def test_a_document_at_the_desk_stays_however_long_it_waits() -> None:
    tenant = f.sent().organisation
    assert tenant.identity_documents.get().delete_after is None
    assert keeping.delete_due(now=f.NOW + timedelta(days=900)) == 0


def test_a_document_that_is_never_sent_goes_too() -> None:
    tenant = f.ready().organisation
    assert keeping.delete_due(now=AFTER) == 1
    document = tenant.identity_documents.get()
    assert document.file is None and document.result == ""


def test_after_a_rejection_it_goes_unless_it_is_sent_again() -> None:
    member = f.sent()
    f.reject(member.organisation)
    assert member.organisation.identity_documents.get().delete_after == f.NOW + KEPT_FOR
    applying.submit(actor=f.acting(member), organisation=member.organisation, now=f.NOW)
    assert keeping.delete_due(now=AFTER) == 0


def test_a_file_that_went_has_to_be_sent_anew() -> None:
    member = f.sent()
    f.reject(member.organisation)
    keeping.delete_due(now=AFTER)
    with pytest.raises(preflight.Incomplete) as refusal:
        applying.submit(actor=f.acting(member), organisation=member.organisation, now=AFTER)
    assert [problem.code for problem in refusal.value.problems] == ["document_missing"]


def test_when_the_owner_changed_the_documents_stay_while_the_desk_looks(run_outbox: object) -> None:
    tenant = f.sent().organisation
    f.approve(tenant)
    step = transition("approved", OrganisationVerb.REOPEN)
    type(tenant).objects.filter(pk=tenant.pk).update(state=OrganisationState.IN_REVIEW)
    append(stream=("organisation", tenant.pk), kind=step.event, actor=SYSTEM, payload={}, now=f.NOW)
    run_outbox()  # type: ignore[operator]
    assert tenant.identity_documents.get().delete_after is None
    assert keeping.delete_due(now=AFTER) == 0

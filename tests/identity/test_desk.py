"""The desk's pages about organisations: who waits, who decides, what is shown, who may see a document."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import Hold, Organisation
from portal.identity import recovering
from portal.identity.models import IdentityCheck, RecoveryRequest
from tests.accounts.factories import make_staff, make_superuser, make_user, signed_in, staff_actor
from tests.identity import factories as f
from tests.identity.test_recovering import ask, lost

pytestmark = pytest.mark.django_db
LIST = "admin:identity_applicant_changelist"


def desk(staff_role: str = "reviewer", **fields: Any) -> Client:
    return signed_in(Client(), make_staff(staff_role, **fields))


def address(tenant: Organisation, name: str = "change") -> str:
    return reverse(f"admin:identity_applicant_{name}", args=[tenant.pk])


def decide(client: Client, tenant: Organisation, outcome: str, **typed: Any) -> Any:
    tenant.refresh_from_db()
    data = {"version": tenant.version, "outcome": outcome, **typed}
    return client.post(address(tenant, "decide"), data)


def test_the_queue_opens_with_what_waits_oldest_first() -> None:
    late = f.sent(f.newcomer("Nordvik Toys AS"), now=f.NOW + timedelta(hours=2)).organisation
    early = f.sent(f.newcomer("Lumora Skin SAS")).organisation
    draft = f.newcomer("Halden Press").organisation
    client = desk()
    body = client.get(reverse(LIST)).content.decode()
    assert body.index(early.name) < body.index(late.name) and draft.name not in body
    assert draft.name in client.get(reverse(LIST), {"state": "all"}).content.decode()
    assert "Organisations to verify" in client.get("/admin/").content.decode()


def test_one_page_shows_declaration_documents_and_checklist() -> None:
    tenant = f.sent().organisation
    document = tenant.identity_documents.get()
    client = desk()
    body = client.get(address(tenant)).content.decode()
    for words in ("556677-8899", "register@tarnfell.test", "extract.png", document.sha256[:16], "Sent to the desk"):
        assert words in body
    assert body.count('type="radio"') == 8 * 3 and " style=" not in body and body.count("<h1") == 1
    assert 'name="state"' not in body and "Verify organisation" in body and "Suspend organisation" not in body
    whole = reverse("admin:identity_document", args=[tenant.pk, document.public_id, "whole"])
    assert whole in body and client.get(whole).status_code == 200
    assert client.get(whole.replace("whole", "small"))["Content-Type"] == "image/webp"
    assert client.get(whole.replace("whole", "raw")).status_code == 404


def test_a_reviewer_verifies_and_rejects() -> None:
    good, bad = f.sent().organisation, f.sent(f.newcomer("Lumora Skin SAS")).organisation
    client = desk()
    assert decide(client, good, "approve", **f.all_yes(good)).status_code == 302
    assert decide(client, bad, "reject", name_agrees="no", reason="The extract names another.").status_code == 302
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.state, bad.state, bad.state_reason) == ("approved", "rejected", "The extract names another.")
    kept = IdentityCheck.objects.get(organisation=bad)
    assert kept.checklist == {"name_agrees": "no"}
    body = client.get(address(bad)).content.decode()
    assert "Decisions so far" in body and "The extract names another." in body


def test_what_is_missing_is_shown_with_what_was_answered() -> None:
    tenant = f.sent().organisation
    client = desk()
    for outcome, typed in (
        ("approve", f.all_yes(tenant, person_may_act="")),
        ("approve", f.all_yes(tenant, person_may_act="no")),
        ("approve", f.all_yes(tenant, person_may_act="perhaps")),
        ("reject", f.all_yes(tenant) | {"reason": ""}),
    ):
        answer = decide(client, tenant, outcome, **typed)
        body = answer.content.decode()
        assert answer.status_code == 422 and 'id="errors"' in body
        assert body.count("checked") >= 6, "nothing that was answered is lost"
    assert decide(client, tenant, "magic").status_code == 404
    tenant.refresh_from_db()
    assert tenant.state == "in_review" and not IdentityCheck.objects.exists()


def test_the_second_reviewer_is_told_plainly() -> None:
    tenant = f.sent().organisation
    seen = tenant.version
    assert decide(desk(name="Rosa Lind"), tenant, "approve", **f.all_yes(tenant)).status_code == 302
    second = desk()
    data = {"version": seen, "outcome": "reject", "reason": "Too late."}
    body = second.post(address(tenant, "decide"), data, follow=True).content.decode()
    assert "Rosa Lind decided this before you: Verified. Your decision was not saved." in body
    tenant.refresh_from_db()
    assert tenant.state == "approved" and IdentityCheck.objects.count() == 1


def test_seniors_and_superusers_suspend_and_reinstate() -> None:
    tenant = f.sent().organisation
    f.approve(tenant)
    assert decide(desk(), tenant, "suspend", reason="No.").status_code == 403
    assert "Suspend organisation" not in desk().get(address(tenant)).content.decode()
    senior = desk("senior")
    assert decide(senior, tenant, "suspend", reason="").status_code == 422
    assert decide(senior, tenant, "suspend", reason="Two firms share it.").status_code == 302
    assert "Reinstate organisation" in senior.get(address(tenant)).content.decode()
    assert decide(signed_in(Client(), make_superuser()), tenant, "reinstate").status_code == 302
    tenant.refresh_from_db()
    assert tenant.state == "approved"


@pytest.mark.parametrize("staff_role", ["auditor", "policy"])
def test_who_does_not_check_reads_the_page_and_no_document(staff_role: str) -> None:
    tenant = f.sent().organisation
    document = tenant.identity_documents.get()
    client = desk(staff_role)
    body = client.get(address(tenant)).content.decode()
    assert "Your role reads only" in body and "extract.png" not in body and "Verify organisation" not in body
    for size in ("whole", "small"):
        path = reverse("admin:identity_document", args=[tenant.pk, document.public_id, size])
        assert client.get(path).status_code == 403
    assert decide(client, tenant, "approve", **f.all_yes(tenant)).status_code == 403


def test_a_document_is_found_under_its_own_organisation_only() -> None:
    tenant, other = f.sent().organisation, f.sent(f.newcomer("Lumora Skin SAS")).organisation
    document = tenant.identity_documents.get()
    for pk, public_id in ((other.pk, document.public_id), (tenant.pk, uuid.uuid4())):
        assert desk().get(reverse("admin:identity_document", args=[pk, public_id, "whole"])).status_code == 404


def test_members_do_not_enter_the_desk() -> None:
    member = f.sent()
    client = signed_in(Client(), member.user)
    document = member.organisation.identity_documents.get()
    assert client.get(address(member.organisation)).status_code in {302, 403}
    path = reverse("admin:identity_document", args=[member.organisation.pk, document.public_id, "whole"])
    assert client.get(path).status_code in {302, 403}
    assert decide(client, member.organisation, "approve").status_code in {302, 403}


def test_nobody_edits_an_organisations_standing_by_hand() -> None:
    tenant, client = f.sent().organisation, signed_in(Client(), make_superuser())
    assert client.get(reverse("admin:identity_applicant_add")).status_code == 403
    assert client.post(address(tenant, "delete"), {"post": "yes"}).status_code == 403
    client.post(address(tenant), {"state": "approved"})
    client.post(reverse("admin:accounts_organisation_change", args=[tenant.pk]), {"state": "approved"})
    tenant.refresh_from_db()
    assert tenant.state == "in_review"


# --- requests to recover


def request_page(asked: RecoveryRequest, name: str = "change") -> str:
    return reverse(f"admin:identity_recoveryrequest_{name}", args=[asked.pk])


def test_a_senior_decides_about_a_lost_administrator() -> None:
    gone, colleague = lost()
    asked = ask(colleague.user, colleague.organisation.public_id)
    assert "Lost administrators" in desk().get("/admin/").content.decode()
    senior = desk("senior")
    body = senior.get(request_page(asked)).content.decode()
    for words in ("nobody has her keys", colleague.user.email, gone.user.email, "card.png", "Make administrator"):
        assert words in body
    assert senior.post(request_page(asked, "decide"), {"outcome": "approve", "reason": ""}).status_code == 422
    assert senior.post(request_page(asked, "decide"), {"outcome": "magic", "reason": "x"}).status_code == 404
    done = senior.post(request_page(asked, "decide"), {"outcome": "approve", "reason": "Papers agree."}, follow=True)
    assert "Papers agree." in done.content.decode() and Hold.objects.count() == 1
    late = desk("senior").post(request_page(asked, "decide"), {"outcome": "reject", "reason": "No."}, follow=True)
    assert "decided this before you" in late.content.decode()


def test_reviewers_and_who_verified_it_read_the_request_only() -> None:
    member = f.sent()
    senior = make_staff("senior")
    f.approve(member.organisation, staff_actor(senior))
    asked = ask(make_user(), member.organisation.public_id)
    for client in (desk(), signed_in(Client(), senior)):
        body = client.get(request_page(asked)).content.decode()
        assert "You do not decide this" in body and "Make administrator" not in body
        data = {"outcome": "approve", "reason": "Papers agree."}
        assert client.post(request_page(asked, "decide"), data).status_code == 403
    assert not Hold.objects.exists()


def test_a_waiting_request_stands_on_the_organisations_page() -> None:
    gone, colleague = lost()
    asked = ask(colleague.user, gone.organisation.public_id)
    assert request_page(asked) in desk().get(address(gone.organisation)).content.decode()
    recovering.reject(actor=f.reviewer("senior"), request=asked, reason="Reachable.", now=f.NOW)
    assert request_page(asked) not in desk().get(address(gone.organisation)).content.decode()

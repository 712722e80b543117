"""The page where an organisation shows who it is, and the banners that lead to it."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import Hold, HoldKind, Role
from portal.identity import deciding
from portal.identity.models import IdentityDocument
from tests.accounts.factories import make_member, signed_in
from tests.identity import factories as f

pytestmark = pytest.mark.django_db
PAGE, UPLOAD, SUBMIT = (
    "/organisations/identity/",
    "/organisations/identity/documents/",
    "/organisations/identity/submit/",
)
FACTS = {"name": "Tarnfell Outdoor AB", "country": "SE", **f.FACTS}


def client_of(membership: Any) -> Client:
    return signed_in(Client(), membership.user)


def page(client: Client, path: str = PAGE) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_a_newcomer_sends_it_to_the_desk() -> None:
    member = f.newcomer()
    client = client_of(member)
    first = page(client)
    assert "3 things are missing" in first and "disabled" in first and first.count("<h1") == 1
    assert client.post(PAGE, FACTS)["Location"] == PAGE
    added = client.post(UPLOAD, {"kind": "company_extract", "file": f.upload("extract.pdf", f.pdf())}, follow=True)
    assert "The document is added" in added.content.decode() and "extract.pdf" in added.content.decode()
    sent = client.post(SUBMIT, follow=True).content.decode()
    assert "Sent to the desk" in sent and "The desk has it" in sent and 'type="file"' not in sent
    member.organisation.refresh_from_db()
    assert member.organisation.state == "in_review"
    assert "Sent to the desk" in client.post(SUBMIT, follow=True).content.decode(), "sent twice is sent once"


def test_what_is_wrong_stands_at_its_field_with_what_was_typed() -> None:
    client = client_of(f.newcomer())
    answer = client.post(PAGE, FACTS | {"register_contact": "regıster@tarnfell.test", "company_number": "7-7"})
    body = answer.content.decode()
    assert answer.status_code == 422 and 'aria-invalid="true"' in body and 'value="7-7"' in body
    refused = client.post(UPLOAD, {"kind": "company_extract", "file": f.upload("extract.pdf", b"MZ")})
    assert refused.status_code == 422 and "send PNG, JPEG, WebP or PDF" in refused.content.decode()
    assert client.post(UPLOAD, {"kind": "company_extract"}).status_code == 422
    assert not IdentityDocument.objects.exists()


def test_nothing_is_sent_half_done() -> None:
    body = client_of(f.newcomer()).post(SUBMIT, follow=True).content.decode()
    assert "Not sent yet" in body and "Before you can send it" in body


def test_members_see_where_it_stands_and_administrators_what_was_sent() -> None:
    owner = f.sent()
    viewer = client_of(make_member(owner.organisation, Role.VIEWER))
    f.reject(owner.organisation, reason="The extract is of 2019.")
    for client in (client_of(owner), viewer):
        assert "The extract is of 2019." in page(client)
        assert "The extract is of 2019." in page(client, reverse("accounts:organisation"))
    body = page(viewer)
    assert (
        "extract.png" not in body and "<form" not in body.split("<main")[1] and f.FACTS["register_contact"] not in body
    )
    assert "extract.png" in page(client_of(owner)) and "Send again" in page(client_of(owner))


def test_a_suspended_organisation_reads_why() -> None:
    owner = f.sent()
    f.approve(owner.organisation)
    assert "Its rights can be approved" in page(client_of(owner))
    f.suspend(owner.organisation, reason="Two firms share it.")
    body = page(client_of(owner))
    assert "Two firms share it." in body and "change and file nothing" in body and 'type="file"' not in body


# --- documents


def test_a_document_is_served_to_administrators_alone() -> None:
    owner = f.sent()
    document = owner.organisation.identity_documents.get()
    for name in ("identity:document", "identity:document-small"):
        address = reverse(name, args=[document.public_id])
        answer = client_of(owner).get(address)
        assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
        assert answer["Content-Disposition"].startswith("attachment")
        for role in (Role.RIGHTS_OWNER, Role.AGENT, Role.VIEWER):
            assert client_of(make_member(owner.organisation, role)).get(address).status_code == 404
        assert client_of(f.newcomer("Lumora Skin SAS")).get(address).status_code == 404
        assert "/accounts/login/" in Client().get(address)["Location"]


def test_an_administrator_at_rest_sees_no_document() -> None:
    owner = f.sent()
    document = owner.organisation.identity_documents.get()
    new = make_member(owner.organisation, Role.ADMINISTRATOR)
    hold = {"organisation": owner.organisation, "kind": HoldKind.ADMINISTRATOR_ADDED, "membership": new}
    Hold.objects.create(**hold, started_by=owner.user, started_at=f.NOW, ends_at=f.NOW.replace(year=2100))
    assert client_of(new).get(reverse("identity:document", args=[document.public_id])).status_code == 404
    assert "extract.png" not in page(client_of(new))


def test_viewers_upload_remove_and_send_nothing() -> None:
    owner = f.ready()
    document = owner.organisation.identity_documents.get()
    viewer = client_of(make_member(owner.organisation, Role.VIEWER))
    remove = reverse("identity:remove-document", args=[document.public_id])
    for path, data in (
        (PAGE, FACTS),
        (UPLOAD, {"kind": "company_extract", "file": f.upload()}),
        (SUBMIT, {}),
        (remove, {}),
    ):
        assert viewer.post(path, data).status_code == 403, path
    assert IdentityDocument.objects.there().count() == 1


def test_a_foreign_document_and_none_are_not_found() -> None:
    document = f.ready().organisation.identity_documents.get()
    outsider = client_of(f.newcomer("Lumora Skin SAS"))
    for public_id in (document.public_id, uuid.uuid4()):
        assert outsider.post(reverse("identity:remove-document", args=[public_id])).status_code == 404
    document.refresh_from_db()
    assert document.file is not None


def test_an_administrator_takes_a_document_out() -> None:
    owner = f.ready()
    document = owner.organisation.identity_documents.get()
    body = client_of(owner).post(reverse("identity:remove-document", args=[document.public_id]), follow=True)
    assert "is taken out" in body.content.decode() and not IdentityDocument.objects.exists()


# --- the register contact of a verified organisation


def test_a_new_register_contact_rests() -> None:
    owner = f.sent()
    f.approve(owner.organisation)
    client = client_of(owner)
    assert page(client).count('name="register_contact"') == 1 and 'name="company_number"' not in page(client)
    body = client.post(PAGE, {"register_contact": "new@tarnfell.test"}, follow=True).content.decode()
    assert "The change is on hold" in body
    owner.organisation.refresh_from_db()
    assert owner.organisation.register_contact == "register@tarnfell.test"
    hold = Hold.objects.get()
    assert (hold.kind, hold.change["to"]) == (HoldKind.CONTACT_CHANGED, "new@tarnfell.test")
    assert owner.organisation.state == "approved"


# --- banners


@pytest.mark.parametrize("path", ["/complaints/dashboard/", "/rights/", "/rights/register/"])
def test_the_next_step_stands_on_dashboard_and_rights(path: str) -> None:
    owner = f.newcomer()
    client, viewer = client_of(owner), client_of(make_member(owner.organisation, Role.RIGHTS_OWNER))
    assert "Show us who Tarnfell Outdoor AB is" in page(client, path) and f'href="{PAGE}"' in page(client, path)
    assert "An administrator of your organisation sends its documents" in page(viewer, path)
    f.sent(owner)
    assert "The desk is verifying Tarnfell Outdoor AB" in page(client, path)
    f.reject(owner.organisation, reason="The extract is of 2019.")
    assert "The extract is of 2019." in page(client, path) and "Correct and send again" in page(client, path)
    f.sent(owner, company_number="556677-0000")
    f.approve(owner.organisation)
    assert "not verified" not in page(client, path) and "The desk is verifying" not in page(client, path)


def test_a_suspended_organisation_is_told_on_its_dashboard() -> None:
    owner = f.sent()
    f.approve(owner.organisation)
    f.suspend(owner.organisation, reason="Two firms share it.")
    assert "Two firms share it." in page(client_of(owner), "/complaints/dashboard/")
    deciding.reinstate(actor=f.reviewer("senior"), organisation=owner.organisation, now=f.NOW)
    assert "Two firms share it." not in page(client_of(owner), "/complaints/dashboard/")

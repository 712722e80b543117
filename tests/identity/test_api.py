"""The check of an organisation by programs: a person's session declares and sends, a key reads where it stands."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.test import Client

from portal.accounts.models import Hold, Membership, Role
from portal.api import keys
from portal.identity.models import IdentityDocument
from tests.accounts.factories import make_member, signed_in
from tests.identity import factories as f

pytestmark = pytest.mark.django_db


class Person:
    """A person's session token at work on one organisation."""

    def __init__(self, member: Membership, tenant: Any = None) -> None:
        self.headers = {"X-Session-Token": str(signed_in(Client(), member.user).session.session_key)}
        self.base = f"/api/v1/organisations/{getattr(tenant, 'public_id', tenant) or member.organisation.public_id}"

    def __call__(self, method: str, path: str = "", body: Any = None, *, status: int = 200) -> Any:
        sent = json.dumps(body) if body is not None else ""
        answer = Client().generic(method, self.base + path, sent, content_type="application/json", headers=self.headers)
        assert answer.status_code == status, f"{answer.status_code} {answer.content.decode()}"
        return json.loads(answer.content) if answer.content else None

    def send(self, name: str = "extract.pdf", data: bytes = b"", *, status: int = 201, **fields: str) -> Any:
        body = {"kind": f.EXTRACT, "file": f.upload(name, data or f.pdf()), **fields}
        answer = Client().post(f"{self.base}/documents", body, headers=self.headers)
        assert answer.status_code == status, f"{answer.status_code} {answer.content.decode()}"
        return answer.json()


def test_the_whole_check_without_a_browser() -> None:
    member = f.newcomer()
    api = Person(member)
    assert [row["code"] for row in api("GET", "/standing")["missing"]] == [
        "company_number_missing", "register_contact_missing", "document_missing",
    ]  # fmt: skip
    described = api("PATCH", "", f.FACTS)
    assert (described["company_number"], described["state"]) == ("556677-8899", "draft")
    document = api.send()
    assert document["kind"] == f.EXTRACT and len(document["sha256"]) == 64 and document["delete_after"]
    assert [row["public_id"] for row in api("GET", "/documents")] == [document["public_id"]]
    standing = api("POST", "/submit")
    assert (standing["state"], standing["missing"], standing["may_file"]) == ("in_review", [], False)
    assert api("POST", "/submit")["state"] == "in_review", "sent twice is sent once"
    f.reject(member.organisation, reason="The extract is of 2019.")
    assert api("GET", "/standing")["reason"] == "The extract is of 2019."
    api("POST", "/submit")
    f.approve(member.organisation)
    done = api("GET", "/standing")
    assert (done["state"], done["label"], done["may_file"]) == ("approved", "Verified", True)


def test_what_is_wrong_names_its_field() -> None:
    api = Person(f.newcomer())
    for body, code, pointer, status in (
        ({"register_contact": "nowhere"}, "email_form", "/register_contact", 422),
        ({"form": "church"}, "invalid_choice", "/form", 400),
        ({"state": "approved"}, "unknown_field", "/state", 400),
        ({"name": "x"}, "name_length", "/name", 422),
    ):
        problem = api("PATCH", "", body, status=status)
        assert problem["errors"] == [{**problem["errors"][0], "code": code, "pointer": pointer}]
    assert api("POST", "/submit", status=422)["code"] == "incomplete"
    assert api.send(data=b"MZ", status=422)["code"] == "file_type_not_allowed"
    assert api.send(kind="selfie", status=400)["errors"][0]["pointer"] == "/kind"
    api("POST", "/documents", {"kind": f.EXTRACT}, status=415)


def test_a_document_is_taken_out_again() -> None:
    api = Person(f.newcomer())
    document = api.send()["public_id"]
    api("DELETE", f"/documents/{document}", status=204)
    api("DELETE", f"/documents/{document}", status=404)
    assert not IdentityDocument.objects.exists()


def test_while_the_desk_has_it_nothing_changes() -> None:
    member = f.sent()
    document = member.organisation.identity_documents.get().public_id
    api = Person(member)
    assert api("PATCH", "", {"company_number": "1"}, status=409)["code"] == "wrong_state"
    assert api.send(status=409)["code"] == "wrong_state"
    assert api("DELETE", f"/documents/{document}", status=409)["code"] == "wrong_state"


def test_a_verified_contact_rests() -> None:
    member = f.sent()
    f.approve(member.organisation)
    answer = Person(member)("PATCH", "", {"register_contact": "new@tarnfell.test"})
    assert answer["register_contact"] != "new@tarnfell.test" and Hold.objects.count() == 1


@pytest.mark.parametrize("role", [Role.RIGHTS_OWNER, Role.AGENT, Role.VIEWER])
def test_other_members_read_the_standing_and_nothing_more(role: str) -> None:
    owner = f.ready()
    document = owner.organisation.identity_documents.get().public_id
    api = Person(make_member(owner.organisation, role))
    standing = api("GET", "/standing")
    assert standing["state"] == "draft" and standing["missing"] == []
    assert api("GET")["register_contact"] is None
    api("GET", "/documents", status=403)
    api("PATCH", "", {"company_number": "1"}, status=403)
    api.send(status=403)
    api("DELETE", f"/documents/{document}", status=403)
    api("POST", "/submit", status=403)


def test_an_outsider_finds_nothing_and_learns_nothing() -> None:
    owner, outsider = f.ready(), f.newcomer("Lumora Skin SAS")
    document = owner.organisation.identity_documents.get().public_id
    shown = []
    for tenant in (owner.organisation, uuid.uuid4()):
        api = Person(outsider, tenant)
        calls = [api(method, path, status=404) for method, path in (
            ("GET", ""), ("PATCH", ""), ("GET", "/documents"), ("DELETE", f"/documents/{document}"),
            ("POST", "/submit"), ("GET", "/standing"),
        )]  # fmt: skip
        shown.append([*calls, api.send(status=404)])
    assert shown[0] == shown[1]
    foreign = Person(outsider)("DELETE", f"/documents/{document}", status=404)
    absent = Person(outsider)("DELETE", f"/documents/{uuid.uuid4()}", status=404)
    assert foreign == absent
    assert IdentityDocument.objects.there().count() == 1


def test_a_key_reads_the_standing_of_its_organisation_alone() -> None:
    owner, other = f.ready(), f.newcomer("Lumora Skin SAS")
    _key, secret = keys.issue(
        actor=f.acting(owner), organisation=owner.organisation, name="Watch", scopes=["rights:read"],
        expires_at=None, now=f.NOW,
    )  # fmt: skip
    program = Client(headers={"Authorization": f"Bearer {secret}"})
    path = "/api/v1/organisations/{}/standing"
    standing = program.get(path.format(owner.organisation.public_id)).json()
    assert (standing["state"], standing["may_file"], standing["missing"]) == ("draft", False, [])
    foreign = program.get(path.format(other.organisation.public_id))
    absent = program.get(path.format(uuid.uuid4()))
    assert (foreign.status_code, foreign.json()) == (absent.status_code, absent.json()) and foreign.status_code == 404
    base = f"/api/v1/organisations/{owner.organisation.public_id}"
    for call in (program.post(f"{base}/submit"), program.get(f"{base}/documents")):
        assert call.status_code == 401

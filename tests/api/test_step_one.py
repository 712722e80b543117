"""The first step by the API alone: sign up, organisation, a colleague with a role, a key; and who may not."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.utils import timezone

from portal.accounts.models import Invitation, Membership, Organisation, Role, User
from portal.api.models import ApiKey
from tests.accounts.factories import (
    PASSWORD,
    SECRET,
    give_totp,
    make_member,
    make_organisation,
    make_staff,
    make_user,
    signed_in,
)
from tests.api.first_step import AUTH, Person, invite_and_join, last_in, signed_up

pytestmark = pytest.mark.django_db

TARNFELL = {"name": "Tarnfell Outdoor AB", "country": "SE", "kind": "rights_holder"}


def key_wish(**more: Any) -> dict[str, Any]:
    ends = (timezone.now() + timedelta(days=30)).isoformat()
    return {"name": "Brand watch", "scopes": ["rights:read"], "expires_at": ends, **more}


def person_of(membership: Membership, *, fresh: bool = True) -> Person:
    """A signed-in member; the token is that of an ordinary session."""
    return Person(membership.user.email, str(signed_in(Client(), membership.user, fresh=fresh).session.session_key))


def code_now() -> str:
    return str(format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time())))))


def test_the_whole_first_step_without_a_browser(run_outbox: Callable[[], Any], mailoutbox: list[Any]) -> None:
    mira = Person("mira@tarnfell.test")
    pending = mira.sign_up("Mira  Holm")
    assert {"id": "verify_email", "is_pending": True} in pending["data"]["flows"]
    mira("GET", "organisations", status=401)
    mira.verify(mailoutbox)
    assert mira.sign_in()["meta"]["is_authenticated"]
    account = User.objects.get(email="mira@tarnfell.test")
    assert (account.name, account.time_zone) == ("Mira Holm", "Europe/Stockholm")

    made = mira("POST", "organisations", TARNFELL, status=201)
    assert made["role"] == "administrator" and made["country"] == "SE"
    assert [row["public_id"] for row in mira("GET", "organisations")["results"]] == [made["public_id"]]

    ida = Person("ida@tarnfell.test")
    ida.sign_up("Ida Blom")
    ida.verify(mailoutbox)
    ida.sign_in()
    assert ida("GET", "organisations")["results"] == []
    joined = invite_and_join(mira, made["public_id"], ida, "administrator", run_outbox, mailoutbox)
    assert (joined["public_id"], joined["role"]) == (made["public_id"], "administrator")

    path = f"organisations/{made['public_id']}"
    people = [(row["name"], row["email"]) for row in mira("GET", path)["members"]]
    assert people == [("Mira Holm", "mira@tarnfell.test"), ("Ida Blom", "ida@tarnfell.test")]
    assert {row["email"] for row in ida("GET", path)["members"]} == {None}, "a new administrator rests at first"
    assert ida("POST", f"{path}/keys", key_wish(), status=403)["code"] == "on_hold"

    key = mira("POST", f"{path}/keys", key_wish(), status=201)
    assert key["on_hold_until"] is None, "who founded the organisation is no newcomer"
    bearer = {"Authorization": f"Bearer {key['secret']}"}
    assert Client().get("/api/v1/rights", headers=bearer).json()["results"] == []
    [own] = Client().get("/api/v1/organisations", headers=bearer).json()["results"]
    assert (own["public_id"], own["role"]) == (made["public_id"], "administrator")
    refused = Client().post("/api/v1/organisations", TARNFELL, content_type="application/json", headers=bearer)
    assert (refused.status_code, refused.json()["code"]) == (403, "person_needed")


# --- accounts by allauth's own API, with our rules


def test_signing_up_asks_for_a_name_and_a_good_password() -> None:
    answer = Person("a@b.test").sign_up("", status=400, password="short", time_zone="Mars/Base")
    assert {error["param"] for error in answer["errors"]} == {"name", "password", "time_zone"}
    assert not User.objects.exists()


def test_signing_up_with_a_known_address_tells_nobody(mailoutbox: list[Any]) -> None:
    make_user("mira@tarnfell.test")
    known, fresh = Person("mira@tarnfell.test").sign_up("Eve"), Person("new@tarnfell.test").sign_up("Eve")
    for answer in (known, fresh):
        answer["meta"].pop("session_token", None)
    assert known == fresh
    assert User.objects.count() == 2


def test_an_address_that_only_looks_like_another_is_refused() -> None:
    answer = Person("mıra@tarnfell.test").sign_up("Mira", status=400)
    assert [error["param"] for error in answer["errors"]] == ["email"]


def test_a_forgotten_password_is_set_anew(mailoutbox: list[Any]) -> None:
    mira = signed_up("mira@tarnfell.test", "Mira Holm", mailoutbox)
    mira.token = ""
    mira("POST", f"{AUTH}/auth/password/request", {"email": mira.email})
    key = last_in(mailoutbox, mira.email, r"/accounts/password/reset/key/([^/\s]+)/")
    mira("POST", f"{AUTH}/auth/password/reset", {"key": key, "password": "another-long-word-7"}, status=401)
    mira.sign_in(status=400)
    mira.sign_in(password="another-long-word-7")
    assert mira("GET", "organisations")["results"] == []


def test_a_second_factor_is_asked_for(mailoutbox: list[Any]) -> None:
    user = make_user()
    give_totp(user)
    person = Person(user.email)
    half = person.sign_in(status=401)
    assert [flow["id"] for flow in half["data"]["flows"] if flow.get("is_pending")] == ["mfa_authenticate"]
    person("GET", "organisations", status=401)
    person("POST", f"{AUTH}/auth/2fa/authenticate", {"code": code_now()})
    assert person("GET", "organisations")["results"] == []


def test_signing_in_too_often_is_slowed_down() -> None:
    person = Person(make_user().email)
    answers = []
    for _attempt in range(12):
        client = Client()
        body = json.dumps({"email": person.email, "password": "wrong"})
        answer = client.post(f"/api/v1/{AUTH}/auth/login", body, content_type="application/json")
        answers.append((answer.status_code, answer.content))
    assert answers[0][0] == 400
    assert answers[-1][0] == 429 or b"too_many_login_attempts" in answers[-1][1]


def test_signing_out_ends_the_token() -> None:
    person = Person(make_member().user.email)
    person.sign_in()
    person("GET", "organisations")
    person("DELETE", f"{AUTH}/auth/session", status=401)
    assert person("GET", "organisations", status=401)["code"] == "session_not_accepted"


def test_no_cookie_opens_it_and_there_is_no_api_for_browsers() -> None:
    client = signed_in(Client(), make_member().user)
    assert client.get("/api/v1/organisations").status_code == 401
    assert client.get(f"/api/v1/{AUTH}/auth/session").status_code == 401
    assert client.get("/api/v1/auth/browser/v1/auth/session").status_code == 404


# --- who may do what


def test_a_viewer_reads_without_addresses_and_changes_nothing() -> None:
    owner = make_member()
    viewer = person_of(make_member(owner.organisation, Role.VIEWER))
    path = f"organisations/{owner.organisation.public_id}"
    seen = viewer("GET", path)
    assert seen["role"] == "viewer" and {row["email"] for row in seen["members"]} == {None}
    for method, where, body in (
        ("GET", "invitations", None),
        ("POST", "invitations", {"email": "x@example.test", "role": "agent"}),
        ("DELETE", f"invitations/{uuid.uuid4()}", None),
        ("POST", "keys", key_wish()),
    ):
        assert viewer(method, f"{path}/{where}", body, status=403)["code"] == "not_administrator"
    assert not Invitation.objects.exists() and not ApiKey.objects.exists()


def test_an_outsider_and_a_former_member_find_nothing_as_if_it_were_not_there() -> None:
    owner = make_member()
    gone = make_member(owner.organisation, is_active=False)
    for stranger in (person_of(make_member()), person_of(gone)):
        for method, where, body in (
            ("GET", "", None),
            ("GET", "/invitations", None),
            ("POST", "/invitations", {"email": "x@example.test", "role": "agent"}),
            ("DELETE", f"/invitations/{uuid.uuid4()}", None),
            ("POST", "/keys", key_wish()),
        ):
            theirs = stranger(method, f"organisations/{owner.organisation.public_id}{where}", body, status=404)
            assert theirs == stranger(method, f"organisations/{uuid.uuid4()}{where}", body, status=404)


def test_an_invitation_of_another_organisation_cannot_be_taken_back() -> None:
    owner, other = make_member(), make_member()
    body = {"email": "x@example.test", "role": "agent"}
    path = f"organisations/{owner.organisation.public_id}/invitations"
    made = person_of(owner)("POST", path, body, status=201)
    thief = f"organisations/{other.organisation.public_id}/invitations/{made['public_id']}"
    person_of(other)("DELETE", thief, status=404)
    assert [row["email"] for row in person_of(owner)("GET", path)["results"]] == ["x@example.test"]
    person_of(owner)("DELETE", f"{path}/{made['public_id']}", status=204)
    assert person_of(owner)("GET", path)["results"] == []
    assert person_of(owner)("DELETE", f"{path}/{made['public_id']}", status=409)["code"] == "invitation_ended"


def test_an_invitation_opens_for_its_address_only(run_outbox: Callable[[], Any], mailoutbox: list[Any]) -> None:
    owner = make_member()
    path = f"organisations/{owner.organisation.public_id}/invitations"
    person_of(owner)("POST", path, {"email": "ida@example.test", "role": "agent"}, status=201)
    run_outbox()
    token = last_in(mailoutbox, "ida@example.test", r"/organisations/invitations?/([^/\s]+)/")
    thief = person_of(make_member())
    assert thief("POST", "invitations/accept", {"token": token}, status=403)["code"] == "other_address"
    assert thief("POST", "invitations/accept", {"token": "nonsense"}, status=404)["code"] == "no_invitation"


def test_nobody_is_asked_to_sign_in() -> None:
    owner = make_member()
    for token in ("", "nonsense"):
        anonymous = Person("", token)
        for method, path in (
            ("GET", "organisations"), ("POST", "organisations"), ("POST", "invitations/accept"),
            ("GET", f"organisations/{owner.organisation.public_id}"),
            ("POST", f"organisations/{owner.organisation.public_id}/keys"),
        ):  # fmt: skip
            anonymous(method, path, status=401)


def test_an_unverified_person_creates_nothing() -> None:
    person = Person(make_user(verified=False).email)
    person.sign_in(status=401)
    assert person.token
    person("POST", "organisations", TARNFELL, status=401)
    assert not Organisation.objects.exists()


@pytest.mark.parametrize("second_factor", [True, False])
def test_staff_have_nothing_to_do_here(second_factor: bool) -> None:
    owner = make_member()
    staff = make_staff(second_factor=second_factor)
    token = str(signed_in(Client(), staff, mfa=second_factor).session.session_key)
    person = Person(staff.email, token)
    for method, path, body in (
        ("GET", "organisations", None),
        ("POST", "organisations", TARNFELL),
        ("GET", f"organisations/{owner.organisation.public_id}", None),
        ("POST", f"organisations/{owner.organisation.public_id}/keys", key_wish()),
        ("POST", "invitations/accept", {"token": "x"}),
    ):
        assert person(method, path, body, status=403)["code"] == "staff_account"


def test_a_token_from_a_password_alone_opens_no_desk() -> None:
    staff = make_staff(second_factor=False)
    person = Person(staff.email)
    person.sign_in()
    client = Client()
    client.cookies["sessionid"] = person.token
    assert client.get("/admin/").status_code == 302
    assert client.get("/admin/complaints/complaint/desk/").status_code == 302


def test_staff_cannot_remove_their_factor_by_the_api() -> None:
    staff = make_staff()
    person = Person(staff.email, str(signed_in(Client(), staff).session.session_key))
    for kind in ("totp", "webauthn"):
        person("DELETE", f"{AUTH}/account/authenticators/{kind}", {"authenticators": []}, status=403)
    assert Authenticator.objects.filter(user=staff, type=Authenticator.Type.TOTP).exists()
    user = make_user()
    give_totp(user)
    other = Person(user.email, str(signed_in(Client(), user, mfa=True).session.session_key))
    other("DELETE", f"{AUTH}/account/authenticators/totp")
    assert not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


# --- keys


def test_a_key_needs_a_fresh_sign_in() -> None:
    owner = make_member()
    person = person_of(owner, fresh=False)
    path = f"organisations/{owner.organisation.public_id}/keys"
    problem = person("POST", path, key_wish(), status=403)
    assert problem["code"] == "reauthentication_required"
    assert "/api/v1/auth/app/v1/auth/reauthenticate" in problem["detail"]
    person("POST", f"{AUTH}/auth/reauthenticate", {"password": "wrong"}, status=400)
    person("POST", path, key_wish(), status=403)
    person("POST", f"{AUTH}/auth/reauthenticate", {"password": PASSWORD})
    secret = person("POST", path, key_wish(), status=201)["secret"]
    assert ApiKey.objects.get().key_hash not in secret


def test_a_fresh_sign_in_of_somebody_else_does_not_count() -> None:
    owner = make_member()
    person = person_of(owner)
    session = SessionStore(person.token)
    session["account_authentication_methods_user"] = "987654"
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time()}]
    session.save()
    path = f"organisations/{owner.organisation.public_id}/keys"
    assert person("POST", path, key_wish(), status=403)["code"] == "reauthentication_required"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"scopes": []}, 400),
        ({"scopes": ["everything"]}, 400),
        ({"expires_at": None}, 400),
        ({"colour": "red"}, 400),
        ({"name": "  "}, 400),
        ({"expires_at": "2019-01-01T00:00:00Z"}, 422),
        ({"expires_at": "2199-01-01T00:00:00Z"}, 422),
    ],
)
def test_a_bad_wish_makes_no_key(change: dict[str, Any], status: int) -> None:
    owner = make_member()
    person_of(owner)("POST", f"organisations/{owner.organisation.public_id}/keys", key_wish(**change), status=status)
    assert not ApiKey.objects.exists()


# --- strictness


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"name": "T"}, 422, "name_length"),
        ({"country": "XX"}, 422, "country_unknown"),
        ({"kind": "club"}, 400, "not_valid"),
        ({"colour": "red"}, 400, "not_valid"),
    ],
)
def test_a_bad_organisation_is_refused(change: dict[str, Any], status: int, code: str) -> None:
    person = person_of(make_member())
    assert person("POST", "organisations", TARNFELL | change, status=status)["code"] == code
    assert Organisation.objects.count() == 1


def test_an_idempotency_key_is_refused_where_it_would_not_be_kept() -> None:
    person = person_of(make_member())
    headers = {"X-Session-Token": person.token, "Idempotency-Key": "once"}
    answer = Client().post("/api/v1/organisations", TARNFELL, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_not_here")


def test_a_person_is_throttled(monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.api.throttles import PersonThrottle

    monkeypatch.setattr(PersonThrottle, "THROTTLE_RATES", {"person": "2/min"})
    member = make_member()
    first, second = person_of(member), person_of(member)
    first("GET", "organisations")
    second("GET", "organisations")
    assert first("GET", "organisations", status=429)["code"] == "throttled"


def test_two_organisations_are_listed_newest_first() -> None:
    membership = make_member()
    make_member(make_organisation(), Role.VIEWER, user=membership.user)
    rows = person_of(membership)("GET", "organisations")["results"]
    assert [row["role"] for row in rows] == ["viewer", "administrator"]

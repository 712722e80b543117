"""The pages on which administrators manage keys: an administrator, a teammate and an outsider."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts.actors import Actor
from portal.accounts.models import Role
from portal.api import keys
from portal.api.models import ApiKey
from tests.accounts import factories as accounts
from tests.api import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.site")]
WISH: dict[str, Any] = {"name": "Warehouse <b>import</b>", "scopes": ["rights:read", "files:write"], "life": "90"}


@pytest.fixture
def admin() -> Actor:
    return make.member(make.organisation(), "admin@tarnfell.example")


def signed_in(actor: Actor, *, fresh: bool = True) -> Client:
    """Gives a browser of this person, who has (fresh) or has not just shown that it is them."""
    assert actor.user is not None
    return accounts.signed_in(Client(), actor.user, fresh=fresh)


def test_from_no_key_to_a_call_and_back(admin: Actor) -> None:
    client = signed_in(admin)
    assert "No keys yet" in client.get("/api/keys/").content.decode()
    created = client.post("/api/keys/new/", WISH)
    assert created.status_code == 201
    assert "no-store" in created["Cache-Control"]
    secret = re.search(r"rdk_[a-z2-7]{8}_[\w-]{43}", created.content.decode())
    assert secret is not None
    assert Client().get("/api/v1/things/", **make.bearer(secret[0])).status_code == 200  # type: ignore[arg-type]
    page = client.get("/api/keys/").content.decode()
    assert html.escape(WISH["name"]) in page
    assert secret[0] not in page
    assert "Live" in page
    key = ApiKey.objects.get()
    assert client.post(f"/api/keys/{key.pk}/revoke/").url == "/api/keys/"  # type: ignore[attr-defined]
    assert "Revoked" in client.get("/api/keys/").content.decode()
    assert Client().get("/api/v1/things/", **make.bearer(secret[0])).status_code == 401  # type: ignore[arg-type]


def test_making_a_key_asks_who_you_are(admin: Actor) -> None:
    client = signed_in(admin, fresh=False)
    for answer in (client.get("/api/keys/new/"), client.post("/api/keys/new/", WISH)):
        assert answer.status_code == 302
        assert "/accounts/reauthenticate/" in answer["Location"]
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize(
    "change", [{"name": ""}, {"scopes": []}, {"scopes": ["all"]}, {"life": "9999"}, {"name": "a\x00b"}]
)
def test_a_bad_wish_stays_in_the_form(admin: Actor, change: dict[str, Any]) -> None:
    answer = signed_in(admin).post("/api/keys/new/", WISH | change)
    assert answer.status_code == 422
    assert "aria-invalid" in answer.content.decode()
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("role", [Role.RIGHTS_OWNER, Role.AGENT, Role.VIEWER])
def test_teammates_may_not(admin: Actor, role: Role) -> None:
    key, _secret = make.key(admin)
    assert admin.organisation is not None
    client = signed_in(make.member(admin.organisation, "mate@tarnfell.example", role))
    assert client.get("/api/keys/").status_code == 403
    assert client.post("/api/keys/new/", WISH).status_code == 403
    assert client.post(f"/api/keys/{key.pk}/revoke/").status_code == 403


def test_outsiders_see_nothing(admin: Actor) -> None:
    key, _secret = make.key(admin)
    client = signed_in(make.member(make.organisation("Other"), "other@b.example"))
    assert key.prefix not in client.get("/api/keys/").content.decode()
    assert client.post(f"/api/keys/{key.pk}/revoke/").status_code == 404
    assert keys.role_of_maker(key) == Role.ADMINISTRATOR
    assert ApiKey.objects.live(timezone.now()).filter(pk=key.pk).exists()


def test_strangers_are_led_to_sign_in() -> None:
    for path in ("/api/keys/", "/api/keys/new/"):
        assert "/accounts/login/" in Client().get(path)["Location"]


def test_the_description_is_public(client: Client) -> None:
    assert client.get("/api/")["Location"] == "/api/docs/"
    page = client.get("/api/docs/")
    assert page.status_code == 200
    assert "<style" not in page.content.decode()
    assert "style=" not in page.content.decode()
    schema = client.get("/api/schema/?format=json").json()
    assert schema["openapi"].startswith("3.1")
    assert schema["components"]["securitySchemes"]["ApiKey"]["scheme"] == "bearer"
    assert client.get("/api/docs/?script=")["Content-Type"].startswith("application/javascript")

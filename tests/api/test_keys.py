"""Keys: made by administrators, shown once, dead as soon as they or their maker no longer count."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts.actors import Actor
from portal.accounts.models import Membership, Role
from portal.api import keys
from portal.api.models import ApiKey, Scope
from portal.errors import Forbidden, NotFound, Refused
from portal.ledger.models import Event
from tests.api import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.shop")]


@pytest.fixture
def admin() -> Actor:
    return make.member(make.organisation(), "admin@tarnfell.example")


def test_only_a_hash_is_kept(admin: Actor) -> None:
    key, secret = make.key(admin)
    assert keys.FORM.fullmatch(secret)
    assert secret.startswith(f"rdk_{key.prefix}_")
    assert len(key.key_hash) == 64
    assert secret not in str(ApiKey.objects.filter(pk=key.pk).values())


def test_issue_and_revoke_are_in_the_ledger(admin: Actor) -> None:
    key, secret = make.key(admin)
    keys.revoke(actor=admin, key=key, now=timezone.now())
    keys.revoke(actor=admin, key=key, now=timezone.now())
    assert list(Event.objects.order_by("id").values_list("kind", flat=True)) == ["key.issued", "key.revoked"]
    assert secret not in str(list(Event.objects.values()))


@pytest.mark.parametrize("role", [Role.RIGHTS_OWNER, Role.AGENT, Role.VIEWER])
def test_only_administrators_issue(role: Role) -> None:
    with pytest.raises(Forbidden):
        make.key(make.member(make.organisation(), "a@b.example", role))


def test_outsiders_see_no_key(admin: Actor) -> None:
    key, _secret = make.key(admin)
    outsider = make.member(make.organisation("Other"), "other@b.example")
    with pytest.raises(NotFound):
        keys.revoke(actor=outsider, key=key, now=timezone.now())


@pytest.mark.parametrize(
    ("name", "scopes", "days", "code"),
    [
        ("  ", ["rights:read"], 3, "key_name_needed"),
        ("a" * 81, ["rights:read"], 3, "key_name_needed"),
        ("a\nb", ["rights:read"], 3, "key_name_needed"),
        ("a", [], 3, "key_scopes_unknown"),
        ("a", ["rights:read", "all"], 3, "key_scopes_unknown"),
        ("a", ["rights:read"], -1, "key_expiry_out_of_range"),
        ("a", ["rights:read"], 400, "key_expiry_out_of_range"),
    ],
)
def test_bad_wishes_are_refused(admin: Actor, name: str, scopes: list[str], days: int, code: str) -> None:
    now = timezone.now()
    assert admin.organisation is not None
    with pytest.raises(Refused) as caught:
        keys.issue(
            actor=admin,
            organisation=admin.organisation,
            name=name,
            scopes=scopes,
            expires_at=now + timedelta(days=days),
            now=now,
        )
    assert caught.value.code == code


def test_a_live_key_acts_for_its_organisation(admin: Actor, client: Client) -> None:
    key, secret = make.key(admin)
    answer = client.get("/things/", **make.bearer(secret))  # type: ignore[arg-type]
    assert answer.status_code == 200
    assert admin.user is not None
    assert answer.json() == {"who": f"key:{key.pk}", "role": "administrator", "user": admin.user.pk}


def _revoke(key: ApiKey) -> None:
    ApiKey.objects.filter(pk=key.pk).update(revoked_at=timezone.now())


def _expire(key: ApiKey) -> None:
    past = timezone.now() - timedelta(days=2)
    ApiKey.objects.filter(pk=key.pk).update(created_at=past, expires_at=past + timedelta(days=1))


def _remove(key: ApiKey) -> None:
    Membership.objects.filter(user=key.created_by).update(is_active=False)


def _demote(key: ApiKey) -> None:
    Membership.objects.filter(user=key.created_by).update(role=Role.VIEWER)


def _close(key: ApiKey) -> None:
    key.created_by.is_active = False
    key.created_by.save(update_fields=["is_active"])


@pytest.mark.parametrize("end", [_revoke, _expire, _remove, _demote, _close])
def test_every_dead_key_gets_the_answer_of_an_unknown_one(
    admin: Actor, client: Client, end: Callable[[ApiKey], None]
) -> None:
    key, secret = make.key(admin)
    unknown = client.get("/things/", **make.bearer("rdk_aaaaaaaa_" + "x" * 43))  # type: ignore[arg-type]
    end(key)
    dead = client.get("/things/", **make.bearer(secret))  # type: ignore[arg-type]
    assert (dead.status_code, dead["WWW-Authenticate"]) == (401, 'Bearer realm="Rightsdesk API"')
    assert dead["Content-Type"] == "application/problem+json"
    assert (dead.content, dead.headers) == (unknown.content, unknown.headers)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic YTpi",
        "Bearer rdk_aaaaaaaa_short",
        "Bearer \x00",
        "Token x",
        "Bearer ÄÖ",
        "x" * 9000,
    ],
)
def test_odd_headers_are_401(client: Client, header: str) -> None:
    answer = client.get("/things/", HTTP_AUTHORIZATION=header)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["status"] == 401


def test_a_right_prefix_with_another_secret_is_401(admin: Actor, client: Client) -> None:
    _key, secret = make.key(admin)
    wrong = secret[:-1] + ("A" if secret[-1] != "A" else "B")
    assert client.get("/things/", **make.bearer(wrong)).status_code == 401  # type: ignore[arg-type]


def test_a_session_opens_no_endpoint(admin: Actor, client: Client) -> None:
    assert admin.user is not None
    client.force_login(admin.user)
    assert client.get("/things/").status_code == 401


def test_scopes_are_kept_apart(admin: Actor, client: Client) -> None:
    _key, reader = make.key(admin, Scope.RIGHTS_READ)
    assert client.get("/things/", **make.bearer(reader)).status_code == 200  # type: ignore[arg-type]
    refused = client.post("/things/", {"name": "a"}, "application/json", **make.bearer(reader))  # type: ignore[arg-type]
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    assert "rights:write" in refused.json()["detail"]
    assert client.post("/files/", **make.bearer(reader)).status_code == 403  # type: ignore[arg-type]


def test_a_view_without_scope_lets_nobody_pass(admin: Actor, client: Client) -> None:
    _key, secret = make.key(admin, *Scope.values)
    assert client.get("/silent/", **make.bearer(secret)).status_code == 403  # type: ignore[arg-type]


def test_last_use_is_noted_once_a_minute(admin: Actor) -> None:
    key, _secret = make.key(admin)
    start = timezone.now()
    for seconds in (0, 59, 61):
        keys.touch(ApiKey.objects.get(pk=key.pk), now=start + timedelta(seconds=seconds))
        used = ApiKey.objects.get(pk=key.pk).last_used_at
        assert used == (start if seconds < 60 else start + timedelta(seconds=61))


def test_calls_beyond_the_rate_are_told_when_to_come_back(admin: Actor, client: Client) -> None:
    _key, secret = make.key(admin)
    _other, fresh = make.key(admin)
    codes = [client.get("/slow/", **make.bearer(secret)).status_code for _ in range(2)]  # type: ignore[arg-type]
    answer = client.get("/slow/", **make.bearer(secret))  # type: ignore[arg-type]
    assert (codes, answer.status_code, answer.json()["code"]) == ([200, 200], 429, "throttled")
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert client.get("/slow/", **make.bearer(fresh)).status_code == 200  # type: ignore[arg-type]

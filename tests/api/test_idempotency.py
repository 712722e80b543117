"""A repeated request changes nothing twice."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from portal.accounts.actors import Actor
from portal.accounts.models import Organisation
from portal.api import idempotency
from portal.api.models import IdempotentRequest, Scope
from tests.api import factories as make
from tests.api.shop import Things

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.shop")]


@pytest.fixture
def admin() -> Actor:
    return make.member(make.organisation(), "admin@tarnfell.example")


@pytest.fixture
def secret(admin: Actor) -> str:
    return make.key(admin)[1]


def post(secret: str, body: Any, name: str | None = "k-1", client: Client | None = None) -> Any:
    extra = make.bearer(secret) | ({"HTTP_IDEMPOTENCY_KEY": name} if name is not None else {})
    return (client or Client()).post("/things/", body, "application/json", **extra)  # type: ignore[arg-type]


def made() -> int:
    return Organisation.objects.filter(kind="agency").count()


def test_the_same_request_gets_the_same_bytes(secret: str) -> None:
    first = post(secret, {"name": "a", "count": 1})
    again = post(secret, {"count": 1, "name": "a"})
    assert (first.status_code, again.status_code, made()) == (201, 201, 1)
    assert (first.content, first["Location"]) == (again.content, again["Location"])
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert first["Content-Type"] == again["Content-Type"] == "application/json"


def test_without_the_header_each_request_counts(secret: str) -> None:
    post(secret, {"name": "a"}, None)
    post(secret, {"name": "a"}, None)
    assert (made(), IdempotentRequest.objects.count()) == (2, 0)


def test_another_body_under_the_same_key_is_422(secret: str) -> None:
    post(secret, {"name": "a"})
    answer = post(secret, {"name": "b"})
    assert (answer.status_code, answer.json()["code"], made()) == (422, "idempotency_key_reused", 1)


def test_work_under_way_is_409(secret: str) -> None:
    post(secret, {"name": "a"})
    IdempotentRequest.objects.update(state="in_flight", status=None)
    answer = post(secret, {"name": "a"})
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_in_flight")
    assert answer["Retry-After"] == "1"


def test_work_that_died_is_taken_over_after_its_lease(secret: str) -> None:
    post(secret, {"name": "a"})
    long_ago = timezone.now() - idempotency.LEASE
    IdempotentRequest.objects.update(state="in_flight", status=None, created_at=long_ago)
    assert post(secret, {"name": "a"}).status_code == 201


def test_other_tenants_are_independent(secret: str) -> None:
    other = make.key(make.member(make.organisation("Other"), "o@b.example"))[1]
    first, second = post(secret, {"name": "a"}), post(other, {"name": "b"})
    assert (first.status_code, second.status_code, made()) == (201, 201, 2)


def test_after_a_day_the_key_is_new(secret: str) -> None:
    post(secret, {"name": "a"})
    IdempotentRequest.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert post(secret, {"name": "b"}).status_code == 201
    assert made() == 2


def test_purge_takes_only_old_answers(secret: str) -> None:
    post(secret, {"name": "a"}, "old")
    IdempotentRequest.objects.update(created_at=timezone.now() - timedelta(hours=25))
    post(secret, {"name": "a"}, "new")
    assert idempotency.purge(timezone.now()) == 1
    assert IdempotentRequest.objects.get().key == "new"


@pytest.mark.parametrize(("name", "status"), [("refuse", 422), ("x" * 21, 400)])
def test_refusals_leave_the_key_free(secret: str, name: str, status: int) -> None:
    assert post(secret, {"name": name}).status_code == status
    assert (made(), IdempotentRequest.objects.count()) == (0, 0)
    assert post(secret, {"name": "better"}).status_code == 201


def test_an_error_of_ours_leaves_the_key_free(secret: str) -> None:
    client = Client(raise_request_exception=False)
    assert post(secret, {"name": "crash"}, client=client).status_code == 500
    assert (made(), IdempotentRequest.objects.count()) == (0, 0)


@pytest.mark.parametrize("name", ["", "x" * 256, "ä", "a\tb"])
def test_odd_keys_are_400(secret: str, name: str) -> None:
    answer = post(secret, {"name": "a"}, name)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_unreadable")


def test_uploads_compare_by_content_not_by_boundary(admin: Actor) -> None:
    _key, secret = make.key(admin, Scope.FILES_WRITE)
    codes = []
    for data in (b"one", b"one", b"two"):
        body = {"file": SimpleUploadedFile("a.png", data)}
        headers = make.bearer(secret) | {"HTTP_IDEMPOTENCY_KEY": "up"}
        codes.append(Client().post("/files/", body, **headers).status_code)  # type: ignore[arg-type]
    assert codes == [201, 201, 422]


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_make_one_row(admin: Actor, secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Things, "pause", 0.05)
    start = threading.Barrier(8)

    def call(number: int) -> tuple[int, bytes]:
        if number < 8:
            start.wait()
        try:
            answer = post(secret, {"name": "a"})
            return answer.status_code, answer.content
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(call, range(50)))
    codes = {code for code, _content in answers}
    assert codes <= {201, 409}
    assert len({content for code, content in answers if code == 201}) == 1
    assert made() == 1
    assert post(secret, {"name": "a"}).status_code == 201

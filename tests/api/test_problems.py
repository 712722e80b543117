"""Every refusal has one form."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.accounts.actors import Actor
from tests.api import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.shop")]


@pytest.fixture
def admin() -> Actor:
    return make.member(make.organisation(), "admin@tarnfell.example")


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("refused", 422, "right_lapsed"),
        ("forbidden", 403, "not_yours"),
        ("absent", 404, "right_not_found"),
        ("conflict", 409, "moved_on"),
        ("http404", 404, "not_found"),
        ("denied", 403, "permission_denied"),
        ("suspicious", 400, "request_not_readable"),
    ],
)
def test_errors_become_problems(admin: Actor, client: Client, name: str, status: int, code: str) -> None:
    answer = client.get(f"/raise/{name}/", **make.bearer(make.key(admin)[1]))  # type: ignore[arg-type]
    problem = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert set(problem) == {"type", "title", "status", "code", "detail", "errors"}
    assert problem["type"] == f"urn:rightsdesk:problem:{code}"
    assert problem["detail"]


def test_a_field_becomes_a_pointer(admin: Actor, client: Client) -> None:
    answer = client.get("/raise/refused/", **make.bearer(make.key(admin)[1]))  # type: ignore[arg-type]
    assert answer.json()["errors"] == [
        {"pointer": "/items/3/right", "code": "right_lapsed", "message": "The right has lapsed."}
    ]


def test_a_wrong_method_is_405(admin: Actor, client: Client) -> None:
    answer = client.delete("/things/", **make.bearer(make.key(admin, "rights:write")[1]))  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert "POST" in answer["Allow"]


def test_an_unwanted_type_is_406_and_still_json(admin: Actor, client: Client) -> None:
    answer = client.get("/things/", HTTP_ACCEPT="text/html", **make.bearer(make.key(admin)[1]))  # type: ignore[arg-type]
    assert (answer.status_code, answer["Content-Type"]) == (406, "application/problem+json")


def test_an_error_of_ours_is_not_dressed_up(admin: Actor, client: Client) -> None:
    client.raise_request_exception = False
    body = {"name": "crash"}
    secret = make.key(admin)[1]
    answer = client.post("/things/", body, "application/json", **make.bearer(secret))  # type: ignore[arg-type]
    assert answer.status_code == 500


def test_pages_have_one_envelope_and_a_cap(admin: Actor, client: Client) -> None:
    for _number in range(4):
        _key, secret = make.key(admin)
    headers = make.bearer(secret)
    first = client.get("/keys/?page_size=3", **headers).json()  # type: ignore[arg-type]
    assert set(first) == {"results", "next", "previous"}
    second = client.get(first["next"], **headers).json()  # type: ignore[arg-type]
    ids = [row["id"] for row in first["results"] + second["results"]]
    assert (len(ids), ids) == (4, sorted(ids, reverse=True))
    assert second["next"] is None
    assert client.get("/keys/?page_size=100000", **headers).status_code == 200  # type: ignore[arg-type]


@pytest.mark.parametrize("cursor", ["x", "%00", "Y2Q9Mg==", "cD0nOyBEUk9QIFRBQkxF", "ä"])
def test_a_foreign_cursor_is_400(admin: Actor, client: Client, cursor: str) -> None:
    answer = client.get(f"/keys/?cursor={cursor}", **make.bearer(make.key(admin)[1]))  # type: ignore[arg-type]
    assert answer.status_code in {200, 400}

"""Bodies that could be understood in two ways, or that try to hurt, get a 400 and never a 500."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.api import parsers
from portal.api.models import ApiKey
from tests.api import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.shop")]

BAD: list[tuple[bytes, str]] = [
    (b'{"name": NaN}', "number_not_finite"),
    (b'{"name": -Infinity}', "number_not_finite"),
    (b'{"count": 1e400}', "number_not_finite"),
    (b'{"count": -1e400}', "number_not_finite"),
    (b'{"count": ' + b"9" * 10_000 + b"}", "number_too_large"),
    (b'{"count": 9223372036854775808}', "number_too_large"),
    (b'{"name": "a", "name": "b"}', "name_repeated"),
    (b'{"parts": [{"a": 1, "\\u0061": 2}]}', "name_repeated"),
    (b'{"name": "\\ud800"}', "character_not_allowed"),
    (b'{"\\udfff": 1}', "character_not_allowed"),
    (b'{"name": "a\\u0000"}', "character_not_allowed"),
    (b'{"name": "a\x00"}', "not_json"),
    (b'{"name": "\xed\xa0\x80"}', "not_utf8"),
    (b'\xef\xbb\xbf{"name": "a"}', "byte_order_mark"),
    ('{"name": "a"}'.encode("utf-16"), "not_utf8"),
    (b'{"parts": ' + b"[" * 10_000, "too_deep"),
    (b'{"a":' * 10_000, "too_deep"),
    (b"[" * 33 + b"]" * 33, "too_deep"),
    (b"[]", "not_an_object"),
    (b"null", "not_an_object"),
    (b'"text"', "not_an_object"),
    (b"3", "not_an_object"),
    (b"{", "not_json"),
    (b'{"name": "a",}', "not_json"),
    (b"{'name': 'a'}", "not_json"),
    (b'{"name": "' + b'\\"' * 500_000, "not_json"),
    (b'{"name": "\\', "not_json"),
    (b" ", "not_json"),
]


@pytest.fixture
def secret() -> str:
    return make.key(make.member(make.organisation(), "admin@tarnfell.example"))[1]


@pytest.mark.parametrize(("body", "code"), BAD)
def test_bad_bodies_are_400_with_a_code(client: Client, secret: str, body: bytes, code: str) -> None:
    answer = client.post("/things/", body, "application/json", **make.bearer(secret))  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer["Content-Type"] == "application/problem+json"


def test_a_body_over_2_mb_is_413(client: Client, secret: str) -> None:
    body = b'{"name": "' + b"a" * (2 * 1024**2) + b'"}'
    answer = client.post("/things/", body, "application/json", **make.bearer(secret))  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("media_type", ["text/xml", "text/plain", "application/x-www-form-urlencoded", "", "a/b;c"])
def test_other_types_are_refused(client: Client, secret: str, media_type: str) -> None:
    answer = client.post("/things/", b"name=a", media_type, **make.bearer(secret))  # type: ignore[arg-type]
    assert answer.status_code == 415
    assert answer["Content-Type"] == "application/problem+json"


def test_good_bodies_come_through_unchanged() -> None:
    assert parsers.loads(b'{"a": [1, 2.5, true, null, "\\ud83d\\ude00", "\xc3\xa4[{"], "b": {"c": -9}}') == {
        "a": [1, 2.5, True, None, "😀", "ä[{"],
        "b": {"c": -9},
    }
    deep = b'{"a":' + b"[" * 31 + b"]" * 31 + b"}"
    assert parsers.loads(deep)


def test_wrong_types_point_at_the_field(client: Client, secret: str) -> None:
    body = {"name": ["a"], "count": "x", "parts": [{"a": 1}, {"b/c": "x"}]}
    answer = client.post("/things/", body, "application/json", **make.bearer(secret))  # type: ignore[arg-type]
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, "not_valid")
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [
        ("/name", "invalid"),
        ("/count", "invalid"),
        ("/parts/1/b~1c", "invalid"),
    ]
    assert ApiKey.objects.count() == 1

"""Odd bodies get one clear problem and store nothing; good ones in odd shapes are read as they are meant."""

from __future__ import annotations

from typing import Any

import pytest

from complaints.models import Complaint
from portal.files.models import StoredFile
from tests.complaints.api_kit import API, TEXT, Resident, draft_of, filed_of, is_problem, pointers, queries, resident
from tests.complaints.factories import make_listing, make_right, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def who() -> Resident:
    return resident()


@pytest.fixture
def here(who: Resident) -> str:
    return f"/complaints/{draft_of(who).public_id}"


def paths(here: str) -> list[tuple[str, str]]:
    verbs = ("submit", "answer", "withdraw")
    return [
        ("post", "/complaints"),
        ("post", "/targets/resolve"),
        ("patch", here),
        *(("post", f"{here}/{v}") for v in verbs),
    ]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"[]", "not_an_object"),
        (b"null", "not_an_object"),
        (b'"text"', "not_an_object"),
        (b"7", "not_an_object"),
        (b"{", "not_json"),
        (b"{,}", "not_json"),
        (b'{"a": NaN}', "number_not_finite"),
        (b'{"a": 1e400}', "number_not_finite"),
        (b'{"a": 1, "a": 2}', "name_repeated"),
        (b'{"a": "\\ud800"}', "character_not_allowed"),
        (b'{"a": "\\u0000"}', "character_not_allowed"),
        (b"\xef\xbb\xbf{}", "byte_order_mark"),
        (b"\xff\xfe{\x00}\x00", "not_utf8"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, "too_deep"),
    ],
)
def test_what_is_no_json_object_is_refused_everywhere(who: Resident, here: str, raw: bytes, code: str) -> None:
    for method, path in paths(here):
        for headers in ({}, {"HTTP_IDEMPOTENCY_KEY": "odd"}):
            answer = getattr(who.client, method)(API + path, raw, content_type="application/json", **headers)
            is_problem(answer, 400, code)
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_only_json_is_read_where_json_is_meant(who: Resident, here: str, kind: str) -> None:
    for method, path in paths(here):
        is_problem(getattr(who.client, method)(API + path, b"a=1", content_type=kind), 415, "unsupported_media_type")
    json = who.client.post(f"{API}{here}/evidence", b"{}", content_type="application/json")
    is_problem(json, 415, "unsupported_media_type")


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"items": "LS-1"}, "/items", "not_a_list"),
        ({"items": {"0": "LS-1"}}, "/items", "not_a_list"),
        ({"items": None}, "/items", "null"),
        ({"items": [None]}, "/items/0", "null"),
        ({"items": ["LS-1", ["LS-2"]]}, "/items/1", "invalid"),
        ({"items": [True]}, "/items/0", "invalid"),
        ({"items": [" "]}, "/items/0", "blank"),
        ({"items": ["LS-1\nLS-2"]}, "/items/0", "line_break"),
        ({"items": ["LS-1\u2028LS-2"]}, "/items/0", "line_break"),
        ({"items": ["L" * 2001]}, "/items/0", "max_length"),
        ({"items": ["LS-1"] * 501}, "/items", "max_length"),
        ({"items": ["L" * 1900] * 400}, "/items", "too_long"),
        ({"right": "no-uuid"}, "/right", "invalid"),
        ({"right": []}, "/right", "invalid"),
        ({"right": 7.5}, "/right", "invalid"),
        ({"reason": ["counterfeit"]}, "/reason", "invalid"),
        ({"reason": None}, "/reason", "null"),
        ({"explanation": "x" * 5001}, "/explanation", "max_length"),
        ({"explanation": {}}, "/explanation", "invalid"),
        *(
            ({name: value}, f"/{name}", "unknown_field")
            for name, value in {
                "state": "accepted",
                "reference": "RD-1",
                "organisation": 1,
                "created_by": 1,
                "decided_at": "2026-01-01T00:00:00Z",
                "public_id": "00000000-0000-4000-8000-000000000000",
                "lines": "LS-1",
                "source": "portal",
                "a/b": 1,
            }.items()
        ),
    ],
)
def test_a_draft_takes_its_fields_and_nothing_else(
    who: Resident, body: dict[str, Any], pointer: str, code: str
) -> None:
    draft = draft_of(who)
    before = Complaint.objects.values().get()
    for answer in (who.post("/complaints", body), who.client.patch(f"{API}/complaints/{draft.public_id}", body)):
        assert pointers(is_problem(answer, 400, "not_valid")) == {pointer.replace("a/b", "a~1b"): code}
    assert Complaint.objects.values().get() == before


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"reason": "price"}, "not_an_ip_reason"),
        ({"reason": "because"}, "reason_unknown"),
        ({"right": "00000000-0000-4000-8000-000000000000"}, "right_unknown"),
    ],
)
def test_what_is_understood_but_cannot_be_used_says_why(who: Resident, body: dict[str, Any], code: str) -> None:
    answer = is_problem(who.post("/complaints", body), 422, code)
    assert answer["detail"] and set(pointers(answer).values()) == {code}
    assert not Complaint.objects.exists()


@pytest.mark.parametrize(
    ("verb", "body", "pointer"),
    [
        ("submit", {}, "/declaration"),
        ("submit", {"declaration": "2026", "signatory": "A"}, "/declaration"),
        ("submit", {"declaration": {"version": "1"}, "signatory": "A"}, "/declaration/sha256"),
        ("submit", {"declaration": TEXT | {"text": "mine"}, "signatory": "A"}, "/declaration/text"),
        ("submit", {"declaration": TEXT, "signatory": ""}, "/signatory"),
        ("submit", {"declaration": TEXT, "signatory": "A", "strength": "mfa"}, "/strength"),
        ("submit", {"declaration": TEXT, "signatory": "A", "mandate": {}}, "/mandate"),
        ("answer", {}, "/text"),
        ("answer", {"text": "  "}, "/text"),
        ("answer", {"text": 7.5, "items": [1]}, "/items"),
        ("answer", {"text": "x" * 5001}, "/text"),
        ("withdraw", {}, "/items"),
        ("withdraw", {"items": ["all"]}, "/items/0"),
        ("withdraw", {"items": [-1]}, "/items/0"),
        ("withdraw", {"items": [True]}, "/items/0"),
        ("withdraw", {"items": list(range(1, 502))}, "/items"),
    ],
)
def test_verbs_name_the_field_that_is_wrong(who: Resident, verb: str, body: dict[str, Any], pointer: str) -> None:
    case = filed_of(who, items=1)
    path = f"/complaints/{draft_of(who, case.right).public_id if verb == 'submit' else case.complaint.public_id}/{verb}"
    assert pointer in pointers(is_problem(who.post(path, body), 400, "not_valid"))


def test_taking_back_nothing_or_what_is_not_there(who: Resident) -> None:
    case = filed_of(who, items=1)
    path = f"/complaints/{case.complaint.public_id}/withdraw"
    is_problem(who.post(path, {"items": []}), 422, "no_items_chosen")
    is_problem(who.post(path, {"items": [case.item_ids[0], 2**63 - 1]}), 404, "not_found")
    is_problem(who.post(path, {"items": [2**63]}), 400, "number_too_large")
    assert case.fresh().state == "queued"


@pytest.mark.parametrize(
    ("lines", "pointer"),
    [([], "/lines"), ("LS-1", "/lines"), (None, "/lines"), ([1, {}], "/lines/1/target"), (["LS-1"] * 501, "/lines")],
)
def test_resolve_takes_one_to_five_hundred_texts(who: Resident, lines: Any, pointer: str) -> None:
    assert pointer in pointers(is_problem(who.post("/targets/resolve", {"lines": lines}), 400, "not_valid"))


def test_resolve_answers_any_line_and_never_fails(who: Resident) -> None:
    make_right(who.membership.organisation)
    listing = make_listing()
    odd = [
        "=cmd()",
        "javascript:alert(1)",
        "http://[::1",
        "%" * 500,
        "LS-١٢٣",
        "x" * 3000,
        "two\nlines",
        "‮LS-1",
        "' OR 1=1",
    ]
    lines = [int(listing.number), *odd, "", "  ", listing.marketplace_id]
    answered = who.post("/targets/resolve", {"lines": lines}).json()
    codes = [line["code"] for line in answered["lines"]]
    assert (codes[0], codes[-1], len(codes)) == ("found", "repeated", len(odd) + 2)
    assert all(line["fate"] == "to_correct" and line["hint"] for line in answered["lines"][1:-1])
    full = {"lines": [f"LS-{70_000_000 + number}" for number in range(500)]}
    assert queries(lambda: who.post("/targets/resolve", full)) < 12


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("proof.png", b"<script>alert(1)</script>", None),
        ("proof.pdf", b"MZ\x90\x00", None),
        ("proof.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        ("empty.png", b"", "not_valid"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_to_send(
    who: Resident, here: str, name: str, data: bytes, code: str
) -> None:
    file = upload(name, data)
    answer = who.client.post(f"{API}{here}/evidence", {"file": file}, format="multipart")
    body = is_problem(answer, 400 if code else 422, *([code] if code else []))
    assert set(pointers(body)) == {"/file"}
    assert who.get(here).json()["evidence"] == []


def test_evidence_needs_a_file_and_takes_a_caption_only(who: Resident, here: str) -> None:
    path = f"{API}{here}/evidence"
    assert pointers(is_problem(who.client.post(path, {"caption": "x"}, format="multipart"), 400)) == {
        "/file": "required"
    }
    odd = who.client.post(path, {"file": upload(), "state": "accepted"}, format="multipart")
    assert pointers(is_problem(odd, 400)) == {"/state": "unknown_field"}
    broken = who.client.post(path, b"--x\r\nnothing", content_type="multipart/form-data; boundary=x")
    is_problem(broken, 400)
    for number in range(20):
        assert who.attach(f"{here}/evidence", caption=f"{number}").status_code == 201
    assert pointers(is_problem(who.attach(f"{here}/evidence"), 422, "too_many_files")) == {"/file": "too_many_files"}


def test_a_repeated_upload_is_kept_once(who: Resident, here: str) -> None:
    answers = [
        who.client.post(f"{API}{here}/evidence", {"file": upload()}, format="multipart", HTTP_IDEMPOTENCY_KEY="file-1")
        for _time in range(2)
    ]
    assert answers[0].content == answers[1].content
    assert len(who.get(here).json()["evidence"]) == 1


def test_throwing_a_draft_away_gives_the_space_back(who: Resident, here: str) -> None:
    kept = StoredFile.objects.filter(purpose="evidence")
    first = who.attach(f"{here}/evidence").json()
    who.attach(f"{here}/evidence")
    who.client.delete(f"{API}{here}/evidence/{first['public_id']}")
    assert kept.count() == 1
    who.client.delete(API + here)
    assert kept.count() == 0


@pytest.mark.parametrize("path", ["/complaints/1", "/complaints/no-uuid", "/complaints/", "/complaint"])
def test_an_address_that_is_none_is_404(who: Resident, path: str) -> None:
    assert who.get(path).status_code == 404


def test_a_method_that_is_none_is_405(who: Resident, here: str) -> None:
    is_problem(who.client.put(API + here, {}), 405, "method_not_allowed")
    is_problem(who.get(f"{here}/submit"), 405, "method_not_allowed")

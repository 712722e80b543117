"""All kinds of right over the API: parts, designations, files, taking back; the same walls as on the pages."""

from __future__ import annotations

from typing import Any

import pytest

from brands import registry
from brands.models import IPRight
from tests.brands import factories as f
from tests.brands.test_api import BASE, Caller

pytestmark = pytest.mark.django_db
WORK = {"work_type": "photograph", "authors": "Ida Blom", "created_on": "2024-06", "chain_of_title": "Contract"}
PARTS: dict[str, dict[str, Any]] = {
    "copyright": {"office": "", "work": WORK},
    "design": {
        "office": "EM",
        "registration_number": "001234567-0001",
        "design": {"product": "Backpacks", "locarno_classes": ["3-1"]},
    },
    "patent": {
        "office": "US",
        "registration_number": "US10123456B2",
        "patent": {"ipc_classes": ["A44B 11/25"], "claims": "1. A buckle.", "publication_number": "US20200012345A1"},
    },
}


def body(caller: Caller, kind: str, **changes: Any) -> dict[str, Any]:
    brand = str(f.make_brand(caller.actor).public_id)
    shared = {"kind": kind, "brand": brand, "name": "Dawn", "owner_name": "Tarnfell Outdoor AB"}
    return {**shared, **PARTS[kind], **changes}


def madrid(caller: Caller, **changes: Any) -> dict[str, Any]:
    rows = [{"office": "EM", "registration_date": "2021-03-05"}, {"office": "JP"}]
    own = {"office": "", "registration_number": "", "registration_date": None, "expiry_date": None}
    return caller.body(**{**own, "international_number": "1234567", "designations": rows, **changes})


@pytest.mark.parametrize("kind", PARTS)
def test_a_program_enters_each_kind_and_reads_its_part(kind: str) -> None:
    caller = Caller()
    made = caller.post("/rights", body(caller, kind))
    assert made.status_code == 201, made.content
    seen = caller.get(f"/rights/{made.json()['public_id']}").json()
    name = {"copyright": "work", "design": "design", "patent": "patent"}[kind]
    assert (seen["kind"], seen["name"], seen["mark_kind"], seen["files"]) == (kind, "Dawn", "", [])
    assert {part for part in ("work", "design", "patent") if seen[part]} == {name}
    sent = PARTS[kind][name]
    expected = {**sent, "locarno_classes": ["03-01"]} if kind == "design" else sent
    assert {key: seen[name][key] for key in expected} == expected
    assert [row["kind"] for row in caller.get("/rights", kind=kind).json()["results"]] == [kind]
    assert caller.get("/rights", kind="trademark").json()["results"] == []


def test_a_work_is_completed_with_files_and_sent() -> None:
    caller = Caller()
    path = f"/rights/{caller.post('/rights', body(caller, 'copyright')).json()['public_id']}"
    missing = [row["field"] for row in caller.get(f"{path}/check").json()["missing"]]
    assert missing == ["proofs", "copies"]
    copy = caller.send(f"{path}/files", kind="work_copy", file=f.upload("dawn.png"))
    assert copy.status_code == 201, copy.content
    assert copy.json()["logo"]["sha256"] == copy.json()["files"][0]["sha256"]
    caller.send(f"{path}/files", kind="authorship", file=f.upload("contract.pdf"))
    third = caller.send(f"{path}/files", kind="authorship", file=f.upload("more.pdf")).json()["files"][2]
    gone = caller.client.delete(f"{BASE}{path}/files/{third['public_id']}")
    assert (gone.status_code, len(gone.json()["files"])) == (200, 2)
    assert caller.client.delete(f"{BASE}{path}/files/{third['public_id']}").status_code == 404
    done = caller.post(f"{path}/submit", {})
    assert (done.status_code, done.json()["state"]) == (200, "in_review")


def test_designations_make_one_right_each_and_are_answered_together() -> None:
    caller = Caller()
    made = caller.post("/rights", madrid(caller), **{"Idempotency-Key": "m-1"})
    assert made.status_code == 201, made.content
    rows = made.json()["results"]
    assert [(row["office"], row["basis"], row["registration_date"]) for row in rows] == [
        ("EM", "madrid", "2021-03-05"),
        ("JP", "madrid", None),
    ]
    assert rows[0]["registration_number"] == "W01234567" and rows[0]["international_number"] == "1234567"
    assert caller.post("/rights", madrid(caller), **{"Idempotency-Key": "m-1"}).content == made.content
    again = caller.post("/rights", madrid(caller))
    assert (again.status_code, again.json()["code"]) == (409, "already_registered")
    assert len(caller.get("/rights", search="1234567").json()["results"]) == 2
    changed = caller.patch(f"/rights/{rows[1]['public_id']}", {"registration_date": "2022-01-05"}).json()
    assert (changed["registration_date"], changed["international_number"]) == ("2022-01-05", "1234567")
    assert IPRight.objects.count() == 2


@pytest.mark.parametrize(
    ("kind", "changes", "status", "pointer"),
    [
        ("copyright", {"work": None}, 400, "/work"),
        ("copyright", {"work": {}}, 400, "/work/work_type"),
        ("copyright", {"work": {**WORK, "colour": "red"}}, 400, "/work/colour"),
        ("copyright", {"work": {**WORK, "published_at_url": "javascript:1"}}, 422, "/published_at_url"),
        ("copyright", {"design": {}}, 400, "/design"),
        ("copyright", {"kind": "recipe"}, 400, "/kind"),
        ("design", {"design": {"locarno_classes": ["40-01"]}}, 422, "/locarno_classes"),
        ("design", {"design": {"locarno_classes": "02-04"}}, 400, "/design/locarno_classes"),
        ("design", {"office": "WO"}, 422, "/office"),
        ("design", {"office": ""}, 422, "/office"),
        ("patent", {"office": "EM"}, 422, "/office"),
        ("patent", {"patent": {"ipc_classes": ["A44B 11/25"] * 51}}, 400, "/patent/ipc_classes"),
        ("patent", {"designations": [{"office": "EM"}]}, 400, "/office"),
        ("patent", {"office": "", "designations": [{"office": "WO"}]}, 400, "/designations/0/office"),
    ],
)
def test_a_body_that_cannot_be_used_names_the_field(
    kind: str, changes: dict[str, Any], status: int, pointer: str
) -> None:
    caller = Caller()
    sent = {key: value for key, value in {**body(caller, kind), **changes}.items() if value is not None}
    answer = caller.post("/rights", sent)
    assert answer.status_code == status, answer.content
    assert answer.json()["errors"][0]["pointer"].startswith(pointer), answer.json()
    assert not IPRight.objects.exists()


def test_a_bare_wipo_number_is_refused_over_the_api_too() -> None:
    caller = Caller()
    answer = caller.post("/rights", caller.body(office="WO", registration_number="1234567"))
    assert (answer.status_code, answer.json()["code"]) == (422, "designation_missing")


def test_a_change_keeps_the_rest_of_the_part() -> None:
    caller = Caller()
    path = f"/rights/{caller.post('/rights', body(caller, 'copyright')).json()['public_id']}"
    changed = caller.patch(path, {"work": {"authors": "Ida Blom, Jo Lund"}}).json()
    assert changed["work"] == {**WORK, "authors": "Ida Blom, Jo Lund", "published_on": None, "published_country": "",
                               "published_at_url": ""}  # fmt: skip
    assert len(changed["territories"]) > 200 and changed["version"] == 2
    assert caller.patch(path, {"kind": "patent", "patent": {}}).status_code == 422
    assert caller.patch(path, {"name": "Dawn"}).json()["version"] == 2


def test_editions_are_read_kept_and_shown() -> None:
    caller = Caller()
    classes = [{"number": 25, "goods": "Clothing", "edition": "11-2017"}, {"number": 18}]
    made = caller.post("/rights", caller.body(classes=classes)).json()
    assert {row["number"]: row["edition"] for row in made["classes"]} == {25: "NCL 11-2017", 18: "before NCL 13-2026"}
    path = f"/rights/{made['public_id']}"
    kept = caller.patch(path, {"owner_name": "Fellsted AB", "filing_date": "2026-02-01", "registration_date": None})
    assert {row["number"]: row["edition"] for row in kept.json()["classes"]} == {25: "NCL 11-2017", 18: "NCL 13-2026"}
    wrong = caller.post("/rights", caller.body(classes=[{"number": 25, "edition": "latest"}]))
    assert (wrong.status_code, wrong.json()["code"]) == (422, "edition_unknown")


def test_an_approved_right_is_taken_back_by_its_organisation_only() -> None:
    caller, outsider = Caller(), Caller()
    right = f.approved(caller.actor)
    path = f"/rights/{right.public_id}"
    assert outsider.post(f"{path}/reopen", {}).status_code == 404
    assert Caller(caller.organisation, ("rights:read",), by=caller.actor).post(f"{path}/reopen", {}).status_code == 403
    assert caller.post(f"{path}/reopen", {"version": 1}).json()["code"] == "moved_on"
    assert caller.post(f"{path}/reopen", {}).json()["state"] == "draft"
    assert caller.post(f"{path}/reopen", {}).json()["code"] == "wrong_state"


def test_an_outsider_finds_no_files() -> None:
    caller, outsider = Caller(), Caller()
    right = f.of_kind(caller.actor, "copyright")
    mine = right.files.get()
    path = f"/rights/{right.public_id}/files"
    assert outsider.send(path, kind="work_copy", file=f.upload("x.png")).status_code == 404
    assert outsider.client.delete(f"{BASE}{path}/{mine.public_id}").status_code == 404
    foreign = f.of_kind(outsider.actor, "copyright")
    swapped = f"/rights/{foreign.public_id}/files/{mine.public_id}"
    assert outsider.client.delete(BASE + swapped).status_code == 404
    assert right.files.count() == 1


def test_the_check_warns_about_a_uk_mark_without_its_eu_mark() -> None:
    caller = Caller()
    made = caller.post("/rights", caller.body(office="GB", registration_number="UK00917867542")).json()
    check = caller.get(f"/rights/{made['public_id']}/check").json()
    assert [row["code"] for row in check["warnings"]] == ["eu_origin"]
    assert check["lines"][-1]["field"] == "eu_origin"


def test_a_list_of_all_kinds_takes_constant_queries(django_assert_max_num_queries: Any) -> None:
    caller = Caller()
    for kind in ("trademark", "copyright", "design", "patent"):
        registry.register_right(actor=caller.actor, declaration=f.DECLARED[kind](caller.actor), now=f.NOW)
    caller.get("/rights")
    with django_assert_max_num_queries(12):
        assert len(caller.get("/rights").json()["results"]) == 4

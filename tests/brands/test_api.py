"""The rights in the API: the same verbs and the same walls, for programs."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from brands import registry
from brands.models import Brand, IPRight
from brands.registers.samples import load_samples
from portal.accounts.actors import Actor
from portal.accounts.models import Organisation
from portal.api import keys
from tests.brands import factories as f

pytestmark = pytest.mark.django_db
BASE = "/api/v1"


class Caller:
    """A program with a key of one organisation."""

    def __init__(
        self,
        organisation: Organisation | None = None,
        scopes: tuple[str, ...] = ("rights:read", "rights:write"),
        by: Actor | None = None,
    ) -> None:
        self.actor: Actor = by or f.actor("administrator", organisation)
        assert self.actor.organisation is not None
        self.organisation = self.actor.organisation
        now = timezone.now()
        _key, secret = keys.issue(
            actor=self.actor,
            organisation=self.organisation,
            name="tests",
            scopes=scopes,
            expires_at=now + timedelta(days=1),
            now=now,
        )
        self.client = Client(headers={"Authorization": f"Bearer {secret}"})

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(BASE + path, query)

    def post(self, path: str, body: dict[str, Any], **headers: Any) -> Any:
        return self.client.post(BASE + path, body, content_type="application/json", headers=headers)

    def patch(self, path: str, body: dict[str, Any]) -> Any:
        return self.client.patch(BASE + path, body, content_type="application/json")

    def send(self, path: str, **form: Any) -> Any:
        return self.client.post(BASE + path, form)

    def body(self, **changes: Any) -> dict[str, Any]:
        brand = f.make_brand(self.actor)
        values = {
            "brand": str(brand.public_id),
            "office": "EM",
            "mark_text": "TARNFELL",
            "registration_number": "18228224",
            "owner_name": "Tarnfell Outdoor AB",
            "filing_date": "2020-04-22",
            "registration_date": "2020-10-17",
            "expiry_date": "2030-04-22",
            "classes": [{"number": 25, "goods": "Clothing"}],
        }
        return {**values, **changes}


def test_a_program_registers_completes_and_submits_a_right() -> None:
    caller = Caller()
    made = caller.post("/rights", caller.body())
    assert made.status_code == 201, made.content
    path = f"/rights/{made.json()['public_id']}"
    assert made["Location"] == BASE + path
    assert (made.json()["state"], made.json()["registration_number"], len(made.json()["territories"])) == (
        "draft",
        "018228224",
        27,
    )
    early = caller.post(f"{path}/submit", {})
    assert (early.status_code, early.json()["code"], early.json()["errors"][0]["pointer"]) == (
        422,
        "incomplete",
        "/certificate",
    )
    assert [row["field"] for row in caller.get(f"{path}/check").json()["missing"]] == ["certificate"]
    assert caller.send(f"{path}/certificate", file=f.upload()).json()["certificate"]["media_type"] == "application/pdf"
    assert caller.send(f"{path}/logo", file=f.upload("logo.png")).json()["logo"]["media_type"] == "image/png"
    for _ in range(2):
        done = caller.post(f"{path}/submit", {})
        assert (done.status_code, done.json()["state"]) == (200, "in_review")
    assert caller.patch(path, {"owner_name": "Other"}).json()["code"] == "wrong_state"


def test_a_whole_right_comes_in_one_multipart_request() -> None:
    caller = Caller()
    form = {
        **caller.body(),
        "classes": [18, 25],
        "certificate": f.upload(),
        "logo": f.upload("logo.png"),
        "mark_kind": "combined",
    }
    made = caller.send("/rights", **form)
    assert made.status_code == 201, made.content
    assert [row["number"] for row in made.json()["classes"]] == [18, 25]
    assert caller.post(f"/rights/{made.json()['public_id']}/submit", {"version": 1}).status_code == 200


def test_the_same_idempotency_key_makes_one_right() -> None:
    caller = Caller()
    body = caller.body(registration_number="", registration_date=None)
    answers = [caller.post("/rights", body, **{"Idempotency-Key": "k-1"}) for _ in range(2)]
    assert answers[0].content == answers[1].content and IPRight.objects.count() == 1


def test_a_mark_that_is_there_conflicts() -> None:
    caller = Caller()
    body = caller.body()
    caller.post("/rights", body)
    again = caller.post("/rights", body)
    assert (again.status_code, again.json()["code"]) == (409, "already_registered")


@pytest.mark.parametrize(
    ("changes", "status", "pointer"),
    [
        ({"brand": str(uuid.uuid4())}, 404, "/brand"),
        ({"office": "XX"}, 400, "/office"),
        ({"classes": [{"number": 46}]}, 400, "/classes/0/number"),
        ({"territories": ["US"]}, 422, "/territories"),
        ({"territories": ["Germany"]}, 400, "/territories/0"),
        ({"filing_date": "22.4.2020"}, 400, "/filing_date"),
        ({"colour": "red"}, 400, "/colour"),
        ({"classes": "25"}, 400, "/classes"),
    ],
)
def test_a_body_that_cannot_be_used_names_the_field(changes: dict[str, Any], status: int, pointer: str) -> None:
    caller = Caller()
    answer = caller.post("/rights", caller.body(**changes))
    assert answer.status_code == status, answer.content
    assert answer.json()["errors"][0]["pointer"].startswith(pointer)
    assert not IPRight.objects.exists()


def test_the_brand_of_another_organisation_is_refused_like_one_that_is_not_there() -> None:
    caller, outsider = Caller(), Caller()
    foreign = f.make_brand(outsider.actor, "Foreign")
    mine = caller.post("/rights", caller.body()).json()
    for answer in (
        caller.post("/rights", caller.body(brand=str(foreign.public_id), registration_number="18095998")),
        caller.patch(f"/rights/{mine['public_id']}", {"brand": str(foreign.public_id)}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "brand_not_found")
    assert IPRight.objects.count() == 1


def test_a_change_keeps_the_rest_and_an_old_version_conflicts() -> None:
    caller = Caller()
    path = f"/rights/{caller.post('/rights', caller.body()).json()['public_id']}"
    changed = caller.patch(path, {"expiry_date": "2040-04-22", "version": 1}).json()
    assert (changed["expiry_date"], changed["version"], changed["classes"][0]["goods"]) == ("2040-04-22", 2, "Clothing")
    assert caller.patch(path, {"owner_name": "X", "version": 1}).json()["code"] == "moved_on"
    moved = caller.patch(path, {"office": "GB", "registration_number": "3123456", "application_number": ""}).json()
    assert moved["territories"] == ["GB"]


def test_an_outsider_finds_nothing() -> None:
    owner, outsider = Caller(), Caller()
    right = f.draft(owner.actor)
    path = f"/rights/{right.public_id}"
    assert outsider.get("/rights").json()["results"] == []
    assert outsider.get("/brands").json()["results"] == []
    for answer in (
        outsider.get(path),
        outsider.get(f"{path}/check"),
        outsider.patch(path, {"owner_name": "X"}),
        outsider.post(f"{path}/submit", {}),
        outsider.send(f"{path}/logo", file=f.upload("logo.png")),
        outsider.send(f"{path}/certificate", file=f.upload()),
    ):
        assert answer.status_code == 404
    teammate = Caller(owner.organisation, by=owner.actor)
    assert teammate.get(path).json()["public_id"] == str(right.public_id)


def test_a_key_that_reads_does_not_write_and_no_key_does_nothing() -> None:
    reader = Caller(scopes=("rights:read",))
    assert reader.get("/rights").status_code == 200
    assert reader.post("/brands", {"name": "X"}).status_code == 403
    assert Client().get(f"{BASE}/rights").status_code == 401
    assert Caller(scopes=("complaints:read",)).get("/rights").status_code == 403
    assert not Brand.objects.exists()


def test_the_list_filters_pages_and_takes_constant_queries() -> None:
    caller = Caller()
    f.in_review(caller.actor)
    counts = []
    for _ in range(2):
        caller.get("/rights")
        with CaptureQueriesContext(connection) as queries:
            caller.get("/rights")
        counts.append(len(queries))
        for number in range(5):
            f.draft(caller.actor, mark_text=f"Many {number}")
    assert counts[0] == counts[1]
    assert len(caller.get("/rights", state="in_review").json()["results"]) == 1
    assert len(caller.get("/rights", search="many 3").json()["results"]) == 2
    assert caller.get("/rights", office="EM").json()["results"] == []
    assert caller.get("/rights", state="magic").status_code == 400
    first = caller.get("/rights", page_size=4).json()
    assert len(first["results"]) == 4 and first["next"]


def test_offices_classes_brands_and_records() -> None:
    load_samples(f.NOW)
    caller = Caller()
    offices = caller.get("/offices").json()
    assert len(offices) == 28 and offices[0]["registration"]["example"] == "5845537"
    assert len(caller.get("/classes").json()["classes"]) == 45
    assert caller.post("/brands", {"name": "Tarnfell"}).json() == caller.post("/brands", {"name": "tarnfell"}).json()
    for number in ("2,178,784", "74/631,225"):
        found = caller.get("/register-records", office="US", number=number).json()
        assert [row["owner_name"] for row in found] == ["Oracle America, Inc."]
    assert caller.get("/register-records", office="US").status_code == 400


@pytest.mark.parametrize("path", ["/rights", "/brands", "/offices", "/classes", "/register-records"])
def test_a_list_refuses_a_filter_that_it_does_not_know(path: str) -> None:
    known = {"office": "US", "number": "1"} if path == "/register-records" else {}
    answer = Caller().get(path, **known, colour="red")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [("/colour", "unknown_field")]


def test_the_check_shows_each_line_and_the_reason_of_a_rejection_is_read() -> None:
    load_samples(f.NOW)
    caller = Caller()
    right = f.in_review(caller.actor, application_number="74631225", registration_number="2178784", mark_text="JAVA")
    check = caller.get(f"/rights/{right.public_id}/check").json()
    assert check["result"] == "owner_mismatch" and check["as_of"] == "2008-08-11"
    assert {row["field"]: row["agrees"] for row in check["lines"]}["owner_name"] is False
    registry.reject(actor=f.reviewer(), right=right, reason="Another owner.", now=f.NOW)
    seen = caller.get(f"/rights/{right.public_id}").json()
    assert (seen["state"], seen["state_reason"], seen["usable"]["code"]) == (
        "rejected",
        "Another owner.",
        "not_approved",
    )


def test_a_file_that_is_none_is_refused() -> None:
    caller = Caller()
    right = f.draft(caller.actor)
    answer = caller.send(f"/rights/{right.public_id}/logo", file=f.upload("logo.png", b"GIF89a"))
    assert answer.status_code == 422, answer.content


def test_a_corrected_number_takes_its_copy_along() -> None:
    caller = Caller()
    numbers = {"office": "EM", "registration_number": "18228242", "application_number": ""}
    made = caller.post("/rights", caller.body(**numbers)).json()
    assert made["application_number"] == "018228242"
    changed = caller.patch(f"/rights/{made['public_id']}", {"registration_number": "18228224"}).json()
    assert (changed["registration_number"], changed["application_number"]) == ("018228224", "018228224")
    unread = caller.patch(f"/rights/{made['public_id']}", {"registration_number": "to follow!"}).json()
    assert (unread["registration_number"], unread["application_number"]) == ("to follow!", "")
    kept = caller.patch(f"/rights/{made['public_id']}", {"owner_name": "Tarnfell"}).json()
    assert kept["registration_number"] == "to follow!"

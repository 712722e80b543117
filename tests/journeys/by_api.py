"""The last step by programs: the complainant follows figures, items and timelines; the accused reads and answers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from complaints.models import Complaint
from portal.marketplace.models import SandboxObject, Target
from tests.api.first_step import Person

SELLER = "contact@peakdeals.test"
ANSWER = "We bought these from a wholesaler and have the invoice."


@dataclass
class Api:
    """A program that holds a key."""

    secret: str

    def __call__(self, method: str, path: str, body: Any = None, *, status: int = 200, once: str = "") -> Any:
        """Calls /api/v1 and gives what was answered; fails with the problem when another status comes."""
        headers = {"Idempotency-Key": once} if once else {}
        answer = Client().generic(
            method, f"/api/v1/{path}", json.dumps(body) if body is not None else "", content_type="application/json",
            headers={"Authorization": f"Bearer {self.secret}", **headers},
        )  # fmt: skip
        assert answer.status_code == status, f"{answer.status_code} {answer.content.decode()}"
        return json.loads(answer.content) if answer.content else None

    def send_file(self, path: str, name: str, data: bytes, **fields: str) -> Any:
        """Uploads one file as multipart form data."""
        body = {"file": SimpleUploadedFile(name, data), **fields}
        answer = Client().post(f"/api/v1/{path}", body, headers={"Authorization": f"Bearer {self.secret}"})
        assert answer.status_code in {200, 201}, f"{answer.status_code} {answer.content.decode()}"
        return json.loads(answer.content)

    def pages(self, path: str) -> list[Any]:
        """Reads a list to its end, page by page."""
        rows: list[Any] = []
        found = self("GET", f"{path}?page_size=2")
        while True:
            rows += found["results"]
            if not found.get("next"):
                return rows
            found = self("GET", found["next"].split("/api/v1/")[1])


def follow_every_item(api: Api, public_id: str, shop: dict[str, Target]) -> None:
    """Items, decisions, timeline: all of it can be followed by the program; the sandbox shop agrees."""
    path = f"complaints/{public_id}"
    complaint = api("GET", path)
    assert complaint["state"] == "partially_accepted"
    assert complaint["counts"] == {"items": 2, "open": 0, "accepted": 1, "rejected": 1}
    rows = {row["target"]["marketplace_id"]: row for row in api.pages(f"{path}/items")}
    copy, patch = rows[shop["copy"].marketplace_id], rows[shop["patch"].marketplace_id]
    assert (copy["state"], copy["measure"]["state"], copy["target"]["state"]) == ("accepted", "confirmed", "removed")
    assert (patch["state"], patch["measure"], patch["target"]["state"]) == ("rejected", None, "live")
    assert copy["snapshot"]["content"]["title"] == shop["copy"].title
    assert SandboxObject.objects.get(target=shop["copy"]).actual == "removed"
    shop_page = Client().get(f"/sandbox/item/{shop['copy'].marketplace_id.removeprefix('LS-')}")
    assert "This listing was removed" in shop_page.content.decode()
    decisions = {row["outcome"]: row for row in api.pages(f"{path}/decisions")}
    assert decisions["accepted"]["ground"] == "C-01" and decisions["rejected"]["ground"] == "R-09"
    assert "The mark only says what the patch is for." in decisions["rejected"]["statement"]["text"]
    kinds = [row["kind"] for row in api.pages(f"{path}/timeline")]
    assert kinds[0] == "complaint.submitted" and kinds[-1] == "complaint.enforced"
    wanted = ("complaint.asked", "complaint.answered", "complaint.decided", "measure.confirmed")
    assert [kind for kind in wanted if kind in kinds] == list(wanted)
    of_copy, of_patch = (
        [event["kind"] for event in api.pages(f"{path}/items/{row['id']}/timeline")] for row in (copy, patch)
    )
    assert "measure.confirmed" in of_copy and "complaint.asked" not in of_copy
    assert "measure.confirmed" not in of_patch and "complaint.asked" in of_patch


def dashboard_says(api: Api, *, open_items: int, waiting: list[str], decided: int) -> Any:
    """Reads the figures: what is open, what waits, what was decided in these four weeks and this week, how fast."""
    found = api("GET", "dashboard")
    assert found["open"]["items"] == open_items
    assert [row["reference"] for row in found["waiting"]] == waiting
    assert (found["decided"]["complaints"], found["decided"]["partially_accepted"]) == (decided, decided)
    assert found["weeks"][-1]["partially_accepted"] == decided
    for name in ("median_seconds_to_decision", "median_seconds_to_removal"):
        assert (found[name] is not None) == bool(decided), name
    return found


def seller_reads_and_answers(shop: dict[str, Target]) -> None:
    """The holder of the account signs in by the API, reads what was decided and why, looks, and answers."""
    pia = Person(SELLER)
    pia.sign_in()
    [row] = pia("GET", "statements-of-reasons")["results"]
    path = f"statements-of-reasons/{row['public_id']}"
    told = pia("GET", path)
    assert (told["account"]["handle"], told["decision"]["ground"]) == ("peakdeals", "C-01")
    assert "Reported by: Tarnfell Outdoor AB" in told["text"] and "The chest logo is copied." in told["text"]
    [seen] = told["items"]
    assert (seen["target"]["marketplace_id"], seen["measure"]["state"]) == (shop["copy"].marketplace_id, "confirmed")
    assert seen["snapshot"]["content"]["title"] == shop["copy"].title
    picture = Client().get(seen["snapshot"]["picture"], headers={"X-Session-Token": pia.token})
    assert picture["Content-Type"] == "image/png"
    assert told["can_answer"] and told["redress"][0]["until"] == told["answer_until"]
    pia("POST", f"{path}/answers", {"text": ANSWER}, status=201)
    assert [answer["text"] for answer in pia("GET", path)["answers"]] == [ANSWER]


def desk_reads_the_answer(staff: Client, case: Complaint) -> None:
    """The desk finds it among the answers to read and notes it as read; the seller sees that."""
    address = reverse("admin:complaints_complaint_answers")
    page = staff.get(address).content.decode()
    assert ANSWER in page and case.reference in page
    number = re.search(r'name="message" value="(\d+)"', page)
    assert number, page
    assert staff.post(address, {"message": number[1]}).status_code == 302
    pia = Person(SELLER)
    pia.sign_in()
    [row] = pia("GET", "statements-of-reasons")["results"]
    [answer] = pia("GET", f"statements-of-reasons/{row['public_id']}")["answers"]
    assert answer["read_at"]


def complainant_learns_that_there_is_one(api: Api, public_id: str) -> None:
    """The timeline says that the other side answered; what they wrote stays between them and the desk."""
    path = f"complaints/{public_id}"
    assert "complaint.responded" in [row["kind"] for row in api.pages(f"{path}/timeline")]
    for part in ("", "/items", "/timeline", "/messages", "/decisions"):
        assert ANSWER not in json.dumps(api("GET", path + part)), part

"""The check before filing over the API: the same as the page, of a draft or of a body that is never kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from complaints import preflight
from complaints.models import Complaint
from portal.api.models import Scope
from portal.marketplace import catalogue
from portal.marketplace.models import Target
from tests.complaints.api_kit import resident
from tests.complaints.factories import make_listing, make_right, make_seller

pytestmark = pytest.mark.django_db


def a_video() -> Target:
    return catalogue.create_video(
        marketplace_id="VD-8300000",
        now=timezone.now(),
        title="Unboxing",
        market="DE",
        duration_s=900,
        owner=make_seller(),
    )


def test_a_body_is_checked_and_nothing_of_it_is_kept() -> None:
    who = resident(None, Scope.COMPLAINTS_READ)
    right = make_right(who.membership.organisation)
    body = {
        "right": str(right.public_id),
        "reason": "counterfeit",
        "explanation": "Copies our chest logo, and the zip is of another make.",
        "items": [make_listing().url, make_listing(nice_class=21).url, "LS-1"],
    }
    answer = who.post("/preflight", body)
    assert answer.status_code == 200, answer.content
    checked = answer.json()
    assert checked["ready"] is False
    assert [line["likely_rejections"] for line in checked["lines"]] == [["R-02"], ["R-02", "R-07"], []] or [
        line["likely_rejections"] for line in checked["lines"]
    ] == [[], ["R-07"], []]
    assert checked["lines"][1]["findings"] == ["outside_goods"]
    assert checked["lines"][2]["findings"] == ["targets_not_found"]
    goods = next(each for each in checked["findings"] if each["code"] == "outside_goods")
    assert (goods["lines"], goods["likely_rejection"]) == ([2], "R-07")
    assert goods["cure"]
    assert not Complaint.objects.exists()


def test_a_draft_and_the_same_body_are_told_the_same_and_the_page_too() -> None:
    who = resident()
    right = make_right(who.membership.organisation)
    body = {
        "right": str(right.public_id),
        "reason": "counterfeit",
        "explanation": "Copies our chest logo, and the zip is of another make.",
        "items": [make_listing(title="Belt for TARNFELL").url, make_listing(market="US").url],
    }
    draft = who.post("/complaints", body).json()
    kept = who.post(f"/complaints/{draft['public_id']}/check").json()
    assert who.post("/preflight", body).json() == kept
    row = Complaint.objects.get()
    lines = preflight.answer_draft(row, actor=who.actor, today=timezone.now().date())
    shown = preflight.check(row, lines, actor=who.actor, today=timezone.now().date())
    assert [each["code"] for each in kept["findings"]] == [each.code for each in shown]


def test_a_line_may_be_an_object_with_times_and_a_note() -> None:
    who = resident()
    right = make_right(who.membership.organisation)
    video = a_video()
    items: list[Any] = [
        {"target": video.url, "from": 41, "to": "1:10", "note": "the label"},
        {"target": "LS-1"},
        {"target": make_listing().marketplace_id, "from": None, "note": ""},
    ]
    body = {"right": str(right.public_id), "reason": "counterfeit", "items": items}
    draft = who.post("/complaints", body).json()
    assert draft["items"][:2] == [f"{video.url} 00:41–01:10 | the label", "LS-1"]
    (first, *_rest) = who.post("/targets/resolve", {"lines": items}).json()["lines"]
    assert (first["from_second"], first["to_second"], first["note"]) == (41, 70, "the label")


@pytest.mark.parametrize(
    "item",
    [
        {"from": 41},
        {"target": "LS-1", "until": 3},
        {"target": "LS-1", "from": [1]},
        {"target": "LS-1", "from": True},
        {"target": "LS-1\nLS-2"},
        {"target": "LS-1", "note": "x" * 301},
        ["LS-1"],
        5,
    ],
)
def test_an_object_that_is_none_is_refused_with_its_place(item: Any) -> None:
    who = resident()
    answer = who.post("/preflight", {"items": ["LS-1", item]})
    if item == 5:
        assert answer.status_code == 200, "a number is an id"
    else:
        assert answer.status_code == 400
        assert "/items/1" in answer.content.decode()


def test_a_time_that_cannot_be_read_is_answered_not_refused() -> None:
    who = resident()
    right = make_right(who.membership.organisation)
    body = {"right": str(right.public_id), "items": [{"target": a_video().url, "from": "noon"}]}
    (line,) = who.post("/preflight", body).json()["lines"]
    assert (line["code"], line["findings"]) == ("time_unreadable", ["times_unreadable"])


def test_what_is_no_reason_is_a_finding_and_an_unknown_one_is_refused() -> None:
    who = resident()
    right = make_right(who.membership.organisation)
    body = {"right": str(right.public_id), "reason": "price", "items": [make_listing().url]}
    found = who.post("/preflight", body).json()["findings"][0]
    assert (found["code"], found["tone"], found["likely_rejection"]) == ("not_an_ip_reason", "bad", "R-05")
    body["reason"] = "copied_work"
    codes = [each["code"] for each in who.post("/preflight", body).json()["findings"]]
    assert "reason_not_supported" in codes
    body["reason"] = "nonsense"
    assert who.post("/preflight", body).status_code == 422


def test_an_outsider_s_right_is_unknown_and_their_draft_is_not_found() -> None:
    who, outsider = resident(), resident()
    right = make_right(who.membership.organisation)
    draft = who.post("/complaints", {"right": str(right.public_id)}).json()
    assert outsider.post(f"/complaints/{draft['public_id']}/check").status_code == 404
    answer = outsider.post("/preflight", {"right": str(right.public_id)})
    assert (answer.status_code, answer.json()["code"]) == (422, "right_unknown")


def test_a_key_without_the_scope_is_refused() -> None:
    who = resident(None, Scope.RIGHTS_READ)
    assert who.post("/preflight", {}).status_code == 403

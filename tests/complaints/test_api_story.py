"""The whole story through the API, with a real key: resolve, draft, attach, check, sign, follow, answer, take back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from complaints import casework, snapshots
from complaints.models import Complaint, Snapshot
from complaints.rules.declarations import ALL
from portal.ledger import events
from portal.ledger.models import Event
from tests.complaints.api_kit import (
    API,
    ask,
    claimed_by,
    draft_of,
    filed_of,
    is_problem,
    mandate_of,
    pointers,
    queries,
    resident,
    signature,
    with_evidence,
)
from tests.complaints.factories import decide, make_listing, make_right, make_seller, png, reviewer, sign

pytestmark = pytest.mark.django_db


def test_the_whole_story(run_outbox: Callable[[], Any]) -> None:
    who = resident()
    right = make_right(who.membership.organisation)
    jacket, bag, gone = make_listing(), make_listing(), make_listing(state="removed")
    mandate = mandate_of(who.actor)

    lines = [jacket.url + "?utm_source=x", bag.marketplace_id, gone.marketplace_id, "LS-1", bag.marketplace_id]
    resolved = who.post("/targets/resolve", {"lines": lines, "right": str(right.public_id)}).json()
    assert [line["fate"] for line in resolved["lines"]] == ["ready", "ready", "left_out", "to_correct", "left_out"]
    assert resolved["counts"] == {"ready": 2, "left_out": 2, "to_correct": 1}
    assert resolved["lines"][0]["target"]["marketplace_id"] == jacket.marketplace_id
    assert resolved["lines"][0]["right"] == str(right.public_id)

    words = "Not ours: the zip is of another make."
    body = {"right": str(right.public_id), "reason": "counterfeit", "explanation": words, "items": lines[:2]}
    made = who.post("/complaints", body)
    draft = made.json()
    assert made.status_code == 201
    assert made["Location"] == f"{API}/complaints/{draft['public_id']}"
    assert (draft["state"], draft["reference"], draft["source"], draft["items"]) == ("draft", None, "api", lines[:2])
    here = f"/complaints/{draft['public_id']}"

    attached = who.attach(f"{here}/evidence", caption="Our own label")
    assert attached.status_code == 201, attached.json()
    checked = who.post(f"{here}/check").json()
    assert checked["ready"] is True
    assert {finding["code"] for finding in checked["findings"]} >= {"right_live", "items_ready", "evidence_there"}

    filed = who.post(f"{here}/submit", signature(mandate), once="story-1").json()
    assert filed["state"] == "queued"
    assert filed["reference"].startswith("RD-")
    assert (filed["items"], filed["counts"]["items"]) == (None, 2)
    assert filed["signature"]["signatory"] == who.name
    assert filed["signature"]["mandate"] == str(mandate.public_id)
    assert [file["caption"] for file in filed["evidence"]] == ["Our own label"]

    complaint = Complaint.objects.get(public_id=draft["public_id"])
    assert complaint.signature.strength.startswith("mandate:")
    _decide_first_ask_second(complaint)
    run_outbox()
    first, second = who.get(f"{here}/items").json()["results"]
    assert (first["state"], first["decision"]["ground"]) == ("accepted", "C-01")
    assert (first["measure"]["action"], first["measure"]["state"]) == ("listing_removed", "confirmed")
    assert first["target"]["state"] == "removed"
    assert (second["state"], second["decision"], second["measure"]) == ("asked", None, None)

    assert who.get(here).json()["state"] == "waiting"
    question = who.get(f"{here}/messages").json()["results"][0]
    assert (question["kind"], question["items"]) == ("question", [second["id"]])
    assert question["answer_by"]
    answered = who.post(f"{here}/answer", {"text": "On the chest."})
    assert (answered.status_code, answered.json()["kind"]) == (201, "answer")
    taken = who.post(f"{here}/withdraw", {"items": [second["id"]]}).json()
    assert taken["state"] == "accepted"

    [decision] = who.get(f"{here}/decisions").json()["results"]
    assert decision["items"] == [first["id"]]
    assert "We accepted 1 item" in decision["statement"]["text"]
    kinds = [event["kind"] for event in who.get(f"{here}/timeline").json()["results"]]
    assert kinds[0] == "complaint.submitted"
    assert {"complaint.decided", "measure.confirmed", "complaint.answered", "complaint.withdrawn"} <= set(kinds)
    assert not list(events.verify(("complaint", complaint.pk)))


def _decide_first_ask_second(complaint: Complaint) -> None:
    desk, now = reviewer(), timezone.now()
    first, second = complaint.items.order_by("line").values_list("pk", flat=True)
    casework.claim(actor=desk, complaint_id=complaint.pk, now=now)
    casework.decide(
        actor=desk,
        complaint_id=complaint.pk,
        item_ids=[first],
        outcome="accepted",
        ground="C-01",
        text="Copied.",
        now=now,
    )
    casework.ask(actor=desk, complaint_id=complaint.pk, item_ids=[second], text="Where is the mark?", now=now)


def test_what_one_asks_before_a_complaint() -> None:
    who = resident()
    mandate = mandate_of(who.actor)
    reasons = who.get("/reasons").json()
    assert "counterfeit" in {row["code"] for row in reasons["reasons"]}
    assert all(row["explanation"] for row in reasons["not_ip_reasons"])
    assert {"C-01", "R-07"} <= {row["code"] for row in reasons["grounds"]}
    text = next(row for row in who.get("/declarations").json() if row["key"] == "all")
    assert (text["version"], text["sha256"], text["text"]) == (ALL.version, ALL.sha256, ALL.text)
    [row] = who.get("/mandates").json()["results"]
    assert (row["public_id"], row["signatory"], row["in_force"]) == (str(mandate.public_id), who.name, True)
    casework.revoke_mandate(actor=who.actor, mandate_id=mandate.public_id, now=timezone.now())
    [row] = who.get("/mandates").json()["results"]
    assert row["in_force"] is False and row["revoked_at"]


def test_resolving_says_what_was_reported_before_and_what_lies_outside_the_right() -> None:
    who = resident()
    case = filed_of(who, items=1)
    abroad = make_listing(market="US")
    body = {
        "lines": [case.targets[0].marketplace_id, abroad.marketplace_id, "", "https://bit.ly/x"],
        "right": str(case.right.public_id),
        "reason": "counterfeit",
    }
    lines = who.post("/targets/resolve", body).json()["lines"]
    assert [line["code"] for line in lines] == ["duplicate", "outside_territory", "short_link"]
    assert [line["number"] for line in lines] == [1, 2, 4]
    assert case.complaint.reference in lines[0]["hint"]


def test_a_draft_is_left_resumed_and_thrown_away() -> None:
    who = resident()
    draft = who.post("/complaints", {}).json()
    here = f"/complaints/{draft['public_id']}"
    changed = who.client.patch(f"{API}{here}", {"reason": "counterfeit", "items": ["LS-1"]}).json()
    assert (changed["reason"], changed["items"], changed["right"]) == ("counterfeit", ["LS-1"], None)
    again = who.client.patch(f"{API}{here}", {"explanation": "Later."}).json()
    assert (again["items"], again["explanation"]) == (["LS-1"], "Later.")
    checked = who.post(f"{here}/check").json()
    assert checked["ready"] is False
    assert {"right_missing", "targets_not_found"} <= {finding["code"] for finding in checked["findings"]}
    assert who.client.delete(f"{API}{here}").status_code == 204
    is_problem(who.get(here), 404, "not_found")


def test_a_filed_complaint_is_no_draft_any_more() -> None:
    who = resident()
    here = f"/complaints/{filed_of(who).complaint.public_id}"
    is_problem(who.client.patch(f"{API}{here}", {"reason": "similar_sign"}), 409, "wrong_state")
    is_problem(who.client.delete(f"{API}{here}"), 409, "wrong_state")
    is_problem(who.post(f"{here}/check"), 409, "wrong_state")
    is_problem(who.attach(f"{here}/evidence"), 409, "wrong_state")
    is_problem(who.post(f"{here}/answer", {"text": "You asked nothing."}), 409, "wrong_state")


def test_a_draft_has_nothing_to_answer_or_take_back() -> None:
    who = resident()
    here = f"/complaints/{draft_of(who).public_id}"
    is_problem(who.post(f"{here}/answer", {"text": "Hello?"}), 409, "wrong_state")
    is_problem(who.post(f"{here}/withdraw", {"items": [1]}), 404, "not_found")
    assert who.get(f"{here}/items").json()["results"] == []


def test_decided_items_cannot_be_taken_back() -> None:
    who = resident()
    case = filed_of(who)
    decide(case, claimed_by(case), items=case.item_ids[:1])
    here = f"/complaints/{case.complaint.public_id}"
    is_problem(who.post(f"{here}/withdraw", {"items": case.item_ids}), 409, "already_decided")
    assert {item["state"] for item in who.get(f"{here}/items").json()["results"]} == {"accepted", "open"}


def test_a_held_decision_is_not_told_before_the_second_person() -> None:
    who = resident()
    case = filed_of(who, items=1)
    shop = make_seller(account_kind="store")
    words = {"reason": "counterfeit", "explanation": "The shop passes off every picture of ours."}
    body = {"right": str(case.right.public_id), **words, "items": [shop.target.marketplace_id]}
    draft = who.post("/complaints", body).json()
    here = f"/complaints/{draft['public_id']}"
    filed = who.post(f"{here}/submit", signature(mandate_of(who.actor)))
    assert filed.status_code == 200, filed.json()
    case.complaint = Complaint.objects.get(public_id=draft["public_id"])
    [held] = decide(case, claimed_by(case))
    [item] = who.get(f"{here}/items").json()["results"]
    assert (item["state"], item["decision"], item["measure"]) == ("open", None, None)
    assert who.get(f"{here}/decisions").json()["results"] == []
    assert "C-01" not in who.get(f"{here}/timeline").content.decode()
    casework.confirm(actor=reviewer("senior"), decision_id=held.pk, now=timezone.now())
    [decision] = who.get(f"{here}/decisions").json()["results"]
    assert decision["public_id"] == str(held.public_id)


def test_a_snapshot_can_be_checked_from_outside() -> None:
    who = resident()
    case = filed_of(who, items=1)
    here = f"/complaints/{case.complaint.public_id}"
    [item] = who.get(f"{here}/items").json()["results"]
    kept = Snapshot.objects.get(item__complaint=case.complaint)
    assert item["snapshot"]["sha256"] == kept.sha256 and snapshots.is_whole(kept)
    assert item["snapshot"]["content"]["title"] == case.targets[0].title
    assert kept.picture is not None and item["snapshot"]["picture_sha256"] == kept.picture.sha256
    shown = item["snapshot"]
    whole = {"content": shown["content"], "picture": shown["picture_sha256"]}
    whole["taken_at"] = shown["taken_at"].replace("Z", "+00:00")
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(text.encode()).hexdigest() == shown["sha256"]
    picture = who.get(f"{here}/items/{item['id']}/picture")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")
    is_problem(who.get(f"{here}/items/{item['id'] + 999}/picture"), 404, "not_found")


def test_a_file_comes_back_whatever_the_client_accepts() -> None:
    who = resident()
    draft = draft_of(who)
    there = f"{API}/complaints/{draft.public_id}/evidence/{with_evidence(who, draft)}"
    for accept in ("image/png", "*/*", "application/pdf"):
        answer: Any = who.client.get(there, HTTP_ACCEPT=accept)
        assert answer.status_code == 200
        assert "attachment" in answer["Content-Disposition"]
        assert b"".join(answer.streaming_content).startswith(png()[:8])
    assert who.client.delete(there).status_code == 204
    is_problem(who.client.get(there, HTTP_ACCEPT="image/png"), 404, "not_found")


def test_lists_cost_the_same_for_three_and_for_thirty() -> None:
    who = resident()
    right = make_right(who.membership.organisation)
    for number in range(30):
        draft = draft_of(who, right)
        if number == 2:
            few = queries(lambda: who.get("/complaints"))
        if number == 1:
            casework.submit(actor=who.actor, complaint_id=draft.pk, signing=sign(who.actor), now=timezone.now())
    assert queries(lambda: who.get("/complaints")) == few
    assert len(who.get("/complaints").json()["results"]) == 30


@pytest.mark.parametrize("part", ["items", "timeline", "messages", "decisions"])
def test_the_parts_of_a_complaint_cost_the_same_for_two_items_and_for_twelve(part: str) -> None:
    who = resident()
    counts = []
    for number in (2, 12):
        case = filed_of(who, items=number)
        desk = claimed_by(case)
        ask(case, desk)
        casework.answer(actor=who.actor, complaint_id=case.complaint.pk, text="There.", now=timezone.now())
        for item in case.item_ids[1:]:
            decide(case, desk, items=[item])
        counts.append(queries(lambda case=case: who.get(f"/complaints/{case.complaint.public_id}/{part}")))
    assert counts[0] == counts[1]


def test_resolve_and_check_cost_the_same_for_two_lines_and_for_twenty() -> None:
    who = resident()
    right = make_right(who.membership.organisation)
    counts = []
    for number in (2, 20):
        draft = draft_of(who, right, items=number)
        lines = draft.lines.split("\n")
        body = {"lines": lines, "right": str(right.public_id), "reason": "counterfeit"}
        counts.append(
            (
                queries(lambda body=body: who.post("/targets/resolve", body)),
                queries(lambda draft=draft: who.post(f"/complaints/{draft.public_id}/check")),
            )
        )
    assert counts[0] == counts[1]


def test_pages_filters_and_search() -> None:
    who = resident()
    case = filed_of(who, items=1)
    drafts = [draft_of(who, case.right) for _ in range(4)]
    first = who.get("/complaints", page_size=2).json()
    assert [row["public_id"] for row in first["results"]] == [str(drafts[3].public_id), str(drafts[2].public_id)]
    second = who.client.get(first["next"]).json()
    last = who.client.get(second["next"]).json()
    assert (len(second["results"]), len(last["results"]), last["next"]) == (2, 1, None)
    reference = case.complaint.reference
    for query in (
        {"state": "queued"},
        {"reference": reference.lower()},
        {"search": reference},
        {"search": case.targets[0].marketplace_id},
    ):
        assert [row["reference"] for row in who.get("/complaints", **query).json()["results"]] == [reference], query
    assert len(who.get("/complaints", search="tarnf", state="draft", reason="counterfeit").json()["results"]) == 4
    assert who.get("/complaints", updated_since="2099-01-01T00:00:00Z").json()["results"] == []
    assert pointers(is_problem(who.get("/complaints", stat="draft"), 400)) == {"/stat": "unknown_field"}
    assert pointers(is_problem(who.get("/complaints", state="gone"), 400)) == {"/state": "invalid_choice"}
    is_problem(who.get("/complaints", cursor="%00%%"), 400)


def test_a_repeated_request_changes_nothing_twice() -> None:
    who = resident()
    right = make_right(who.membership.organisation)
    words = "Not ours: the zip is of another make."
    body = {
        "right": str(right.public_id),
        "reason": "counterfeit",
        "explanation": words,
        "items": [make_listing().marketplace_id],
    }
    first, again = who.post("/complaints", body, once="one"), who.post("/complaints", body, once="one")
    assert first.content == again.content and again["Idempotency-Replayed"] == "true"
    assert Complaint.objects.count() == 1
    is_problem(who.post("/complaints", body | {"explanation": "Other."}, once="one"), 422, "idempotency_key_reused")
    here = f"/complaints/{first.json()['public_id']}"
    signed = signature(mandate_of(who.actor))
    filed, replayed = who.post(f"{here}/submit", signed, once="two"), who.post(f"{here}/submit", signed, once="two")
    assert filed.content == replayed.content
    anew = who.post(f"{here}/submit", signed).json()
    assert anew["reference"] == filed.json()["reference"]
    complaint = Complaint.objects.get()
    assert complaint.items.count() == 1
    assert Event.objects.filter(kind="complaint.submitted").count() == 1

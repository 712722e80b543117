"""Texts to start from, items alike, and two outcomes in one press."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints import casework
from complaints.models import Decision, DeskTemplate, Item, Message, StatementOfReasons
from portal.accounts.actors import Actor, staff_actor_for
from portal.errors import Forbidden, Refused
from portal.ledger.models import Event
from tests.accounts.factories import make_staff, signed_in
from tests.complaints.factories import Case, claimed, decide, make_filed_complaint, reviewer

pytestmark = pytest.mark.django_db


def keep(by: Actor | None = None, **changes: Any) -> DeskTemplate:
    fields = {
        "name": "Copy",
        "use": "decision",
        "ground": "C-01",
        "text": "{items} of {seller} carry {mark}.",
    } | changes
    return casework.save_template(actor=by or reviewer("policy"), now=timezone.now(), **fields)


@pytest.fixture
def desk(client: Client) -> tuple[Case, Client, str]:
    staff = make_staff("reviewer")
    case = make_filed_complaint(items=5)
    claimed(case, staff_actor_for(staff))
    signed_in(client, staff)
    return case, client, reverse("admin:complaints_complaint_case", args=[case.complaint.pk])


@pytest.mark.parametrize("text", ["Dear {name}", "{ price }", "{}"])
def test_a_fill_in_that_nothing_fills_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        keep(text=text)
    assert (refusal.value.code, refusal.value.field) == ("fill_in_unknown", "text")
    assert not DeskTemplate.objects.exists()
    assert not Event.objects.filter(stream_kind="desk_template").exists()


@pytest.mark.parametrize("role", ["reviewer", "auditor"])
def test_only_policy_and_seniors_keep_templates(role: str) -> None:
    with pytest.raises(Forbidden):
        keep(reviewer(role))
    assert keep(reviewer("senior")).pk


def test_the_admin_keeps_them_and_refuses_what_nothing_fills(client: Client) -> None:
    signed_in(client, make_staff("senior"))
    address = reverse("admin:complaints_desktemplate_add")
    fields = {"name": "Copy", "use": "decision", "ground": "C-01", "language": "en", "is_active": "on"}
    assert "nothing fills this" in client.post(address, fields | {"text": "{nobody}"}).text
    client.post(address, fields | {"text": "It carries {mark}."})
    assert DeskTemplate.objects.get().updated_by is not None


def test_a_press_fills_it_from_the_case_and_decides_nothing(desk: tuple[Case, Client, str]) -> None:
    case, client, address = desk
    template = keep()
    page = client.post(address, {"do": "fill", "template": template.pk, "items": case.item_ids[:1]})
    assert page.status_code == 200
    assert f"Hooded jacket TARNFEL of @{case.seller.handle} carry TARNFELL." in page.text
    assert not Decision.objects.exists()
    empty = client.post(address, {"do": "fill", "template": template.pk})
    assert "{items} of {seller} carry TARNFELL." in empty.text


def test_a_text_with_a_gap_never_leaves(desk: tuple[Case, Client, str]) -> None:
    case, client, address = desk
    typed = {
        "do": "decide",
        "outcome": "accepted",
        "ground": "C-01",
        "text": "It carries {mark}.",
        "items": case.item_ids,
    }
    answer = client.post(address, typed)
    assert answer.status_code == 422
    assert "{mark} is not filled in" in answer.text
    assert "{mark} is not filled in" in client.post(address, typed | {"do": "preview"}).text
    client.post(address, typed | {"outcome": "ask"})
    assert not Decision.objects.exists()
    assert not Message.objects.exists()


def test_a_press_selects_alike_and_keeps_what_was_typed(desk: tuple[Case, Client, str]) -> None:
    case, client, address = desk
    other = case.targets[0]
    Item.objects.filter(target=other).update(state="open")
    page = client.post(address, {"pick": "all", "text": "Half a sentence"})
    assert page.text.count(" checked") >= 5
    assert "Half a sentence" in page.text
    assert client.post(address, {"pick": "none", "text": "x"}).text.count('name="items"') == 5
    assert not Decision.objects.exists()


def test_two_outcomes_are_previewed_together_and_decided_together(desk: tuple[Case, Client, str]) -> None:
    case, client, address = desk
    ids = ",".join(map(str, case.item_ids))
    typed = {
        "outcome": "accepted", "ground": "C-01", "text": "These carry the mark.", "items": case.item_ids[:3],
        "open": ids, "rest_outcome": "rejected", "rest_ground": "R-04", "rest_text": "These are your dealers’.",
    }  # fmt: skip
    preview = " ".join(client.post(address, typed | {"do": "preview"}).text.split())
    assert not Decision.objects.exists()
    client.post(address, typed | {"do": "decide"})
    assert sorted(item.state for item in case.items) == ["accepted"] * 3 + ["rejected"] * 2
    assert case.fresh().state == "partially_accepted"
    for statement in StatementOfReasons.objects.all():
        line = statement.text.splitlines()[0]
        assert line in preview


def test_a_part_that_is_refused_leaves_the_other_undone(desk: tuple[Case, Client, str]) -> None:
    case, client, address = desk
    typed = {
        "do": "decide", "outcome": "accepted", "ground": "C-01", "text": "These carry the mark.",
        "items": case.item_ids[:3], "open": ",".join(map(str, case.item_ids)),
        "rest_outcome": "rejected", "rest_ground": "R-02", "rest_text": "Nothing shows it.",
    }  # fmt: skip
    answer = client.post(address, typed)
    assert answer.status_code == 422
    assert "Say which proof is missing" in answer.text
    assert not Decision.objects.exists()
    assert {item.state for item in case.items} == {"open"}


def test_an_item_in_two_parts_is_refused() -> None:
    case = make_filed_complaint(items=2)
    me = claimed(case)
    part = casework.Verdict(case.item_ids, "accepted", "C-01", "Copied.")
    with pytest.raises(Refused):
        casework.decide_together(actor=me, complaint_id=case.complaint.pk, verdicts=[part, part], now=timezone.now())
    assert decide(case, me)

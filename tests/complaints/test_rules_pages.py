"""Rule packs, read by staff on a page and by programs in the API; and where an organisation is reached."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.rules import packs
from portal.accounts.actors import member_actor_for
from portal.accounts.models import Membership, Organisation, Role
from portal.errors import Forbidden, Refused
from portal.identity.reach import change_reach
from portal.ledger.models import Event
from tests.accounts.factories import make_member, make_staff, signed_in
from tests.complaints.api_kit import is_problem, pointers, resident

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", packs.RIGHT_KINDS)
@pytest.mark.parametrize("document", packs.DOCUMENTS)
def test_staff_read_the_packs_of_a_right_and_document(kind: str, document: str) -> None:
    desk = signed_in(Client(), make_staff("auditor"))
    address = reverse("admin:complaints_complaint_packs")
    page = desk.get(address, {"right_kind": kind, "document": document})
    text = page.content.decode()
    wanted = [pack for pack in packs.every(document) if pack.right_kind == kind]
    assert [row["pack"] for row in page.context["packs"]] == wanted
    assert text.count("<h1") == 1
    for pack in wanted:
        assert all(f"<code>{clock}</code>" in text for clock in pack.clocks)


def test_an_unknown_choice_shows_the_first() -> None:
    desk = signed_in(Client(), make_staff("reviewer"))
    page = desk.get(reverse("admin:complaints_complaint_packs"), {"right_kind": "\x00", "document": "letter"})
    assert {row["pack"].document for row in page.context["packs"]} == {"notice"}


def test_programs_read_packs_by_right_market_and_document() -> None:
    who = resident()
    assert [row["key"] for row in who.get("/rule-packs").json()] == [pack.key for pack in packs.every()]
    [pack] = who.get("/rule-packs", right_kind="copyright", market="us", document="counter_notice").json()
    assert pack["bases"] == ["US_DMCA_512g3"]
    assert {"rule": "us.dmca.putback", "automatic": True} in pack["clocks"]
    [union] = who.get("/rule-packs", right_kind="design", market="PL").json()
    assert union["jurisdiction"] == "EU"
    seen = {row["field"]: row for row in union["visibility"]}
    assert seen["contact_details"]["accused"] == "no"
    assert len(who.get("/rule-packs", market="ZZ").json()) == len(packs.RIGHT_KINDS)


@pytest.mark.parametrize(
    ("query", "pointer"),
    [({"right_kind": "logo"}, "/right_kind"), ({"document": "letter"}, "/document"), ({"market": "DEU"}, "/market")],
)
def test_what_is_no_filter_is_refused(query: dict[str, str], pointer: str) -> None:
    assert list(pointers(is_problem(resident().get("/rule-packs", **query), 400))) == [pointer]


# --- where an organisation is reached


def reach(member: Membership, **changes: str) -> Organisation:
    owner = member_actor_for(member)
    return change_reach(actor=owner, organisation=member.organisation, now=timezone.now(), **changes)


def test_an_administrator_says_where_the_organisation_is_reached_and_the_event_holds_no_address() -> None:
    member = make_member(role=Role.ADMINISTRATOR)
    reach(member, postal_address=" Storgatan 1 ", phone="+46 8 555 010 20")
    reach(member, phone="+46 8 555 010 20")
    [event] = Event.objects.filter(kind="organisation.reach_changed")
    assert event.payload == {"changed": ["phone", "postal_address"]}
    assert Organisation.objects.get(pk=member.organisation_id).postal_address == "Storgatan 1"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"phone": "call me"}, "phone"),
        ({"service_country": "SG"}, "service_address"),
        ({"service_address": "1 Raffles Place"}, "service_country"),
        ({"service_country": "XX", "service_address": "Nowhere"}, "service_country"),
        ({"postal_address": "x" * 501}, "postal_address"),
    ],
)
def test_half_an_address_is_refused(changes: dict[str, str], field: str) -> None:
    member = make_member(role=Role.ADMINISTRATOR)
    with pytest.raises(Refused) as refused:
        reach(member, **changes)
    assert refused.value.field == field
    assert not Event.objects.filter(kind="organisation.reach_changed").exists()


@pytest.mark.parametrize("role", [Role.RIGHTS_OWNER, Role.AGENT, Role.VIEWER])
def test_who_does_not_administer_reads_it_only(role: Any) -> None:
    member = make_member(role=role)
    with pytest.raises(Forbidden):
        reach(member, phone="+46 8 555 010 20")
    page = signed_in(Client(), member.user).get(reverse("identity:page")).content.decode()
    assert "How you can be reached" in page
    assert reverse("identity:reach") not in page


def test_the_page_shows_what_is_wrong_and_keeps_what_was_typed() -> None:
    member = make_member(role=Role.ADMINISTRATOR)
    answer = signed_in(Client(), member.user).post(reverse("identity:reach"), {"phone": "call me"})
    assert answer.status_code == 422
    assert "country code" in answer.content.decode() and "call me" in answer.content.decode()

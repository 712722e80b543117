"""A decision that waits for a second person is the desk's own: outside it, nothing is decided yet."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints import casework
from complaints.figures import figures
from complaints.models import Decision
from portal.ledger.models import OutboxMessage
from tests.accounts.factories import signed_in
from tests.complaints import factories
from tests.complaints.api_kit import Resident, resident
from tests.complaints.factories import Case, reviewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def who() -> Resident:
    return resident()


@pytest.fixture
def case(who: Resident) -> Case:
    right = factories.make_right(who.membership.organisation)
    seller = factories.make_seller("tarnfell.official", account_kind="store")
    draft = factories.make_draft(who.actor, right, [seller.target], reason="impersonation")
    signing = factories.sign(who.actor)
    complaint = casework.submit(actor=who.actor, complaint_id=draft.pk, signing=signing, now=timezone.now())
    return Case(complaint, who.actor, who.membership, right, seller, [seller.target])


def everything(who: Resident, case: Case) -> dict[str, Any]:
    """All that the complainant can read of the case, by pages and by API, without the moments of the reading."""
    client, one = signed_in(Client(), who.membership.user), f"/complaints/{case.complaint.public_id}"
    item = case.complaint.items.get().pk
    addresses = [
        reverse("complaints:dashboard"),
        reverse("complaints:list"),
        reverse("complaints:list") + "?state=in_review",
        reverse("complaints:list") + "?state=held",
        reverse("complaints:detail", args=[case.complaint.public_id]),
        reverse("complaints:item", args=[case.complaint.public_id, item]),
    ]
    read = {address: client.get(address).content.decode().split("<main")[1] for address in addresses}
    paths = ["/complaints", one, f"{one}/items", f"{one}/timeline", f"{one}/items/{item}/timeline", "/dashboard"]
    return read | {path: without_moment(who.get(path).json()) for path in paths}


def without_moment(found: Any) -> Any:
    if isinstance(found, dict):
        return {
            name: without_moment(value) for name, value in found.items() if name not in {"updated_at", "as_of", "since"}
        }
    return [without_moment(each) for each in found] if isinstance(found, list) else found


def test_nothing_outside_the_desk_changes_until_a_second_person_confirms(who: Resident, case: Case) -> None:
    me = factories.claimed(case)
    before, waiting = everything(who, case), OutboxMessage.objects.count()
    counted = figures(who.actor, timezone.now())
    factories.decide(case, me, ground="C-04")
    assert case.fresh().state == "held"
    after = everything(who, case)
    for place, shown in before.items():
        assert tokens_out(after[place]) == tokens_out(shown), place
    assert figures(who.actor, timezone.now()) == counted
    assert (counted.open_complaints, counted.open_items) == (1, 1)
    assert OutboxMessage.objects.count() == waiting
    for text in map(str, after.values()):
        assert "second person" not in text and "'held'" not in text and ">Held<" not in text
    found = [row["state"] for row in who.get("/complaints", state="in_review").json()["results"]]
    assert found == ["in_review"]
    assert who.get("/complaints", state="held").status_code == 400
    casework.confirm(actor=reviewer("senior"), decision_id=Decision.objects.get().pk, now=timezone.now())
    assert who.get(f"/complaints/{case.complaint.public_id}").json()["state"] == "accepted"


def tokens_out(shown: Any) -> Any:
    """Takes out of a page what differs with every request."""
    if not isinstance(shown, str):
        return shown
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|<time[^>]*>[^<]*</time>', "", shown)

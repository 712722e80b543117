"""Before a second person confirms, they read what will leave: the texts of each side and the measures."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints import casework
from complaints.models import Decision
from portal.accounts.actors import staff_actor_for
from tests.accounts.factories import make_staff, signed_in
from tests.complaints import factories
from tests.complaints.factories import Case

pytestmark = pytest.mark.django_db
WORDS = "It passes itself off as the owner’s own shop."


@pytest.fixture
def held() -> Case:
    """A case about a store and a listing of it, accepted by a reviewer; the store waits for a second person."""
    base = factories.make_filed_complaint(items=1)
    seller = factories.make_seller("tarnfell.official", account_kind="store")
    targets = [seller.target, factories.make_listing(seller)]
    draft = factories.make_draft(base.owner, base.right, targets, reason="impersonation")
    filed = casework.submit(
        actor=base.owner, complaint_id=draft.pk, signing=factories.sign(base.owner), now=timezone.now()
    )
    case = Case(filed, base.owner, base.membership, base.right, seller, targets)
    rita = staff_actor_for(make_staff("reviewer", name="Rita"))
    factories.decide(case, factories.claimed(case, rita), ground="C-04", text=WORDS)
    return case


def read(client: Client, case: Case) -> str:
    """The held decision as the page shows it, without its markup."""
    page = client.get(reverse("admin:complaints_complaint_case", args=[case.complaint.pk])).text
    note = page.split('class="note info" id="held-')[1].split('<section class="card" id="pair"')[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", note)).split())


def test_a_senior_reads_exactly_what_confirming_sends(client: Client, held: Case) -> None:
    signed_in(client, make_staff("senior"))
    said = read(client, held)
    decision = Decision.objects.get(needs_second=True)
    address = reverse("admin:complaints_complaint_case", args=[held.complaint.pk])
    assert client.post(address, {"do": "confirm", "decision": decision.pk}).status_code == 302
    statements = list(decision.statements.all())
    assert {statement.side for statement in statements} == {"complainant", "respondent"}
    for statement in statements:
        assert " ".join(statement.text.split()) in said
    assert "To the complainant mail and portal" in said
    assert "To @tarnfell.official mail and portal" in said


def test_the_measures_that_follow_are_named_and_only_those_that_are_held(client: Client, held: Case) -> None:
    signed_in(client, make_staff("senior"))
    said = read(client, held)
    assert "Measures that follow: Store deactivated (1)" in said
    assert "Listing removed" not in said


def test_who_may_not_confirm_is_shown_no_preview(client: Client, held: Case) -> None:
    for role in ("reviewer", "auditor"):
        signed_in(client, make_staff(role))
        assert "What each side will receive when you confirm" not in read(client, held)


def test_the_preview_of_a_decision_names_its_measures_too(client: Client) -> None:
    case = factories.make_filed_complaint(items=3)
    staff = make_staff("reviewer")
    factories.claimed(case, staff_actor_for(staff))
    signed_in(client, staff)
    address = reverse("admin:complaints_complaint_case", args=[case.complaint.pk])
    typed = {"do": "preview", "outcome": "accepted", "ground": "C-01", "text": "Copied.", "items": case.item_ids}
    assert "Measures that follow: Listing removed (3)" in client.post(address, typed).text
    rejected = typed | {"outcome": "rejected", "ground": "R-03", "missing_proof": "A picture of the mark."}
    assert "Measures that follow" not in client.post(address, rejected).text

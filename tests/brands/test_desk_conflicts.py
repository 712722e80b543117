"""Keeping rights and settling conflicts at the desk, as a reviewer does it in the admin."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from brands import registry
from brands.models import IPRight, RightConflict
from tests.accounts.factories import make_staff, signed_in
from tests.brands import factories as f
from tests.brands.test_keeping import conflict_of_two, fresh, recorded

pytestmark = pytest.mark.django_db


def keep(client: Client, right: IPRight, what: str, reason: str = "") -> int:
    return client.post(
        reverse("admin:brands_ipright_keep", args=[right.pk]), {"what": what, "reason": reason}
    ).status_code


def test_a_reviewer_suspends_with_a_reason_and_puts_back(client: Client) -> None:
    right = f.approved(f.actor())
    desk = signed_in(client, make_staff())
    assert keep(desk, right, "suspend") == 409 and fresh(right).state == "approved", "without a reason"
    assert keep(desk, right, "suspend", "The certificate is forged.") == 302
    assert (fresh(right).state, fresh(right).suspended_for) == ("suspended", "desk")
    page = desk.get(reverse("admin:brands_ipright_change", args=[right.pk]))
    assert b"The certificate is forged." in page.content and b"Put back in force" in page.content
    assert keep(desk, right, "reinstate", "The office confirmed it.") == 302 and fresh(right).state == "approved"


def test_comparing_now_suspends_what_lapsed(client: Client) -> None:
    right = f.approved(f.actor())
    recorded(right, status="dead_cancelled")
    assert keep(signed_in(client, make_staff()), right, "compare") == 302
    assert fresh(right).state == "suspended"


@pytest.mark.parametrize("what", ["suspend", "reinstate", "", "approve"])
def test_an_auditor_and_a_made_up_verb_change_nothing(client: Client, what: str) -> None:
    right = f.approved(f.actor())
    assert keep(signed_in(client, make_staff("auditor")), right, what, "Because.") in {403, 404}
    assert fresh(right).state == "approved"


def test_nobody_outside_the_desk_gets_in(client: Client) -> None:
    owner = f.member()
    right = f.approved(f.actor(organisation=owner.organisation))
    assert keep(signed_in(client, owner.user), right, "suspend", "Because.") == 302
    assert fresh(right).state == "approved"


def settle(client: Client, conflict: RightConflict, **data: object) -> int:
    return client.post(reverse("admin:brands_rightconflict_settle", args=[conflict.pk]), data).status_code


def test_a_senior_reads_both_claims_and_settles(client: Client) -> None:
    first, second = conflict_of_two()
    conflict = registry.conflicts_of(first).get()
    desk = signed_in(client, make_staff("senior"))
    page = desk.get(reverse("admin:brands_rightconflict_change", args=[conflict.pk])).content.decode()
    assert first.organisation.name in page and second.organisation.name in page
    assert settle(desk, conflict, keep=[first.pk]) == 422, "without a reason"
    assert settle(desk, conflict, reason="Because.") == 422, "nothing kept"
    assert settle(desk, conflict, keep=[first.pk], reason="The assignment is recorded.") == 302
    assert fresh(first).state == "approved" and fresh(second).state == "rejected"
    assert settle(desk, conflict, keep=[second.pk], reason="No, the other.") == 422, "settled is settled"


def test_a_reviewer_reads_and_does_not_settle(client: Client) -> None:
    first, _second = conflict_of_two()
    conflict = registry.conflicts_of(first).get()
    desk = signed_in(client, make_staff())
    assert desk.get(reverse("admin:brands_rightconflict_change", args=[conflict.pk])).status_code == 200
    assert settle(desk, conflict, keep=[first.pk], reason="Because.") == 403
    assert registry.conflicts_of(first).exists()


def test_the_page_of_a_claim_in_conflict_leads_to_it_and_refuses_to_approve(client: Client) -> None:
    _first, second = conflict_of_two()
    desk = signed_in(client, make_staff())
    page = desk.get(reverse("admin:brands_ipright_change", args=[second.pk]))
    assert b"Another organisation claims this mark too" in page.content
    answer = desk.post(
        reverse("admin:brands_ipright_decide", args=[second.pk]), {"outcome": "approve", "version": second.version}
    )
    assert answer.status_code == 409 and fresh(second).state == "in_review"

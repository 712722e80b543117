"""The admin's lists of cases, decisions, measures and statements: any staff looks, nobody edits."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints import casework
from portal.accounts.actors import staff_actor_for
from tests.accounts.factories import make_member, make_staff, make_superuser, signed_in
from tests.complaints import factories

pytestmark = pytest.mark.django_db
LISTS = ["complaint", "decision", "measure", "statementofreasons"]
CASES = "admin:complaints_complaint_changelist"


@pytest.fixture
def case():
    made = factories.make_filed_complaint(items=2)
    factories.decide(made, factories.claimed(made), items=made.item_ids[:1])
    return made


@pytest.mark.parametrize("model", LISTS)
def test_staff_look_and_nobody_edits(client, case, model) -> None:
    address = reverse(f"admin:complaints_{model}_changelist")
    assert client.get(address).status_code == 302
    signed_in(client, make_member().user)
    assert client.get(address).status_code in {302, 403}
    signed_in(client, make_superuser())
    assert client.get(address).status_code == 200
    assert client.get(reverse(f"admin:complaints_{model}_add")).status_code == 403
    assert client.post(address, {"action": "delete_selected", "_selected_action": [1]}).status_code in {200, 302, 403}


@pytest.mark.parametrize("model", LISTS[1:])
def test_rows_open_read_only(client, case, model) -> None:
    signed_in(client, make_staff("auditor"))
    row = {
        "decision": case.complaint.decisions.first(),
        "measure": case.complaint.decisions.first().measures.first(),
        "statementofreasons": case.complaint.decisions.first().statements.first(),
    }[model]
    address = reverse(f"admin:complaints_{model}_change", args=[row.pk])
    page = client.get(address)
    assert page.status_code == 200
    assert case.complaint.reference in page.content.decode()
    assert client.post(address, {"text": "changed"}).status_code == 403
    assert client.post(reverse(f"admin:complaints_{model}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403


def test_a_case_opens_on_the_desk(client, case) -> None:
    signed_in(client, make_staff("auditor"))
    answer = client.get(reverse("admin:complaints_complaint_change", args=[case.complaint.pk]))
    assert answer.url == reverse("admin:complaints_complaint_case", args=[case.complaint.pk])


def test_drafts_are_not_listed(client, case) -> None:
    factories.make_draft(case.owner, case.right, case.targets)
    signed_in(client, make_staff("auditor"))
    assert client.get(reverse(CASES)).context["cl"].result_count == 1


@pytest.mark.parametrize(
    ("term", "found"), [("reference", 1), ("marketplace_id", 1), ("TARNFELL", 0), ("RD-2026", 0), ("%", 0)]
)
def test_search_is_for_whole_references_and_ids(client, case, term, found) -> None:
    signed_in(client, make_staff("reviewer"))
    asked = {"reference": case.complaint.reference.lower(), "marketplace_id": case.targets[0].marketplace_id}.get(
        term, term
    )
    assert client.get(reverse(CASES), {"q": asked}).context["cl"].result_count == found


def test_the_list_is_oldest_due_first_in_few_queries(client, django_assert_max_num_queries) -> None:
    cases = [factories.make_filed_complaint(items=2) for _ in range(4)]
    by = staff_actor_for(make_staff("reviewer"))
    casework.claim(actor=by, complaint_id=cases[2].complaint.pk, now=timezone.now())
    signed_in(client, make_staff("reviewer"))
    with django_assert_max_num_queries(10):
        page = client.get(reverse(CASES))
    listed = [row.pk for row in page.context["cl"].result_list]
    assert listed == [made.complaint.pk for made in cases]


@pytest.mark.parametrize(
    "asked", [{"state": "queued"}, {"state": "accepted"}, {"source": "api"}, {"reason": "counterfeit"}]
)
def test_filters_hold(client, case, asked) -> None:
    signed_in(client, make_staff("reviewer"))
    query = {f"{name}__exact": value for name, value in asked.items()}
    assert client.get(reverse(CASES), query).status_code == 200

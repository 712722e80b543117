"""An organisation with 5,000 rights: its page answers in at most 6 queries, whatever is filtered or searched."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from brands.models import Brand, IPRight, MarkFamily, RightClass, RightTerritory
from portal.accounts.models import Organisation, Role
from tests.brands import factories as f
from tests.brands.test_pages import browser

pytestmark = pytest.mark.django_db
MANY, MOST_QUERIES = 5_000, 6
KINDS = ("trademark", "copyright", "design", "patent")


def fill(organisation: Organisation, count: int) -> None:
    """Writes many drafts of every kind straight into the tables."""
    brand = Brand.objects.create(organisation=organisation, name="Tarnfell", name_key="tarnfell", created_at=f.NOW)
    family = MarkFamily.objects.create(organisation=organisation, brand=brand, name="TARNFELL", sign="tarnfell")
    kinds = itertools.islice(itertools.cycle(KINDS), count)
    rows = [_row(number, kind, organisation, brand, family) for number, kind in enumerate(kinds)]
    made = IPRight.objects.bulk_create(rows, batch_size=500)
    RightClass.objects.bulk_create(
        (RightClass(right=right, number=n, edition="") for right in made[::4] for n in (18, 25)), batch_size=500
    )
    RightTerritory.objects.bulk_create((RightTerritory(right=right, country="DE") for right in made), batch_size=500)


def _row(number: int, kind: str, organisation: Organisation, brand: Brand, family: MarkFamily) -> IPRight:
    return IPRight(
        organisation=organisation,
        brand=brand,
        family=family,
        kind=kind,
        office="" if kind == "copyright" else "EM",
        registration_number="" if kind == "copyright" else f"{18_000_000 + number:09d}",
        mark_text=f"TARNFELL {number}" if kind == "trademark" else "",
        name=f"Dawn {number}",
        expiry_date=date(2030, 4, 22),
        created_at=f.NOW,
    )


@pytest.fixture
def crowded() -> Any:
    """A member of an organisation with 5,000 rights, next to one with a few."""
    owner = f.member()
    fill(owner.organisation, MANY)
    fill(f.member().organisation, 8)
    return owner


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, MANY),
        ({"page": "200"}, MANY),
        ({"page": "9999"}, MANY),
        ({"kind": "copyright"}, MANY // 4),
        ({"kind": "trademark", "office": "EM", "state": "draft"}, MANY // 4),
        ({"q": "tarnfell 4996"}, 1),
        ({"q": "018 004 996"}, 1),
        ({"q": "nothing like it"}, 0),
        ({"state": "approved"}, 0),
    ],
)
def test_the_page_of_5000_rights_takes_at_most_six_queries(
    crowded: Any, query: dict[str, str], found: int, django_assert_max_num_queries: Any
) -> None:
    client = browser(crowded)
    with django_assert_max_num_queries(MOST_QUERIES):
        page = client.get(reverse("brands:list"), query)
    assert page.status_code == 200 and page.context["page"].paginator.count == found
    assert len(page.context["rows"]) == min(found, 25)
    marks = [row for row in page.context["rows"] if row["right"].is_mark]
    assert {row["classes"] for row in marks} <= {"18, 25"} and (marks or found % MANY in {0, 1, MANY // 4})


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.VIEWER, Role.AGENT])
def test_so_it_does_for_every_role(crowded: Any, role: str, django_assert_max_num_queries: Any) -> None:
    client = browser(f.member(role, crowded.organisation))
    with django_assert_max_num_queries(MOST_QUERIES + (role == Role.AGENT)):  # an agent's authorisations are one more
        page = client.get(reverse("brands:list"))
    assert page.context["page"].paginator.count == MANY


def test_an_outsider_sees_none_of_them(crowded: Any) -> None:
    page = browser(f.member()).get(reverse("brands:list"))
    assert page.context["page"].paginator.count == 0

"""The desk finds targets and leaves their state to the marketplace."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.test import RequestFactory

from portal.accounts.models import User
from portal.marketplace.admin import TargetAdmin
from portal.marketplace.models import Target
from tests.marketplace.factories import a_listing, a_livestream, a_video, an_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> TargetAdmin:
    return TargetAdmin(Target, admin.site)


@pytest.fixture
def request_of_root(rf: RequestFactory) -> Any:
    request = rf.get("/")
    request.user = User.objects.create_superuser("root@desk.test", "a long password")
    request.session = {}  # type: ignore[assignment]
    return request


@pytest.mark.parametrize("term", ["LS-11", "ls-11", "11", " LS-11 "])
def test_an_exact_id_is_looked_up_by_equality(desk: TargetAdmin, request_of_root: Any, term: str) -> None:
    target = a_listing("11", title="Trail cap")
    a_listing("12", title="Cap LS-11 lookalike")
    found, _distinct = desk.get_search_results(request_of_root, Target.objects.all(), term)
    assert list(found) == [target]


def test_other_words_are_searched_in_titles(desk: TargetAdmin, request_of_root: Any) -> None:
    target = a_listing("11", title="Trail cap")
    for term in ("trail", "cap trail", "\0trail"):
        found, _distinct = desk.get_search_results(request_of_root, Target.objects.all(), term)
        assert list(found) == [target]
    found, _distinct = desk.get_search_results(request_of_root, Target.objects.all(), "%")
    assert not found


def test_the_list_costs_few_queries(
    desk: TargetAdmin, request_of_root: Any, django_assert_max_num_queries: Any
) -> None:
    owner = an_account("x")
    for _i in range(20):
        a_listing(owner=owner)
    request_of_root.GET = request_of_root.GET.copy()
    request_of_root.GET["market"] = "DE"
    with django_assert_max_num_queries(6):
        response = desk.changelist_view(request_of_root).render()  # type: ignore[attr-defined]
    assert "61" in response.content.decode()


def test_each_kind_shows_its_details_and_no_state_to_edit(desk: TargetAdmin, request_of_root: Any) -> None:
    targets = [a_listing(), a_video(), a_livestream(), an_account("x").target]
    for target in targets:
        response = desk.change_view(request_of_root, str(target.pk)).render()  # type: ignore[attr-defined]
        text = response.content.decode()
        assert response.status_code == 200
        assert target.title in text
        assert 'name="state"' not in text


def test_nobody_adds_or_deletes_by_hand(desk: TargetAdmin, request_of_root: Any) -> None:
    assert not desk.has_add_permission(request_of_root)
    assert not desk.has_delete_permission(request_of_root)

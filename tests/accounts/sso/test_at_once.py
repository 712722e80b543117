"""Several sign-ins at the same moment, each on a connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.db import connections
from django.utils import timezone

from portal.accounts import sso
from portal.accounts.holds.people import awake
from portal.accounts.models import Membership, Role, User
from portal.accounts.sso.claims import Claims
from tests.accounts.sso.kit import Company, make_company
from tests.accounts.sso.openid_provider import OpenIdProvider

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def here(provider: OpenIdProvider) -> Company:
    return make_company(provider, name="tarnfell")


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    def run(call: Callable[[], Any]) -> Any:
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [each.result() for each in [pool.submit(run, call) for call in calls]]


def admit(company: Company, subject: str, groups: list[str]) -> Callable[[], Any]:
    claims = Claims(subject=subject, email="ida@tarnfell.example", name="Ida", groups=frozenset(groups))
    return lambda: sso.admit(sign_on=company.sign_on, claims=claims, now=timezone.now())


def test_somebody_new_in_four_tabs_gets_one_account_and_one_membership(here: Company) -> None:
    outcomes = {each.outcome for each in at_once([admit(here, "p-1001", ["brand-team"])] * 4)}
    assert outcomes <= {sso.Outcome.IN, sso.Outcome.ADDRESS_TAKEN} and sso.Outcome.IN in outcomes
    assert User.objects.filter(email="ida@tarnfell.example").count() == SocialAccount.objects.count() == 1
    assert here.role_of() == Role.RIGHTS_OWNER


def test_of_administrators_who_lose_their_groups_together_one_is_kept(here: Company) -> None:
    members = [here.member(Role.ADMINISTRATOR, subject=f"p-{number}") for number in range(3)]
    Membership.objects.filter(pk=here.administrator.pk).update(role=Role.VIEWER)
    at_once([admit(here, f"p-{number}", []) for number in range(3)])
    left = Membership.objects.active().filter(pk__in=[each.pk for each in members])
    assert [each.role for each in left] == [Role.ADMINISTRATOR] * 3
    assert awake(left).count() == 1, "two rest, and the last one does not"

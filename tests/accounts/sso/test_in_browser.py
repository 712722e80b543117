"""Signing in with a company in Chromium, under the page policy as it is."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from portal.accounts.models import Role
from tests.accounts.factories import PASSWORD, make_member, make_user
from tests.accounts.sso.kit import CLIENT, SECRET, Company, make_company
from tests.accounts.sso.openid_provider import OpenIdProvider
from tests.browser_kit import check_axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def here(site: str, provider: OpenIdProvider) -> Company:
    """A company whose provider knows the address of the site under test and asks before it says anything."""
    company = make_company(provider, name="tarnfell")
    provider.register(CLIENT, SECRET, site + reverse("sso:callback", args=[company.sign_on.public_id]))
    provider.asks = True
    return company


def test_a_person_signs_in_with_their_company(here: Company, visitor: Any) -> None:
    """`visitor` fails the test when the policy refused anything: Chromium follows no form to another site."""
    member = here.member(Role.VIEWER)
    page = visitor()
    page.goto("/accounts/login/?next=/organisations/")
    page.get_by_role("link", name="Sign in with your company").click()
    check_axe(page)
    page.get_by_label("Your work address").fill("ida@tarnfell.example")
    page.get_by_role("button", name="Go on").click()
    check_axe(page)
    page.get_by_role("link", name="Go on", exact=True).click()
    page.get_by_role("link", name="It is me").click()
    page.wait_for_url("**/organisations/")
    assert here.organisation.name in page.inner_text("h1")
    member.refresh_from_db()
    assert member.role == Role.RIGHTS_OWNER


def test_an_administrator_sets_it_up_on_a_phone_and_without_scripts(
    site: str, provider: OpenIdProvider, visitor: Any
) -> None:

    owner = make_member(user=make_user("owner@tarnfell.example"))
    provider.asks = True
    page = visitor(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page.goto(f"/accounts/login/?next={reverse('accounts:sign-on')}")
    page.fill("[name=login]", owner.user.email)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.fill("[name=name]", "tarnfell")
    page.fill("[name=issuer]", provider.issuer)
    page.fill("[name=client_id]", CLIENT)
    page.fill("[name=client_secret]", SECRET)
    page.fill("[name=groups_rights_owner]", "brand-team")
    page.get_by_role("button", name="Save").click()
    callback = page.get_by_label("Redirect address").input_value()
    assert callback.startswith(site)
    provider.register(CLIENT, SECRET, callback)
    page.get_by_role("link", name="Try it").click()
    page.get_by_role("link", name="Try it").click()
    page.get_by_role("link", name="It is me").click()
    assert "It works" in page.inner_text("main") and "Rights owner" in page.inner_text("main")
    page.get_by_role("link", name="Single sign-on").click()
    page.get_by_role("button", name="Switch on").click()
    assert "Single sign-on is on" in page.inner_text("main")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("width", [360, 1440])
def test_every_page_of_it_is_accessible(here: Company, visitor: Any, width: int) -> None:
    here.member(Role.ADMINISTRATOR)
    here.provider.person.groups = ["it-admins"]
    page = visitor(viewport={"width": width, "height": 800})
    page.goto("/sign-in/tarnfell/")
    page.get_by_role("link", name="Go on", exact=True).click()
    page.get_by_role("link", name="It is me").click()
    page.wait_for_url("**/complaints/**")
    page.goto(reverse("accounts:sign-on"))
    page.fill("[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    addresses = [
        reverse("accounts:sign-on"), reverse("sso:links"), reverse("sso:find"),
        reverse("sso:try", args=[here.sign_on.public_id]), reverse("accounts:security"),
    ]  # fmt: skip
    for address in addresses:
        page.goto(address)
        assert page.locator("h1").count() == 1, address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        check_axe(page)
    page.goto(reverse("sso:try", args=[here.sign_on.public_id]))
    page.get_by_role("link", name="Try it").click()
    page.get_by_role("link", name="It is me").click()
    check_axe(page)
    here.provider.lie_in_answer = {"code": None, "error": "access_denied"}
    page.get_by_role("link", name="Try it").click()
    page.get_by_role("link", name="It is me").click()
    assert "This did not work" in page.inner_text("h1")
    check_axe(page)

"""The API description and the key pages in Chromium, under the page policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from portal.accounts.actors import Actor
from tests.accounts import factories as accounts
from tests.api import factories as make

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.api.site"),
]


def test_the_description_is_drawn_and_opens(page: Page) -> None:
    page.goto("/api/docs/")
    page.get_by_text("/api/v1/things/").first.wait_for()
    page.locator(".opblock-summary").first.click()
    page.get_by_role("button", name="Try it out").wait_for()
    page.locator(".btn.authorize").first.click()
    page.locator(".modal-ux input").first.fill("rdk_x")
    page.locator(".modal-ux .btn.modal-btn.authorize").first.click()


def test_a_key_is_made_and_revoked_by_hand(page: Page, site: str) -> None:
    admin: Actor = make.member(make.organisation(), "admin@tarnfell.example")
    client = accounts.signed_in(page_client(), admin.user)  # type: ignore[arg-type]
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}])
    page.goto("/api/keys/")
    page.get_by_role("link", name="Create key").first.click()
    page.get_by_label("Name").fill("Warehouse import")
    page.get_by_label("Read rights").check()
    page.get_by_role("button", name="Create key").click()
    assert page.get_by_label("Send it with each call").input_value().startswith("rdk_")
    page.get_by_role("link", name="I have copied it").click()
    page.get_by_role("button", name="Revoke Warehouse import").click()
    page.get_by_text("is revoked").wait_for()


def page_client() -> object:
    from django.test import Client

    return Client()

"""The browser kit notices what it is there for; a kit that notices nothing would make every journey pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser_kit import check_axe, watches

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIGN_IN = "/accounts/login/"


def test_the_sign_in_page_is_clean(page: Page) -> None:
    page.goto(SIGN_IN)
    assert page.locator("h1").count() == 1
    check_axe(page)


def test_an_inline_style_is_refused_and_noted(page: Page) -> None:
    page.goto(SIGN_IN)
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">red</p>')")
    page.wait_for_timeout(200)
    found = watches[page].found
    assert any("style" in line for line in found)
    found.clear()


def test_a_script_error_is_noted(page: Page) -> None:
    page.goto(SIGN_IN)
    page.evaluate("setTimeout(() => { throw new Error('broken on purpose') }, 0)")
    page.wait_for_timeout(200)
    found = watches[page].found
    assert any("broken on purpose" in line for line in found)
    found.clear()


def test_axe_finds_a_field_without_a_label(page: Page) -> None:
    page.goto(SIGN_IN)
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<input type=\"text\">')")
    with pytest.raises(AssertionError, match="label"):
        check_axe(page)


def test_two_visitors_do_not_share_a_session(page: Page, visitor: object) -> None:
    other = visitor()  # type: ignore[operator]
    for one in (page, other):
        one.goto(SIGN_IN)
    page.context.add_cookies([{"name": "mine", "value": "1", "url": page.url}])
    assert "mine" not in {cookie.get("name") for cookie in other.context.cookies()}

"""Filing needs no script: from the first step to the reference with JavaScript switched off."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.accounts.factories import make_member, make_user
from tests.browser.filing import Shop, open_shop
from tests.complaints.factories import make_right
from tests.journeys import hands
from tests.journeys.hands import a_file

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EMAIL = "mira@tarnfell.test"


@pytest.fixture
def plain(visitor: Callable[..., Page]) -> Page:
    """Gives a browser that runs no script at all."""
    return visitor(java_script_enabled=False)


def test_a_complaint_is_filed_without_a_script(plain: Page, settings: Any) -> None:
    membership = make_member(user=make_user(EMAIL, name="Mira Holm"))
    make_right(membership.organisation)
    shop = open_shop()
    hands.sign_in(plain, EMAIL)
    plain.get_by_role("link", name="File a complaint").click()

    plain.get_by_role("radio", name="TARNFELL").check()
    plain.get_by_role("button", name="Go on to reason").click()
    plain.get_by_role("radio", name="Counterfeit").check()
    plain.get_by_label("What should the reviewer know?").fill("The chest logo is copied.")
    plain.get_by_role("button", name="Go on to items").click()
    report(plain, shop)
    attach(plain)
    sign(plain, settings)
    plain.get_by_role("button", name="Submit 2 items").click()

    plain.get_by_text(re.compile(r"Filed as RD-\d{4}-\d{6}")).wait_for()
    plain.get_by_role("row", name=shop.first.title).wait_for()


def report(plain: Page, shop: Shop) -> None:
    """Checks lines by the button, corrects what is not found, adds a CSV file."""
    plain.get_by_label("Links or ids").fill(f"{shop.first.url}\nLS-99999999")
    plain.get_by_role("button", name="Check lines").click()
    plain.get_by_text("1 goes into the complaint, 0 left out, 1 to correct").wait_for()
    plain.get_by_label("Links or ids").fill(shop.first.url)
    plain.get_by_text("Upload CSV").click()
    plain.locator("input[name=csv]").set_input_files(
        a_file("report.csv", f"id\n{shop.second.marketplace_id}\n".encode(), "text/csv")
    )
    plain.get_by_role("button", name="Check lines").click()
    plain.get_by_text("2 go into the complaint, 0 left out, 0 to correct").wait_for()
    plain.get_by_role("button", name="Go on to evidence").click()


def attach(plain: Page) -> None:
    """Adds two files and takes one out again."""
    for name in ("mine.png", "wrong.png"):
        plain.locator("input[name=file]").set_input_files(a_file(name, hands.png("maroon", name)))
        plain.get_by_role("button", name="Add this file").click()
        plain.get_by_role("link", name=name).wait_for()
    plain.get_by_role("button", name=re.compile(r"^Remove\s+wrong\.png")).click()
    plain.get_by_text("1 / 20").wait_for()
    plain.get_by_role("button", name="Go on to declarations").click()


def sign(plain: Page, settings: Any) -> None:
    """Signs; the page that asks who it is works without a script as well."""
    plain.get_by_role("heading", name="What do you declare?").wait_for()
    declarations = plain.url
    fresh_for = settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    plain.reload()
    plain.get_by_role("heading", name="Confirm that it is you").wait_for()
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = fresh_for
    hands.confirm_password(plain)
    plain.wait_for_url(declarations)
    for box in plain.get_by_role("checkbox").all():
        box.check()
    plain.get_by_label("Your full name").fill("Mira Holm")
    plain.get_by_role("button", name="Go on to review").click()


def test_a_draft_is_left_and_taken_up_again_without_a_script(plain: Page) -> None:
    membership = make_member(user=make_user(EMAIL, name="Mira Holm"))
    make_right(membership.organisation)
    hands.sign_in(plain, EMAIL)
    plain.goto("/complaints/new/")
    plain.get_by_role("radio", name="TARNFELL").check()
    plain.get_by_role("button", name="Go on to reason").click()
    plain.get_by_role("radio", name="Similar sign").check()
    plain.get_by_label("What should the reviewer know?").fill("One letter is missing.")
    plain.get_by_role("button", name="Save and leave").click()
    plain.get_by_text("Draft saved").first.wait_for()
    plain.get_by_role("link", name="Go on").click()
    plain.get_by_role("link", name="Back to reason").click()
    assert plain.get_by_role("radio", name="Similar sign").is_checked()
    assert plain.get_by_label("What should the reviewer know?").input_value() == "One letter is missing."

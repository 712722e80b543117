"""No mouse: the filing form by keys alone with a focus that can be seen, and the keys of the desk."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.accounts.factories import make_member, make_staff, make_user
from tests.browser.filing import open_shop
from tests.complaints.factories import make_filed_complaint, make_right
from tests.journeys import hands

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.complaints.factories import Case

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EMAIL, REVIEWER = "mira@tarnfell.test", "reviewer@desk.test"
LONGEST_WALK = 80


def walk_to(page: Page, wanted: Locator) -> None:
    """Presses Tab until the element has focus; every stop on the way must be seen to have it."""
    wanted.first.wait_for()
    for _ in range(LONGEST_WALK):
        page.keyboard.press("Tab")
        check_focus_is_visible(page)
        if wanted.first.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{LONGEST_WALK} times Tab on {page.url} does not reach {wanted}")


def check_focus_is_visible(page: Page) -> None:
    """Fails when the element with focus has neither outline nor shadow, or lies outside the window."""
    told = page.evaluate(
        """() => {
          const e = document.activeElement;
          if (!e || e === document.body) return "";
          const holder = e.matches("input[type=radio], input[type=checkbox]") ? [e, e.closest("label")] : [e];
          const marked = holder.filter(Boolean).some((each) => {
            const style = getComputedStyle(each);
            const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
            return outlined || style.boxShadow !== "none";
          });
          const box = e.getBoundingClientRect();
          const inside = box.bottom > 0 && box.top < innerHeight && box.width > 0 && box.height > 0;
          return marked && inside ? "" : `${e.outerHTML.slice(0, 120)} marked=${marked} inside=${inside}`;
        }"""
    )
    assert not told, f"Focus cannot be seen on {page.url}: {told}"


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """Walks to a button or link and presses Enter."""
    walk_to(page, page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)))
    page.keyboard.press("Enter")


def type_into(page: Page, label: str, text: str) -> None:
    """Walks to a field and types."""
    walk_to(page, page.get_by_label(label))
    page.keyboard.type(text)


# --- the filing form


def test_a_complaint_is_filed_by_keyboard_alone(page: Page) -> None:
    membership = make_member(user=make_user(EMAIL, name="Mira Holm"))
    make_right(membership.organisation)
    shop = open_shop()
    hands.sign_in(page, EMAIL)
    page.wait_for_url("**/complaints/dashboard/")
    page.keyboard.press("Tab")
    assert page.get_by_role("link", name="Skip to content").evaluate("element => element === document.activeElement")

    press(page, "File a complaint")
    walk_to(page, page.get_by_role("radio", name="TARNFELL"))
    page.keyboard.press("Space")
    press(page, "Go on to reason")
    walk_to(page, page.locator("input[name=reason]"))
    page.keyboard.press("Space")
    type_into(page, "What should the reviewer know?", "The chest logo is copied.")
    press(page, "Go on to items")
    type_into(page, "Links or ids", f"{shop.first.url}\n{shop.second.marketplace_id}")
    page.get_by_text("2 go into the complaint, 0 left out, 0 to correct").wait_for()
    press(page, "Go on to evidence")
    page.get_by_role("heading", name="What shows it?").wait_for()
    press(page, "Go on to declarations")
    page.get_by_role("heading", name="What do you declare?").wait_for()
    for box in page.locator("main").get_by_role("checkbox").all():
        walk_to(page, box)
        page.keyboard.press("Space")
    type_into(page, "Your full name", "Mira Holm")
    press(page, "Go on to review")
    press(page, "Submit 2 items")
    page.get_by_text(re.compile(r"Filed as RD-\d{4}-\d{6}")).wait_for()


def test_errors_take_the_focus_and_lead_to_their_field(page: Page) -> None:
    membership = make_member(user=make_user(EMAIL, name="Mira Holm"))
    make_right(membership.organisation)
    hands.sign_in(page, EMAIL)
    page.goto("/accounts/password/change/")
    page.evaluate("document.querySelectorAll('form').forEach(form => { form.noValidate = true })")
    page.locator("main form button[type=submit]").first.focus()
    page.keyboard.press("Enter")
    page.locator("#errors:focus").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("input:focus").wait_for()


# --- the desk


@pytest.fixture
def desk(page: Page, settings: object) -> tuple[Page, Case]:
    """Gives the page of a case that the reviewer has just taken by the key n."""
    settings.MFA_TOTP_TOLERANCE = 1  # type: ignore[attr-defined]
    case = make_filed_complaint(3)
    make_staff(email=REVIEWER)
    hands.sign_in_as_staff(page, REVIEWER)
    page.goto("/admin/complaints/complaint/desk/")
    page.keyboard.press("n")
    page.get_by_role("heading", level=1).filter(has_text=case.fresh().reference or "?").wait_for()
    page.get_by_text("Claimed by you").wait_for()
    return page, case


def test_keys_of_the_desk_do_their_work(desk: tuple[Page, Case]) -> None:
    page, case = desk
    targets = [item.target for item in case.items]
    page.keyboard.press("j")
    page.locator("#pair").get_by_text(targets[1].marketplace_id).first.wait_for()
    page.keyboard.press("Space")
    assert boxes(page) == [False, True, False]
    page.keyboard.press("k")
    page.locator("#pair").get_by_text(targets[0].marketplace_id).first.wait_for()
    page.keyboard.press("Space")
    assert boxes(page) == [True, True, False]
    page.keyboard.press("r")
    assert page.get_by_label("Decision", exact=True).input_value() == "rejected"
    assert page.locator("#id_ground:focus").count() == 1
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("a")
    assert page.get_by_label("Decision", exact=True).input_value() == "accepted"
    assert page.locator("#id_ground").input_value() == "C-01"
    assert page.locator("#id_text:focus").count() == 1


def boxes(page: Page) -> list[bool]:
    return [box.is_checked() for box in page.locator("input[name=items]").all()]


def test_keys_of_the_desk_do_nothing_inside_fields(desk: tuple[Page, Case]) -> None:
    page, _case = desk
    address = page.url
    page.locator("#id_text").focus()
    page.keyboard.type("naxjqkr rank a jar")
    assert page.locator("#id_text").input_value() == "naxjqkr rank a jar"
    page.get_by_label("Add a note").focus()
    page.keyboard.type("nx aq")
    assert page.get_by_label("Add a note").input_value() == "nx aq"
    assert page.url == address
    assert page.get_by_label("Decision", exact=True).input_value() == ""
    assert boxes(page) == [False, False, False]
    page.get_by_text("Claimed by you").wait_for()


def test_keys_of_the_desk_can_be_switched_off(desk: tuple[Page, Case]) -> None:
    page, _case = desk
    page.locator("[data-keys] button").click()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("a")
    assert page.get_by_label("Decision", exact=True).input_value() == ""


def test_the_desk_decides_by_keyboard_alone(desk: tuple[Page, Case]) -> None:
    page, case = desk
    page.keyboard.press("Space")
    page.keyboard.press("a")
    page.keyboard.type("The chest logo is copied.")
    page.locator("#preview").get_by_text("Your listing is removed").first.wait_for()
    walk_to(page, page.get_by_role("button", name=re.compile(r"^Decide (\d+|the chosen) items?$")))
    page.keyboard.press("Enter")
    page.get_by_text("1 item decided.").first.wait_for()
    assert [item.state for item in case.items] == ["accepted", "open", "open"]

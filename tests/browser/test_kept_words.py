"""Words kept in a browser belong to one reader: signing out forgets them, and nobody else ever sees them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from complaints import casework
from complaints.models import Complaint
from portal.accounts.actors import member_actor_for
from portal.accounts.models import Membership, User
from tests.accounts.factories import PASSWORD, make_member, make_user
from tests.complaints.factories import make_right
from tests.journeys import hands

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EMAIL, OTHER = "owner@tarnfell.test", "other@tarnfell.test"
WORDS = "The woven label is printed."


@pytest.fixture
def owner() -> Membership:
    return make_member(user=make_user(EMAIL, name="Demo Owner"))


@pytest.fixture
def draft(owner: Membership) -> Complaint:
    right = make_right(owner.organisation)
    return casework.start_draft(actor=member_actor_for(owner), now=timezone.now(), right=right.public_id)


def kept(page: Page) -> list[str]:
    """Gives all that this browser holds of words that somebody began."""
    held: list[str] = page.evaluate("Object.entries(localStorage).filter(([name]) => name.startsWith('kept:')).flat()")
    return held


def begin(page: Page, draft: Complaint) -> None:
    """Types into the form of a draft while the desk cannot be reached, so that the browser alone has the words."""
    hands.sign_in(page, EMAIL)
    page.wait_for_url("**/complaints/dashboard/")
    page.goto(f"/complaints/{draft.public_id}/draft/reason/")
    page.evaluate("localStorage.setItem('theme', 'dark')")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("radio", name="Counterfeit").check()
    page.context.set_offline(True)
    page.get_by_label("What should the reviewer know?").fill(WORDS)
    page.get_by_text("The desk did not answer").wait_for()
    page.context.set_offline(False)
    assert WORDS in str(kept(page))


def sign_out(page: Page) -> None:
    page.locator("details.who summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in").first.wait_for()


def test_signing_out_forgets_what_was_typed_and_nothing_else(page: Page, draft: Complaint) -> None:
    begin(page, draft)
    sign_out(page)
    assert kept(page) == []
    assert page.evaluate("localStorage.getItem('theme')") == "dark"


def test_the_page_to_sign_out_forgets_too(page: Page, draft: Complaint) -> None:
    begin(page, draft)
    page.goto("/accounts/logout/")
    assert WORDS in str(kept(page)), "looking at the page signs nobody out"
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in").first.wait_for()
    assert kept(page) == []


def test_whoever_signs_in_next_finds_nothing_of_the_one_before(page: Page, draft: Complaint, owner: Membership) -> None:
    make_member(owner.organisation, user=make_user(OTHER, name="Demo Colleague"))
    begin(page, draft)
    page.context.clear_cookies()  # the session ended, without signing out
    hands.sign_in(page, OTHER)
    page.wait_for_url("**/complaints/dashboard/")
    assert kept(page) == []
    page.goto(f"/complaints/{draft.public_id}/draft/reason/")
    assert page.get_by_label("What should the reviewer know?").input_value() == ""


def test_a_session_that_ended_by_itself_loses_nothing(page: Page, draft: Complaint) -> None:
    begin(page, draft)
    page.context.clear_cookies()
    hands.sign_in(page, EMAIL)
    page.wait_for_url("**/complaints/dashboard/")
    page.goto(f"/complaints/{draft.public_id}/draft/reason/")
    assert page.get_by_label("What should the reviewer know?").input_value() == WORDS


@pytest.mark.parametrize("script", [True, False])
def test_an_account_begins_in_the_zone_of_its_browser(visitor: Callable[..., Page], script: bool) -> None:
    page = visitor(timezone_id="Pacific/Chatham", java_script_enabled=script)
    page.goto("/accounts/signup/")
    page.get_by_label("Your name").fill("Mira Holm")
    page.get_by_label("Email").fill(OTHER)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password (again)").fill(PASSWORD)
    page.get_by_role("button", name="Create an account").click()
    page.get_by_role("heading", name="confirm your address").wait_for()
    assert User.objects.get(email=OTHER).time_zone == ("Pacific/Chatham" if script else "UTC")


# --- two tabs


def tab(page: Page, draft: Complaint) -> Page:
    """Opens the same draft in another tab of this browser."""
    other = page.context.new_page()
    other.goto(f"/complaints/{draft.public_id}/draft/reason/")
    return other


def test_a_form_from_before_another_sign_in_stays_with_its_words(page: Page, draft: Complaint) -> None:
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text))
    hands.sign_in(page, EMAIL)
    page.wait_for_url("**/complaints/dashboard/")
    page.goto(f"/complaints/{draft.public_id}/draft/reason/")
    other = page.context.new_page()
    other.goto("/accounts/logout/")
    other.get_by_role("main").get_by_role("button", name="Sign out").click()
    other.get_by_role("link", name="Sign in").first.wait_for()
    hands.sign_in(other, EMAIL)
    other.wait_for_url("**/complaints/dashboard/")
    area = page.get_by_label("What should the reviewer know?")
    area.fill(WORDS)
    page.get_by_role("radio", name="Counterfeit").check()
    page.get_by_text("You signed in again in another tab: reload this page").wait_for()
    assert area.input_value() == WORDS
    assert not page.get_by_text("This form has gone stale").count()
    assert "unsafe-eval" not in " ".join(said)
    page.reload()
    assert page.get_by_label("What should the reviewer know?").input_value() == WORDS


def test_two_tabs_do_not_overwrite_each_other_and_no_word_is_lost(page: Page, draft: Complaint) -> None:
    hands.sign_in(page, EMAIL)
    page.wait_for_url("**/complaints/dashboard/")
    page.goto(f"/complaints/{draft.public_id}/draft/reason/")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("radio", name="Counterfeit").check()
    other = tab(page, draft)
    for words in ("Theirs.", "Theirs, and more."):
        with other.expect_response(lambda answer: answer.request.method == "POST") as saved:
            other.get_by_label("What should the reviewer know?").fill(words)
        assert saved.value.status == 200
    other.close()
    page.get_by_label("What should the reviewer know?").fill(WORDS)
    page.get_by_text("Your words are still here").wait_for()
    draft.refresh_from_db()
    assert draft.explanation == "Theirs, and more."
    page.reload()
    page.get_by_text("Words that you typed here are kept in this browser").wait_for()
    assert page.get_by_label("What should the reviewer know?").input_value() == "Theirs, and more."
    with page.expect_response(lambda answer: answer.request.method == "POST") as saved:
        page.get_by_role("button", name="Put my words in").click()
    assert saved.value.status == 200
    draft.refresh_from_db()
    assert draft.explanation == WORDS


def test_going_on_while_a_save_is_on_its_way_is_no_conflict(page: Page, draft: Complaint) -> None:
    hands.sign_in(page, EMAIL)
    page.wait_for_url("**/complaints/dashboard/")
    page.goto(f"/complaints/{draft.public_id}/draft/reason/")
    page.get_by_role("radio", name="Counterfeit").check()
    page.get_by_label("What should the reviewer know?").press_sequentially(WORDS)
    page.get_by_role("button", name="Go on to items").click()
    page.wait_for_url("**/draft/items/")
    draft.refresh_from_db()
    assert (draft.reason, draft.explanation) == ("counterfeit", WORDS)

"""What the seller of the story reads and answers, by the link of a mail and signed in."""

from __future__ import annotations

from portal.marketplace.models import Target
from tests.journeys import hands
from tests.journeys.hands import SELLER, World, link_in


def respondent_reads_and_answers(world: World, reference: str, shop: dict[str, Target]) -> None:
    """Whoever has the mail of the account opens its link without signing in, reads, looks and answers."""
    assert world.letters(SELLER, "A decision about your account peakdeals") == 1, "a rejection is no news to the seller"
    page = world.visitor()
    page.goto(link_in(world.letter(SELLER, "A decision about your account"), "/decisions/"))
    page.get_by_role("heading", name="We decided about your account peakdeals").wait_for()
    page.get_by_text("The chest logo is copied").first.wait_for()
    page.get_by_text("Reported by: Tarnfell Outdoor AB").first.wait_for()
    assert page.get_by_text(shop["honest"].title).count() == 0
    assert page.get_by_text("Mira Holm").count() == 0
    pictures = page.get_by_role("region", name="What was seen").get_by_role("img", name="Picture of your offer")
    assert pictures.count() == 3
    pictures.first.scroll_into_view_if_needed()
    page.wait_for_function("picture => picture.naturalWidth > 0", arg=pictures.first.element_handle())
    page.get_by_label("Why is this wrong?").fill("We bought these from a wholesaler and have the invoice.")
    page.get_by_role("button", name="Send your answer").click()
    page.get_by_text("Your answer is with the desk").first.wait_for()
    page.get_by_text("We bought these from a wholesaler").first.wait_for()


def seller_finds_it_in_the_account(world: World, reference: str) -> None:
    """The holder of the account signs in and finds the same decision on the first page."""
    page = world.visitor()
    hands.sign_in(page, SELLER)
    page.goto("/")
    page.wait_for_url("**/decisions/")
    page.get_by_role("link", name="Counterfeit goods").click()
    page.get_by_text("We bought these from a wholesaler").first.wait_for()

"""What the reviewer of the story does in the admin."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portal.marketplace.models import Target
from tests.accounts.factories import make_staff
from tests.journeys import hands
from tests.journeys.hands import OWNER, REVIEWER, World
from tests.journeys.marketplace import set_behaviour

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


def staff_signs_in(world: World) -> Page:
    """A reviewer signs in with password and authenticator code."""
    make_staff(email=REVIEWER, name="Rosa Lind")
    page = world.visitor()
    hands.sign_in_as_staff(page, REVIEWER)
    return page


def desk_verifies_the_organisation(staff: Page) -> None:
    """From the right that waits, the desk goes to its organisation, checks every point and comes back."""
    open_right_at_the_desk(staff)
    staff.get_by_role("link", name="Verify the organisation").click()
    staff.get_by_role("heading", name="Tarnfell Outdoor AB", level=1).wait_for()
    staff.get_by_text("556677-8899").first.wait_for()
    staff.get_by_role("button", name="Verify organisation").click()
    staff.locator("#errors").wait_for()
    for point in staff.get_by_role("radiogroup").all():
        point.get_by_label("Yes").check()
    staff.get_by_role("button", name="Verify organisation").click()
    staff.get_by_text("Decided. Its administrators are told.").first.wait_for()
    staff.get_by_role("link", name="Rights that wait to be verified").click()
    staff.locator("#result_list").get_by_role("link", name="TARNFELL").wait_for()


def desk_rejects_the_right(staff: Page) -> None:
    """The desk reads the right beside its certificate and rejects it with a reason."""
    open_right_at_the_desk(staff)
    staff.get_by_label("Reason or note").fill("The certificate names another owner. Send the extract of today.")
    staff.get_by_role("button", name="Reject right").click()
    staff.get_by_text("Decided. The organisation is told.").first.wait_for()


def open_right_at_the_desk(staff: Page) -> None:
    staff.goto("/admin/brands/ipright/")
    staff.locator("#result_list").get_by_role("link", name="TARNFELL").click()
    staff.get_by_role("heading", name="TARNFELL", level=1).wait_for()


def desk_approves_the_right(world: World, staff: Page, owner: Page) -> None:
    """The desk looked into the office's register and approves; the owner is told."""
    open_right_at_the_desk(staff)
    staff.get_by_label("Register status seen today").select_option("registered")
    staff.get_by_role("button", name="Approve right").click()
    staff.get_by_text("Decided. The organisation is told.").first.wait_for()
    world.letter(OWNER, "Approved: TARNFELL")
    owner.goto("/rights/")
    owner.get_by_role("row", name="TARNFELL").get_by_text("Approved").first.wait_for()


def reviewer_asks(staff: Page, reference: str, shop: dict[str, Target]) -> None:
    """Takes the next case and asks about one item."""
    staff.goto("/admin/complaints/complaint/desk/")
    staff.get_by_role("button", name="Take the next case").click()
    staff.get_by_role("heading", level=1).filter(has_text=reference).wait_for()
    staff.get_by_text("Claimed by you").first.wait_for()
    choose(staff, shop["honest"])
    staff.get_by_label("Decision", exact=True).select_option("ask")
    staff.get_by_label("Text to both sides").fill("Is the patch sold with a jacket of yours?")
    decide_button(staff).click()
    staff.get_by_text("Asked about 1 item").first.wait_for()


def choose(staff: Page, *targets: Target) -> None:
    for target in targets:
        staff.get_by_role("checkbox", name=f"Select {target.title}").check()


def decide_button(staff: Page) -> Locator:
    return staff.get_by_role("button", name=re.compile(r"^Decide (\d+|the chosen) items?$"))


def reviewer_rejects_one(staff: Page, reference: str, shop: dict[str, Target]) -> None:
    """Reads the answer and rejects one item, with reason and text, after a look at what each side will receive."""
    staff.goto("/admin/complaints/complaint/desk/?view=yours")
    staff.get_by_role("link", name=reference).first.click()
    staff.get_by_text("No, it is sold alone.").first.wait_for()
    choose(staff, shop["honest"])
    staff.get_by_label("Decision", exact=True).select_option("rejected")
    staff.get_by_label("Reason (policy").select_option("R-09")
    staff.get_by_label("Text to both sides").fill("The mark only says for which jackets the patch is meant.")
    staff.get_by_role("button", name="Preview", exact=True).click()
    staff.locator("#preview").get_by_text("The mark only says for which jackets").first.wait_for()
    decide_button(staff).click()
    staff.get_by_text("1 item decided.").first.wait_for()


def reviewer_accepts_the_rest(staff: Page, shop: dict[str, Target]) -> None:
    """Looks at snapshot and mark side by side and accepts three items at once."""
    staff.get_by_role("link", name=shop["liar"].title).click()
    staff.locator("#pair").get_by_text(shop["liar"].marketplace_id).first.wait_for()
    choose(staff, shop["first"], shop["second"], shop["liar"])
    staff.get_by_label("Decision", exact=True).select_option("accepted")
    staff.get_by_label("Reason (policy").select_option("C-01")
    staff.get_by_label("Text to both sides").fill("The chest logo is copied, and the owner never made this model.")
    staff.get_by_role("button", name="Preview", exact=True).click()
    staff.locator("#preview").get_by_text("Your listing is removed").first.wait_for()
    decide_button(staff).click()
    staff.get_by_text("3 items decided.").first.wait_for()


def desk_sends_again_what_the_sandbox_lied_about(world: World, staff: Page, target: Target, reference: str) -> None:
    """The desk shows the lie; once the sandbox agrees, the order is sent again and confirmed."""
    assert world.letters(OWNER, f"Carried out: complaint {reference}") == 0
    staff.reload()
    note = staff.locator(".note").filter(has_text="Not as reported").filter(has_text=target.marketplace_id)
    note.wait_for()
    case = staff.url
    set_behaviour(staff, target, "Agree")
    staff.goto(case)
    note.get_by_role("button", name="Send again").click()
    staff.get_by_text("The measure is on its way again").first.wait_for()
    world.run_outbox()
    staff.reload()
    staff.get_by_role("row", name=target.title).get_by_text("Carried out").first.wait_for()
    assert note.count() == 0

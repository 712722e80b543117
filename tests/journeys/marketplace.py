"""The marketplace of the story: its shop, its seller, and how the sandbox is told to behave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from portal.marketplace import catalogue
from portal.marketplace.models import Account, Target
from tests.accounts.factories import make_user
from tests.journeys import hands
from tests.journeys.hands import SELLER, World

if TYPE_CHECKING:
    from playwright.sync_api import Page


def open_marketplace() -> dict[str, Target]:
    """Opens a shop with four offers of one seller, who has an account and holds it with us."""
    now = timezone.now()
    seller = catalogue.create_account(
        marketplace_id="SA-7001", handle="peakdeals", title="Peak Deals", contact_email=SELLER, now=now
    )
    seller.holders.add(make_user(SELLER, name="Pia Deals"))
    titles = {
        "first": "TARNFEL hooded jacket",
        "second": "Tarnfell style fleece",
        "liar": "TARNFELL rain jacket",
        "honest": "Patch for TARNFELL jackets",
    }
    return {name: an_offer(seller, 88_120_431 + 7 * n, titles[name]) for n, name in enumerate(titles)}


def an_offer(seller: Account, number: int, title: str) -> Target:
    target = catalogue.create_listing(
        marketplace_id=f"LS-{number}", title=title, owner=seller, market="DE", nice_class=25, price="39.90",
        description="New with tags, ships from stock.", goods="Jackets", now=timezone.now(),
    )  # fmt: skip
    target.picture.save("offer.png", SimpleUploadedFile("offer.png", hands.png("teal", title)), save=True)
    return target


def teach_the_sandbox_to_lie(staff: Page, target: Target) -> None:
    """Tells the sandbox to say done about one offer and do nothing."""
    set_behaviour(staff, target, "Lie")


def set_behaviour(staff: Page, target: Target, mode: str) -> None:
    staff.goto(f"/sandbox/controls/?target={target.marketplace_id}")
    staff.get_by_role("radio", name=mode).check()
    staff.get_by_label("Target", exact=True).fill(target.marketplace_id)
    staff.get_by_role("button", name="Set behaviour").click()
    staff.get_by_role("row", name=target.marketplace_id).get_by_text(mode).first.wait_for()


def the_shop_shows_what_was_removed(world: World, owner: Page, shop: dict[str, Target]) -> None:
    """The measures leave; the shop shows two offers as removed, one still on sale, one as it was."""
    world.run_outbox()
    for name in ("first", "second"):
        open_offer(owner, shop[name])
        owner.get_by_text("This listing was removed").first.wait_for()
    for name in ("liar", "honest"):
        open_offer(owner, shop[name])
        owner.locator(".price").wait_for()
        assert owner.get_by_text("This listing was removed").count() == 0


def open_offer(page: Page, target: Target) -> None:
    page.goto(f"/sandbox/item/{target.marketplace_id.removeprefix('LS-')}")
    page.get_by_role("heading", name=target.title, level=1).wait_for()

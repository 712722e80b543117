"""In a browser: a file of 500 lines with one that is wrong, a time changed in place, lines taken out by one press."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from complaints.models import Complaint
from portal.accounts.actors import member_actor_for
from portal.marketplace import catalogue
from tests.accounts.factories import make_member, make_user
from tests.complaints.factories import make_draft, make_listing, make_right, make_seller
from tests.journeys import hands

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EMAIL = "owner@tarnfell.test"


def begun(lines: str = "") -> Complaint:
    owner = make_member(user=make_user(EMAIL, name="Demo Owner"))
    return make_draft(member_actor_for(owner), make_right(owner.organisation), [], lines=lines)


def open_items(page: Page, draft: Complaint) -> None:
    hands.sign_in(page, EMAIL)
    page.wait_for_url("**/complaints/dashboard/")
    page.goto(f"/complaints/{draft.public_id}/draft/items/")


def test_line_371_is_jumped_to_and_mended_alone(page: Page) -> None:
    seller, now = make_seller(), timezone.now()
    rows = [
        catalogue.create_listing(
            marketplace_id=f"LS-{40_000_000 + n}", owner=seller, now=now, title="Jacket", market="DE", price="9.90"
        ).marketplace_id
        for n in range(500)
    ]
    csv = "\n".join(["target,from,to,note", *[f"{row},,," for row in rows[:370]], "LS-4000o37O,,,", *rows[371:]])
    draft = begun()
    open_items(page, draft)
    page.get_by_text("Upload CSV").click()
    file: FilePayload = {"name": "items.csv", "mimeType": "text/csv", "buffer": csv.encode()}
    page.get_by_label("Or a CSV file").set_input_files(file)
    page.get_by_role("button", name="Go on to evidence").click()
    page.wait_for_url("**/draft/items/#line-371")
    field = page.get_by_label("Line 371")
    assert field.input_value() == "LS-4000o37O"
    box = field.bounding_box()
    assert box is not None and 0 < box["y"] < 900, "the page shows the line that is wrong"
    page.get_by_role("button", name="Use LS-40000370").click()
    page.get_by_text("500 go into the complaint, 0 left out, 0 to correct").wait_for()
    draft.refresh_from_db()
    assert draft.lines.splitlines() == rows
    page.get_by_role("button", name="Go on to evidence").click()
    page.wait_for_url("**/draft/evidence/*")


def test_a_time_is_changed_in_place_and_wrong_lines_are_taken_out(page: Page) -> None:
    video = catalogue.create_video(
        marketplace_id="VD-8200000",
        now=timezone.now(),
        title="Unboxing",
        market="DE",
        duration_s=900,
        owner=make_seller(),
    )
    good = make_listing()
    flask = make_listing(title="Steel flask for TARNFELL", nice_class=21)
    draft = begun(f"{good.url}\n{video.url} | the label\n{flask.url}\nLS-1\nhttps://other.example/a")
    open_items(page, draft)
    times = page.get_by_label("Say from when to when")
    times.fill("0:41-1:10")
    times.press("Enter")
    page.wait_for_url("**/draft/items/#line-4")
    assert page.get_by_label("Seen at").input_value() == "00:41–01:10"
    page.locator("#pre-card li", has_text="leads to nothing").get_by_role("button").click()
    page.get_by_text("1 line is taken out.").wait_for()
    page.locator("#pre-card li", has_text="leads to another site").get_by_role("button").click()
    page.get_by_text("3 go into the complaint, 0 left out, 0 to correct").wait_for()
    assert page.get_by_text("As it stands, 1 of 3 items would probably be rejected.").is_visible()
    draft.refresh_from_db()
    assert draft.lines.splitlines() == [good.url, f"{video.url} 00:41–01:10 | the label", flask.url]

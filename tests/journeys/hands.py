"""What people do in a browser: sign up, sign in, read their mail, go on. Nothing here touches a table."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pikepdf
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from PIL import Image, ImageDraw

from tests.accounts.factories import PASSWORD, SECRET

if TYPE_CHECKING:
    from django.core.mail import EmailMessage
    from playwright.sync_api import FilePayload, Page

Outbox = Sequence["EmailMessage"]
OWNER, COLLEAGUE = "mira@tarnfell.test", "jonas@tarnfell.test"
SELLER, REVIEWER = "contact@peakdeals.test", "reviewer@desk.test"


@dataclass
class World:
    """What a journey shares: who may open browsers, the mail of everybody, and the background work."""

    visitor: Callable[..., Page]
    mail: Outbox
    run_outbox: Callable[[], Any]
    settings: Any

    def letter(self, to: str, subject: str) -> EmailMessage:
        """Does the background work, then gives the newest mail to somebody whose subject contains these words."""
        self.run_outbox()
        found = [each for each in self.mail if to in each.to and subject in each.subject]
        assert found, f"No mail to {to} about {subject!r}; there are {[(m.to, m.subject) for m in self.mail]}"
        return found[-1]

    def letters(self, to: str, subject: str) -> int:
        """Does the background work, then counts the mails to somebody whose subject contains these words."""
        self.run_outbox()
        return sum(to in each.to and subject in each.subject for each in self.mail)


def link_in(letter: EmailMessage, part: str) -> str:
    """Gives the one address in a mail that contains `part`."""
    found = {link for link in re.findall(r"https?://[^\s<>\"]+", str(letter.body)) if part in link}
    assert len(found) == 1, f"{part!r} in {found or letter.body}"
    return found.pop()


# --- accounts


def sign_up(world: World, page: Page, *, name: str, email: str) -> None:
    """Fills in the form that is open, then opens the link of the mail in the same browser and confirms."""
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password (again)").fill(PASSWORD)
    page.get_by_role("button", name="Create an account").click()
    page.get_by_role("heading", name="confirm your address").wait_for()
    page.goto(link_in(world.letter(email, ""), "/accounts/confirm-email/"))
    page.get_by_text(email).wait_for()
    page.get_by_role("button", name="Confirm address").click()
    page.wait_for_url(lambda url: "confirm-email" not in url)
    if "/accounts/login/" in page.url:
        give_password(page, email)


def sign_in(page: Page, email: str) -> None:
    """Signs in by address and password."""
    page.goto("/accounts/login/")
    give_password(page, email)


def give_password(page: Page, email: str) -> None:
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def sign_in_as_staff(page: Page, email: str, *, secret: str = SECRET) -> None:
    """Signs in by password and the code that an authenticator app would show now."""
    sign_in(page, email)
    page.get_by_label("Code").fill(code_now(secret))
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/admin/")


def code_now(secret: str = SECRET) -> str:
    """Gives the six digits that an authenticator app shows in this half minute (the journeys allow one more)."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def confirm_password(page: Page) -> None:
    """Shows again that it is you, on the page that asks for it."""
    page.get_by_role("heading", name="Confirm that it is you").wait_for()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on", exact=True).click()


def tick_all(page: Page) -> None:
    """Makes every declaration of the page."""
    for box in page.locator("main").get_by_role("checkbox").all():
        box.check()


# --- real files


def png(colour: str, words: str = "", size: tuple[int, int] = (480, 320)) -> bytes:
    """Draws a real picture with words on it."""
    picture = Image.new("RGB", size, colour)
    ImageDraw.Draw(picture).text((20, 20), words, fill="white")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def pdf() -> bytes:
    """Writes a real document of one page."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(300, 400))
        document.save(out)
    return out.getvalue()


def a_file(name: str, data: bytes, kind: str = "image/png") -> FilePayload:
    """Wraps bytes as a file for a file field of a page."""
    return {"name": name, "mimeType": kind, "buffer": data}

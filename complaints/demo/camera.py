"""Signs in to a running desk as the demo's people and takes its pictures, small enough to live in the repository."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from allauth.mfa import app_settings
from django.urls import Resolver404, resolve
from PIL import Image

from complaints.demo import steps
from complaints.demo.accounts import PEOPLE, Person
from complaints.demo.album import PHONE, WIDE, Shot

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
HEIGHTS = {WIDE: 900, PHONE: 844}
TALLEST = {WIDE: 1900, PHONE: 2600}
LARGEST = 120_000  # bytes a picture
STATUS = "performance.getEntriesByType('navigation')[0].responseStatus"


class NotTaken(RuntimeError):
    """A page did not answer as a picture of it needs; the message says how it did."""


def take_all(shots: Sequence[Shot], *, base: str, out: Path, say: Callable[[str], None]) -> list[str]:
    """Takes every picture it can and gives a line for each that it could not."""
    from playwright.sync_api import sync_playwright

    out.mkdir(parents=True, exist_ok=True)
    failed: list[str] = []
    with sync_playwright() as playwright:
        program = CHROMIUM if Path(CHROMIUM).exists() else None
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        for who in dict.fromkeys(shot.who for shot in shots):
            failed += _round(browser, who, [shot for shot in shots if shot.who == who], base, out, say)
        browser.close()
    return failed


def _round(
    browser: Browser, who: str, shots: Sequence[Shot], base: str, out: Path, say: Callable[[str], None]
) -> list[str]:
    """Takes one person's pictures in a browser of their own."""
    from playwright.sync_api import Error

    context = browser.new_context(base_url=base, viewport={"width": WIDE, "height": HEIGHTS[WIDE]}, locale="en-GB")
    page, failed = context.new_page(), []
    try:
        if who:
            sign_in(page, next(person for person in PEOPLE if person.email.startswith(f"{who}@")))
    except (Error, NotTaken) as error:
        context.close()
        return [f"{shot.name}: {who} could not sign in ({first_line(error)})" for shot in shots]
    for shot, (name, width, dark) in [(each, file) for each in shots for file in each.files()]:
        try:
            data = take(page, shot, width, dark=dark)
        except (Error, NotTaken) as error:
            failed.append(f"{name}: {first_line(error)}")
        else:
            (out / name).write_bytes(data)
            say(f"{name}  {len(data) // 1000} KB")
    context.close()
    return failed


def take(page: Page, shot: Shot, width: int, *, dark: bool) -> bytes:
    """Gets to the page at this width and gives its picture, smaller colours and all; raises NotTaken."""
    page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
    page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
    if shot.by:
        shot.by(page)
    else:
        steps.open_page(page, shot.path)
    status = int(page.evaluate(STATUS))
    if status >= 400:
        raise NotTaken(f"{page.url} answered {status}")
    if view_of(page.url) != shot.route.view_name:
        raise NotTaken(f"{shot.path} led to {page.url}")
    tall = int(page.evaluate("document.documentElement.scrollHeight"))
    clip = {"x": 0, "y": 0, "width": width, "height": max(HEIGHTS[width], min(tall, TALLEST[width]))}
    return smaller(page.screenshot(full_page=True, clip=clip))  # type: ignore[arg-type]


def view_of(url: str) -> str:
    """Names the view that answers an address; "" for none."""
    try:
        return resolve(urlsplit(url).path).view_name
    except Resolver404:
        return ""


def sign_in(page: Page, person: Person) -> None:
    """Signs in by password and, for staff, by the code of this moment; waits for the next code if that was used."""
    steps.give_password(page, person.email)
    for _try in range(2):
        if not page.locator("input[name=code]").count():
            break
        page.fill("input[name=code]", steps.code_of(person.totp_secret))
        steps.send(page, "form:has(input[name=code])")
        if page.locator("input[name=code]").count():
            time.sleep(app_settings.TOTP_PERIOD - time.time() % app_settings.TOTP_PERIOD + 1)
    if "/accounts/" in page.url:
        raise NotTaken(f"still at {page.url}")


def smaller(data: bytes) -> bytes:
    """Gives the same picture with as many colours as fit into LARGEST bytes, 256 at most."""
    picture = Image.open(io.BytesIO(data), formats=("PNG",)).convert("RGB")
    small = b""
    for colours in (256, 128, 64, 32, 16):
        out = io.BytesIO()
        picture.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
            out, "PNG", optimize=True
        )
        small = out.getvalue()
        if len(small) <= LARGEST:
            break
    return small


def first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__

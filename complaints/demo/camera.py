"""Signs in to a running desk as the demo's people and takes its pictures, small enough to live in the repository."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from allauth.mfa import app_settings
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from PIL import Image

from complaints.demo.accounts import PASSWORD, PEOPLE, Person
from complaints.demo.album import PHONE, WIDE, Shot

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Response

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
HEIGHTS = {WIDE: 900, PHONE: 844}
TALLEST = {WIDE: 1900, PHONE: 2600}
LARGEST = 120_000  # bytes a picture


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
    for shot, width, dark in [
        (s, w, d) for s in shots for w in s.widths for d in ((False, True) if s.dark else (False,))
    ]:
        name = f"{shot.name}-{width}{'-dark' if dark else ''}.png"
        try:
            data = take(page, shot.path, width, dark=dark)
        except (Error, NotTaken) as error:
            failed.append(f"{name}: {first_line(error)}")
        else:
            (out / name).write_bytes(data)
            say(f"{name}  {len(data) // 1000} KB")
    context.close()
    return failed


def take(page: Page, path: str, width: int, *, dark: bool) -> bytes:
    """Opens the page at this width and gives its picture, smaller colours and all; raises NotTaken."""
    page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
    page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
    answer = page.goto(path, wait_until="networkidle")
    if "/reauthenticate/" in page.url:
        answer = confirm(page)
    landed = page.url.split("#")[0].split("?")[0]
    if answer is None or answer.status >= 400:
        raise NotTaken(f"{path} answered {answer.status if answer else 'nothing'}")
    if not landed.endswith(path.split("?")[0]):
        raise NotTaken(f"{path} led to {landed}")
    tall = int(page.evaluate("document.documentElement.scrollHeight"))
    clip = {"x": 0, "y": 0, "width": width, "height": max(HEIGHTS[width], min(tall, TALLEST[width]))}
    return smaller(page.screenshot(full_page=True, clip=clip))  # type: ignore[arg-type]


def confirm(page: Page) -> Response | None:
    """Gives the password once more where the site asks for it, and goes on to the page that was wanted."""
    page.fill("input[name=password]", PASSWORD)
    with page.expect_navigation(wait_until="networkidle") as onward:
        page.locator("form:has(input[name=password]) button[type=submit]").first.click()
    return onward.value


def sign_in(page: Page, person: Person) -> None:
    """Signs in by password and, for staff, by the code of this moment; waits for the next code if that was used."""
    page.goto("/accounts/login/")
    page.fill("input[name=login]", person.email)
    page.fill("input[name=password]", PASSWORD)
    page.locator("form:has(input[name=password]) button[type=submit]").first.click()
    page.wait_for_load_state("networkidle")
    for _try in range(2):
        if not page.locator("input[name=code]").count():
            break
        page.fill("input[name=code]", code_of(person.totp_secret))
        page.locator("form:has(input[name=code]) button[type=submit]").first.click()
        page.wait_for_load_state("networkidle")
        if page.locator("input[name=code]").count():
            time.sleep(app_settings.TOTP_PERIOD - time.time() % app_settings.TOTP_PERIOD + 1)
    if "/accounts/" in page.url:
        raise NotTaken(f"still at {page.url}")


def code_of(secret: str) -> str:
    """The six digits that an authenticator app would show now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // app_settings.TOTP_PERIOD)))


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

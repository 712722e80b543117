"""How the camera gets to a page: by its address, or by what a person does first where an address is not enough."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from allauth.mfa import app_settings
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.urls import reverse

from complaints.demo.accounts import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Page

Step = Callable[["Page"], None]
ASKS_AGAIN = "/reauthenticate/"
# A security key made of software; the browser asks it as it would ask one of a person.
SOFT_KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def open_page(page: Page, path: str) -> None:
    """Opens an address; gives the password once more where the site asks for it on the way."""
    page.goto(path, wait_until="networkidle")
    if ASKS_AGAIN in page.url and ASKS_AGAIN not in path:
        page.fill("input[name=password]", PASSWORD)
        send(page, "form:has(input[name=password])")


def send(page: Page, form: str) -> None:
    """Presses the first button of a form and waits for the page that answers."""
    with page.expect_navigation(wait_until="networkidle"):
        page.locator(f"{form} button[type=submit]").first.click()


def code_of(secret: str) -> str:
    """The six digits that an authenticator app would show now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // app_settings.TOTP_PERIOD)))


def give_password(page: Page, email: str) -> None:
    """Signs in by password; who has a second factor is asked for it next."""
    page.goto(reverse("account_login"), wait_until="networkidle")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", PASSWORD)
    send(page, "form:has(input[name=password])")


def half_signed_in(email: str) -> Step:
    """Comes as a stranger and stops where the code is asked for."""

    def step(page: Page) -> None:
        page.context.clear_cookies()
        give_password(page, email)

    return step


def acting_for(principal: str, path: str) -> Step:
    """Opens an address as an agency that acts for this principal."""

    def step(page: Page) -> None:
        open_page(page, reverse("principals"))
        send(page, f"tr:has-text('{principal}') form")
        open_page(page, path)

    return step


def with_app(path: str) -> Step:
    """Opens an address that is there for who has an authenticator app; sets one up where there is none."""

    def step(page: Page) -> None:
        open_page(page, reverse("mfa_activate_totp"))
        if page.locator(".qr").count():
            page.fill("input[name=code]", code_of(page.locator("li code").inner_text()))
            send(page, "form:has(input[name=code])")
        open_page(page, path)

    return step


def with_passkey(path: str, press: str = "") -> Step:
    """Opens an address that is there for who has a passkey, adding one if need be; then follows the link `press`."""

    def step(page: Page) -> None:
        open_page(page, reverse("mfa_list_webauthn"))
        if not page.locator("ul.list").count():
            _add_passkey(page)
        open_page(page, path)
        if press:
            with page.expect_navigation(wait_until="networkidle"):
                page.get_by_role("link", name=press).click()

    return step


def _add_passkey(page: Page) -> None:
    open_page(page, reverse("mfa_add_webauthn"))
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": SOFT_KEY})
    page.fill("input[name=name]", "Laptop")
    with page.expect_navigation(wait_until="networkidle"):
        page.locator("#mfa_webauthn_add").click()


def make_key(page: Page) -> None:
    """Makes a key of the API, which is shown once."""
    open_page(page, reverse("keys:new"))
    page.fill("input[name=name]", "Nightly import")
    page.locator("input[name=scopes]").first.check()
    send(page, "form:has(input[name=scopes])")

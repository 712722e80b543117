"""One world for the whole walk through the pages: built once a module, looked at by many tests, swept at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer

from tests.accounts.factories import signed_in
from tests.browser import gallery as world
from tests.browser_kit import watch

if TYPE_CHECKING:
    from playwright._impl._api_structures import SetCookieParam
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def museum(django_db_setup: None, django_db_blocker: Any, chromium: Browser) -> Iterator[tuple[world.Gallery, str]]:
    """Builds the world and serves it; gives it with its address."""
    from portal.ledger import seal

    with django_db_blocker.unblock():
        server = LiveServer("localhost")
        changed = {
            "ROOT_URLCONF": "tests.accounts.dev_site",
            "ORIGIN": server.url,
            "ALLOWED_HOSTS": ["*"],
            "CSRF_TRUSTED_ORIGINS": [server.url],
            "ACCOUNT_REAUTHENTICATION_TIMEOUT": 36_000,
        }
        try:
            with override_settings(**changed):
                yield world.build(), server.url
        finally:
            server.stop()
            seal.unseal(connections["default"])
            call_command("flush", verbosity=0, interactive=False)
            seal.seal(connections["default"])


@pytest.fixture(scope="module")
def person(museum: tuple[world.Gallery, str], chromium: Browser) -> Iterator[Callable[[str], Page]]:
    """Gives a function that gives the one browser of a person of the gallery, signed in; "public" is nobody."""
    found, address = museum
    pages: dict[str, Page] = {}

    def open_for(who: str) -> Page:
        if who not in pages:
            context = chromium.new_context(
                base_url=address, viewport={"width": 1440, "height": 900}, reduced_motion="reduce"
            )
            if who != "public":
                context.add_cookies([cookie_of(who)])
            pages[who] = context.new_page()
            watch(pages[who])
        return pages[who]

    def cookie_of(who: str) -> SetCookieParam:
        client = signed_in(Client(), found.people[who])
        if who in found.acts_for:
            client.post(reverse("accounts:act-for"), {"principal": found.acts_for[who].public_id})
        name = settings.SESSION_COOKIE_NAME
        return {"name": name, "value": client.cookies[name].value, "url": address}

    yield open_for
    for page in pages.values():
        page.context.close()

"""Every page, light and dark, wide and narrow: nothing for axe-core to find, nothing that scrolls sideways."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib import admin
from django.urls import get_resolver, reverse

from complaints.models import Complaint
from tests.browser.gallery import Gallery
from tests.browser.stops import NO_PAGE, STOPS, Stop
from tests.browser_kit import check_axe, watches

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = [(1440, 900), (390, 844)]
NARROWEST = (360, 740)
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
ROOMS = {
    "complaints",
    "brands",
    "authorisations",
    "accounts",
    "identity",
    "public",
    "respondent",
    "sandbox",
    "dev",
    "keys",
    "sellers",
    "selling",
}


@pytest.fixture
def _django_db_helper() -> None:
    """Leaves the world standing between the tests: they only look, and `museum` sweeps at the end."""


@pytest.mark.parametrize("stop", STOPS, ids=str)
def test_page(stop: Stop, museum: tuple[Gallery, str], person: Callable[[str], Page], settings: Any) -> None:
    settings.DEBUG = stop.development
    look_at(person(stop.who), stop.path(museum[0]), stop.then, stop.status)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
def test_admin_list_and_first_row(model: Any, museum: tuple[Gallery, str], person: Callable[[str], Page]) -> None:
    """The lists of Django admin as a superuser sees them, and the first object of each."""
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    page = person("root")
    look_at(page, reverse(f"{name}_changelist") + "?all=")
    rows = model._default_manager.order_by("pk")
    first = (rows.filed() if model is Complaint else rows).first()
    if first is not None:
        look_at(page, reverse(f"{name}_change", args=[first.pk]))


def look_at(page: Page, path: str, then: Callable[[Page], None] | None = None, status: int = 200) -> None:
    """Opens a page, lets axe-core look at it in each size and colour, and tries it on the narrowest phone."""
    noted = watches[page].found
    noted.clear()
    page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})
    answer = page.goto(path)
    assert answer is not None and answer.status == status, f"{path}: {answer and answer.status}"
    if then:
        then(page)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for colours in ("light", "dark"):
            page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
            page.evaluate("document.getAnimations().forEach((each) => each.finish())")
            try:
                check_axe(page)
            except AssertionError as found:
                raise AssertionError(f"{width} px, {colours}: {found}") from None
    page.set_viewport_size({"width": NARROWEST[0], "height": NARROWEST[1]})
    check_no_sideways_scroll(page)
    assert page.locator("h1").count() == 1, f"{page.url} has {page.locator('h1').count()} level-one headings"
    assert not noted, "The browser complained:\n" + "\n".join(noted)


def check_no_sideways_scroll(page: Page) -> None:
    """Fails with the elements that stand out of a page that is wider than its window."""
    wide = page.evaluate(
        """() => {
          const limit = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= limit) return [];
          const all = [...document.body.querySelectorAll("*")];
          const out = all.filter((each) => each.getBoundingClientRect().right > limit + 1).slice(0, 8);
          return out.map((each) => `${each.tagName} ${each.className}: ${each.textContent.trim().slice(0, 40)}`);
        }"""
    )
    assert not wide, f"{page.url} scrolls sideways at {NARROWEST[0]} px:\n" + "\n".join(wide)


def test_no_page_is_left_out() -> None:
    """A new page without a row in the gallery fails here."""
    seen = {stop.name.split("[")[0] for stop in STOPS}
    missing = sorted(name for name in page_names() if name not in seen | NO_PAGE)
    assert not missing, f"Add to tests/browser/stops.py: {', '.join(missing)}"


def page_names() -> Iterator[str]:
    """Names every address of our own rooms."""
    entries: list[Any] = get_resolver().url_patterns
    for entry in entries:
        room = getattr(entry, "namespace", None)
        if room in ROOMS:
            yield from (f"{room}:{each.name}" for each in entry.url_patterns if getattr(each, "name", None))
    yield from (f"keys:{name}" for name in ("list", "new", "revoke"))

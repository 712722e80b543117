"""A browser for the tests: Debian's Chromium, watched for broken scripts and for what the page policy refused."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page
    from pytest_django.live_server_helper import LiveServer

BASE = Path(__file__).resolve().parent.parent
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",  # Chromium refuses to run as root otherwise, and CI is root
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
]
WIDE = {"width": 1440, "height": 900}
# axe-core is fetched by .ci/run (its licence is not ours, so it does not live here): version and SHA-256 of axe.min.js.
AXE_VERSION = "4.14.1"
AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
REPORT_REFUSALS = """
document.addEventListener("securitypolicyviolation", (event) => window.reportRefusal(
  `${event.violatedDirective} refused ${event.blockedURI || "inline"} (${event.sourceFile}:${event.lineNumber})`));
"""


@dataclass
class Watch:
    """What went wrong in a page while nobody looked."""

    found: list[str] = field(default_factory=list)

    def console(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.found.append(message.text)

    def error(self, error: Exception) -> None:
        self.found.append(f"script error: {error}")

    def refusal(self, source: object, text: str) -> None:
        self.found.append(text)


watches: WeakKeyDictionary[Page, Watch] = WeakKeyDictionary()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Starts one Chromium for the whole run."""
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright keeps an event loop in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def site(live_server: LiveServer, settings: Any) -> str:
    """Gives the address of the site under test; links in mails lead to it."""
    settings.ORIGIN = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    settings.ALLOWED_HOSTS = ["*"]
    return str(live_server.url)


@pytest.fixture
def visitor(chromium: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Gives a function that opens a browser of their own for one more person; the test fails if any of them broke."""
    opened: list[Watch] = []

    def visit(**options: Any) -> Page:
        context = chromium.new_context(**{"base_url": site, "viewport": WIDE, **options})
        contexts.append(context)
        page = context.new_page()
        opened.append(watch(page))
        return page

    contexts: list[Any] = []
    yield visit
    for context in contexts:
        context.close()
    found = [line for one in opened for line in one.found]
    assert not found, "The browser complained:\n" + "\n".join(found)


@pytest.fixture
def page(visitor: Callable[..., Page]) -> Page:
    """Gives one visitor's page, 1440 x 900; paths such as "/rights/" may be opened as they are."""
    return visitor()


def watch(page: Page) -> Watch:
    """Begins to note script errors and refusals of the page policy."""
    noted = watches[page] = Watch()
    page.on("console", noted.console)
    page.on("pageerror", noted.error)
    page.expose_binding("reportRefusal", noted.refusal)
    page.add_init_script(REPORT_REFUSALS)
    return noted


def check_axe(page: Page, *, within: str = "") -> None:
    """Fails with a readable list when axe-core finds anything against WCAG 2.2 AA on the page (or within a part)."""
    noted = watches.get(page, Watch())
    before = list(noted.found)
    page.evaluate(axe_source())
    scope = within or "document"
    found = page.evaluate(
        """async ([scope, tags]) => {
          const root = scope === "document" ? document : document.querySelector(scope);
          return (await axe.run(root, {runOnly: tags})).violations;
        }""",
        [scope, AXE_TAGS],
    )
    page.wait_for_timeout(50)
    noted.found[:] = before  # axe puts inline style into the page; the policy's answer to that is no finding of ours
    assert not found, f"axe-core on {page.url}:\n" + "\n".join(_told(one) for one in found)


def axe_source() -> str:
    """Reads the pinned axe-core; says how to get it when it is not there."""
    path = Path(os.environ.get("AXE_PATH", BASE / "var" / "axe" / "package" / "axe.min.js"))
    if not path.exists():
        pytest.fail(f"{path} is missing. Get it with: npm pack axe-core@{AXE_VERSION} (see .ci/run), or set AXE_PATH.")
    data = path.read_bytes()
    assert hashlib.sha256(data).hexdigest() == AXE_SHA256, f"{path} is not axe-core {AXE_VERSION}"
    return data.decode()


def _told(violation: dict[str, Any]) -> str:
    places = [" ".join(map(str, node["target"])) for node in violation["nodes"][:5]]
    return f"- {violation['id']}: {violation['help']}\n    " + "\n    ".join(places)

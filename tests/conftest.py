"""The ground every test stands on: private files, an empty cache, a sealed ledger, and nothing left out in silence."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connections
from django.test import TransactionTestCase
from django.test.utils import override_settings

pytest_plugins = ["tests.browser_kit"]

LEFT_OUT = "not browser and not celery and not faults"
HOW_TO_RUN = {
    "browser": "python3 manage.py test -m browser   (needs Chromium and requirements-dev.txt)",
    "celery": "python3 manage.py test -m celery    (needs CELERY_BROKER_URL)",
    "faults": "python3 manage.py test -m faults    (starts and kills processes of its own)",
}

# A slow machine is no failure, and CI tries the same examples each time; elsewhere new ones are tried at every run.
hypothesis.settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    """Leaves the slow kinds out, unless -m, a file or their own folder asks for them."""
    if not config.option.markexpr and not any(_is_chosen(part) for part in config.args):
        config.option.markexpr = LEFT_OUT


def _is_chosen(part: str) -> bool:
    path = part.split("::")[0].rstrip("/")
    return path.endswith((".py", "tests/browser", "tests/faults"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Says which kinds this run left out and how to run them."""
    if config.option.markexpr == LEFT_OUT:
        terminalreporter.section("left out of this run", sep="-")
        for kind, how in HOW_TO_RUN.items():
            terminalreporter.line(f"{kind:<8} {how}")


# --- once for each test process


@pytest.fixture(scope="session", autouse=True)
def private_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keeps every file of this test process in a folder of its own, and passwords cheap to check."""
    var = tmp_path_factory.mktemp("var")
    (var / "static").mkdir()
    with override_settings(
        VAR_DIR=var,
        MEDIA_ROOT=var / "media",
        STATIC_ROOT=var / "static",
        MAILBOX_DIR=var / "mail",
        CHECKPOINT_DIR=var / "checkpoints",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ):
        yield var


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, private_settings: Path) -> None:
    """Gives SQLite a real file, as in the product: threads then have connections of their own, with real locks."""
    wanted = connections["default"].settings_dict
    if wanted["ENGINE"].endswith("sqlite3"):
        wanted["TEST"]["NAME"] = str(private_settings / "test.sqlite3")
        options = wanted["OPTIONS"]
        options["init_command"] = options["init_command"].replace("synchronous=NORMAL", "synchronous=OFF")


@pytest.fixture(scope="session", autouse=True)
def ledger_opens_for_the_broom() -> Iterator[None]:
    """Lets the end of a transactional test empty the ledger, whose triggers refuse that to everybody else."""
    sweep = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def unsealed_sweep(case: TransactionTestCase) -> None:
        from portal.ledger import seal

        seal.unseal(connections["default"])
        try:
            sweep(case)
        finally:
            seal.seal(connections["default"])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", unsealed_sweep)
        yield


# --- for each test


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    """Starts each test with nothing remembered; on a shared Redis under a prefix of its own, touching nobody else's."""
    if not django_settings.CACHE_URL:
        cache.clear()
        yield
        return
    own = {**django_settings.CACHES["default"], "KEY_PREFIX": f"test-{uuid.uuid4().hex}"}
    with override_settings(CACHES={"default": own}):
        yield


@pytest.fixture
def run_outbox() -> Callable[[], Any]:
    """Gives a function that does all background work that is due, as the worker would."""
    from portal.ledger import outbox

    return outbox.run_until_empty

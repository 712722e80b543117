"""`check --deploy` names what is wrong, and a desk that is set up well hears nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from portal.checks import deployment

pytestmark = pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
POLICY = {"default-src": ["'none'"], "script-src": ["'self'"]}


@pytest.fixture
def well_set_up(settings: Any, tmp_path: Path) -> Any:
    """Settings as a careful operator would make them."""
    settings.ORIGIN = "https://desk.example"
    settings.ALLOWED_HOSTS = ["desk.example"]
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": POLICY}
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.DEFAULT_FROM_EMAIL = "Rightsdesk <desk@desk.example>"
    settings.EMBEDDED_WORKER = True
    settings.CACHE_URL = "redis://127.0.0.1:6379/0"
    settings.DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}
    settings.MARKETPLACE_CONNECTOR = "shop.connector.Shop"
    settings.VAR_DIR, settings.MEDIA_ROOT, settings.STATIC_ROOT = tmp_path, tmp_path / "media", tmp_path / "static"
    return settings


def said() -> set[str]:
    return {str(message.id).removeprefix("rightsdesk.") for message in deployment(None)}


def test_a_desk_that_is_set_up_well_hears_nothing(well_set_up: Any) -> None:
    assert said() == set()


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"ORIGIN": "http://desk.example"}, "E001"),
        ({"ALLOWED_HOSTS": ["*"]}, "E002"),
        ({"ORIGIN": "https://elsewhere.example"}, "E003"),
        ({"CONTENT_SECURITY_POLICY": {"DIRECTIVES": {**POLICY, "style-src": ["'unsafe-inline'"]}}}, "E004"),
        ({"CONTENT_SECURITY_POLICY": {"DIRECTIVES": {"script-src": ["'self'"]}}}, "E005"),
        ({"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}, "E006"),
        ({"DEFAULT_FROM_EMAIL": "Rightsdesk <desk@localhost>"}, "W001"),
        ({"EMBEDDED_WORKER": False, "CELERY_BROKER_URL": ""}, "I001"),
        ({"CACHE_URL": ""}, "W002"),
        ({"DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3"}}}, "W003"),
        ({"MARKETPLACE_CONNECTOR": "portal.marketplace.connectors.sandbox.SandboxConnector"}, "I002"),
    ],
)
def test_each_slip_is_named(well_set_up: Any, change: dict[str, Any], answer: str) -> None:
    for name, value in change.items():
        setattr(well_set_up, name, value)
    assert said() == {answer}


def test_uploads_never_lie_among_the_static_files(well_set_up: Any, tmp_path: Path) -> None:
    well_set_up.MEDIA_ROOT = tmp_path / "static" / "media"
    assert said() == {"E008"}


def test_a_subdomain_pattern_covers_the_origin(well_set_up: Any) -> None:
    well_set_up.ALLOWED_HOSTS = [".example"]
    assert said() == set()

"""What `check --deploy` says about a desk before it meets the world; every line names the setting and the way out."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register

UNSAFE = ("'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:")
DOES_NOT_SEND = ("console", "dummy", "filebased", "locmem", "mailbox")


@register(Tags.security, deploy=True)
def deployment(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Looks at everything that is right on a developer's machine and wrong in production."""
    rules = (_address, _policy, _mail, _work, _cache, _database, _folders, _marketplace)
    return [message for rule in rules for message in rule()]


def _address() -> Iterator[CheckMessage]:
    origin = urlsplit(settings.ORIGIN)
    if origin.scheme != "https":
        yield Error("RIGHTSDESK_ORIGIN is not https.", hint="Links in mails carry it.", id="rightsdesk.E001")
    if "*" in settings.ALLOWED_HOSTS:
        yield Error("RIGHTSDESK_HOSTS allows every host.", hint="Name the hosts of this site.", id="rightsdesk.E002")
    elif not any(_answers_to(pattern, origin.hostname or "") for pattern in settings.ALLOWED_HOSTS):
        yield Error("RIGHTSDESK_ORIGIN names a host that RIGHTSDESK_HOSTS does not.", id="rightsdesk.E003")


def _answers_to(pattern: str, host: str) -> bool:
    pattern = pattern.lower()
    return host == pattern or (pattern.startswith(".") and (host == pattern[1:] or host.endswith(pattern)))


def _policy() -> Iterator[CheckMessage]:
    directives: dict[str, Any] = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    loose = sorted(name for name, sources in directives.items() if any(part in UNSAFE for part in sources))
    if loose:
        hint = "The pages need neither inline script nor inline style."
        yield Error(f"The Content-Security-Policy is loose in {', '.join(loose)}.", hint=hint, id="rightsdesk.E004")
    if directives.get("default-src") != ["'none'"]:
        yield Error("The Content-Security-Policy does not begin with default-src 'none'.", id="rightsdesk.E005")


def _mail() -> Iterator[CheckMessage]:
    if any(word in settings.EMAIL_BACKEND for word in DOES_NOT_SEND):
        yield Error(
            f"Mail goes to {settings.EMAIL_BACKEND}, which sends nothing.",
            hint="Set RIGHTSDESK_EMAIL_URL.",
            id="rightsdesk.E006",
        )
    if settings.DEFAULT_FROM_EMAIL.endswith("@localhost>"):
        yield Warning("RIGHTSDESK_EMAIL_FROM is not set; mail from localhost is refused.", id="rightsdesk.W001")


def _work() -> Iterator[CheckMessage]:
    if not settings.EMBEDDED_WORKER and not settings.CELERY_BROKER_URL:
        yield Info(
            "Neither the embedded worker nor a broker is on; run `python3 manage.py work` beside the web server.",
            hint="Set RIGHTSDESK_EMBEDDED_WORKER=1 or CELERY_BROKER_URL to do without.",
            id="rightsdesk.I001",
        )


def _cache() -> Iterator[CheckMessage]:
    if not settings.CACHE_URL:
        yield Warning(
            "RIGHTSDESK_CACHE_URL is not set: each process counts its own sign-in attempts and API calls.",
            hint="Point it at Redis when more than one process serves.",
            id="rightsdesk.W002",
        )


def _database() -> Iterator[CheckMessage]:
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        hint = "Set DATABASE_URL to PostgreSQL for more than one machine or a busy desk."
        yield Warning("The database is SQLite.", hint=hint, id="rightsdesk.W003")


def _folders() -> Iterator[CheckMessage]:
    for name in ("VAR_DIR", "MEDIA_ROOT"):
        path = getattr(settings, name)
        if path.exists() and not os.access(path, os.W_OK | os.X_OK):
            hint = "Set RIGHTSDESK_VAR to a folder that the service may write to."
            yield Error(f"{name} ({path}) cannot be written to.", hint=hint, id="rightsdesk.E007")
    if settings.MEDIA_ROOT == settings.STATIC_ROOT or settings.STATIC_ROOT in settings.MEDIA_ROOT.parents:
        yield Error("Uploads lie inside the folder of static files, which anyone may read.", id="rightsdesk.E008")


def _marketplace() -> Iterator[CheckMessage]:
    if ".sandbox." in settings.MARKETPLACE_CONNECTOR:
        yield Info(
            "Measures are carried out on the sandbox marketplace only.",
            hint="Set RIGHTSDESK_MARKETPLACE_CONNECTOR to your connector.",
            id="rightsdesk.I002",
        )

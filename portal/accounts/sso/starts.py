"""How a sign-in through a company begins: by a link that only our own page, in this browser, can have shown.

A browser that keeps `form-action 'self'` also for redirects (Chromium) would not follow a form of ours to the provider,
and a plain address that begins a sign-in could be opened by any other site. So forms answer with a page, and its link
carries a word that is kept in the session.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from allauth.account.adapter import get_adapter
from django.http import HttpRequest
from django.urls import reverse

from portal.accounts.models import SignOn

KEY = "sso_starts"
MOST = 8
LIFE_SECONDS = 15 * 60


class Purpose(StrEnum):
    """What the person wants when they come back from their company."""

    SIGN_IN = "sign_in"
    LINK = "link"
    TRY = "try"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class Start:
    """A beginning: at which provider (None where nobody knows one), what for, and the local page to come back to."""

    sign_on_id: int | None
    purpose: str
    next: str
    at: float


def link_for(request: HttpRequest, *, sign_on: SignOn | None, purpose: Purpose, next_url: str = "") -> str:
    """Keeps a beginning in the session and gives the local address that goes on with it, for a quarter of an hour."""
    word = secrets.token_urlsafe(24)
    start = Start(sign_on.pk if sign_on else None, purpose.value, safe(request, next_url), time.time())
    kept = _kept(request)
    for old in sorted(kept, key=lambda each: kept[each]["at"])[: max(0, len(kept) - MOST + 1)]:
        del kept[old]
    request.session[KEY] = kept | {word: asdict(start)}
    return reverse("sso:start", args=[word])


def find(request: HttpRequest, word: str) -> Start | None:
    """Gives the beginning that this browser was shown under this word; None for any other word."""
    found = _kept(request).get(word)
    return Start(**found) if found else None


def safe(request: HttpRequest, address: str) -> str:
    """Gives a local address back and "" for any other."""
    return address if address and get_adapter(request).is_safe_url(address) else ""


def _kept(request: HttpRequest) -> dict[str, dict[str, Any]]:
    since = time.time() - LIFE_SECONDS
    return {word: start for word, start in request.session.get(KEY, {}).items() if start["at"] > since}

"""How often a key or a person may call; the answer says when to come back (Retry-After)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from portal.accounts.models import User
from portal.api.models import ApiKey

if TYPE_CHECKING:
    from rest_framework.views import APIView


class KeyThrottle(SimpleRateThrottle):
    """Counts calls per key, over all endpoints (rate `key` of the settings)."""

    scope = "key"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        return f"throttle-key-{request.auth.pk}" if isinstance(request.auth, ApiKey) else None


class PersonThrottle(SimpleRateThrottle):
    """Counts calls per person with a session token, over all their sessions (rate `person` of the settings)."""

    scope = "person"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        person = isinstance(request.user, User) and not isinstance(request.auth, ApiKey)
        return f"throttle-person-{request.user.pk}" if person else None

"""Who calls: a key in `Authorization: Bearer rdk_…`, or for the first steps a person in `X-Session-Token`."""

from __future__ import annotations

from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.request import Request

from portal.accounts.actors import Actor, ActorKind
from portal.accounts.models import User
from portal.api import keys
from portal.api.models import ApiKey


class ApiKeyAuthentication(BaseAuthentication):
    """Sets `request.user` to who made the key and `request.auth` to the key."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        """Finds the key; None without the header. Raises AuthenticationFailed for a key that does not count."""
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        now = timezone.now()
        found = keys.find(secret.strip(), now=now) if scheme.lower() == "bearer" else None
        if found is None:
            raise AuthenticationFailed(
                _("This API key is unknown, revoked or expired, or its maker has left."), "key_not_accepted"
            )
        key, role = found
        keys.touch(key, now=now)
        actor = Actor(
            kind=ActorKind.KEY,
            user=key.created_by,
            organisation=key.organisation,
            role=role,
            key_id=key.pk,
        )
        request._request._key_actor = actor  # type: ignore[attr-defined]
        return key.created_by, key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Rightsdesk API"'


class SessionTokenAuthentication(XSessionTokenAuthentication):
    """Sets `request.user` to who signed in by the API and `request.auth` to their session."""

    def authenticate(self, request: Request) -> tuple[User, SessionBase] | None:
        """Finds the session; None without the header. Raises AuthenticationFailed where nobody is signed in yet."""
        if "X-Session-Token" not in request.headers:
            return None
        found: tuple[User, SessionBase] | None = super().authenticate(request)
        if found is None:
            raise AuthenticationFailed(
                _("This session token is unknown or ended, or its sign-in is not finished."), "session_not_accepted"
            )
        return found

    def authenticate_header(self, request: Request) -> str:
        return 'X-Session-Token realm="Rightsdesk API"'


def actor_for(request: Request) -> Actor:
    """Gives the actor of the key in hand, for verbs. Raises NotAuthenticated (401) without one."""
    actor: Actor | None = getattr(request._request, "_key_actor", None)
    if not isinstance(request.auth, ApiKey) or actor is None:
        raise NotAuthenticated
    return actor

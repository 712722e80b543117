"""Who calls: a key in `Authorization: Bearer rdk_…`, or for the first steps a person in `X-Session-Token`."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, PermissionDenied
from rest_framework.request import Request

from portal.accounts.actors import Actor, for_principal_named, key_actor_for
from portal.accounts.models import Membership, User
from portal.api import keys
from portal.api.models import ApiKey
from portal.errors import Forbidden, NotFound

PRINCIPAL_HEADER = "Rightsdesk-Principal"


class ApiKeyAuthentication(BaseAuthentication):
    """Sets `request.user` to who made the key and `request.auth` to the key."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        """Finds the key; None without the header. Raises AuthenticationFailed for a key that does not count."""
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        now = timezone.now()
        found = _find(secret.strip(), now) if scheme.lower() == "bearer" else None
        if found is None:
            raise AuthenticationFailed(
                _("This API key is unknown, revoked or expired, or its maker has left."), "key_not_accepted"
            )
        key, maker = found
        keys.touch(key, now=now)
        request._request._key_actor = key_actor_for(maker, key.pk)  # type: ignore[attr-defined]
        return key.created_by, key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Rightsdesk API"'


def _find(secret: str, now: datetime) -> tuple[ApiKey, Membership] | None:
    """The key and its maker; one that is on hold is no secret to its holder, so it gets 403 and not 401."""
    try:
        return keys.find(secret, now=now)
    except Forbidden as refusal:
        raise PermissionDenied(str(refusal.message), refusal.code) from None


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


def name_principal(request: Request) -> None:
    """Lets the key of an agency act for the principal that the call names, from here on.

    Raises Forbidden where it names none, NotFound alike for one that is absent or that no authorisation covers. The
    key of a rights holder acts for that alone, whether or not the call says so.
    """
    actor = actor_for(request)
    named = request.headers.get(PRINCIPAL_HEADER, "").strip()
    if actor.organisation is None or not (named or actor.organisation.is_agency):
        return
    if not named:
        text = _("Name the principal that you act for: %(header)s with its public id, see GET /api/v1/principals.")
        raise Forbidden("principal_missing", text % {"header": PRINCIPAL_HEADER})
    found = _acting(actor, named)
    if found is None:
        raise NotFound("principal_not_found", _("There is no such principal, or no authorisation to act for it."))
    request._request._key_actor = found  # type: ignore[attr-defined]
    if found.organisation is not None:
        request._request._answers_for = {  # type: ignore[attr-defined]
            PRINCIPAL_HEADER: str(found.organisation.public_id)
        }


def _acting(actor: Actor, named: str) -> Actor | None:
    try:
        public_id = UUID(named)
    except ValueError:
        return None
    if actor.organisation is not None and not actor.organisation.is_agency:
        return actor if public_id == actor.organisation.public_id else None
    return for_principal_named(actor, public_id=public_id)


def actor_for(request: Request) -> Actor:
    """Gives the actor of the key in hand, for verbs. Raises NotAuthenticated (401) without one."""
    actor: Actor | None = getattr(request._request, "_key_actor", None)
    if not isinstance(request.auth, ApiKey) or actor is None:
        raise NotAuthenticated
    return actor

"""Endpoints for people rather than programs: a session token, no key, and no staff."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from portal.accounts.actors import Actor, member_actor_for
from portal.accounts.models import Membership, User
from portal.api.authentication import SessionTokenAuthentication
from portal.api.permissions import IsPerson
from portal.api.throttles import PersonThrottle
from portal.errors import NotFound


class PersonView(APIView):
    """What these endpoints share: a session token, a person who is no staff, their own rate."""

    authentication_classes: ClassVar[list[type[BaseAuthentication]]] = [SessionTokenAuthentication]  # type: ignore[misc]
    permission_classes: ClassVar[list[type[BasePermission]]] = [IsPerson]  # type: ignore[misc]
    throttle_classes: ClassVar[list[type[BaseThrottle]]] = [PersonThrottle]  # type: ignore[misc]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuses an Idempotency-Key, which belongs to API keys, rather than let a caller trust in it."""
        super().initial(request, *args, **kwargs)
        if "Idempotency-Key" in request.headers and request.method == "POST":
            text = _("Idempotency-Key works with an API key only; leave it out here.")
            raise ValidationError(text, "idempotency_key_not_here")


def user_of(request: Request) -> User:
    """Gives who signed in; the permissions of PersonView let nobody else pass."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - see above
    return user


def member_actor(request: Request, public_id: UUID) -> Actor:
    """The caller as member of that organisation. Raises NotFound alike for one that is foreign, left or absent."""
    found = Membership.objects.active().filter(user=user_of(request), organisation__public_id=public_id)
    membership = found.select_related("organisation", "user").first()
    if membership is None:
        raise NotFound("no_organisation", _("There is no such organisation."))
    return member_actor_for(membership)

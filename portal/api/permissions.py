"""What a key may do: every view names the scope it needs. And what only a person may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from portal.accounts import rest
from portal.accounts.models import User
from portal.api.authentication import actor_for, name_principal
from portal.api.models import ApiKey

if TYPE_CHECKING:
    from rest_framework.views import APIView


# A POST that only asks something is open to reading scopes.
READING = ":read"


class HasKey(BasePermission):
    """Lets a key pass that has the view's `scope_for_read` or `scope_for_write`; without them nobody passes.

    An agency's key must name its principal, unless the view says `about_agency`: then it is about the agency itself.
    While its maker rests a key reads, whatever its scopes.
    """

    scope: ClassVar[str] = ""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Raises PermissionDenied with the missing scope, so that an integrator knows what to ask for."""
        if not isinstance(request.auth, ApiKey):
            return False
        reads = request.method in SAFE_METHODS
        scope = self.scope or getattr(view, "scope_for_read" if reads else "scope_for_write", "")
        if scope and scope in request.auth.scopes:
            if not getattr(view, "about_agency", False):
                name_principal(request)
            if not scope.endswith(READING):
                rest.check(actor_for(request))
            return True
        if not scope:
            raise PermissionDenied(_("This key may not do that here."), "scope_missing")
        raise PermissionDenied(_("This key has no scope %(scope)s.") % {"scope": scope}, "scope_missing")


def needs(scope: str) -> type[HasKey]:
    """Gives a permission class for one scope, for views that are functions or stand apart in their room."""
    return type("NeedsScope", (HasKey,), {"scope": scope})


class IsPerson(BasePermission):
    """Lets people pass who signed in; staff, with or without second factor, have nothing to do in a tenant."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Raises PermissionDenied for staff and for keys."""
        if isinstance(request.auth, ApiKey):
            raise PermissionDenied(_("A key may not do that; a person who signed in may."), "person_needed")
        if isinstance(request.user, User) and request.user.is_staff:
            raise PermissionDenied(_("Staff accounts do their work at the desk, not here."), "staff_account")
        return isinstance(request.user, User)


class IsPersonOrReadingKey(IsPerson):
    """Lets any key read as well, whatever its scopes: for what a key may always know about itself."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        reads = request.method in SAFE_METHODS and isinstance(request.auth, ApiKey)
        return reads or super().has_permission(request, view)

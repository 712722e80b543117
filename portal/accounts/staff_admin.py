"""What the desk's pages have in common: staff look, only superusers change.

A staff role needs no Django permission rows; put the mixin first: `class RightAdmin(StaffReadMixin, ModelAdmin)`.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from portal.accounts.actors import actor_of


def staff_may_enter(request: HttpRequest) -> bool:
    """Says whether this request may see the admin at all: active staff with a role, or a superuser."""
    return actor_of(request).is_staff


def is_superuser(request: HttpRequest) -> bool:
    """Says whether an active superuser makes this request."""
    actor = actor_of(request)
    return actor.is_staff and actor.user is not None and actor.user.is_superuser


class StaffReadMixin:
    """For ModelAdmin and inlines: any staff role sees the model; only superusers add, change or delete."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return staff_may_enter(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return staff_may_enter(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_superuser(request)


class StaffOnlyReadMixin(StaffReadMixin):
    """For rows that nobody writes by hand, not even a superuser (events, decisions, snapshots)."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

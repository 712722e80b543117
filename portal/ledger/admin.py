"""What the desk sees of the ledger: events, the outbox and deliveries, to read; dead messages can be tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.accounts.actors import actor_of
from portal.accounts.models import StaffRole
from portal.accounts.staff_admin import StaffOnlyReadMixin, is_superuser
from portal.ledger import outbox
from portal.ledger.models import Delivery, Event, OutboxMessage

if TYPE_CHECKING:
    EventAdminBase = admin.ModelAdmin[Event]
    OutboxAdminBase = admin.ModelAdmin[OutboxMessage]
    DeliveryAdminBase = admin.ModelAdmin[Delivery]
else:
    EventAdminBase = OutboxAdminBase = DeliveryAdminBase = admin.ModelAdmin


class OverseerReadMixin(StaffOnlyReadMixin):
    """For what holds addresses and errors: seniors, policy and auditors look, nobody writes."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return actor_of(request).has_staff_role(StaffRole.SENIOR, StaffRole.POLICY, StaffRole.AUDITOR)


@admin.register(Event)
class EventAdmin(OverseerReadMixin, EventAdminBase):
    list_display = ("kind", "stream_kind", "stream_id", "seq", "actor", "at")
    search_fields = ("stream_id__exact", "kind__exact", "actor__exact")
    ordering = ("-id",)
    show_full_result_count = False


@admin.register(OutboxMessage)
class OutboxMessageAdmin(OverseerReadMixin, OutboxAdminBase):
    list_display = ("task", "state", "attempts", "not_before", "last_error")
    list_filter = ("state",)
    search_fields = ("task__exact", "key__exact")
    ordering = ("-id",)
    show_full_result_count = False
    actions = ("try_again",)

    def has_revive_permission(self, request: HttpRequest) -> bool:
        """Says whether this is somebody who runs the site."""
        return is_superuser(request)

    @admin.action(description=_("Try again what was given up"), permissions=["revive"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> None:
        """Queues the chosen dead messages again."""
        count = outbox.revive(ids=list(queryset.values_list("pk", flat=True)))
        text = ngettext("%(count)d message is queued again.", "%(count)d messages are queued again.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)


@admin.register(Delivery)
class DeliveryAdmin(OverseerReadMixin, DeliveryAdminBase):
    list_display = ("recipient", "subject", "channel", "state", "attempts", "sent_at", "error")
    list_filter = ("state", "channel")
    search_fields = ("recipient__exact",)
    ordering = ("-id",)
    list_select_related = ("event",)
    exclude = ("text", "html")
    show_full_result_count = False

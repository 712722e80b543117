"""The catalogue on the desk: staff look, the marketplace decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts.staff_admin import StaffOnlyReadMixin, StaffReadMixin
from portal.marketplace.models import (
    MARKETS,
    Account,
    Listing,
    Livestream,
    SandboxBehaviour,
    SandboxObject,
    Target,
    Video,
)

if TYPE_CHECKING:
    Inline = admin.StackedInline[Any, Target]
    TargetModelAdmin = admin.ModelAdmin[Target]
    BehaviourModelAdmin = admin.ModelAdmin[SandboxBehaviour]
else:
    Inline, TargetModelAdmin, BehaviourModelAdmin = admin.StackedInline, admin.ModelAdmin, admin.ModelAdmin


class MarketFilter(admin.SimpleListFilter):
    """Markets from a list, not from a scan of the table."""

    title = _("market")
    parameter_name = "market"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(code, code) for code in MARKETS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(market=self.value()) if self.value() in MARKETS else queryset


class DetailInline(StaffReadMixin, Inline):
    """The details of one kind."""

    can_delete = False
    extra = 0
    fk_name = "target"


class ListingInline(DetailInline):
    model = Listing


class VideoInline(DetailInline):
    model = Video


class LivestreamInline(DetailInline):
    model = Livestream
    raw_id_fields = ("pinned",)


class AccountInline(DetailInline):
    model = Account
    raw_id_fields = ("holders",)


class SandboxObjectInline(DetailInline):
    model = SandboxObject
    readonly_fields = ("actual", "whole", "orders", "pending_state", "change_at")


INLINES: dict[str, type[DetailInline]] = {
    "listing": ListingInline,
    "video": VideoInline,
    "livestream": LivestreamInline,
    "account": AccountInline,
}


@admin.register(Target)
class TargetAdmin(StaffReadMixin, TargetModelAdmin):
    """Finds a target by its exact id, or by words of its title; its state follows the marketplace only."""

    list_display = ("marketplace_id", "title", "kind", "state", "market", "owner", "created_at")
    list_filter = ("kind", "state", MarketFilter)
    list_select_related = ("owner",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("title",)
    search_help_text = _("An exact id or @handle, or words of the title.")
    ordering = ("-id",)
    raw_id_fields = ("owner",)
    exclude = ("picture",)
    readonly_fields = (
        "kind",
        "marketplace_id",
        "state",
        "version",
        "created_at",
        "edited_at",
        "observed_at",
        "url",
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Target], search_term: str
    ) -> tuple[QuerySet[Target], bool]:
        """An exact id or handle is looked up by equality, and only otherwise words are searched in titles."""
        term = search_term.replace("\0", "").strip()
        if term and " " not in term:
            exact = list(Target.objects.identified(term).values_list("pk", flat=True)[:10])
            if exact:
                return queryset.filter(pk__in=exact), False
        return super().get_search_results(request, queryset, term)

    def get_inlines(self, request: HttpRequest, obj: Target | None) -> list[type[Any]]:
        return [INLINES[obj.kind], SandboxObjectInline] if obj else []

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(SandboxBehaviour)
class SandboxBehaviourAdmin(StaffOnlyReadMixin, BehaviourModelAdmin):
    """How the sandbox answers orders; the controls page of the sandbox sets it."""

    list_display = ("mode", "target", "remaining", "delay_seconds", "created_at")
    list_filter = ("mode",)
    list_select_related = ("target",)
    show_full_result_count = False
    ordering = ("-id",)

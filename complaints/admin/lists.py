"""Read-only lists of the admin, and the addresses of the desk. Nobody edits a case, decision or measure here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from complaints.admin import again, answers, bundles, desk, leads, packs, pictures, quality, queue, rules
from complaints.models import Complaint, Decision, Item, Measure, StatementOfReasons
from portal.accounts.actors import actor_of
from portal.accounts.staff_admin import StaffOnlyReadMixin
from portal.marketplace.models import Target
from portal.templatetags.rd import badge, when

if TYPE_CHECKING:
    ComplaintBase = admin.ModelAdmin[Complaint]
    DecisionBase = admin.ModelAdmin[Decision]
    MeasureBase = admin.ModelAdmin[Measure]
    StatementBase = admin.ModelAdmin[StatementOfReasons]
else:
    ComplaintBase = DecisionBase = MeasureBase = StatementBase = admin.ModelAdmin


def case_link(case: Complaint) -> SafeString:
    """Links a case's reference to its page on the desk."""
    return format_html('<a href="{}">{}</a>', reverse("admin:complaints_complaint_case", args=[case.pk]), case)


class ListPage(StaffOnlyReadMixin):
    """What every list of this room shares: no counting of the whole table, no bulk actions."""

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}


@admin.register(Complaint)
class ComplaintAdmin(ListPage, ComplaintBase):
    """All filed cases, oldest due first; a case opens on the desk."""

    list_display = ("case", "mark", "complainant", "items_", "state_", "due", "holder")
    list_display_links = None
    list_filter = ("state", "source", "reason")
    search_fields = ("reference",)
    search_help_text = _("A whole reference (RD-2026-000123) or marketplace id (LS-88120431).")
    ordering = ("due_at", "id")

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("desk/", wrap(desk.queue_page), name="complaints_complaint_desk"),
            path("mend/", wrap(desk.mend_page), name="complaints_complaint_mend"),
            path("answers/", wrap(answers.answers_page), name="complaints_complaint_answers"),
            path("rule-packs/", wrap(packs.packs_page), name="complaints_complaint_packs"),
            path("quality/", wrap(quality.quality_page), name="complaints_complaint_quality"),
            path("quality/<int:look>/", wrap(quality.look_page), name="complaints_complaint_look"),
            *leads.urls(wrap),
            *rules.urls(wrap),
            path("<int:pk>/desk/", wrap(desk.case_page), name="complaints_complaint_case"),
            path("<int:pk>/desk/again/", wrap(again.again_page), name="complaints_complaint_again"),
            path(
                "<int:pk>/desk/item/<int:item_id>/",
                wrap(pictures.snapshot_picture),
                name="complaints_complaint_picture",
            ),
            path("<int:pk>/desk/logo/<int:right_id>/", wrap(pictures.logo), name="complaints_complaint_logo"),
            path(
                "<int:pk>/desk/evidence/<uuid:public_id>/",
                wrap(pictures.evidence),
                name="complaints_complaint_evidence",
            ),
            path("<int:pk>/desk/bundle/", wrap(bundles.whole), name="complaints_complaint_bundle"),
            path("<int:pk>/desk/bundle/internal/", wrap(bundles.internal), name="complaints_complaint_bundle_internal"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Complaint]:
        found: QuerySet[Complaint] = queue.with_totals(Complaint.objects.visible_to(actor_of(request)))
        return found

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Complaint], search_term: str
    ) -> tuple[QuerySet[Complaint], bool]:
        """Finds by whole reference or marketplace id only: equality, which an index answers."""
        term = search_term.replace("\x00", "").strip()
        if not term:
            return queryset, False
        if term.upper().startswith("RD-"):
            return queryset.filter(reference=term.upper()), False
        reported = Item.objects.filter(target__in=Target.objects.identified(term[:80])).values("complaint")
        return queryset.filter(pk__in=reported), False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Opens the case on the desk."""
        if object_id.isascii() and object_id.isdecimal():
            return redirect("admin:complaints_complaint_case", int(object_id))
        return redirect("admin:complaints_complaint_changelist")

    @admin.display(description=_("Reference"), ordering="reference")
    def case(self, obj: Complaint) -> SafeString:
        return case_link(obj)

    @admin.display(description=_("Mark"))
    def mark(self, obj: Complaint) -> str:
        return queue.mark_of(obj)

    @admin.display(description=_("Complainant"))
    def complainant(self, obj: Complaint) -> str:
        return obj.complainant_name

    @admin.display(description=_("Items"))
    def items_(self, obj: Any) -> int:
        return int(obj.item_total)

    @admin.display(description=_("State"))
    def state_(self, obj: Complaint) -> SafeString:
        return badge(obj.shown.tone, obj.shown.label)

    @admin.display(description=_("Due"), ordering="due_at")
    def due(self, obj: Complaint) -> SafeString | str:
        if obj.is_closed:
            return _t("decided")
        return badge(queue.due_tone(obj, timezone.now()), queue.due_in_words(obj))

    @admin.display(description=_("Held by"))
    def holder(self, obj: Complaint) -> str:
        return obj.claimed_by.get_short_name() if obj.is_claimed(timezone.now()) and obj.claimed_by else "–"


class OfCase(ListPage):
    """For rows that belong to a decision of a case that the reader may see: reads their case along and links it."""

    to_case = "decision__complaint"

    def get_queryset(self, request: HttpRequest) -> Any:
        seen = Complaint.objects.visible_to(actor_of(request))
        return super().get_queryset(request).filter(**{f"{self.to_case}__in": seen})  # type: ignore[misc]

    def of_case(self, obj: Any) -> SafeString:
        return case_link(obj.complaint if isinstance(obj, Decision) else obj.decision.complaint)

    of_case.short_description = _("Case")  # type: ignore[attr-defined]


@admin.register(Decision)
class DecisionAdmin(OfCase, DecisionBase):
    """Decisions as they were made."""

    to_case = "complaint"

    list_display = ("reference", "of_case", "ground", "outcome", "needs_second", "decided_by", "decided")
    list_filter = ("outcome", "ground", "needs_second")
    list_select_related = ("complaint", "decided_by")
    ordering = ("-decided_at", "-id")
    fields = (
        "reference",
        "of_case",
        "outcome",
        "ground",
        "policy_version",
        "policy_text",
        "text",
        "missing_proof",
        "supersedes",
        "needs_second",
        "decided_by",
        "decided_at",
    )
    readonly_fields = fields

    @admin.display(description=_("Decided"), ordering="decided_at")
    def decided(self, obj: Decision) -> SafeString:
        return when(obj.decided_at)


@admin.register(Measure)
class MeasureAdmin(OfCase, MeasureBase):
    """Measures and how far the marketplace has got with each; those to mend have a page of their own."""

    list_display = ("target", "action", "of_case", "state_", "detail", "created")
    list_filter = ("state", "action")
    list_select_related = ("target", "decision__complaint")
    search_fields = ("target__marketplace_id",)
    search_help_text = _("A whole marketplace id (LS-88120431).")
    ordering = ("-id",)
    fields = (
        "target", "action", "reverses", "of_case", "state_", "attempt", "detail", "receipt",
        "created_at", "sent_at", "check_at", "confirmed_at",
    )  # fmt: skip
    readonly_fields = fields

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Measure], search_term: str
    ) -> tuple[QuerySet[Measure], bool]:
        """Finds by whole marketplace id only."""
        term = search_term.replace("\x00", "").strip()[:80]
        return (queryset.filter(target__in=Target.objects.identified(term)) if term else queryset), False

    @admin.display(description=_("State"))
    def state_(self, obj: Measure) -> SafeString:
        return badge(obj.shown.tone, obj.shown.label)

    @admin.display(description=_("Made"), ordering="created_at")
    def created(self, obj: Measure) -> SafeString:
        return when(obj.created_at)


@admin.register(StatementOfReasons)
class StatementAdmin(OfCase, StatementBase):
    """What each side was told, kept as sent."""

    list_display = ("reference", "of_case", "side", "account", "answer_until", "created", "read")
    list_filter = ("side",)
    list_select_related = ("decision__complaint", "account")
    ordering = ("-created_at", "-id")
    fields = ("of_case", "decision", "side", "account", "text", "answer_until", "created_at", "read_at")
    readonly_fields = fields

    @admin.display(description=_("Decision"))
    def reference(self, obj: StatementOfReasons) -> str:
        return obj.decision.reference

    @admin.display(description=_("Sent"), ordering="created_at")
    def created(self, obj: StatementOfReasons) -> SafeString:
        return when(obj.created_at)

    @admin.display(description=_("Read"))
    def read(self, obj: StatementOfReasons) -> SafeString:
        return when(obj.read_at)

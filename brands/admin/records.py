"""Register records with their readings, the pace of offices, and brands at the desk: to read, never edited by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from brands.models import Brand, OfficeCall, RecordClass, RegisterReading, RegisterRecord
from portal.accounts.staff_admin import StaffOnlyReadMixin

if TYPE_CHECKING:
    RecordAdminBase = admin.ModelAdmin[RegisterRecord]
    BrandAdminBase = admin.ModelAdmin[Brand]
    ReadingAdminBase = admin.ModelAdmin[RegisterReading]
    CallAdminBase = admin.ModelAdmin[OfficeCall]
    ClassInlineBase = admin.StackedInline[RecordClass, RegisterRecord]
    ReadingInlineBase = admin.StackedInline[RegisterReading, RegisterRecord]
else:
    RecordAdminBase = BrandAdminBase = ReadingAdminBase = CallAdminBase = admin.ModelAdmin
    ClassInlineBase, ReadingInlineBase = admin.StackedInline, admin.StackedInline

READINGS = 30  # newest of a record on its page; all of them are in the list of readings


class RecordClassInline(StaffOnlyReadMixin, ClassInlineBase):
    """The classes of a record, to read."""

    model = RecordClass
    extra = 0


class ReadingInline(StaffOnlyReadMixin, ReadingInlineBase):
    """The newest readings of a record: when, how, with what result."""

    model = RegisterReading
    extra = 0
    show_change_link = True
    fields = ("read_at", "as_of", "status", "format", "result", "source")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[RegisterReading]:
        rows = super().get_queryset(request)
        found = request.resolver_match.kwargs.get("object_id", "") if request.resolver_match else ""
        if not str(found).isdigit():
            return rows.none()
        newest = rows.filter(record_id=int(found)).order_by("-read_at", "-id").values_list("pk", flat=True)[:READINGS]
        return rows.filter(pk__in=list(newest)).order_by("-read_at", "-id")


@admin.register(RegisterRecord)
class RegisterRecordAdmin(StaffOnlyReadMixin, RecordAdminBase):
    """Register records: searched by mark, owner or number, never edited by hand."""

    list_display = ("mark_text", "office", "registration_number", "application_number", "status", "as_of", "owner_name")
    list_filter = ("office", "status")
    search_fields = ("mark_text", "owner_name", "=st13", "=registration_number", "=application_number")
    search_help_text = _("Words of the mark, the owner, or a whole number")
    show_full_result_count = False
    ordering = ("office", "mark_text", "id")
    inlines = (RecordClassInline, ReadingInline)
    exclude = ("former_owners", "owners", "design_codes")
    readonly_fields = ("chain", "figures", "facts_sha256")

    @admin.display(description=_("Chain of owners"))
    def chain(self, record: RegisterRecord) -> SafeString:
        """Earliest first; the last is the owner now."""
        rows = ((row["name"], row.get("role", ""), row.get("country", "")) for row in record.owners)
        return format_html("<ol>{}</ol>", format_html_join("", "<li>{} ({} {})</li>", rows))

    @admin.display(description=_("Codes of figurative elements"))
    def figures(self, record: RegisterRecord) -> str:
        return ", ".join(f"{row['scheme']} {row['code']}" for row in record.design_codes) or "-"


@admin.register(RegisterReading)
class RegisterReadingAdmin(StaffOnlyReadMixin, ReadingAdminBase):
    """Every time that a record was read, with what was said then."""

    list_display = ("record", "read_at", "as_of", "status", "format", "result", "source")
    list_filter = ("result", "format")
    list_select_related = ("record",)
    search_fields = ("=record__st13", "=record__registration_number", "=record__application_number", "source")
    search_help_text = _("A whole number, or a part of the source")
    show_full_result_count = False
    ordering = ("-id",)
    exclude = ("facts",)
    readonly_fields = ("said", "facts_sha256")

    @admin.display(description=_("What was said"))
    def said(self, reading: RegisterReading) -> SafeString:
        if not reading.facts:
            return format_html("{}", _("The same as in the reading before."))
        text = json.dumps(reading.facts, indent=2, ensure_ascii=False)
        return format_html('<pre tabindex="0" role="region" aria-label="{}">{}</pre>', _("Facts"), text)


@admin.register(OfficeCall)
class OfficeCallAdmin(StaffOnlyReadMixin, CallAdminBase):
    """How often an office was asked, and whether it is left alone for now."""

    list_display = ("office", "minute", "calls", "closed_until", "failures", "last_error")
    ordering = ("office", "id")
    exclude = ("recent",)


@admin.register(Brand)
class BrandAdmin(StaffOnlyReadMixin, BrandAdminBase):
    """Brands, to read."""

    list_display = ("name", "organisation", "created_at")
    list_select_related = ("organisation",)
    search_fields = ("name", "organisation__name")
    show_full_result_count = False
    ordering = ("name", "id")

"""Authorised sellers at the desk: to read, by account, brand or organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from brands.models import AuthorisedSeller
from portal.accounts.staff_admin import StaffOnlyReadMixin

if TYPE_CHECKING:
    SellerAdminBase = admin.ModelAdmin[AuthorisedSeller]
else:
    SellerAdminBase = admin.ModelAdmin


@admin.register(AuthorisedSeller)
class AuthorisedSellerAdmin(StaffOnlyReadMixin, SellerAdminBase):
    """Who may sell under which brand, newest first; the brand decides, nobody else."""

    list_display = ("account", "brand", "organisation", "right", "state", "starts_on", "ends_on")
    list_filter = ("state",)
    list_select_related = ("account", "brand", "organisation", "right__family")
    search_fields = ("=account__handle", "=account__target__marketplace_id", "brand__name", "organisation__name")
    search_help_text = _("A whole handle or account id, the brand or the organisation")
    exclude = ("salt",)
    show_full_result_count = False
    ordering = ("-created_at", "-id")

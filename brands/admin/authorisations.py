"""Authorisations at the desk: list, read with the letter, and end with a reason, which a senior reviewer may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from brands import registry
from brands.authorisations.forms import ReasonForm, countries_in_words
from brands.models import Authorisation
from portal.accounts.actors import actor_of
from portal.accounts.staff_admin import StaffOnlyReadMixin
from portal.errors import DomainError, Forbidden, NotFound
from portal.files import store

if TYPE_CHECKING:
    AuthorisationAdminBase = admin.ModelAdmin[Authorisation]
else:
    AuthorisationAdminBase = admin.ModelAdmin


@admin.register(Authorisation)
class AuthorisationAdmin(StaffOnlyReadMixin, AuthorisationAdminBase):
    """Who may act for whom; what is over needs nobody to end it."""

    change_form_template = "admin/brands/authorisation.html"
    list_display = ("agent", "principal", "state", "starts_on", "expires_on", "granted_at")
    list_filter = ("state",)
    list_select_related = ("organisation", "agency", "member__user")
    search_fields = ("organisation__name", "agency__name", "member__user__email", "=public_id")
    search_help_text = _("Principal, agency, the agent's address, or the whole public id")
    show_full_result_count = False
    list_per_page = 50
    ordering = ("-created_at", "-id")

    @admin.display(description=_("Agent"))
    def agent(self, row: Authorisation) -> str:
        return row.agent_name

    @admin.display(description=_("Principal"))
    def principal(self, row: Authorisation) -> str:
        return row.organisation.name if row.organisation else f"({row.asked_for})"

    def get_urls(self) -> list[URLPattern]:
        """Adds the end and the letter to the admin's own addresses."""
        wrap = self.admin_site.admin_view
        mine = [
            path("<int:pk>/end/", wrap(require_POST(self.end)), name="brands_authorisation_end"),
            path("<int:pk>/letter/", wrap(require_GET(self.letter)), name="brands_authorisation_letter"),
        ]
        return [*mine, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Shows one with its terms, rights and letter."""
        return self._page(request, self._find(request, object_id), ReasonForm())

    def end(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ends it by the verb; what it refuses is shown beside what was typed."""
        row, form = self._find(request, pk), ReasonForm(request.POST)
        if not form.is_valid():
            return self._page(request, row, form, status=422)
        try:
            registry.end_authorisation(
                actor=actor_of(request), authorisation=row, reason=form.cleaned_data["reason"], now=timezone.now()
            )
        except (NotFound, Forbidden) as error:
            raise PermissionDenied from error
        except DomainError as error:
            form.add_error("reason" if error.field == "reason" else None, str(error))
            return self._page(request, row, form, status=422)
        messages.success(request, _("Ended. Both sides are told, with your reason."))
        return redirect("admin:brands_authorisation_changelist")

    def letter(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The letter, for staff."""
        row = self._find(request, pk)
        if row.letter is None:
            raise Http404
        return store.serve(row.letter)

    def _find(self, request: HttpRequest, pk: int | str) -> Authorisation:
        if not self.has_view_permission(request):
            raise PermissionDenied
        key = int(pk) if str(pk).isascii() and str(pk).isdigit() and len(str(pk)) < 19 else 0
        seen = Authorisation.objects.visible_to(actor_of(request)).for_lists()
        row: Authorisation | None = seen.select_related("granted_by", "ended_by", "asked_by").filter(pk=key).first()
        if row is None:
            raise Http404
        return row

    def _page(self, request: HttpRequest, row: Authorisation, form: ReasonForm, status: int = 200) -> HttpResponse:
        today = timezone.now().date()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(row),
            "row": row,
            "principal": self.principal(row),
            "rights": [] if row.all_rights else row.rights.for_lists()[:500],
            "countries": countries_in_words(row.territories),
            "in_force": row.in_force(today),
            "is_over": row.is_over(today),
            "form": form,
            "may_end": actor_of(request).has_staff_role("senior") and (row.ends_later(today) or row.state == "asked"),
        }
        return TemplateResponse(request, "admin/brands/authorisation.html", context, status=status)

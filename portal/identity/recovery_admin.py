"""The desk's pages about organisations that have lost their administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from portal.accounts.actors import actor_of
from portal.accounts.staff_admin import StaffOnlyReadMixin
from portal.errors import Conflict, DomainError, Forbidden, NotFound
from portal.identity import recovering
from portal.identity.forms import ReasonForm
from portal.identity.models import IdentityDocument, RecoveryRequest

if TYPE_CHECKING:
    RecoveryAdminBase = admin.ModelAdmin[RecoveryRequest]
else:
    RecoveryAdminBase = admin.ModelAdmin

QUEUE_SHOWN = 12
VERBS = {"approve": recovering.approve, "reject": recovering.reject}


class RecoveryAdmin(StaffOnlyReadMixin, RecoveryAdminBase):
    """Requests, oldest first; a senior decides each through a verb, and it becomes a hold."""

    list_display = ("organisation", "asked_by", "state", "asked_at", "decided_by")
    list_filter = ("state",)
    list_select_related = ("organisation", "asked_by", "decided_by")
    search_fields = ("organisation__name", "asked_by__email")
    show_full_result_count = False
    ordering = ("decided_at", "asked_at", "id")

    def get_urls(self) -> list[URLPattern]:
        """Adds the decision to the admin's own addresses."""
        wrap = self.admin_site.admin_view
        name = "identity_recoveryrequest_decide"
        return [path("<int:pk>/decide/", wrap(require_POST(self.decide)), name=name), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Shows who asks, with which documents, and who runs the organisation today."""
        return self._page(request, self._find(request, object_id), ReasonForm())

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Grants or refuses; what the verb refuses is shown on the page."""
        found, form = self._find(request, pk), ReasonForm(request.POST)
        verb = VERBS.get(request.POST.get("outcome", ""))
        if verb is None:
            raise Http404
        if not form.is_valid():
            return self._page(request, found, form)
        try:
            verb(actor=actor_of(request), request=found, reason=form.cleaned_data["reason"], now=timezone.now())
        except Conflict as error:
            messages.error(request, str(error))
            return redirect("admin:identity_recoveryrequest_change", pk)
        except (NotFound, Forbidden) as error:
            raise PermissionDenied(str(error)) from error
        except DomainError as error:
            form.add_error("reason", str(error))
            return self._page(request, found, form)
        messages.success(request, _("Decided. Everybody who has to know is told."))
        return redirect("admin:identity_recoveryrequest_change", pk)

    def _find(self, request: HttpRequest, pk: int | str) -> RecoveryRequest:
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = RecoveryRequest.objects.select_related("organisation", "asked_by", "decided_by")
        found: RecoveryRequest = get_object_or_404(rows, pk=int(pk) if str(pk).isascii() and str(pk).isdigit() else 0)
        return found

    def _page(self, request: HttpRequest, found: RecoveryRequest, form: ReasonForm) -> HttpResponse:
        actor, organisation = actor_of(request), found.organisation
        documents = IdentityDocument.objects.visible_to(actor).filter(recovery=found).select_related("file")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(organisation),
            "asked": found,
            "applicant": organisation,
            "queue": RecoveryRequest.objects.waiting().select_related("organisation")[:QUEUE_SHOWN],
            "form": form,
            "is_open": found.state == RecoveryRequest.State.OPEN,
            "may_decide": found.state == RecoveryRequest.State.OPEN and recovering.may_decide(actor, found),
            "sees_documents": actor.has_staff_role("reviewer", "senior"),
            "documents": documents.order_by("uploaded_at", "id"),
            "members": organisation.memberships.active().select_related("user").order_by("created_at", "id"),
            "membership": organisation.memberships.active().filter(user=found.asked_by).first(),
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/identity/recovery.html", context, status=status)

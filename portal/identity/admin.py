"""The desk's pages about organisations: who waits to be verified, one page per organisation with all that it takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from portal.accounts.actors import Actor, actor_of
from portal.accounts.staff_admin import StaffOnlyReadMixin
from portal.accounts.states import STATE_CHOICES, STATE_LABELS, OrganisationState, OrganisationVerb, transition
from portal.errors import Conflict, DomainError, Forbidden, NotFound
from portal.files import store
from portal.identity import deciding, recovery_admin
from portal.identity.checklist import described
from portal.identity.common import may_do
from portal.identity.forms import CheckForm, ReasonForm
from portal.identity.history import history_of
from portal.identity.models import Applicant, IdentityCheck, IdentityDocument, RecoveryRequest

if TYPE_CHECKING:
    ApplicantAdminBase = admin.ModelAdmin[Applicant]
else:
    ApplicantAdminBase = admin.ModelAdmin

VERBS = {verb.value: verb for verb in deciding.OUTCOMES}
QUEUE_SHOWN = 12

admin.site.register(RecoveryRequest, recovery_admin.RecoveryAdmin)


class StateFilter(admin.SimpleListFilter):
    """Opens with what waits; every other state, and all of them, are one click away."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        others = [(value, label) for value, label in STATE_CHOICES if value != OrganisationState.IN_REVIEW]
        return [("all", _("All")), *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Applicant]) -> QuerySet[Applicant]:
        wanted = self.value() or OrganisationState.IN_REVIEW.value
        return queryset if wanted == "all" else queryset.filter(state=wanted)

    def choices(self, changelist: Any) -> Iterator[Any]:
        """The first choice, chosen by saying nothing, is the queue."""
        first, *rest = super().choices(changelist)
        yield {**first, "display": STATE_LABELS[OrganisationState.IN_REVIEW]}
        yield from rest


@admin.register(Applicant)
class ApplicantAdmin(StaffOnlyReadMixin, ApplicantAdminBase):
    """Organisations to verify, oldest first; nothing is edited here but by the verbs behind the buttons."""

    list_display = ("name", "kind", "form", "country", "company_number", "state", "submitted_at")
    list_filter = (StateFilter, "kind", "form")
    search_fields = ("name", "=company_number", "=public_id")
    search_help_text = _("Words of the name, the whole company number, or the whole id")
    show_full_result_count = False
    list_per_page = 50
    ordering = ("submitted_at", "id")

    def get_urls(self) -> list[URLPattern]:
        """Adds the decision and the documents to the admin's own addresses."""
        wrap = self.admin_site.admin_view
        mine = [
            path("<int:pk>/decide/", wrap(require_POST(self.decide)), name="identity_applicant_decide"),
            path("<int:pk>/document/<uuid:public_id>/<slug:size>/", wrap(self.document), name="identity_document"),
        ]
        return [*mine, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The queue: what waits, oldest first, unless another state is asked for."""
        return super().changelist_view(request, {"title": _("Organisations to verify"), **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Shows everything that a decision needs on one page."""
        return self._page(request, self._find(request, object_id))

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Verifies, rejects, suspends or reinstates; what the verbs refuse is shown with what was typed."""
        applicant, verb = self._find(request, pk), VERBS.get(request.POST.get("outcome", ""))
        if verb is None:
            raise Http404
        if not may_do(actor_of(request), verb):
            raise PermissionDenied
        form = _form(applicant, verb, request.POST)
        if not form.is_valid():
            return self._page(request, applicant, form)
        try:
            _act(actor_of(request), applicant, verb, form)
        except Conflict as error:
            messages.error(request, str(error))
            return redirect("admin:identity_applicant_change", pk)
        except DomainError as error:
            raise_http(error)
            form.add_error(error.field if error.field in form.fields else "reason", str(error))
            return self._page(request, applicant, form)
        messages.success(request, _("Decided. Its administrators are told."))
        return redirect("admin:identity_applicant_change", pk)

    def document(self, request: HttpRequest, pk: int, public_id: UUID, size: str) -> HttpResponseBase:
        """One document of the organisation or of a request about it, for staff who check."""
        seen = IdentityDocument.objects.visible_to(actor_of(request)).there().select_related("file")
        if not actor_of(request).has_staff_role("reviewer", "senior"):
            raise PermissionDenied
        found = seen.filter(organisation=pk, public_id=public_id).first()
        if found is None or size not in {"whole", "small"}:
            raise Http404
        return store.serve(found.file, which="thumbnail" if size == "small" else "clean")

    def _find(self, request: HttpRequest, pk: int | str) -> Applicant:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(Applicant, pk=int(pk) if str(pk).isascii() and str(pk).isdigit() else 0)

    def _page(self, request: HttpRequest, applicant: Applicant, form: forms.Form | None = None) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(applicant),
            **_shown(actor_of(request), applicant, form),
        }
        status = 422 if form is not None and form.errors else 200
        return TemplateResponse(request, "admin/identity/verify.html", context, status=status)


def documents_of(actor: Actor, **which: Any) -> list[IdentityDocument]:
    """The documents that this member of staff may look at, oldest first."""
    rows = IdentityDocument.objects.visible_to(actor).filter(**which).select_related("file")
    return list(rows.order_by("uploaded_at", "id"))


def raise_http(error: DomainError) -> None:
    """Answers 404 and 403 as such; what is left is shown on the page."""
    if isinstance(error, NotFound):
        raise Http404 from error
    if isinstance(error, Forbidden):
        raise PermissionDenied from error


def _form(applicant: Applicant, verb: OrganisationVerb, data: Any = None) -> CheckForm | ReasonForm:
    initial = {"version": applicant.version}
    if verb in deciding.DECISIONS:
        return CheckForm(data, organisation=applicant, initial=initial)
    return ReasonForm(data, initial=initial)


def _act(actor: Actor, applicant: Applicant, verb: OrganisationVerb, form: CheckForm | ReasonForm) -> None:
    data = form.cleaned_data
    common: dict[str, Any] = {
        "actor": actor,
        "organisation": applicant,
        "now": timezone.now(),
        "version": data["version"],
    }
    if isinstance(form, CheckForm) and verb is OrganisationVerb.APPROVE:
        deciding.approve(checklist=form.answers(), note=data["reason"], **common)
    elif isinstance(form, CheckForm):
        deciding.reject(checklist=form.answers(), reason=data["reason"], **common)
    elif verb is OrganisationVerb.SUSPEND:
        deciding.suspend(reason=data["reason"], **common)
    else:
        deciding.reinstate(reason=data["reason"], **common)


def _shown(actor: Actor, applicant: Applicant, form: forms.Form | None) -> dict[str, Any]:
    """Everything on the page: what may be done now, documents, members, earlier checks, the queue beside it."""
    offered = {
        verb.value: transition(applicant.state, verb) is not None and may_do(actor, verb) for verb in deciding.OUTCOMES
    }
    fresh = _form(applicant, OrganisationVerb.APPROVE if offered["approve"] else OrganisationVerb.SUSPEND)
    checks = IdentityCheck.objects.filter(organisation=applicant).select_related("decided_by").order_by("-id")
    queue = Applicant.objects.filter(state=OrganisationState.IN_REVIEW).order_by("submitted_at", "id")
    return {
        "applicant": applicant,
        "offered": offered,
        "form": form or fresh,
        "sees_documents": actor.has_staff_role("reviewer", "senior"),
        "documents": documents_of(actor, organisation=applicant, recovery=None),
        "members": applicant.memberships.active().select_related("user").order_by("created_at", "id"),
        "checks": [(check, described(check.checklist)) for check in checks[:5]],
        "requests": RecoveryRequest.objects.waiting().filter(organisation=applicant),
        "history": history_of(applicant, actor),
        "queue": queue[:QUEUE_SHOWN],
        "waiting": queue.count(),
    }

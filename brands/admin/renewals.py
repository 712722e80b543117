"""Declared renewals at the desk: the proof beside what was declared, accepted or not, with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from brands import registry
from brands.facts import renewal_facts
from brands.models import Renewal, RenewalState
from brands.registers.renewals import next_expiry
from brands.registers.statuses import DEAD, LABELS, RegisterStatus
from brands.states import RENEWAL_CHOICES, RENEWAL_LABELS, RightVerb
from portal.accounts.actors import actor_of
from portal.accounts.staff_admin import StaffOnlyReadMixin
from portal.errors import DomainError, Forbidden, NotFound
from portal.files import store

if TYPE_CHECKING:
    RenewalAdminBase = admin.ModelAdmin[Renewal]
else:
    RenewalAdminBase = admin.ModelAdmin


class AnswerForm(forms.Form):
    """What the reviewer saw in the register, and why it is not accepted."""

    register_status = forms.ChoiceField(
        label=_("Register status seen today"),
        required=False,
        choices=[
            ("", _("Not looked up")),
            *((each.value, LABELS[each]) for each in RegisterStatus if each not in DEAD),
        ],
        help_text=_("Choose one when you looked into the office's own register."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Needed not to accept: the rights holder reads it. Say what is wrong and what would cure it."),
    )


class WaitingFilter(admin.SimpleListFilter):
    """Opens with what waits; every other state, and all of them, are one click away."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        others = [(value, label) for value, label in RENEWAL_CHOICES if value != RenewalState.ASKED]
        return [("all", _("All")), *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Renewal]) -> QuerySet[Renewal]:
        wanted = self.value() or RenewalState.ASKED.value
        return queryset if wanted == "all" else queryset.filter(state=wanted)

    def choices(self, changelist: Any) -> Iterator[Any]:
        """The first choice, chosen by saying nothing, is the queue."""
        first, *rest = super().choices(changelist)
        yield {**first, "display": RENEWAL_LABELS[RenewalState.ASKED]}
        yield from rest


@admin.register(Renewal)
class RenewalAdmin(StaffOnlyReadMixin, RenewalAdminBase):
    """Declared renewals, oldest first; a page of its own shows one with its proof."""

    change_form_template = "admin/brands/renewal.html"
    list_display = ("mark", "organisation", "rule", "due_on", "new_expiry", "state", "asked_at")
    list_filter = (WaitingFilter,)
    list_select_related = ("right__organisation", "right__family")
    search_fields = ("=right__registration_number", "right__mark_text", "right__organisation__name")
    search_help_text = _("Words of the mark, a whole registration number, or the organisation")
    show_full_result_count = False
    ordering = ("asked_at", "id")

    @admin.display(description=_("Right"))
    def mark(self, renewal: Renewal) -> str:
        return str(renewal.right)

    @admin.display(description=_("Organisation"))
    def organisation(self, renewal: Renewal) -> str:
        return renewal.right.organisation.name

    def get_urls(self) -> list[URLPattern]:
        """Adds the answer and the proof to the admin's own addresses."""
        wrap = self.admin_site.admin_view
        mine = [
            path("<int:pk>/answer/", wrap(require_POST(self.answer)), name="brands_renewal_answer"),
            path("<int:pk>/proof/", wrap(self.proof), name="brands_renewal_proof"),
        ]
        return [*mine, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Shows what was declared next to what we hold of the register, with the proof."""
        return self._page(request, self._find(request, object_id), AnswerForm())

    def answer(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Accepts or not, by the verbs; what they refuse is shown beside what was typed."""
        renewal, form = self._find(request, pk), AnswerForm(request.POST)
        outcome = request.POST.get("outcome", "")
        if outcome not in {"accept", "reject"}:
            raise Http404
        if not form.is_valid():
            return self._page(request, renewal, form, status=422)
        try:
            self._act(request, renewal, outcome, form.cleaned_data)
        except (NotFound, Forbidden) as error:
            raise PermissionDenied from error
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            return self._page(request, self._find(request, pk), form, status=422)
        messages.success(request, _("Decided. The organisation is told."))
        return redirect("admin:brands_renewal_changelist")

    def proof(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The certificate of the renewal, for staff."""
        return store.serve(self._find(request, pk).certificate)

    def _act(self, request: HttpRequest, renewal: Renewal, outcome: str, data: dict[str, Any]) -> None:
        actor, now = actor_of(request), timezone.now()
        if outcome == "reject":
            registry.refuse_renewal(actor=actor, renewal=renewal, reason=data["reason"], now=now)
        else:
            seen = data["register_status"] or None
            registry.accept_renewal(actor=actor, renewal=renewal, register_status=seen, now=now)

    def _find(self, request: HttpRequest, pk: int | str) -> Renewal:
        if not self.has_view_permission(request):
            raise PermissionDenied
        key = int(pk) if str(pk).isascii() and str(pk).isdigit() else 0
        rows = Renewal.objects.select_related(
            "right__organisation", "right__family", "right__record", "certificate", "asked_by", "decided_by"
        )
        found: Renewal | None = rows.filter(pk=key).first()
        if found is None:
            raise Http404
        return found

    def _page(self, request: HttpRequest, renewal: Renewal, form: AnswerForm, status: int = 200) -> HttpResponse:
        may = registry.may_do(actor_of(request), RightVerb.APPROVE) and renewal.state == RenewalState.ASKED
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(renewal),
            "renewal": renewal,
            "right": renewal.right,
            "expected": next_expiry(renewal_facts(renewal.right)) if renewal.state == RenewalState.ASKED else None,
            "usable": renewal.right.usable(timezone.now().date()),
            "form": form,
            "may_decide": may,
        }
        return TemplateResponse(request, "admin/brands/renewal.html", context, status=status)

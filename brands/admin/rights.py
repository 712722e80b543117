"""The desk's pages about rights: the queue for verification, one page per right, and register records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from brands import preflight, registry
from brands.forms import DecisionForm
from brands.history import history_of
from brands.models import IPRight
from brands.states import STATE_CHOICES, RightState, RightVerb
from portal.accounts.actors import Actor, actor_of
from portal.accounts.staff_admin import StaffOnlyReadMixin
from portal.errors import Conflict, DomainError, Forbidden, NotFound
from portal.files import store

if TYPE_CHECKING:
    RightAdminBase = admin.ModelAdmin[IPRight]
else:
    RightAdminBase = admin.ModelAdmin


COMPARED = {RightState.IN_REVIEW, RightState.APPROVED, RightState.SUSPENDED}
KEPT = {
    "compare": _("Compared with the register."),
    "suspend": _("Suspended. The organisation is told, and open complaints wait for another look."),
    "reinstate": _("In force again. The organisation is told."),
    "accept_owner": _("Accepted: it can be used again. The organisation is told."),
}


def _compare(actor: Actor, right: IPRight, _data: QueryDict) -> None:
    registry.recheck(actor=actor, right=right, now=timezone.now())


def _suspend(actor: Actor, right: IPRight, data: QueryDict) -> None:
    registry.suspend(actor=actor, right=right, reason=data.get("reason", ""), now=timezone.now())


def _reinstate(actor: Actor, right: IPRight, data: QueryDict) -> None:
    registry.reinstate(actor=actor, right=right, reason=data.get("reason", ""), now=timezone.now())


def _accept_owner(actor: Actor, right: IPRight, data: QueryDict) -> None:
    registry.accept_owner(
        actor=actor, right=right, owner=data.get("owner", ""), note=data.get("reason", ""), now=timezone.now()
    )


KEEPING = {"compare": _compare, "suspend": _suspend, "reinstate": _reinstate, "accept_owner": _accept_owner}


class StateFilter(admin.SimpleListFilter):
    """Opens with what waits; every other state, and all of them, are one click away."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", _("All")), *STATE_CHOICES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[IPRight]) -> QuerySet[IPRight]:
        wanted = self.value()
        if wanted is None:
            waiting = IPRight.objects.awaiting_review().order_by()
            return queryset.filter(pk__in=waiting.values("pk"))
        return queryset if wanted == "all" else queryset.filter(state=wanted)

    def choices(self, changelist: Any) -> Iterator[Any]:
        """The first choice, chosen by saying nothing, is the queue."""
        first, *rest = super().choices(changelist)
        yield {**first, "display": _("To look at")}
        yield from rest


@admin.register(IPRight)
class IPRightAdmin(StaffOnlyReadMixin, RightAdminBase):
    """Rights for verification, oldest first; nothing is edited here but by the verbs behind the two buttons."""

    change_form_template = "admin/brands/verify.html"
    list_display = (
        "mark",
        "kind",
        "organisation",
        "office_short",
        "number",
        "state",
        "submitted_at",
        "register_status",
        "other_owner",
    )
    list_filter = (StateFilter, "kind", "register_status")
    list_select_related = ("organisation", "family")
    search_fields = (
        "mark_text",
        "name",
        "=registration_number",
        "=application_number",
        "=international_number",
        "=office",
        "owner_name",
        "organisation__name",
    )
    search_help_text = _("Words of the mark, a whole number, an office such as EM, the owner or the organisation")
    show_full_result_count = False
    list_per_page = 50
    ordering = ("submitted_at", "id")

    @admin.display(description=_("Right"))
    def mark(self, right: IPRight) -> str:
        return right.title

    @admin.display(description=_("Office"))
    def office_short(self, right: IPRight) -> str:
        return right.office_short

    @admin.display(description=_("Number"))
    def number(self, right: IPRight) -> str:
        return right.number

    def get_urls(self) -> list[URLPattern]:
        """Adds the decision and the files to the admin's own addresses."""
        wrap = self.admin_site.admin_view
        mine = [
            path("<int:pk>/decide/", wrap(require_POST(self.decide)), name="brands_ipright_decide"),
            path("<int:pk>/keep/", wrap(require_POST(self.keep)), name="brands_ipright_keep"),
            path("<int:pk>/file/<slug:name>/", wrap(self.file), name="brands_ipright_file"),
        ]
        return [*mine, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The queue: what waits, oldest first, unless another state is asked for."""
        return super().changelist_view(request, {"title": _("Rights to verify"), **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Shows everything a decision needs on one page."""
        right = self._find(request, object_id)
        return self._page(request, right, DecisionForm(initial={"version": right.version}))

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Approves or rejects through the verbs; what they refuse is shown on the page, with what was typed."""
        right = self._find(request, pk)
        form = DecisionForm(request.POST)
        outcome = request.POST.get("outcome", "")
        if outcome not in {"approve", "reject"}:
            raise Http404
        if not form.is_valid():
            return self._page(request, right, form, status=422)
        try:
            self._act(request, right, outcome, form.cleaned_data)
        except Conflict as error:
            return self._too_late(request, pk, form, error)
        except DomainError as error:
            _raise_http(error)
            form.add_error("register_status" if error.field == "register_status" else "reason", str(error))
            return self._page(request, right, form, status=422)
        messages.success(request, _("Decided. The organisation is told."))
        return redirect("admin:brands_ipright_changelist")

    def _too_late(self, request: HttpRequest, pk: int, form: DecisionForm, error: Conflict) -> HttpResponse:
        """Shows the right as it is now and says who was first; what was typed stays where it can still be used."""
        right = self._find(request, pk)
        typed = DecisionForm(initial={**form.cleaned_data, "version": right.version})
        notice = _who_was_first(right, actor_of(request)) or str(error)
        return self._page(request, right, typed, status=409, notice=notice)

    def keep(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Compares with the register now, suspends, or puts back in force, through the verbs."""
        right = self._find(request, pk)
        what = request.POST.get("what", "")
        if not registry.may_do(actor_of(request), RightVerb.SUSPEND):
            raise PermissionDenied
        if what not in KEEPING:
            raise Http404
        try:
            KEEPING[what](actor_of(request), right, request.POST)
        except DomainError as error:
            _raise_http(error)
            return self._page(request, self._find(request, pk), None, status=409, notice=str(error))
        messages.success(request, KEPT[what])
        return redirect("admin:brands_ipright_change", pk)

    def file(self, request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
        """The logo, the certificate or another file of the right, for staff."""
        right = self._find(request, pk)
        kind, _dash, size = name.partition("-")
        files = {row.admin_name: row.file for row in right.files.all()}
        stored = {**files, "logo": right.logo, "certificate": right.certificate}.get(kind)
        if stored is None or size not in {"", "small"}:
            raise Http404
        return store.serve(stored, which="thumbnail" if size else "clean")

    def _act(self, request: HttpRequest, right: IPRight, outcome: str, data: dict[str, Any]) -> None:
        common: dict[str, Any] = {
            "actor": actor_of(request),
            "right": right,
            "now": timezone.now(),
            "version": data["version"],
        }
        if outcome == "reject":
            registry.reject(reason=data["reason"], **common)
        else:
            registry.approve(register_status=data["register_status"] or None, note=data["reason"], **common)

    def _find(self, request: HttpRequest, pk: int | str) -> IPRight:
        if not self.has_view_permission(request):
            raise PermissionDenied
        key = int(pk) if str(pk).isascii() and str(pk).isdigit() else 0
        right: IPRight = get_object_or_404(IPRight.objects.visible_to(actor_of(request)).for_pages(), pk=key)
        return right

    def _page(
        self, request: HttpRequest, right: IPRight, form: DecisionForm | None, status: int = 200, notice: str = ""
    ) -> HttpResponse:
        actor = actor_of(request)
        may_decide = registry.may_do(actor, RightVerb.APPROVE) and right.state == RightState.IN_REVIEW
        queue = IPRight.objects.awaiting_review().select_related("organisation", "family")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(right),
            "right": right,
            "check": registry.check_against_register(right),
            "warnings": preflight.warnings_of(right),
            "usable": right.usable(timezone.now().date()),
            "history": history_of(right, actor),
            "form": (form or DecisionForm(initial={"version": right.version})).for_right(right),
            "may_suspend": registry.may_do(actor, RightVerb.SUSPEND) and right.state == RightState.APPROVED,
            "may_accept_owner": registry.may_do(actor, RightVerb.ACCEPT_OWNER)
            and right.state == RightState.APPROVED
            and bool(right.other_owner),
            "may_reinstate": registry.may_do(actor, RightVerb.REINSTATE) and right.state == RightState.SUSPENDED,
            "may_compare": registry.may_do(actor, RightVerb.APPROVE) and right.state in COMPARED,
            "conflicts": registry.conflicts_of(right),
            "notice": notice,
            "may_decide": may_decide,
            "queue": queue[:12],
            "waiting": queue.count(),
        }
        return TemplateResponse(request, "admin/brands/verify.html", context, status=status)


def _raise_http(error: DomainError) -> None:
    """Answers 404 and 403 as such; what is left is shown on the page."""
    if isinstance(error, NotFound):
        raise Http404 from error
    if isinstance(error, Forbidden):
        raise PermissionDenied from error


def _who_was_first(right: IPRight, reader: Actor) -> str:
    """Names who decided a right, and how; "" while it waits."""
    last = right.verifications.select_related("decided_by").order_by("-decided_at", "-id").first()
    if last is None or last.decided_by is None or last.outcome != right.state:
        return ""
    said = gettext("%(who)s decided first: this right is “%(state)s” now. Your decision was not made.")
    if last.decided_by == reader.user:
        said = gettext("You decided this already: it is “%(state)s” now. Nothing was changed a second time.")
    return said % {"who": last.decided_by.get_full_name(), "state": right.get_state_display()}

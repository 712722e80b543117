"""The desk's pages about holds: those that wait for a senior, those that were stopped, and one page for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from portal.accounts import holds
from portal.accounts.actors import Actor, actor_of
from portal.accounts.holds import links, people, shown
from portal.accounts.models import Hold, HoldState, StaffRole
from portal.accounts.staff_admin import StaffOnlyReadMixin
from portal.errors import Conflict, DomainError, Forbidden, NotFound

if TYPE_CHECKING:
    HoldAdminBase = admin.ModelAdmin[Hold]
else:
    HoldAdminBase = admin.ModelAdmin

VERBS: dict[str, Callable[..., Hold]] = {"approve": holds.approve, "stop": holds.stop, "settle": holds.settle}


class ReasonForm(forms.Form):
    """Why the desk does what it does; kept with the hold."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What you looked at, and whom you spoke with. The organisation does not read it."),
    )


class QueueFilter(admin.SimpleListFilter):
    """Opens with the holds that only the desk can approve; the others are one click away."""

    title = _("what waits")
    parameter_name = "view"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("open", _("All open ones")),
            ("stopped", _("Stopped, to look at")),
            ("ended", _("Ended")),
            ("all", _("All")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Hold]) -> QuerySet[Hold]:
        mine = Hold.objects.filter(pk__in=queryset.values("pk"))
        views: dict[str, Callable[[], QuerySet[Hold]]] = {
            "open": mine.open,
            "stopped": mine.to_look_at,
            "ended": lambda: mine.exclude(state=HoldState.OPEN),
            "all": mine.all,
        }
        chosen = views.get(self.value() or "", mine.for_desk)()
        return queryset.filter(pk__in=chosen.values("pk"))

    def choices(self, changelist: Any) -> Iterator[Any]:
        """The first choice, chosen by saying nothing, is the queue."""
        first, *rest = super().choices(changelist)
        yield {**first, "display": _("Holds to approve")}
        yield from rest


@admin.register(Hold)
class HoldAdmin(StaffOnlyReadMixin, HoldAdminBase):
    """Holds, soonest first; a senior approves, stops or settles through a verb, nobody edits a row."""

    list_display = ("kind", "organisation", "about", "started_by", "started_at", "ends_at", "state", "approved_at")
    list_filter = (QueueFilter, "kind")
    list_select_related = ("organisation", "membership__user", "started_by")
    search_fields = ("organisation__name", "membership__user__email", "started_by__email")
    show_full_result_count = False
    list_per_page = 50
    ordering = ("ends_at", "id")

    @admin.display(description=_("About"))
    def about(self, hold: Hold) -> str:
        """Names whose powers, or whose key, rest."""
        return shown.subject_name(hold)

    def get_urls(self) -> list[URLPattern]:
        """Adds the decision to the admin's own addresses."""
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/decide/", wrap(require_POST(self.decide)), name="accounts_hold_decide"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The queue: what the desk has to approve, unless something else is asked for."""
        return super().changelist_view(request, {"title": _("Holds"), **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Shows what rests, who knows of it, and the buttons that this reader has."""
        return self._page(request, self._find(request, object_id), ReasonForm())

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Approves, stops or settles; what the verb refuses is shown on the page, with what was typed."""
        found, form = self._find(request, pk), ReasonForm(request.POST)
        verb = VERBS.get(request.POST.get("do", ""))
        if not actor_of(request).has_staff_role(StaffRole.SENIOR):
            raise PermissionDenied
        if verb is None:
            raise Http404
        if not form.is_valid():
            return self._page(request, found, form)
        try:
            verb(actor=actor_of(request), hold=found, now=timezone.now(), reason=form.cleaned_data["reason"])
        except (Conflict, Forbidden) as error:
            messages.error(request, str(error))
        except NotFound as error:
            raise Http404 from error
        except DomainError as error:
            form.add_error("reason", str(error))
            return self._page(request, found, form)
        else:
            messages.success(request, _("Done. Everybody who has to know is told."))
        return redirect("admin:accounts_hold_change", pk)

    def _find(self, request: HttpRequest, pk: int | str) -> Hold:
        if not self.has_view_permission(request):
            raise PermissionDenied
        key = int(pk) if str(pk).isascii() and str(pk).isdigit() and len(str(pk)) < 19 else 0
        found: Hold = get_object_or_404(Hold.objects.visible_to(actor_of(request)).for_words(), pk=key)
        return found

    def _page(self, request: HttpRequest, hold: Hold, form: ReasonForm) -> HttpResponse:
        actor = actor_of(request)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(hold),
            "row": shown.row(hold, actor),
            "form": form,
            "may_settle": _may_settle(actor, hold),
            "witnesses": people.existing(hold.organisation).select_related("user").order_by("created_at", "id"),
            "contact": links.contact_of(hold),
            "approvers": people.approvers(hold).select_related("user").order_by("created_at", "id"),
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/accounts/hold.html", context, status=status)


def _may_settle(actor: Actor, hold: Hold) -> bool:
    stopped = hold.state == HoldState.STOPPED and hold.allowed_at is None
    return stopped and actor.has_staff_role(StaffRole.SENIOR)

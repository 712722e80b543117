"""Conflicts at the desk: two claims side by side, settled by a senior reviewer or policy, with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from brands import registry
from brands.models import IPRight, RightConflict
from portal.accounts.actors import actor_of
from portal.accounts.staff_admin import StaffOnlyReadMixin
from portal.errors import DomainError, Forbidden, NotFound

if TYPE_CHECKING:
    ConflictAdminBase = admin.ModelAdmin[RightConflict]
else:
    ConflictAdminBase = admin.ModelAdmin


class SettleForm(forms.Form):
    """Which claims may go on, and why."""

    keep = forms.TypedMultipleChoiceField(
        label=_("May go on"), coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Every organisation in the conflict reads it, so name no private facts of another."),
    )

    def __init__(self, *args: Any, rights: list[IPRight], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["keep"]
        offered.choices = [(right.pk, f"{right.organisation.name}: {right}") for right in rights]


@admin.register(RightConflict)
class ConflictAdmin(StaffOnlyReadMixin, ConflictAdminBase):
    """Conflicts, open ones first; a page of its own sets the claims next to each other."""

    change_form_template = "admin/brands/conflict.html"
    list_display = ("mark", "office", "number", "state", "found_at", "settled_at")
    list_filter = ("state", "office")
    search_fields = ("=number",)
    search_help_text = _("The whole number of the mark")
    show_full_result_count = False
    ordering = ("state", "found_at", "id")

    @admin.display(description=_("Mark"))
    def mark(self, conflict: RightConflict) -> str:
        return str(conflict)

    def get_urls(self) -> list[URLPattern]:
        """Adds the settlement to the admin's own addresses."""
        settle = self.admin_site.admin_view(require_POST(self.settle))
        return [path("<int:pk>/settle/", settle, name="brands_rightconflict_settle"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Shows every claim with what was declared, by whom, and since when it is in force."""
        conflict = self._find(request, object_id)
        return self._page(request, conflict, SettleForm(rights=_claims(conflict)))

    def settle(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Settles by the verb; what it refuses is shown beside what was typed."""
        conflict = self._find(request, pk)
        form = SettleForm(request.POST, rights=_claims(conflict))
        if not form.is_valid():
            return self._page(request, conflict, form, status=422)
        try:
            registry.settle_conflict(
                actor=actor_of(request), conflict=conflict, now=timezone.now(), **form.cleaned_data
            )
        except (NotFound, Forbidden) as error:
            raise PermissionDenied from error
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            return self._page(request, self._find(request, pk), form, status=422)
        messages.success(request, _("Settled. Every organisation in the conflict is told."))
        return redirect("admin:brands_rightconflict_changelist")

    def _find(self, request: HttpRequest, pk: int | str) -> RightConflict:
        if not self.has_view_permission(request):
            raise PermissionDenied
        key = int(pk) if str(pk).isascii() and str(pk).isdigit() else 0
        found = RightConflict.objects.select_related("record", "settled_by").filter(pk=key).first()
        if found is None:
            raise Http404
        return found

    def _page(self, request: HttpRequest, conflict: RightConflict, form: SettleForm, status: int = 200) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(conflict),
            "conflict": conflict,
            "claims": _claims(conflict),
            "kept": set(conflict.kept.values_list("pk", flat=True)),
            "form": form,
            "may_settle": actor_of(request).has_staff_role("senior", "policy")
            and conflict.state == RightConflict.State.OPEN,
        }
        return TemplateResponse(request, "admin/brands/conflict.html", context, status=status)


def _claims(conflict: RightConflict) -> list[IPRight]:
    """The claims, the one that was verified first on top."""
    claims = conflict.rights.select_related("organisation", "family", "certificate")
    return sorted(
        claims, key=lambda right: (right.verified_at is None, right.verified_at or right.created_at, right.pk)
    )

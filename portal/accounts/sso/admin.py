"""The desk's page of single sign-on: superusers set up that of the staff, and may switch off anybody's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from portal.accounts import sso
from portal.accounts.actors import actor_of
from portal.accounts.models import SignOn
from portal.accounts.sso.forms import StaffFields
from portal.accounts.staff_admin import is_superuser
from portal.errors import DomainError

if TYPE_CHECKING:
    SignOnAdminBase = admin.ModelAdmin[SignOn]
    RowForm = forms.ModelForm[SignOn]
else:
    SignOnAdminBase, RowForm = admin.ModelAdmin, forms.ModelForm

SETTINGS = ("name", "issuer", "client_id", "client_secret", "groups_claim", "domains")
GROUPS = ("groups_senior", "groups_policy", "groups_reviewer", "groups_auditor")


class StaffSignOnForm(StaffFields, RowForm):
    """The staff's sign-in as a superuser types it; the verb writes it."""

    class Meta:
        model = SignOn
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, sign_on=kwargs.get("instance"), **kwargs)

    def clean(self) -> dict[str, Any]:
        """Judges it by the verb's own rules, beside the fields."""
        data = super().clean()
        if not self.errors:
            self.check(None)
        return data


@admin.register(SignOn)
class SignOnAdmin(SignOnAdminBase):
    """Staff's providers to set up, organisations' to see and, in an emergency, to switch off; superusers only."""

    form = StaffSignOnForm
    list_display = ("name", "organisation", "issuer", "is_on", "tried_at", "created_at")
    list_filter = ("is_on",)
    list_select_related = ("organisation",)
    search_fields = ("name__exact",)
    ordering = ("name", "id")
    actions = ("turn_on", "turn_off")
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_superuser(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_superuser(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Staff's only: an organisation's is its own affair."""
        return is_superuser(request) and (obj is None or obj.is_for_staff)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: events lean on it; one that is off does nothing."""
        return False

    def get_fieldsets(self, request: HttpRequest, obj: SignOn | None = None) -> Any:
        """Shows the form for staff's, plain facts for organisations'."""
        facts = ("organisation", "is_on", "tried_at", "created_by", "created_at")
        if obj is None:
            return ((None, {"fields": SETTINGS}), (_("Groups, one a line"), {"fields": GROUPS}))
        if not obj.is_for_staff:
            return ((None, {"fields": ("name", "issuer", "client_id", "groups_claim", *facts)}),)
        state = (_("State"), {"fields": ("callback", "try_it", *facts[1:])})
        return ((None, {"fields": SETTINGS}), (_("Groups, one a line"), {"fields": GROUPS}), state)

    def get_readonly_fields(self, request: HttpRequest, obj: SignOn | None = None) -> Any:
        return ("organisation", "is_on", "tried_at", "created_by", "created_at", "callback", "try_it") if obj else ()

    def save_model(self, request: HttpRequest, obj: SignOn, form: Any, change: bool) -> None:
        """Calls the verb; what it refuses was refused by the form already."""
        made = sso.set_up(
            actor=actor_of(request), plan=form.plan(), sign_on=obj if change else None, now=timezone.now()
        )
        obj.pk = made.pk
        obj.refresh_from_db()

    @admin.display(description=_("Redirect address for the provider"))
    def callback(self, obj: SignOn) -> str:
        """Gives the address to register there."""
        return settings.ORIGIN + reverse("sso:callback", args=[obj.public_id])

    @admin.display(description=_("Try it"))
    def try_it(self, obj: SignOn) -> str:
        """Leads to a trial; only what was tried can be switched on."""
        return format_html('<a href="{}">{}</a>', reverse("sso:try", args=[obj.public_id]), _("Try it"))

    @admin.action(description=_("Switch on"))
    def turn_on(self, request: HttpRequest, queryset: QuerySet[SignOn]) -> None:
        """Switches the chosen ones of the staff on."""
        self._each(request, queryset, sso.switch_on)

    @admin.action(description=_("Switch off and end its sessions"))
    def turn_off(self, request: HttpRequest, queryset: QuerySet[SignOn]) -> None:
        """Switches the chosen ones off, also those of organisations."""
        self._each(request, queryset, sso.switch_off)

    def _each(self, request: HttpRequest, queryset: QuerySet[SignOn], verb: Any) -> None:
        for sign_on in queryset.order_by("pk"):
            try:
                verb(actor=actor_of(request), sign_on=sign_on, now=timezone.now())
            except DomainError as refusal:
                self.message_user(request, f"{sign_on.name}: {refusal.message}", messages.ERROR)
            else:
                self.message_user(request, f"{sign_on.name}: {_('done.')}", messages.SUCCESS)

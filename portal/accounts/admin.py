"""The desk's pages about people and tenants: staff see organisations, only superusers see accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account import admin as _account_admin  # noqa: F401 - registers what is taken back below
from allauth.account.models import EmailAddress
from allauth.mfa import admin as _mfa_admin  # noqa: F401 - the same
from allauth.mfa.models import Authenticator
from allauth.socialaccount import admin as _social_admin  # noqa: F401 - the same
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions import admin as _session_admin  # noqa: F401 - the same
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import Count, Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts import hold_admin  # noqa: F401 - registers the pages of holds
from portal.accounts.models import Membership, Organisation, User
from portal.accounts.sso import admin as _sso_admin  # noqa: F401 - registers its page
from portal.accounts.staff_admin import StaffOnlyReadMixin, StaffReadMixin, is_superuser

if TYPE_CHECKING:
    CreationForm = AdminUserCreationForm[User]
    ChangeForm = UserChangeForm[User]
    PeopleAdmin = auth_admin.UserAdmin[User]
    Inline = admin.StackedInline[Membership, Organisation]
    TenantAdmin = admin.ModelAdmin[Organisation]
else:
    CreationForm, ChangeForm, PeopleAdmin = AdminUserCreationForm, UserChangeForm, auth_admin.UserAdmin
    Inline, TenantAdmin = admin.StackedInline, admin.ModelAdmin

# Roles come from `staff_role`; secrets, addresses and sessions are managed by each person on their own pages.
for model in (Group, Authenticator, EmailAddress, UserSession, SocialAccount, SocialApp, SocialToken):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class AddUserForm(CreationForm):
    """A new account, made by a superuser, who vouches for the address: it counts as verified."""

    class Meta:
        model = User
        fields = ("email", "name", "staff_role")


class EditUserForm(ChangeForm):
    """An account as a superuser may change it."""

    class Meta:
        model = User
        fields = "__all__"


@admin.register(User)
class UserAdmin(PeopleAdmin):
    """Accounts, by e-mail; superusers only."""

    add_form = AddUserForm
    form = EditUserForm
    list_display = ("email", "name", "staff_role", "is_active", "is_superuser", "last_login")
    list_filter = ("staff_role", "is_active", "is_superuser")
    search_fields = ("email", "name")
    ordering = ("email", "id")
    readonly_fields = ("last_login", "date_joined", "is_staff")
    filter_horizontal = ()
    show_full_result_count = False
    fieldsets = (
        (None, {"fields": ("email", "password", "name")}),
        (_("Reader"), {"fields": ("time_zone", "language")}),
        (_("Access"), {"fields": ("is_active", "staff_role", "is_superuser", "is_staff")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "staff_role", "usable_password", "password1", "password2")}),)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_superuser(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_superuser(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: accounts are closed (not active), so that events keep their meaning."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm[User], change: bool) -> None:
        """Saves, and keeps the sign-in address in step with what was typed."""
        super().save_model(request, obj, form, change)
        if not change or "email" in form.changed_data:
            EmailAddress.objects.filter(user=obj, primary=True).exclude(email=obj.email).update(primary=False)
            EmailAddress.objects.update_or_create(
                user=obj, email=obj.email, defaults={"primary": True, "verified": True}
            )


class MemberInline(StaffOnlyReadMixin, Inline):
    """Who belongs to an organisation; they themselves change it, on their own page."""

    model = Membership
    fields = ("user", "role", "is_active", "created_at")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("user").order_by("created_at", "id")


@admin.register(Organisation)
class OrganisationAdmin(StaffReadMixin, TenantAdmin):
    """Tenants; any staff looks, superusers correct name, country and kind until it is verified."""

    list_display = ("name", "country", "kind", "state", "members", "created_at")
    list_filter = ("kind", "state")
    search_fields = ("name",)
    ordering = ("name", "id")
    fields = ("name", "country", "kind", "state", "public_id", "created_at")
    readonly_fields = ("state", "public_id", "created_at")
    inlines = (MemberInline,)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        active = Count("memberships", filter=Q(memberships__is_active=True))
        return super().get_queryset(request).annotate(member_count=active)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Takes name and country of a verified organisation out: its owner changes through a hold, by nobody's hand."""
        fixed = ("name", "country", "kind") if obj is not None and obj.verified_at is not None else ()
        return (*self.readonly_fields, *fixed)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: an organisation begins with its first administrator, on its own page."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: complaints and events lean on it."""
        return False

    @admin.display(description=_("Members"))
    def members(self, obj: Organisation) -> int:
        """Gives how many people act for it today."""
        return getattr(obj, "member_count", 0)

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Sends whoever opens the admin through the site's own sign-in; mails invitations from the outbox."""
        from allauth.account.decorators import secure_admin_login
        from django.contrib import admin

        from portal.accounts import invitations, record
        from portal.accounts.staff_admin import staff_may_enter

        admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
        admin.site.has_permission = staff_may_enter  # type: ignore[method-assign]
        record.on_event("organisation.invited", "accounts.mail_invitation", invitations.mail_invitation)

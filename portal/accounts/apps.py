from __future__ import annotations

from datetime import timedelta

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Sends whoever opens the admin through the site's own sign-in; registers mails, the clock and lost factors."""
        from allauth.account.decorators import secure_admin_login
        from django.contrib import admin

        from portal.accounts import factors, invitations, record
        from portal.accounts.holds import mails, release_due
        from portal.accounts.sso import mails as sso_mails
        from portal.accounts.staff_admin import staff_may_enter

        admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
        admin.site.has_permission = staff_may_enter  # type: ignore[method-assign]
        record.on_event("organisation.invited", "accounts.mail_invitation", invitations.mail_invitation)
        record.on_event("hold.started", "accounts.mail_hold_started", mails.mail_started)
        record.on_event("hold.approved", "accounts.mail_hold_approved", mails.mail_approved)
        record.on_event("hold.stopped", "accounts.mail_hold_ended", mails.mail_ended)
        record.on_event("hold.released", "accounts.mail_hold_ended", mails.mail_ended)
        record.tick("accounts.release_due_holds", timedelta(minutes=1), release_due)
        record.on_event("sso.switched_on", "accounts.mail_sso_switched_on", sso_mails.mail_switched_on)
        record.on_event("sso.changed", "accounts.mail_sso_changed", sso_mails.mail_changed)
        record.on_event("sso.linked", "accounts.mail_sso_linked", sso_mails.mail_linked)
        record.on_event("sso.administrator_kept", "accounts.mail_sso_kept", sso_mails.mail_administrator_kept)
        factors.watch()

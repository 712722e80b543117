"""Where the sign-in library asks this site: safe addresses, plain e-mail, the next page, kept secrets."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from portal.accounts import boxes
from portal.accounts.actors import actor_of
from portal.accounts.inputs import plain_address
from portal.accounts.pending import came_with_invitation, pending_invitation
from portal.errors import Refused

MFA = "portal.accounts.mfa"


class AccountAdapter(DefaultAccountAdapter):
    """The choices of this site for signing up and in."""

    def is_safe_url(self, url: str) -> bool:
        """Says whether to follow `next`: only on the host in hand, whatever other hosts the site answers."""
        host = self.request.get_host()
        return url_has_allowed_host_and_scheme(url, {host}, require_https=self.request.is_secure())

    def clean_email(self, email: str) -> str:
        """Gives the address in lower case; refuses letters that only look like others."""
        try:
            return plain_address(email)
        except Refused as refusal:
            raise ValidationError(str(refusal.message), code=refusal.code) from None

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Gives the page after signing in where no other was asked for."""
        actor = actor_of(request)
        if actor.is_staff:
            return reverse("admin:index")
        if (actor.organisation is None or came_with_invitation(request)) and pending_invitation(request) is not None:
            return reverse("accounts:pending-invitation")
        return reverse("home")

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """Gives the page after signing up: the same as after signing in."""
        return self.get_login_redirect_url(request) if request.user.is_authenticated else reverse("home")

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse | None:
        """Turns back whom only a company's sign-in may let in, when they come by a passkey or another way."""
        from portal.accounts.sso import entering

        answer: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return answer or entering.turn_back(request, user, kwargs.get("signal_kwargs"))

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse:
        """Marks a session that a company opened, after every factor was given."""
        from portal.accounts.sso import entering

        answer = entering.mark(request, kwargs.get("signal_kwargs"))
        if answer is not None:
            return answer
        return cast("HttpResponse", super().post_login(request, user, **kwargs))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Adds the company's sign-in for an account that has no password."""
        from portal.accounts.sso import entering

        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return methods + entering.ways_to_confirm(user)

    def send_password_reset_mail(self, user: AbstractBaseUser, email: str, context: dict[str, Any]) -> None:
        """Sends no link to who signs in with their company only, but a mail that says so."""
        from portal.accounts.sso import entering

        if entering.is_company_only(user):
            self.send_mail("account/email/company_sign_in", email, context)
        else:
            super().send_password_reset_mail(user, email, context)


class MfaAdapter(DefaultMFAAdapter):
    """Keeps the secrets of authenticator apps encrypted with the site's key; reads those of former keys."""

    def encrypt(self, text: str) -> str:
        """Gives what the table keeps."""
        return boxes.seal(MFA, text)

    def decrypt(self, encrypted_text: str) -> str:
        """Gives the secret back; raises InvalidToken when none of the site's keys wrote it."""
        return boxes.unseal(MFA, encrypted_text)

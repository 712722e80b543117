"""Where the sign-in library asks this site: safe addresses, plain e-mail, the next page, kept secrets."""

from __future__ import annotations

import base64
import hashlib

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import url_has_allowed_host_and_scheme

from portal.accounts.actors import actor_of
from portal.accounts.inputs import plain_address
from portal.accounts.pending import came_with_invitation, pending_invitation
from portal.errors import Refused


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


class MfaAdapter(DefaultMFAAdapter):
    """Keeps the secrets of authenticator apps encrypted with the site's key; reads those of former keys."""

    def encrypt(self, text: str) -> str:
        """Gives what the table keeps."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Gives the secret back; raises InvalidToken when none of the site's keys wrote it."""
        return _box().decrypt(encrypted_text.encode()).decode()


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_digest(key))) for key in keys])


def _digest(key: str | bytes) -> bytes:
    return hashlib.sha256(b"portal.accounts.mfa:" + force_bytes(key)).digest()

"""Where the sign-in library asks this site about companies' providers; every other way in through one stays shut."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from django.http import HttpRequest
from django.urls import reverse

from portal.accounts.models import SignOn
from portal.accounts.sso.errors import SignOnError, UnknownProvider
from portal.accounts.sso.provider import CompanyProvider, app_of
from portal.accounts.sso.wire import ProviderSession

log = logging.getLogger(__name__)


class SocialAdapter(DefaultSocialAccountAdapter):
    """Providers come from our own table; accounts are made and linked by our own verbs, and by nothing else."""

    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list[Any]:
        """Gives none: nobody needs to know which companies sign in here."""
        return []

    def get_app(self, request: HttpRequest, provider: str, client_id: str | None = None) -> SocialApp:
        """Finds a provider by its own id; raises UnknownProvider."""
        try:
            found = SignOn.objects.select_related("organisation").filter(public_id=UUID(provider)).first()
        except (ValueError, AttributeError, TypeError):
            found = None
        if found is None:
            raise UnknownProvider
        return app_of(found)

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> CompanyProvider:
        """Gives the provider with this id; raises UnknownProvider."""
        return CompanyProvider(request, app=self.get_app(request, provider))

    def get_requests_session(self) -> ProviderSession:
        """Gives the session that keeps our rules for asking a provider."""
        return ProviderSession()

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Nobody signs up through the library's own way; `sso.admit` makes accounts."""
        return False

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        """Never: an address that a provider asserts opens nothing."""
        return False

    def authenticate_by_email(self, sociallogin: SocialLogin) -> None:
        return None

    def is_email_verified(self, provider: Any, email: str) -> bool:
        """Never: whoever gets an account through a provider confirms the address like everybody else."""
        return False

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return reverse("sso:links")

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Takes the person in, or answers with why not."""
        from portal.accounts.sso import arriving

        arriving.arrive(request, sociallogin)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        """Answers every failure with one page of ours, and logs why."""
        from portal.accounts.sso import arriving

        code = exception.code if isinstance(exception, SignOnError) else str(error or AuthError.UNKNOWN)
        log.warning("Single sign-on %s: %s", provider, code)
        state = (extra_context or {}).get("state") or {}
        cancelled = error == AuthError.CANCELLED
        raise ImmediateHttpResponse(arriving.failed(request, state, code=code, cancelled=cancelled))

"""What a session that a company opened is good for: pages, and changes of the account only when confirmed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from allauth.headless.internal.sessionkit import authenticate_by_x_session_token
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.doors import go, page_in_hand
from portal.accounts.sso.sessions import SIGN_ON_KEY

# The sign-in library has an API for providers as well; here a company is reached by the pages alone.
API_PROVIDERS = "headless:app:socialaccount:"
# Pages that change how an account is opened; giving a factor is no change.
CHANGES = ("account_email", "account_set_password", "account_change_password", "mfa_")
NO_CHANGES = (
    "account_email_verification_sent",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_login",
    "mfa_index",
    "mfa_trust",
)


class CompanySessionMiddleware:
    """Shuts what the sign-in library would open for a session that it takes to need no confirming."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request.headers.get("X-Session-Token", "")
        if token and request.path_info.startswith("/api/") and _opened_by_company(token):
            text = _("A session that a company’s sign-in opened is for the pages. Sign in to the API with a password.")
            return _problem("company_session", text)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Asks who has no password to confirm at their company before the account is changed."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name.startswith(API_PROVIDERS):
            return JsonResponse({"status": 404}, status=404)
        if not name.startswith(CHANGES) or name.startswith(NO_CHANGES) or not _is_company_only(request):
            return None
        if "password" in name:
            messages.info(request, _("You sign in here with your company, so this account has no password."))
            return go(request, reverse("accounts:security"))
        if entered_lately(request):
            return None
        query = urlencode({REDIRECT_FIELD_NAME: page_in_hand(request)})
        return go(request, f"{reverse('sso:confirm')}?{query}")


def entered_lately(request: HttpRequest) -> bool:
    """Says whether this session was opened, or confirmed, in the last 5 minutes: enough to set up a first factor."""
    since = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    return any(each.get("at", 0) > since for each in get_authentication_records(request, request.user))


def _problem(code: str, text: str) -> JsonResponse:
    """A refusal in the form of our API, whose room stands above this one."""
    body = {"type": f"urn:rightsdesk:problem:{code}", "title": "Forbidden", "status": 403, "code": code, "detail": text}
    return JsonResponse({**body, "errors": []}, status=403, content_type="application/problem+json")


def _is_company_only(request: HttpRequest) -> bool:
    """Says whether a company opened this session, of an account that has no password."""
    opened = SIGN_ON_KEY in getattr(request, "session", {})
    return opened and request.user.is_authenticated and not request.user.has_usable_password()


def _opened_by_company(token: str) -> bool:
    found = authenticate_by_x_session_token(token)
    return found is not None and SIGN_ON_KEY in found[1]

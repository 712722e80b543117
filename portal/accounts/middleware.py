"""What happens around each request for whoever makes it: their zone, language and second factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from allauth.headless.internal.sessionkit import authenticate_by_x_session_token
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from portal.accounts import factors
from portal.accounts.actors import actor_of
from portal.accounts.doors import go, page_in_hand
from portal.accounts.models import User

GetResponse = Callable[[HttpRequest], HttpResponse]
# Where a staff account may be before the second factor: to set one up, to give it, to leave.
REMOVERS = {"mfa_deactivate_totp", "mfa_remove_webauthn"}
# Nobody signs in by telephone here; allauth's API has these addresses all the same.
API_PHONES = {
    f"headless:app:account:{name}" for name in ("manage_phone", "verify_phone", "resend_phone_verification_code")
}
API_REMOVERS = {"headless:app:mfa:manage_totp", "headless:app:mfa:manage_webauthn"}
OPEN_TO_HALF_SIGNED_IN = ("/accounts/", "/sign-in/", "/static/", "/dev/", "/healthz", "/readyz", "/api/")


class ReaderMiddleware:
    """Shows times in the reader's zone and words in their language; sets `request.actor`, read lazily."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_of(request))  # type: ignore[attr-defined]
        zone = settings.TIME_ZONE
        if request.user.is_authenticated:
            zone = request.user.safe_time_zone
            self._speak(request, request.user.language)
        with timezone.override(zone):
            return self.get_response(request)

    def _speak(self, request: HttpRequest, language: str) -> None:
        if language in dict(settings.LANGUAGES):
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()


class StaffSecondFactorMiddleware:
    """Holds staff back until this session has a second factor; sends them to set one up or to give it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self._may_remove(request):
            return self._let_in(request)
        # One removal at a time: the count in `process_view` holds until the factor is gone. The hold that a lost one
        # sets off (factors.py) is there with its loss, or neither is.
        with transaction.atomic():
            if request.user.is_authenticated:
                User.objects.select_for_update().filter(email=request.user.get_username()).get()
            response = self._let_in(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response

    def _let_in(self, request: HttpRequest) -> HttpResponse:
        if self._is_open(request.path_info) or not actor_of(request).is_staff:
            return self.get_response(request)
        if has_second_factor(request) and owns_second_factor(request):
            return self.get_response(request)
        return self._hold_back(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Keeps staff from removing their last second factor, by page or API: a password alone never opens the desk."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in API_PHONES:
            return JsonResponse({"status": 404}, status=404)
        if name in API_REMOVERS and request.method == "DELETE" and _is_staff_by_token(request):
            message = _("Staff accounts keep a second factor; they change theirs on the pages.")
            return JsonResponse({"status": 403, "errors": [{"code": "staff_account", "message": message}]}, status=403)
        if name in REMOVERS and actor_of(request).is_staff and second_factors(request) <= 1:
            messages.error(request, _("Staff accounts keep a second factor. Add another one before you remove this."))
            return go(request, reverse("mfa_index"))
        return None

    def _may_remove(self, request: HttpRequest) -> bool:
        """Says whether somebody is about to remove a second factor, by page or API."""
        by_page = request.method == "POST" and request.path_info.startswith("/accounts/")
        if not by_page and not (request.method == "DELETE" and request.path_info.startswith("/api/")):
            return False
        try:
            name = resolve(request.path_info).view_name
        except Resolver404:
            return False
        return name in (REMOVERS if by_page else API_REMOVERS)

    def _is_open(self, path: str) -> bool:
        return path.startswith(OPEN_TO_HALF_SIGNED_IN) or path == reverse("admin:logout")

    def _hold_back(self, request: HttpRequest) -> HttpResponse:
        if owns_second_factor(request):
            messages.info(request, _("Give your second factor to go on."))
            query = urlencode({REDIRECT_FIELD_NAME: page_in_hand(request)})
            return go(request, f"{reverse('mfa_reauthenticate')}?{query}")
        messages.warning(request, _("Staff accounts need a second factor. Set one up to go on to the desk."))
        return go(request, reverse("mfa_index"))


def _is_staff_by_token(request: HttpRequest) -> bool:
    """Says whether the session token of this call is that of a staff account; the API knows no cookies."""
    found = authenticate_by_x_session_token(request.headers.get("X-Session-Token", ""))
    return found is not None and bool(found[0].is_staff)


def has_second_factor(request: HttpRequest) -> bool:
    """Says whether this session was opened with a code, a passkey or a recovery code, not only a password."""
    if not isinstance(request.user, User):
        return False
    return any(each.get("method") == "mfa" for each in get_authentication_records(request, request.user))


def owns_second_factor(request: HttpRequest) -> bool:
    """Says whether this account has an authenticator app or a passkey at all."""
    return second_factors(request) > 0


def second_factors(request: HttpRequest) -> int:
    """Counts the authenticator apps and passkeys of this account; recovery codes are none."""
    return factors.count(request.user.pk) if request.user.pk else 0

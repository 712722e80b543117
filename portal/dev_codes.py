"""Development only: the second factors of the demo staff, so that the desk can be tried without a phone."""

from __future__ import annotations

import time
from dataclasses import dataclass

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.accounts.models import StaffRole

DEMO_DOMAIN = "@demo.test"


@dataclass(frozen=True, slots=True)
class DemoCode:
    """One demo account, what it is, and the code its authenticator app would show now."""

    email: str
    name: str
    role: str
    code: str


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Lists the pages for developers."""
    _only_in_development()
    return render(request, "dev/index.html")


@never_cache
@require_safe
def codes(request: HttpRequest) -> HttpResponse:
    """Shows the code of each demo staff account and for how long it works; never of another account."""
    _only_in_development()
    left = app_settings.TOTP_PERIOD - int(time.time()) % app_settings.TOTP_PERIOD
    context = {"codes": demo_codes(), "left": left, "period": app_settings.TOTP_PERIOD}
    return render(request, "dev/codes.html", context)


def demo_codes() -> list[DemoCode]:
    """Gives the present codes of staff in the demo domain, which no mail server can have."""
    rows = Authenticator.objects.filter(
        type=Authenticator.Type.TOTP,
        user__email__endswith=DEMO_DOMAIN,
        user__is_staff=True,
        user__is_active=True,
    ).select_related("user")
    found = [(row.user, _code(row)) for row in rows.order_by("user__email", "pk")]
    return [
        DemoCode(
            email=user.email,
            name=user.get_full_name(),
            role=str(StaffRole(user.staff_role).label) if user.staff_role else "Superuser",
            code=code,
        )
        for user, code in found
        if code
    ]


def _code(row: Authenticator) -> str:
    try:
        secret = decrypt(row.data["secret"])
    except InvalidToken:  # written with another key of the site
        return ""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // app_settings.TOTP_PERIOD)))


def _only_in_development() -> None:
    if not settings.DEBUG:
        raise Http404

"""What a company's sign-in means for the ways in and out of an account; asked by the sign-in library's adapter."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.models import SocialLogin
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.actors import BOUND_KEY, ORGANISATION_KEY
from portal.accounts.models import SignOn, User
from portal.accounts.sso import linking
from portal.accounts.sso.sessions import LASTS_SECONDS, SIGN_ON_KEY

Signal = dict[str, Any] | None  # what the library hands on with a sign-in


def turn_back(request: HttpRequest, user: AbstractBaseUser, signal_kwargs: Signal) -> HttpResponse | None:
    """Leads to the company's sign-in whom only that may let in; None for everybody else."""
    if _social_login(signal_kwargs) is not None or not is_company_only(user):
        return None
    messages.info(request, _("You sign in here with your company."))
    return redirect("sso:find")


def mark(request: HttpRequest, signal_kwargs: Signal) -> HttpResponse | None:
    """Notes in the session which company opened it; an answer where it was switched off in the meantime.

    Such a session acts for that company's organisation alone, and ends after half a day: the groups may have changed.
    """
    for key in (SIGN_ON_KEY, BOUND_KEY):
        request.session.pop(key, None)
    login = _social_login(signal_kwargs)
    if login is None:
        return None
    sign_on = SignOn.objects.on().filter(public_id=login.account.provider).first()
    if sign_on is None:
        logout(request)
        messages.error(request, _("Your company’s sign-in is switched off here."))
        return redirect("account_login")
    request.session[SIGN_ON_KEY] = sign_on.pk
    if sign_on.organisation_id is not None:
        request.session[BOUND_KEY] = request.session[ORGANISATION_KEY] = sign_on.organisation_id
    request.session.set_expiry(LASTS_SECONDS)
    return None


def ways_to_confirm(user: object) -> list[dict[str, Any]]:
    """Gives the company's sign-in as a way to confirm that it is you, for an account that has no password."""
    if not is_company_only(user):
        return []
    return [
        {"id": "company", "description": _("Sign in with your company anew"), "url": reverse("sso:confirm")},
    ]


def is_company_only(user: object) -> bool:
    """Says whether a company's sign-in is the only way into this account."""
    return isinstance(user, User) and linking.is_company_only(user)


def _social_login(signal_kwargs: Signal) -> SocialLogin | None:
    return (signal_kwargs or {}).get("sociallogin")

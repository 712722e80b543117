"""Decorators for views: who may pass, and who must show again that it is them."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from portal.accounts.actors import actor_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def member_required(view: View[P]) -> View[P]:
    """Lets members of an organisation pass; others are led to sign in, to make one, or to the desk."""

    @wraps(view)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        actor = actor_of(request)
        if actor.is_staff:
            return redirect("admin:index")
        if actor.organisation is None:
            return redirect("accounts:new-organisation")
        return view(request, *args, **kwargs)

    return inner


def staff_required(view: View[P]) -> View[P]:
    """Lets trust-and-safety staff pass; the public is led to sign in, anybody else is refused (403)."""

    @wraps(view)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if not actor_of(request).is_staff:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return inner


def fresh_sign_in_required(view: View[P]) -> View[P]:
    """Asks for password, code or passkey unless given in the last 5 minutes, then leads back to the page.

    A form that was posted is not replayed: the reader comes back to its page and finds the draft as it was.
    """

    @wraps(view)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if confirmed_lately(request):
            return view(request, *args, **kwargs)
        if request.method not in {"GET", "HEAD"}:
            messages.info(request, _("Confirm that it is you, then send the form again. Nothing was sent yet."))
        query = urlencode({REDIRECT_FIELD_NAME: page_in_hand(request)})
        return go(request, f"{_where_to_confirm(request)}?{query}")

    return inner


def confirmed_lately(request: HttpRequest) -> bool:
    """Says whether this person gave password, code or passkey to this session in the last 5 minutes."""
    records = get_authentication_records(request, request.user)
    since = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    return any(since < record.get("at", 0) <= time.time() + 60 for record in records)


def page_in_hand(request: HttpRequest) -> str:
    """Gives the local address of the page the reader looks at: for a posted form, the page it stands on."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    came_from = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        return request.get_full_path()
    parts = urlsplit(came_from)
    local = parts.path + (f"?{parts.query}" if parts.query else "")
    return local if url_has_allowed_host_and_scheme(local, None) else "/"


def _where_to_confirm(request: HttpRequest) -> str:
    """The page for the way this account can confirm; one without a password confirms by passkey or code."""
    methods = get_adapter().get_reauthentication_methods(request.user)
    return str(methods[0]["url"]) if methods else reverse("account_reauthenticate")


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        query = urlencode({REDIRECT_FIELD_NAME: page_in_hand(request)})
        return go(request, f"{reverse('account_login')}?{query}")
    return redirect_to_login(page_in_hand(request), reverse("account_login"))


def go(request: HttpRequest, address: str) -> HttpResponse:
    """Gives a whole-page move, also when only a part was asked for (htmx follows HX-Redirect)."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)

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
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from portal.accounts import rest
from portal.accounts.actors import PRINCIPAL_KEY, Actor, actor_of, is_about_own_organisation
from portal.errors import Forbidden

P = ParamSpec("P")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def own_organisation(view: View[P]) -> View[P]:
    """Marks a page as about the reader's own organisation, also while they act for a principal of their agency."""
    view.own_organisation = True  # type: ignore[attr-defined]
    return view


def member_required(view: View[P]) -> View[P]:
    """Lets members of an organisation pass; others are led to sign in, to make one, or to the desk.

    An agency never acts for itself: on pages of rights and complaints its members are led to choose a principal.
    Whoever rests reads, and sends no form.
    """

    @wraps(view)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        actor = actor_of(request)
        if actor.is_staff:
            return redirect("admin:index")
        if actor.organisation is None:
            return redirect("accounts:new-organisation")
        if actor.organisation.is_agency and not is_about_own_organisation(request):
            return _to_principals(request)
        if not _is_for_this_principal(request, actor):
            text = _("This form was for another principal than the one you act for now. Nothing was saved.")
            messages.warning(request, text)
            return go(request, page_in_hand(request))
        if actor.held_until is not None and request.method not in SAFE and not getattr(view, "open_at_rest", False):
            return refuse(request, rest.refusal(actor.held_until, approved=actor.held_approved))
        return view(request, *args, **kwargs)

    return inner


def open_at_rest(view: View[P]) -> View[P]:
    """Marks a form that somebody may send while their powers rest; put it below `member_required`."""
    view.open_at_rest = True  # type: ignore[attr-defined]
    return view


def refuse(request: HttpRequest, refusal: Forbidden) -> HttpResponse:
    """Gives the page (403) that says why somebody may not do this."""
    return render(request, "accounts/refused.html", {"reason": refusal.message}, status=403)


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
    """Says whether this person gave password, code or passkey to this session in the last 5 minutes.

    Coming from a company's sign-in is none of these: it may know them from hours ago. Signing in there anew counts.
    """
    records = get_authentication_records(request, request.user)
    since = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    own = [each for each in records if each.get("method") != "socialaccount" or each.get("reauthenticated")]
    return any(since < record.get("at", 0) <= time.time() + 60 for record in own)


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


def _is_for_this_principal(request: HttpRequest, actor: Actor) -> bool:
    """Says whether a form that names a principal was made for the one that is acted for now: tabs may have crossed."""
    named = request.POST.get("acting_for") if actor.agency is not None and request.method == "POST" else None
    return named is None or (actor.organisation is not None and named == str(actor.organisation.public_id))


def _to_principals(request: HttpRequest) -> HttpResponse:
    if request.session.pop(PRINCIPAL_KEY, None) is not None:
        messages.warning(request, _("You can no longer act for the principal you had chosen: no authorisation holds."))
    return go(request, reverse("principals"))


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

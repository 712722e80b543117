"""The page on which administrators set up, try and switch the single sign-on of their organisation."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts import sso
from portal.accounts.actors import Actor, actor_of
from portal.accounts.doors import fresh_sign_in_required, member_required
from portal.accounts.models import Organisation, SignOn
from portal.accounts.sso import sessions
from portal.accounts.sso.forms import MemberSignOnForm
from portal.accounts.sso.plans import ANYBODYS
from portal.accounts.sso.provider import callback_address
from portal.errors import DomainError


@never_cache
@member_required
@fresh_sign_in_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("client_secret")
def settings_page(request: HttpRequest) -> HttpResponse:
    """Shows and changes the settings; what speaks of another provider is off until it was tried."""
    actor = _administrator(request)
    sign_on = _own(actor)
    form = MemberSignOnForm(request.POST or None, sign_on=sign_on, initial=_first_domain(actor, sign_on))
    if request.method == "POST" and form.is_valid():
        try:
            sso.set_up(actor=actor, plan=form.plan(), sign_on=sign_on, now=timezone.now())
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            ended = sessions.leave_if_ended(request)
            messages.success(request, _("Your single sign-on is saved."))
            return redirect("account_login" if ended else "accounts:sign-on")
    return _page(request, form, sign_on)


@member_required
@fresh_sign_in_required
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Switches it on or off."""
    actor = _administrator(request)
    sign_on = _own(actor)
    if sign_on is None:
        raise Http404
    on = request.POST.get("state") == "on"
    try:
        if on:
            sso.switch_on(actor=actor, sign_on=sign_on, now=timezone.now())
        else:
            sso.switch_off(actor=actor, sign_on=sign_on, now=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
    else:
        sessions.leave_if_ended(request)
        done = _("Single sign-on is on.") if on else _("Single sign-on is off, and the sessions that it opened ended.")
        messages.success(request, done)
    return redirect("accounts:sign-on" if request.user.is_authenticated else "account_login")


def _page(request: HttpRequest, form: MemberSignOnForm, sign_on: SignOn | None) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "sign_on": sign_on}
    if sign_on is not None:
        context |= {
            "callback": callback_address(request, sign_on),
            "address": request.build_absolute_uri(reverse("sso:named", args=[sign_on.name])),
        }
    return render(request, "sso/organisation.html", context, status=422 if form.errors else 200)


def _administrator(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if not actor.can_manage:
        raise PermissionDenied(_("Only administrators of your organisation manage its single sign-on."))
    return actor


def _own(actor: Actor) -> SignOn | None:
    tenant = cast("Organisation", actor.organisation)
    return tenant.sign_ons.select_related("organisation").first()


def _first_domain(actor: Actor, sign_on: SignOn | None) -> dict[str, str]:
    """Offers the domain of who sets it up, unless anybody can have a mailbox there."""
    domain = actor.user.email.rpartition("@")[2] if actor.user and sign_on is None else ""
    return {"domains": domain} if domain and domain not in ANYBODYS else {}

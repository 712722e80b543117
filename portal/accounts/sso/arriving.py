"""The door behind the provider: somebody comes back with its verified word, and each purpose has its own way on."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NoReturn

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.signup import prevent_enumeration
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialLogin
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts import sso
from portal.accounts.actors import actor_of
from portal.accounts.doors import confirmed_lately
from portal.accounts.models import Role, SignOn, StaffRole, User
from portal.accounts.sso import sessions
from portal.accounts.sso.claims import Claims
from portal.accounts.sso.errors import HINTS
from portal.accounts.sso.groups import order_for, strongest
from portal.accounts.sso.linking import is_company_only
from portal.accounts.sso.setting_up import may_run
from portal.accounts.sso.starts import Purpose, safe
from portal.errors import DomainError

Way = Callable[[HttpRequest, SocialLogin, SignOn], HttpResponse]
REPORT_KEY = "sso_report"
# A clock of the provider may go this much before ours.
LEEWAY_SECONDS = 60
SHOWN_GROUPS = 100
REASONS: dict[str, Promise] = {
    sso.Outcome.ENDED: gettext_lazy(
        "Your company’s groups give you no role here any more. What you had has ended. Ask who runs the groups."
    ),
    sso.Outcome.NO_GROUP: gettext_lazy(
        "Your company knows you, but none of your groups has a role here. Ask who runs the groups."
    ),
    sso.Outcome.GROUPS_ELSEWHERE: gettext_lazy(
        "Your company did not send your groups, as there are too many of them. Nothing was changed. It can send fewer: "
        "only those that have a role here."
    ),
    sso.Outcome.SWITCHED_OFF: gettext_lazy("Your company’s sign-in is switched off here."),
    sso.Outcome.INACTIVE: gettext_lazy("Your account here is closed."),
    sso.Outcome.OTHER_KIND: gettext_lazy(
        "Your account here is used for something else as well, so a company cannot open it. Sign in as you did before."
    ),
    sso.Outcome.NO_ADDRESS: gettext_lazy("Your company did not send a mail address for you, which an account needs."),
    sso.Outcome.OTHER_DOMAIN: gettext_lazy(
        "Your mail address is of a domain that your company has not named here, so no account is made for it. If you "
        "have an account here, sign in with it and link it under Security."
    ),
}


def arrive(request: HttpRequest, sociallogin: SocialLogin) -> None:
    """Lets a sign-in go on by returning; every other purpose, and every refusal, is an answer of its own."""
    sign_on: SignOn = sociallogin.provider.app.sign_on
    purpose = str((sociallogin.state.get("data") or {}).get("purpose", ""))
    if purpose == Purpose.SIGN_IN:
        return _sign_in(request, sociallogin, sign_on)
    ways: dict[str, Way] = {Purpose.LINK: _link, Purpose.TRY: _try, Purpose.CONFIRM: _confirm}
    way = ways.get(purpose)
    raise ImmediateHttpResponse(way(request, sociallogin, sign_on) if way else refused(request, _("Begin again.")))


def _sign_in(request: HttpRequest, sociallogin: SocialLogin, sign_on: SignOn) -> None:
    claims: Claims = sociallogin.claims
    admission = sso.admit(sign_on=sign_on, claims=claims, now=timezone.now())
    if admission.outcome == sso.Outcome.IN:
        if sociallogin.is_existing:
            sociallogin.user.refresh_from_db()
        else:
            sociallogin.lookup()
        return
    sessions.leave_if_ended(request)
    if admission.outcome == sso.Outcome.ADDRESS_TAKEN:
        # What a sign-up with a taken address gets: the same page as for a free one, and a mail that says what to do.
        raise ImmediateHttpResponse(prevent_enumeration(request, email=claims.email))
    raise ImmediateHttpResponse(refused(request, REASONS[admission.outcome]))


def _link(request: HttpRequest, sociallogin: SocialLogin, sign_on: SignOn) -> HttpResponse:
    if not may_link(request):
        _refuse(request, _("Linking takes your own password or passkey, confirmed in the last minutes. Begin again."))
    try:
        actor, subject = actor_of(request), sociallogin.claims.subject
        sso.link(actor=actor, sign_on=sign_on, subject=subject, now=timezone.now())
    except DomainError as refusal:
        _refuse(request, refusal.message)
    messages.success(request, _("Your account is linked. From now on you can sign in with your company."))
    return redirect("sso:links")


def may_link(request: HttpRequest) -> bool:
    """Says whether this session may link: confirmed lately, and not itself opened by a company."""
    return request.user.is_authenticated and confirmed_lately(request) and sessions.SIGN_ON_KEY not in request.session


def _try(request: HttpRequest, sociallogin: SocialLogin, sign_on: SignOn) -> HttpResponse:
    claims: Claims = sociallogin.claims
    actor = actor_of(request)
    if not may_run(actor, sign_on):
        _refuse(request, _("Only who runs this single sign-on can try it."))
    role = strongest(sign_on.mapping, claims.groups or (), order_for(staff=sign_on.is_for_staff))
    try:
        sso.note_trial(actor=actor, sign_on=sign_on, role=role, now=timezone.now())
    except DomainError as refusal:
        _refuse(request, refusal.message)
    request.session[REPORT_KEY] = {
        "sign_on": sign_on.pk,
        "subject": claims.subject,
        "email": claims.email,
        "name": claims.name,
        "groups": sorted(claims.groups or ())[:SHOWN_GROUPS],
        "elsewhere": claims.groups is None,
        "role": role,
    }
    return redirect("sso:try", provider_id=sign_on.public_id)


def report_of(request: HttpRequest, sign_on: SignOn) -> dict[str, Any] | None:
    """Gives what came of the last trial in this browser, once."""
    found: dict[str, Any] | None = request.session.pop(REPORT_KEY, None)
    if found is None or found["sign_on"] != sign_on.pk:
        return None
    labels = dict(StaffRole.choices if sign_on.is_for_staff else Role.choices)
    return found | {"role_label": labels.get(found["role"], "")}


def _confirm(request: HttpRequest, sociallogin: SocialLogin, sign_on: SignOn) -> HttpResponse:
    """Counts as confirming that it is you only for an account without a password, and only for a sign-in made anew."""
    user, claims = sociallogin.user, sociallogin.claims
    if not sign_on.is_on or user.pk is None or user.pk != request.user.pk or not isinstance(request.user, User):
        _refuse(request, _("Your company confirmed somebody else than who is signed in here."))
    if not is_company_only(request.user):
        _refuse(request, _("Confirm with your password or your second factor."))
    began = float((sociallogin.state.get("data") or {}).get("at", time.time()))
    if claims.signed_in_at is None or claims.signed_in_at < began - LEEWAY_SECONDS:
        _refuse(request, _("Your company did not ask you to sign in anew, so this does not count. Sign in again."))
    uid = {"provider": sign_on.provider_id, "uid": claims.subject}
    record_authentication(request, request.user, "socialaccount", reauthenticated=True, **uid)
    return redirect(safe(request, sociallogin.state.get("next") or "") or reverse("home"))


def failed(request: HttpRequest, state: dict[str, Any], *, code: str, cancelled: bool) -> HttpResponse:
    """The one page of everything that went wrong on the way; who tries it out reads what to look at."""
    if cancelled:
        return refused(request, _("You ended the sign-in at your company. Nothing has happened here."))
    if (state.get("data") or {}).get("purpose") == Purpose.TRY:
        return refused(request, HINTS.get(code, HINTS["refused"]), code=code)
    return refused(request, _("The sign-in with your company did not work. Begin again, or tell who looks after it."))


def refused(request: HttpRequest, reason: str | Promise, *, code: str = "") -> HttpResponse:
    """The page of a sign-in that ends here (403)."""
    return render(request, "sso/refused.html", {"reason": reason, "code": code}, status=403)


def _refuse(request: HttpRequest, reason: str | Promise) -> NoReturn:
    raise ImmediateHttpResponse(refused(request, reason))

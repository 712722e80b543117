"""Pages of signing in with a company: find it, go there, come back; and link an account that exists."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from requests import RequestException

from portal.accounts import sso
from portal.accounts.actors import actor_of
from portal.accounts.doors import fresh_sign_in_required
from portal.accounts.models import SignOn, User
from portal.accounts.sso import arriving, finding, sessions
from portal.accounts.sso.errors import SignOnError
from portal.accounts.sso.forms import FindForm
from portal.accounts.sso.linking import is_company_only
from portal.accounts.sso.provider import CompanyAdapter, CompanyCallback, CompanyProvider, app_of
from portal.accounts.sso.setting_up import may_run
from portal.accounts.sso.starts import Purpose, Start, link_for, safe
from portal.accounts.sso.starts import find as find_start
from portal.errors import DomainError

read_or_post = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@read_or_post
def find(request: HttpRequest) -> HttpResponse:
    """Asks for the company; the answer is one and the same whether or not there is such a one."""
    return _find(request, Purpose.SIGN_IN, "sso/find.html", {})


@never_cache
@require_safe
def named(request: HttpRequest, name: str) -> HttpResponse:
    """The address that a company gives its people: the same answer for every name."""
    return _go_on(request, name, Purpose.SIGN_IN)


@never_cache
@require_safe
def start(request: HttpRequest, word: str) -> HttpResponse:
    """Sends the browser to the company's provider, if this browser was shown the link a moment ago."""
    begun = find_start(request, word)
    if begun is None:
        return redirect("sso:find")
    sign_on = SignOn.objects.select_related("organisation").filter(pk=begun.sign_on_id or 0).first()
    if sign_on is None or not (sign_on.is_on or begun.purpose == Purpose.TRY):
        return arriving.refused(
            request, _("No company’s sign-in is known for what you wrote, or it is switched off. Ask your company.")
        )
    return _leave(request, sign_on, begun)


@never_cache
@require_safe
def callback(request: HttpRequest, provider_id: UUID) -> HttpResponse:
    """Takes who comes back from a provider; allauth's own view, with our checks in it."""
    try:
        adapter = CompanyAdapter(request, str(provider_id))
        answer: HttpResponse = CompanyCallback.adapter_view(adapter)(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except (OAuth2Error, RequestException) as error:
        return arriving.failed(request, {}, code=_code(error), cancelled=False)
    return answer


@never_cache
@login_required
@require_safe
def confirm(request: HttpRequest) -> HttpResponse:
    """Lets somebody without a password confirm that it is them: by signing in anew at their company."""
    user = get_object_or_404(User, pk=request.user.pk)
    sign_on = SignOn.objects.on().of_user(user).first()
    if sign_on is None or not is_company_only(user):
        raise Http404
    next_url = safe(request, request.GET.get(REDIRECT_FIELD_NAME, ""))
    link = link_for(request, sign_on=sign_on, purpose=Purpose.CONFIRM, next_url=next_url)
    return render(request, "sso/go.html", {"link": link, "purpose": Purpose.CONFIRM.value})


@never_cache
@login_required
@require_safe
def try_it(request: HttpRequest, provider_id: UUID) -> HttpResponse:
    """Shows the way to a trial and, after one, what came; only to who runs this single sign-on."""
    sign_on = SignOn.objects.select_related("organisation").filter(public_id=provider_id).first()
    if sign_on is None or not may_run(actor_of(request), sign_on):
        raise Http404
    context = {
        "sign_on": sign_on,
        "report": arriving.report_of(request, sign_on),
        "link": link_for(request, sign_on=sign_on, purpose=Purpose.TRY),
    }
    return render(request, "sso/try.html", context)


@never_cache
@login_required
@fresh_sign_in_required
@read_or_post
def links(request: HttpRequest) -> HttpResponse:
    """Shows which companies can open this account, and links another one."""
    user = get_object_or_404(User, pk=request.user.pk)
    rows = SocialAccount.objects.filter(user_id=user.pk).order_by("date_joined", "id")
    known = {each.provider_id: each for each in SignOn.objects.of_user(user).select_related("organisation")}
    found = [{"sign_on": known[row.provider], "since": row.date_joined} for row in rows if row.provider in known]
    by_company = sessions.SIGN_ON_KEY in request.session
    context = {"links": found, "company_only": is_company_only(user), "by_company": by_company}
    return _find(request, Purpose.LINK, "sso/links.html", context)


@login_required
@fresh_sign_in_required
@require_POST
def unlink(request: HttpRequest, provider_id: UUID) -> HttpResponse:
    """Takes a link back."""
    sign_on = SignOn.objects.filter(public_id=provider_id).first()
    if sign_on is None:
        raise Http404
    try:
        sso.unlink(actor=actor_of(request), sign_on=sign_on, now=timezone.now())
    except DomainError as refusal:
        if refusal.code == "no_link":
            raise Http404 from None
        messages.error(request, str(refusal.message))
    else:
        sessions.leave_if_ended(request)
        messages.success(request, _("The link is gone. That company can open your account no more."))
    return redirect("sso:links" if request.user.is_authenticated else "account_login")


def _find(request: HttpRequest, purpose: Purpose, template: str, context: dict[str, Any]) -> HttpResponse:
    form = FindForm(request.POST or None)
    next_url = safe(request, request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME, ""))
    if request.method == "POST" and form.is_valid():
        return _go_on(request, form.cleaned_data["company"], purpose, next_url)
    context |= {"form": form, "next_url": next_url}
    return render(request, template, context, status=422 if form.errors else 200)


def _go_on(request: HttpRequest, text: str, purpose: Purpose, next_url: str = "") -> HttpResponse:
    if not ratelimit.consume(request, action="sign_on_find"):
        return render(request, "429.html", status=429)
    next_url = next_url or safe(request, request.GET.get(REDIRECT_FIELD_NAME, ""))
    link = link_for(request, sign_on=finding.find(text), purpose=purpose, next_url=next_url)
    return render(request, "sso/go.html", {"link": link, "company": text, "purpose": purpose.value})


def _leave(request: HttpRequest, sign_on: SignOn, begun: Start) -> HttpResponse:
    if begun.purpose == Purpose.LINK and not arriving.may_link(request):
        return redirect("sso:links")
    process = AuthProcess.LOGIN if begun.purpose == Purpose.SIGN_IN else AuthProcess.REDIRECT
    data = {"purpose": begun.purpose, "at": time.time(), "anew": begun.purpose == Purpose.CONFIRM}
    try:
        provider = CompanyProvider(request, app=app_of(sign_on))
        return provider.start(request, process=process, data=data, next_url=begun.next)
    except (OAuth2Error, RequestException) as error:
        return arriving.failed(request, {"data": data}, code=_code(error), cancelled=False)


def _code(error: Exception) -> str:
    return error.code if isinstance(error, SignOnError) else "unreachable"

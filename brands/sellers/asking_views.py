"""The pages of those who hold a seller's or creator's account: who lists it, and asking a brand to."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brands import registry
from brands.models import AuthorisedSeller
from brands.sellers.finding import find_brand
from brands.sellers.forms import AskForm
from brands.sellers.holding import entries_of, holder
from portal.accounts.actors import own_actor_of
from portal.accounts.doors import own_organisation
from portal.accounts.models import User
from portal.errors import DomainError, Forbidden, NotFound
from portal.files import store
from portal.marketplace.models import Account

SHOWN = 100


@require_GET
@own_organisation
@login_required
def accounts(request: HttpRequest) -> HttpResponse:
    """Lists the accounts that this person holds, which brands list them, and what became of their requests."""
    user = _user(request)
    context = {
        "accounts": Account.objects.filter(holders=user).select_related("target").order_by("handle"),
        "rows": entries_of(user)[:SHOWN],
        "today": timezone.now().date(),
    }
    return render(request, "selling/list.html", context)


@require_http_methods(["GET", "POST"])
@own_organisation
@login_required
def ask(request: HttpRequest) -> HttpResponse:
    """Asks a brand to list an account of this person."""
    user = _user(request)
    if not user.marketplace_accounts.exists():
        return redirect("selling:list")
    form = AskForm(request.POST or None, request.FILES or None, user_id=user.pk, initial=_asked_about(request))
    if request.method == "POST" and form.is_valid() and _ask(form, user):
        messages.success(request, _("Asked. The brand has a mail; we write to you when it answers."))
        return redirect("selling:list")
    return render(request, "selling/ask.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@own_organisation
@login_required
def take_back(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Takes a request back that the brand has not answered."""
    user = _user(request)
    try:
        registry.take_request_back(actor=holder(user), seller=_find(user, public_id), now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Taken back."))
    return redirect("selling:list")


@require_GET
@own_organisation
@login_required
def proof(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The proof that this person sent with a request."""
    found = _find(_user(request), public_id)
    if found.proof is None:
        raise Http404
    return store.serve(found.proof)


def _user(request: HttpRequest) -> User:
    user = own_actor_of(request).user
    if user is None:
        raise Http404
    return user


def _find(user: User, public_id: UUID) -> AuthorisedSeller:
    found: AuthorisedSeller | None = entries_of(user).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _asked_about(request: HttpRequest) -> dict[str, str]:
    """The decision that the link to this page was about."""
    return {"brand": request.GET.get("decision", "")[:20]}


def _ask(form: AskForm, user: User) -> bool:
    """Asks; False when the form has to be shown again with what was refused."""
    data, now, actor = form.cleaned_data, timezone.now(), holder(user)
    try:
        with transaction.atomic():
            brand, right = find_brand(user, data["brand"])
            stored = None
            if data["proof"]:
                stored = store.accept(data["proof"], actor=actor, organisation=None, purpose="seller-proof", now=now)
            registry.ask_to_be_listed(
                actor=actor,
                account=data["account"],
                brand=brand,
                right=right,
                message=data["message"],
                proof=stored,
                now=now,
            )
    except (NotFound, Forbidden) as error:
        raise PermissionDenied from error
    except DomainError as error:
        field = "proof" if error.field == "file" else error.field
        form.add_error(field if field in form.fields else None, str(error))
        return False
    return True

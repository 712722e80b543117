"""The page of who says: we have lost our administrator."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.accounts.actors import actor_of
from portal.accounts.models import Membership, Role, User
from portal.errors import DomainError
from portal.identity import recovering
from portal.identity.forms import RecoveryForm
from portal.identity.models import DocumentKind, RecoveryRequest

FILES = (DocumentKind.IDENTITY_CARD.value, DocumentKind.POWER_OF_ATTORNEY.value)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def recover(request: HttpRequest) -> HttpResponse:
    """Takes the request; the answer is one and the same whether there is such an organisation or not."""
    actor = actor_of(request)
    if actor.is_staff or not isinstance(actor.user, User):
        return redirect("admin:index")
    memberships = _others(actor.user)
    form = RecoveryForm(request.POST or None, request.FILES or None, memberships=memberships)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, actor.user)
    if not ratelimit.consume(request, action="recovery_request", key=str(actor.user.pk)):
        form.add_error(None, _("You have asked five times today. Nothing was sent; try again tomorrow."))
        return _page(request, form, actor.user, status=429)
    try:
        recovering.ask(actor=actor, plea=_plea(form.cleaned_data), now=timezone.now())
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error.message))
        return _page(request, form, actor.user)
    messages.success(request, _("Your request is taken. If the desk can grant it, you get a mail within 14 days."))
    return redirect("identity:recover")


def _others(user: User) -> list[Membership]:
    """The organisations that this person belongs to without running them."""
    return list(user.active_memberships().exclude(role=Role.ADMINISTRATOR))


def _plea(data: dict[str, Any]) -> recovering.Plea:
    uploads = {kind: data[kind] for kind in FILES}
    return recovering.Plea(data["which"], data["explanation"], uploads)


def _page(request: HttpRequest, form: RecoveryForm, user: User, status: int = 0) -> HttpResponse:
    context = {"form": form, "mine": _asked_by(user)}
    return render(request, "identity/recover.html", context, status=status or (422 if form.errors else 200))


def _asked_by(user: User) -> list[RecoveryRequest]:
    """What a member asked about an organisation of theirs; nothing that would tell an outsider of another."""
    mine = user.active_memberships().values("organisation")
    rows = RecoveryRequest.objects.filter(asked_by=user, organisation__in=mine).select_related("organisation")
    return list(rows.order_by("-asked_at", "-id")[:5])

"""Pages on which administrators list, create and revoke the API keys of their organisation."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.accounts.actors import Actor, actor_of
from portal.accounts.doors import fresh_sign_in_required, member_required
from portal.accounts.models import Hold
from portal.api import keys
from portal.api.forms import KeyForm
from portal.api.models import ApiKey
from portal.errors import Conflict, Refused


def _administrator(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if not actor.can_manage or actor.organisation is None:
        raise PermissionDenied(_("Only administrators of your organisation manage API keys."))
    return actor


@require_GET
@member_required
def key_list(request: HttpRequest) -> HttpResponse:
    """Lists the organisation's keys, newest first; never their secrets."""
    actor = _administrator(request)
    rows = ApiKey.objects.filter(organisation=actor.organisation).select_related("created_by")
    on_hold = set(Hold.objects.open().filter(organisation=actor.organisation).values_list("key_id", flat=True))
    context = {"keys": rows.order_by("-created_at", "-id")[:200], "now": timezone.now(), "on_hold": on_hold}
    return render(request, "api/keys.html", context)


@require_http_methods(["GET", "POST"])
@member_required
@fresh_sign_in_required
@sensitive_variables("secret")
def key_new(request: HttpRequest) -> HttpResponse:
    """Makes a key and shows its secret, this once."""
    actor = _administrator(request)
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        assert actor.organisation is not None  # noqa: S101 - checked by _administrator
        try:
            key, secret = keys.issue(
                actor=actor,
                organisation=actor.organisation,
                name=form.cleaned_data["name"],
                scopes=form.cleaned_data["scopes"],
                expires_at=form.expires_at(now),
                now=now,
            )
        except (Refused, Conflict) as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            hold = Hold.objects.open().filter(key_id=key.pk).first()
            return render(request, "api/key_created.html", {"key": key, "secret": secret, "hold": hold}, status=201)
    return render(request, "api/key_new.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@member_required
def key_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends a key at once and comes back to the list."""
    actor = _administrator(request)
    key = get_object_or_404(ApiKey.objects.filter(organisation=actor.organisation), pk=pk)
    keys.revoke(actor=actor, key=key, now=timezone.now())
    messages.success(request, _("“%(name)s” is revoked. Calls with it are refused from now on.") % {"name": key.name})
    return redirect("keys:list")

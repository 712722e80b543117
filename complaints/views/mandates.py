"""Leave to sign over the API in one's name: granted after a fresh sign-in, revoked in one click."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints import casework
from complaints.models import SigningMandate
from complaints.rules.declarations import ALL
from complaints.views.common import need_filer, put_error, raise_http
from complaints.views.signing import grant_form, signing_from
from portal.accounts.actors import actor_of
from portal.accounts.doors import fresh_sign_in_required, member_required
from portal.errors import DomainError


@member_required
def mandate_list(request: HttpRequest) -> HttpResponse:
    """Lists the organisation's mandates, newest first."""
    found = SigningMandate.objects.visible_to(actor_of(request)).select_related("signatory")
    context = {"mandates": found.order_by("-granted_at", "-id"), "now": timezone.now()}
    return render(request, "complaints/mandates.html", context)


@member_required
@fresh_sign_in_required
def grant(request: HttpRequest) -> HttpResponse:
    """Shows the text and grants one's own mandate for it."""
    need_filer(request)
    form = grant_form(request)
    if request.method == "POST" and form.is_valid():
        try:
            casework.grant_mandate(
                actor=actor_of(request), signing=signing_from(request, form.cleaned_data), now=timezone.now()
            )
        except DomainError as error:
            put_error(form, error)
        else:
            messages.success(request, _("Your mandate is in force for a year. You can revoke it at any time."))
            return redirect("complaints:mandates")
    context = {"form": form, "declaration": ALL}
    return render(request, "complaints/grant_mandate.html", context, status=422 if form.errors else 200)


@member_required
@require_POST
def revoke(request: HttpRequest, mandate: UUID) -> HttpResponse:
    """Ends a mandate at once."""
    try:
        casework.revoke_mandate(actor=actor_of(request), mandate_id=mandate, now=timezone.now())
    except DomainError as error:
        raise_http(error)
        messages.error(request, str(error.message))
    return redirect("complaints:mandates")

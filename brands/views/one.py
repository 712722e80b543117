"""One right: its page, sending it, and taking it back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brands import preflight, registry
from brands.history import history_of
from brands.models import IPRight
from brands.states import RightState
from brands.views.common import find, may_register, raise_http, registrar_required, send, version_of
from portal.accounts.actors import actor_of
from portal.accounts.doors import member_required
from portal.errors import DomainError

REOPENED = {RightState.APPROVED, RightState.SUSPENDED}


@require_GET
@member_required
def right(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Shows one right: its state, what the register says next to it, what it covers, its files and its history."""
    actor = actor_of(request)
    found = find(actor, public_id)
    today = timezone.now().date()
    may_write = may_register(actor)
    context = {
        "right": found,
        "usable": found.usable(today),
        "check": registry.check_against_register(found) if found.is_mark else None,
        "history": history_of(found, actor),
        "problems": preflight.problems_of(found, today) if found.may_edit else [],
        "warnings": preflight.warnings_of(found),
        "siblings": _siblings(found, actor),
        "may_write": may_write and found.may_edit,
        "may_reopen": may_write and found.state in REOPENED,
    }
    return render(request, "brands/right.html", context)


def _siblings(found: IPRight, actor: object) -> list[IPRight]:
    """The other designations of the same international registration."""
    if not found.is_madrid:
        return []
    others = IPRight.objects.visible_to(actor).filter(  # type: ignore[arg-type]
        organisation=found.organisation, kind=found.kind, international_number=found.international_number
    )
    return list(others.exclude(pk=found.pk).select_related("family").order_by("office", "id"))


@require_POST
@registrar_required
def submit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Sends a draft, or a corrected right, to the desk."""
    actor = actor_of(request)
    return send(request, actor, find(actor, public_id), version_of(request))


@require_http_methods(["GET", "POST"])
@registrar_required
def reopen(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Asks, and then takes an approved or suspended right back to be corrected."""
    actor = actor_of(request)
    found = find(actor, public_id)
    if request.method == "GET":
        return render(request, "brands/reopen.html", {"right": found, "possible": found.state in REOPENED})
    try:
        registry.reopen(actor=actor, right=found, now=timezone.now(), version=version_of(request))
    except DomainError as error:
        raise_http(error)
        messages.error(request, str(error))
        return redirect("brands:right", public_id)
    messages.success(request, _("Taken back. Correct it and send it to the desk again."))
    return redirect("brands:edit", public_id)

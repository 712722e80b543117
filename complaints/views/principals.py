"""An agency's first page: for whom it may act, until when, what waits there, and its own record."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from brands.agents import standing_of
from complaints import figures
from portal.accounts.actors import actor_of
from portal.accounts.doors import member_required, own_organisation

ROWS = 25


@require_GET
@own_organisation
@member_required
def principals(request: HttpRequest) -> HttpResponse:
    """Lists the principals of an agency, by name; others have none."""
    actor, now = actor_of(request), timezone.now()
    agency = actor.organisation
    if agency is None or not agency.is_agency:
        raise PermissionDenied
    page = Paginator(standing_of(actor, now.date()), ROWS).get_page(request.GET.get("page"))
    waiting = figures.open_by_principal([each.actor for each in page.object_list])
    rows = [{"standing": each, "open": waiting.get(each.principal.pk, 0)} for each in page.object_list]
    context = {"page": page, "rows": rows, "agency": agency, "record": figures.record_of(agency)}
    return render(request, "complaints/principals.html", context)

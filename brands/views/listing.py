"""The list of rights."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from brands.forms import FilterForm
from brands.models import IPRight
from brands.views.common import may_register
from portal.accounts.actors import actor_of
from portal.accounts.doors import member_required

ROWS = 25


@require_GET
@member_required
def rights(request: HttpRequest) -> HttpResponse:
    """Lists the organisation's rights, newest first, filtered by what the address says."""
    actor = actor_of(request)
    form = FilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    mine = IPRight.objects.visible_to(actor).of_kind(wanted.get("kind", "")).in_state(wanted.get("state", ""))
    found = mine.of_office(wanted.get("office", "")).search(wanted.get("q", ""))
    page = Paginator(found.for_table(), ROWS).get_page(request.GET.get("page"))
    today = timezone.now().date()
    rows = [
        {"right": right, "usable": right.usable(today), "classes": _sorted(right.class_numbers)}
        for right in page.object_list
    ]
    context = {
        "page": page,
        "rows": rows,
        "form": form,
        "filtered": any(wanted.values()),
        "may_write": may_register(actor),
    }
    return render(request, "brands/list.html", context)


def _sorted(numbers: str | None) -> str:
    """The classes of one row, in order: "18, 25"."""
    return ", ".join(sorted((numbers or "").split(","), key=int)) if numbers else ""

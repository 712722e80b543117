"""Hands the desk a whole case as one file; with internal notes only from an address of its own."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from complaints import bundle
from complaints.admin.desk import at_desk
from complaints.admin.loading import load
from complaints.bundle.http import answer
from complaints.models import Complaint
from portal.accounts.actors import actor_of


@at_desk
@require_safe
def whole(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The case as it may leave the desk: both sides, no internal notes."""
    return answer(bundle.for_desk(_case(request, pk)))


@at_desk
@require_safe
def internal(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The case with the notes of the desk; never to leave it."""
    return answer(bundle.for_desk(_case(request, pk), notes=True))


def _case(request: HttpRequest, pk: int) -> Complaint:
    case = load(actor_of(request), pk)
    if case is None:
        raise Http404
    return case

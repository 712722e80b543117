"""Serves the pictures of a case to the desk: frozen pictures, logos, evidence. Checks who asks, then hands over."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from brands.models import IPRight
from complaints.admin.desk import at_desk
from complaints.admin.loading import load
from complaints.models import Complaint, Evidence, Snapshot
from portal.accounts.actors import actor_of
from portal.files.models import StoredFile
from portal.files.store import serve


@at_desk
def snapshot_picture(request: HttpRequest, pk: int, item_id: int) -> HttpResponseBase:
    """Serves what an item's picture was when it was reported."""
    frozen = Snapshot.objects.select_related("picture").filter(item=item_id, item__complaint=_case(request, pk))
    return _serve(request, get_object_or_404(frozen).picture)


@at_desk
def logo(request: HttpRequest, pk: int, right_id: int) -> HttpResponseBase:
    """Serves the logo of a right that this case leans on."""
    case = _case(request, pk)
    rights = IPRight.objects.filter(Q(complaints=case) | Q(complaint_items__complaint=case), pk=right_id)
    return _serve(request, get_object_or_404(rights.select_related("logo").distinct()).logo)


@at_desk
def evidence(request: HttpRequest, pk: int, public_id: UUID) -> HttpResponseBase:
    """Serves one file that the complainant sent."""
    found = Evidence.objects.select_related("file").filter(complaint=_case(request, pk), public_id=public_id)
    return _serve(request, get_object_or_404(found).file)


def _case(request: HttpRequest, pk: int) -> Complaint:
    case = load(actor_of(request), pk)
    if case is None:
        raise Http404
    return case


def _serve(request: HttpRequest, stored: StoredFile | None) -> HttpResponseBase:
    if stored is None:
        raise Http404
    which: Literal["clean", "thumbnail"] = "thumbnail" if request.GET.get("size") == "small" else "clean"
    return serve(stored, which=which)

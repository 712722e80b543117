"""The files of a right, for who may see it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_GET

from brands.views.common import find
from portal.accounts.actors import actor_of
from portal.accounts.doors import member_required
from portal.files import store
from portal.files.models import StoredFile


@require_GET
@member_required
def logo(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The picture of the mark, work or design."""
    return store.serve(_kept(find(actor_of(request), public_id).logo))


@require_GET
@member_required
def logo_small(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The small picture."""
    return store.serve(_kept(find(actor_of(request), public_id).logo), which="thumbnail")


@require_GET
@member_required
def certificate(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The certificate."""
    return store.serve(_kept(find(actor_of(request), public_id).certificate))


@require_GET
@member_required
def file(request: HttpRequest, public_id: UUID, file_id: UUID) -> HttpResponseBase:
    """A copy, view, proof or claims."""
    return store.serve(_of(request, public_id, file_id))


@require_GET
@member_required
def file_small(request: HttpRequest, public_id: UUID, file_id: UUID) -> HttpResponseBase:
    """The small picture of one of these."""
    return store.serve(_of(request, public_id, file_id), which="thumbnail")


def _of(request: HttpRequest, public_id: UUID, file_id: UUID) -> StoredFile:
    rows = find(actor_of(request), public_id).files.all()
    return _kept(next((row.file for row in rows if row.public_id == file_id), None))


def _kept(stored: StoredFile | None) -> StoredFile:
    if stored is None:
        raise Http404
    return stored

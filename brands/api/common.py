"""What every endpoint of this room shares: scopes, finding a right, taking a file in."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from rest_framework.views import APIView

from brands.api.shapes import right_out
from brands.models import Brand, IPRight
from portal.accounts.actors import Actor
from portal.errors import NotFound
from portal.files import store
from portal.files.models import StoredFile

TAGS = ["Rights"]
READ, WRITE = "rights:read", "rights:write"


class RightsView(APIView):
    """An endpoint with the scopes of rights."""

    scope_for_read: ClassVar[str] = READ
    scope_for_write: ClassVar[str] = WRITE


def find(actor: Actor, public_id: UUID) -> IPRight:
    """The right with all that the API shows of it, or 404: absent and foreign answer alike."""
    right: IPRight | None = IPRight.objects.visible_to(actor).for_pages().filter(public_id=public_id).first()
    if right is None:
        raise Http404
    return right


def one(actor: Actor, public_id: UUID) -> dict[str, Any]:
    """The right as the API shows it now."""
    return right_out(find(actor, public_id), timezone.now().date())


def brand_of(actor: Actor, public_id: UUID) -> Brand:
    """One of the organisation's brands. Raises NotFound."""
    brand: Brand | None = Brand.objects.visible_to(actor).filter(public_id=public_id).first()
    if brand is None:
        raise NotFound("brand_not_found", "There is no such brand in your organisation.", "brand")
    return brand


def accept(name: str, upload: Any, actor: Actor, purpose: str = "") -> StoredFile:
    """Takes an upload in for the organisation acted for."""
    purpose = purpose or f"right-{name}"
    return store.accept(upload, actor=actor, organisation=actor.organisation, purpose=purpose, now=timezone.now())

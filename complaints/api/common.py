"""What the endpoints of this room share: scopes, finding one complaint, reading what was sent, answering in pages."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter
from rest_framework.parsers import BaseParser
from rest_framework.views import APIView

from complaints.models import Complaint
from portal.accounts.actors import Actor
from portal.api.models import Scope
from portal.api.parsers import StrictJSONParser
from portal.api.reading import PagedView

TAGS = ["Complaints"]
READ, WRITE, FILES = Scope.COMPLAINTS_READ.value, Scope.COMPLAINTS_WRITE.value, Scope.FILES_WRITE.value
ONCE = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Repeat a request with the same key and it changes nothing twice; the answer is kept for 24 hours.",
)


class ComplaintsView(APIView):
    """An endpoint of this room: its scopes, and JSON as the only body."""

    scope_for_read: ClassVar[str] = READ
    scope_for_write: ClassVar[str] = WRITE
    parser_classes: ClassVar[list[type[BaseParser]]] = [StrictJSONParser]  # type: ignore[misc]


class ListView(ComplaintsView, PagedView):
    """An endpoint of this room that answers in pages."""


def find(actor: Actor, public_id: UUID) -> Complaint:
    """One complaint of the actor's organisation. Raises Http404 alike for absent and foreign ones."""
    found = Complaint.objects.visible_to(actor).for_lists().select_related("signature__mandate", "signature__agency")
    complaint: Complaint | None = found.filter(public_id=public_id).first()
    if complaint is None:
        raise Http404
    return complaint

"""What the endpoints of this room share: scopes, finding one complaint, reading what was sent, answering in pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from complaints.models import Complaint
from portal.accounts.actors import Actor
from portal.api.models import Scope
from portal.api.pagination import CursorPage
from portal.api.parsers import StrictJSONParser

TAGS = ["Complaints"]
READ, WRITE, FILES = Scope.COMPLAINTS_READ.value, Scope.COMPLAINTS_WRITE.value, Scope.FILES_WRITE.value
PAGING = {CursorPage.cursor_query_param, CursorPage.page_size_query_param}
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


class ListView(ComplaintsView):
    """An endpoint that answers in pages; the class tells the schema so."""

    pagination_class = CursorPage


def read(kind: type[Serializer[Any]], data: Any) -> dict[str, Any]:
    """What the serializer accepts. Raises ValidationError (400) with a pointer for each field."""
    reader = kind(data=data)
    reader.is_valid(raise_exception=True)
    found: dict[str, Any] = reader.validated_data
    return found


def read_query(kind: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """The filters of a list; a filter that does not exist is refused, as a misspelt one would find everything."""
    return read(kind, {name: value for name, value in request.query_params.items() if name not in PAGING})


def paged(view: APIView, request: Request, found: Any, write: Callable[[Any], dict[str, Any]]) -> Response:
    page = CursorPage()
    rows = page.paginate_queryset(found, request, view=view) or []
    return page.get_paginated_response([write(row) for row in rows])


def find(actor: Actor, public_id: UUID) -> Complaint:
    """One complaint of the actor's organisation. Raises Http404 alike for absent and foreign ones."""
    found = Complaint.objects.visible_to(actor).for_lists().select_related("signature__mandate")
    complaint: Complaint | None = found.filter(public_id=public_id).first()
    if complaint is None:
        raise Http404
    return complaint

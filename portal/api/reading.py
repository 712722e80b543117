"""What every endpoint does with what was sent and with what it answers: read strictly, answer in pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.api.pagination import CursorPage

PAGING = {CursorPage.cursor_query_param, CursorPage.page_size_query_param}


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses names it does not know, so that a misspelt field is not dropped in silence."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = sorted(set(data) - set(self.fields)) if hasattr(data, "keys") else []
        if unknown:
            raise serializers.ValidationError({name: _("There is no such field.") for name in unknown}, "unknown_field")
        return super().to_internal_value(data)


class NoFilters(StrictSerializer):
    """The query of a list that has no filters: only the names of paging pass."""


class PagedView(APIView):
    """An endpoint that answers in pages; the class tells the schema so."""

    pagination_class = CursorPage


def read(kind: type[serializers.Serializer[Any]], data: Any, *, partial: bool = False) -> dict[str, Any]:
    """What the serializer accepts. Raises ValidationError (400) with a pointer for each field."""
    reader = kind(data=data, partial=partial)
    reader.is_valid(raise_exception=True)
    found: dict[str, Any] = reader.validated_data
    return found


def read_query(kind: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """The filters of a list; a filter that does not exist is refused, as a misspelt one would find everything."""
    return read(kind, {name: value for name, value in request.query_params.items() if name not in PAGING})


def paged(view: APIView, request: Request, found: Any, write: Callable[[Any], dict[str, Any]]) -> Response:
    """Answers one page of `found`, each row written by `write`."""
    page = CursorPage()
    rows = page.paginate_queryset(found, request, view=view) or []
    return page.get_paginated_response([write(row) for row in rows])

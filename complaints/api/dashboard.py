"""The figures of the first page: what is open, what waits for you, what was decided and how fast."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from complaints import figures
from complaints import serializers as s
from complaints.api.common import TAGS, ComplaintsView
from complaints.api.shapes import complaint_out
from portal.accounts.actors import Actor
from portal.api.authentication import actor_for
from portal.api.reading import NoFilters, read_query

EXAMPLE = OpenApiExample(
    "A quiet month",
    response_only=True,
    value={
        "as_of": "2026-11-21T10:00:00Z",
        "open": {"complaints": 3, "items": 14},
        "decided": {
            "since": "2026-10-24T10:00:00Z",
            "complaints": 12,
            "accepted": 8,
            "partially_accepted": 3,
            "rejected": 1,
        },
        "median_seconds_to_decision": 71_400,
        "median_seconds_to_removal": 95,
        "weeks": [{"monday": "2026-11-16", "accepted": 2, "partially_accepted": 1, "rejected": 0}],
        "waiting": [],
    },
)


class Dashboard(ComplaintsView):
    """The organisation's figures."""

    @extend_schema(
        tags=TAGS, operation_id="dashboard_read", responses=s.DashboardOut, examples=[EXAMPLE],
        summary="Read what is open, what waits for you, what was decided in four weeks, and how fast",
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        actor = actor_for(request)
        read_query(NoFilters, request)
        return Response(_dashboard_out(actor, timezone.now()))


def _dashboard_out(actor: Actor, now: datetime) -> dict[str, Any]:
    found = figures.figures(actor, now)
    return {
        "as_of": now,
        "open": {"complaints": found.open_complaints, "items": found.open_items},
        "decided": {
            "since": now - figures.MONTH,
            "complaints": found.decided,
            "accepted": found.accepted,
            "partially_accepted": found.partially,
            "rejected": found.rejected,
        },
        "median_seconds_to_decision": _seconds(found.to_decision),
        "median_seconds_to_removal": _seconds(found.to_removal),
        "weeks": [{"monday": monday, **counts} for monday, counts in figures.by_week(actor, now)],
        "waiting": [complaint_out(row) | {"answer_by": row.answer_by} for row in figures.waiting(actor)],
    }


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else round(span.total_seconds())

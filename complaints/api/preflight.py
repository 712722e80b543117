"""The check before filing, as the page of a draft shows it: of a draft, or of a body that is never kept."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from complaints import casework, errors, preflight
from complaints import line_serializers as ls
from complaints import serializers as s
from complaints.api.common import READ, TAGS, ComplaintsView, find
from complaints.api.drafts import draft_fields
from complaints.api.shapes import preflight_out
from complaints.models import Complaint
from complaints.reasons import NOT_IP_REASONS, Reason
from portal.accounts.actors import Actor
from portal.api.authentication import actor_for
from portal.api.reading import read

CURE = "Report these under TARNFELL HOME, EUIPO 018228224, which covers such goods, or leave them out."
BODY = OpenApiExample(
    "A video with its time, and a flask of another class",
    request_only=True,
    value={
        "right": "0b4f5f2e-3f2c-4a55-9a55-0f2f7b7f0a11",
        "reason": "mark_in_content",
        "explanation": "The label is seen from close by; we never made this pack.",
        "items": [{"target": "https://shop.example/v/7730912", "from": "00:41", "to": "01:10"}, "LS-88124002"],
    },
)
ANSWER = OpenApiExample(
    "The flask is of a class that the right does not cover",
    response_only=True,
    value={
        "ready": True,
        "findings": [
            {
                "tone": "warn",
                "code": "outside_goods",
                "title": "The class does not cover the goods of 1 item",
                "detail": "Line 2. Your right covers classes 18, 25; these goods are of class 21.",
                "lines": [2],
                "likely_rejection": "R-07",
                "cure": CURE,
                "field": "right",
            }
        ],
        "likely_rejections": [
            {
                "ground": "R-07",
                "label": "Goods outside the right",
                "lines": [2],
                "findings": ["outside_goods"],
                "cures": [CURE],
            }
        ],
        "counts": {"ready": 1, "left_out": 0, "to_correct": 0},
        "lines": [
            {
                "number": 2,
                "text": "LS-88124002",
                "code": "found",
                "label": "Found",
                "fate": "ready",
                "hint": "",
                "meant": "",
                "target": {
                    "kind": "listing",
                    "marketplace_id": "LS-88124002",
                    "url": "https://shop.example/item/88124002",
                    "title": "Steel flask 750 ml, three-peak emblem",
                    "market": "DE",
                    "state": "live",
                },
                "right": "0b4f5f2e-3f2c-4a55-9a55-0f2f7b7f0a11",
                "from_second": None,
                "to_second": None,
                "note": "",
                "findings": ["outside_goods"],
                "likely_rejections": ["R-07"],
            }
        ],
    },
)


class Check(ComplaintsView):
    """The check of a draft; reads only, so a key that may read will do."""

    scope_for_write = READ

    @extend_schema(
        tags=TAGS, operation_id="complaints_check", summary="Answer every line and say what a reviewer would object to",
        request=None, responses=ls.PreflightOut, examples=[ANSWER],
    )  # fmt: skip
    def post(self, request: Request, public_id: UUID) -> Response:
        actor = actor_for(request)
        draft = find(actor, public_id)
        if not draft.is_draft:
            raise errors.step_refused("check", str(draft.told.label))
        return Response(_checked(draft, actor))


class Preflight(ComplaintsView):
    """The same check of a body; nothing of it is kept, so a key that may read will do."""

    scope_for_write = READ

    @extend_schema(
        tags=TAGS, operation_id="preflight", summary="Check what you would file, without keeping a draft",
        request=s.PreflightIn, responses=ls.PreflightOut, examples=[BODY, ANSWER],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        actor = actor_for(request)
        data = read(s.PreflightIn, request.data)
        reason = data.pop("reason", "")
        draft = casework.sketch_draft(actor=actor, now=timezone.now(), **draft_fields(data))
        if reason in set(Reason):
            draft.reason = reason
        elif reason and reason not in NOT_IP_REASONS:
            raise errors.refused("reason_unknown", _("Choose one of the reasons in the list."), "reason")
        return Response(_checked(draft, actor, not_a_reason=reason))


def _checked(draft: Complaint, actor: Actor, **more: Any) -> dict[str, Any]:
    today = timezone.now().date()
    lines = preflight.answer_draft(draft, actor=actor, today=today)
    return preflight_out(preflight.check(draft, lines, actor=actor, today=today, **more), lines)

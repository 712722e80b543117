"""The policy in its versions, and mending what was rejected under it."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from complaints import casework, curing, policies
from complaints import policy_serializers as ps
from complaints.api.common import ONCE, TAGS, ComplaintsView, find
from complaints.api.shapes import detail_out
from portal.api.authentication import actor_for
from portal.api.idempotency import idempotent
from portal.api.reading import NoFilters, read_query


class Policies(ComplaintsView):
    """Every version that was in force."""

    @extend_schema(
        tags=TAGS, operation_id="policies_list", summary="List the versions of the policy, newest first",
        responses=ps.PolicyOut(many=True),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        read_query(NoFilters, request)
        return Response([asdict(version) for version in policies.published()])


class Cure(ComplaintsView):
    """Mending a rejected complaint."""

    @extend_schema(
        tags=TAGS, operation_id="complaints_cure", summary="Make a draft that mends a rejected complaint",
        description="Within 10 days of a rejection. The draft has right, reason, explanation, evidence and the items "
        "that were rejected on a ground that can be mended. Add the missing proof and submit it: then the rejection "
        "does not count. Asked again before, the same draft comes back. 409 where it is too late, final or done.",
        request=None, responses={201: ps.CureOut}, parameters=[ONCE],
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        actor = actor_for(request)
        found = find(actor, public_id)
        draft = casework.cure(actor=actor, complaint_id=found.pk, now=timezone.now())
        answer = {
            "draft": detail_out(find(actor, draft.public_id), actor),
            "failed": [asdict(each) for each in curing.failed(found, actor)],
        }
        return Response(answer, status=201)

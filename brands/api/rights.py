"""Rights: list, enter, read, change, check, send, take back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from brands import preflight, registry
from brands import serializers as s
from brands.api.bodies import changed, declaration_of, designations_of, multipart
from brands.api.common import TAGS, RightsView, accept, brand_of, find, one
from brands.api.shapes import EXAMPLES, right_out
from brands.models import IPRight
from brands.states import RightState
from portal.accounts.actors import Actor
from portal.api.authentication import actor_for
from portal.api.idempotency import idempotent
from portal.api.reading import PagedView, paged, read, read_query

ONE_OR_MANY = PolymorphicProxySerializer("RightOrRights", [s.RightOut, s.RightsOut], resource_type_field_name=None)


class Rights(RightsView, PagedView):
    """The organisation's rights."""

    @extend_schema(
        tags=TAGS, operation_id="rights_list", summary="List your rights", parameters=[s.RightsQuery],
        responses=s.RightOut(many=True),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        wanted = read_query(s.RightsQuery, request)
        rights = IPRight.objects.visible_to(actor_for(request)).of_kind(wanted.get("kind", ""))
        rights = rights.in_state(wanted.get("state", "")).of_office(wanted.get("office", ""))
        today = timezone.now().date()
        found = rights.search(wanted.get("search", "")).for_pages()
        return paged(self, request, found, lambda right: right_out(right, today))

    @extend_schema(
        tags=TAGS, operation_id="rights_create", summary="Enter a right of any kind as a draft",
        description="With `designations` it enters one right for each designated office and answers `results`.",
        request={"application/json": s.RightIn, "multipart/form-data": s.RightMultipartIn},
        responses={201: ONE_OR_MANY}, examples=EXAMPLES,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        actor = actor_for(request)
        with_files = (request.content_type or "").startswith("multipart/")
        data = read(s.RightMultipartIn, multipart(request)) if with_files else read(s.RightIn, request.data)
        with transaction.atomic():
            made = _enter(actor, data)
        if data.get("designations"):
            return Response({"results": [one(actor, right.public_id) for right in made]}, status=201)
        place = f"{request.path}/{made[0].public_id}"
        return Response(one(actor, made[0].public_id), status=201, headers={"Location": place})


def _enter(actor: Actor, data: dict[str, Any]) -> list[IPRight]:
    now = timezone.now()
    files = {name: accept(name, data[name], actor) for name in ("logo", "certificate") if data.get(name)}
    declaration = declaration_of(data, brand_of(actor, data["brand"]), files)
    if rows := designations_of(data):
        return registry.register_madrid(actor=actor, declaration=declaration, designations=rows, now=now)
    return [registry.register_right(actor=actor, declaration=declaration, now=now)]


class OneRight(RightsView):
    """One right."""

    @extend_schema(tags=TAGS, operation_id="rights_read", summary="Read one right", responses=s.RightOut)
    def get(self, request: Request, public_id: UUID) -> Response:
        return Response(one(actor_for(request), public_id))

    @extend_schema(
        tags=TAGS, operation_id="rights_update", summary="Change a draft or a rejected right",
        request=s.RightPatchIn(partial=True), responses=s.RightOut,
        examples=[OpenApiExample("Renewed", request_only=True, value={"expiry_date": "2036-12-14", "version": 2})],
    )  # fmt: skip
    def patch(self, request: Request, public_id: UUID) -> Response:
        actor = actor_for(request)
        right = find(actor, public_id)
        data = read(s.RightPatchIn, request.data, partial=True)
        brand = brand_of(actor, data["brand"]) if "brand" in data else right.brand
        declaration = declaration_of(changed(right, data), brand, {})
        registry.update_draft(
            actor=actor, right=right, declaration=declaration, now=timezone.now(), version=data.get("version")
        )
        return Response(one(actor, public_id))


class Submit(RightsView):
    """Sending a right to the desk."""

    @extend_schema(
        tags=TAGS, operation_id="rights_submit", summary="Send a draft or a corrected right to the desk",
        request=s.VersionIn, responses=s.RightOut,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        actor = actor_for(request)
        right = find(actor, public_id)
        version = read(s.VersionIn, request.data).get("version")
        verb = registry.resubmit if right.state == RightState.REJECTED else registry.submit_for_review
        verb(actor=actor, right=right, now=timezone.now(), version=version)
        return Response(one(actor, public_id))


class Reopen(RightsView):
    """Taking a right back."""

    @extend_schema(
        tags=TAGS, operation_id="rights_reopen", summary="Take an approved or suspended right back to correct it",
        description="It becomes a draft: nothing can be reported with it until it is approved again.",
        request=s.VersionIn, responses=s.RightOut,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        actor = actor_for(request)
        version = read(s.VersionIn, request.data).get("version")
        registry.reopen(actor=actor, right=find(actor, public_id), now=timezone.now(), version=version)
        return Response(one(actor, public_id))


class Check(RightsView):
    """The declaration next to the register."""

    @extend_schema(
        tags=TAGS, operation_id="rights_check", summary="Compare a right with the register and list what is missing",
        responses=s.CheckOut,
    )  # fmt: skip
    def get(self, request: Request, public_id: UUID) -> Response:
        right = find(actor_for(request), public_id)
        check = registry.check_against_register(right)
        missing = preflight.problems_of(right, timezone.now().date()) if right.may_edit else []
        lines = [{name: value for name, value in asdict(line).items() if name != "label"} for line in check.lines]
        facts = {"result": check.result.value, "says": check.says, "as_of": check.as_of, "source": check.source}
        found = {"missing": missing, "warnings": preflight.warnings_of(right)}
        listed = {name: [asdict(problem) for problem in problems] for name, problems in found.items()}
        return Response({**facts, "lines": lines, **listed})

"""Renewals in the API: what is due, and saying that it was done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from brands import registry
from brands.models import IPRight, Renewal
from brands.registers.offices import OFFICES
from brands.registers.renewals import RULES, DeadlineState
from brands.renewals.reading import Row, rows, until, without_end
from brands.states import RenewalState
from portal.api.authentication import actor_for
from portal.api.idempotency import idempotent
from portal.api.reading import StrictSerializer, read, read_query
from portal.errors import Refused
from portal.files import store

TAGS = ["Rights"]
LONGEST_LOOK = timedelta(days=3660)


class RenewalsQuery(StrictSerializer):
    """Filters of the list of renewals."""

    office = serializers.ChoiceField(choices=list(OFFICES), required=False)
    until = serializers.DateField(required=False, help_text="due by this day; 12 months ahead unless told otherwise")


class RenewalOut(serializers.Serializer[Any]):
    """One deadline of one right: possible from `opens`, asked by `due`, too late after `grace_ends`."""

    right = serializers.UUIDField()
    title = serializers.CharField()
    number = serializers.CharField()
    rule = serializers.ChoiceField(choices=list(RULES))
    label = serializers.CharField()  # type: ignore[assignment]
    office = serializers.ChoiceField(choices=list(OFFICES), help_text="where it is done: WO for what came by Madrid")
    opens = serializers.DateField()
    due = serializers.DateField()
    grace_ends = serializers.DateField()
    state = serializers.ChoiceField(choices=[state.value for state in DeadlineState])
    what = serializers.CharField()
    legal_basis = serializers.CharField(allow_blank=True)
    declared = serializers.BooleanField(help_text="you said that it was done, and the desk has not decided yet")


class RenewalsOut(serializers.Serializer[Any]):
    """Deadlines by day, and the rights of which nobody has said when they expire."""

    results = RenewalOut(many=True)
    without_expiry = serializers.ListField(child=serializers.UUIDField())


class DeclareIn(StrictSerializer):
    """What was done, with the office's certificate or receipt, as multipart form data."""

    rule = serializers.ChoiceField(choices=list(RULES))
    due = serializers.DateField()
    new_expiry = serializers.DateField(required=False, help_text="needed for renewals, not for declarations of use")
    certificate = serializers.FileField(help_text="PDF up to 20 MB, or a picture")


class DeclaredOut(serializers.Serializer[Any]):
    """A declared renewal and what the desk made of it."""

    public_id = serializers.UUIDField()
    rule = serializers.ChoiceField(choices=list(RULES))
    due = serializers.DateField()
    new_expiry = serializers.DateField(allow_null=True)
    state = serializers.ChoiceField(choices=[state.value for state in RenewalState])
    reason = serializers.CharField(allow_blank=True)
    declared_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


class Renewals(APIView):
    """The deadlines of the organisation's rights."""

    scope_for_read: ClassVar[str] = "rights:read"
    scope_for_write: ClassVar[str] = "rights:write"

    @extend_schema(
        tags=TAGS, operation_id="renewals_list", summary="List what must be renewed or declared, and what is late",
        parameters=[RenewalsQuery], responses=RenewalsOut,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        wanted = read_query(RenewalsQuery, request)
        today, office = timezone.now().date(), wanted.get("office", "")
        last = wanted.get("until") or until(today)
        if last > today + LONGEST_LOOK:
            raise Refused("too_far", "Ask for ten years ahead at most.", "until")
        mine = IPRight.objects.visible_to(actor_for(request))
        listed = rows(mine, today=today, last=last)
        found = [row for row in listed if office in {"", row.deadline.office, row.right.office}]
        unknown = [right.public_id for right in without_end(mine.of_office(office))]
        return Response({"results": [row_out(row) for row in found], "without_expiry": unknown})


class RightRenewals(APIView):
    """What was declared about one right."""

    scope_for_read: ClassVar[str] = "rights:read"
    scope_for_write: ClassVar[str] = "rights:write"
    parser_classes: ClassVar[list[type[BaseParser]]] = [MultiPartParser]  # type: ignore[misc]

    @extend_schema(
        tags=TAGS, operation_id="right_renewals_list", summary="List what you declared about one right, newest first",
        responses=DeclaredOut(many=True),
    )  # fmt: skip
    def get(self, request: Request, public_id: UUID) -> Response:
        right = _find(request, public_id)
        return Response([declared_out(row) for row in right.renewals.order_by("-asked_at", "-id")])

    @extend_schema(
        tags=TAGS, operation_id="right_renewals_create", summary="Say that a deadline was kept; the desk checks it",
        request={"multipart/form-data": DeclareIn}, responses={201: DeclaredOut},
        examples=[OpenApiExample("A renewal", request_only=True, value={
            "rule": "tm.10y", "due": "2026-12-14", "new_expiry": "2036-12-14"})],
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        actor, right, now = actor_for(request), _find(request, public_id), timezone.now()
        data = read(DeclareIn, request.data)
        with transaction.atomic():
            stored = store.accept(
                data["certificate"],
                actor=actor,
                organisation=actor.organisation,
                purpose="renewal-certificate",
                now=now,
            )
            made = registry.declare_renewed(
                actor=actor,
                right=right,
                rule=data["rule"],
                due_on=data["due"],
                new_expiry=data.get("new_expiry"),
                certificate=stored,
                now=now,
            )
        return Response(declared_out(made), status=201)


def row_out(row: Row) -> dict[str, Any]:
    """One deadline as the API shows it."""
    same = ("rule", "label", "office", "opens", "due", "grace_ends", "what", "legal_basis")
    return {
        "right": row.right.public_id,
        "title": row.right.title,
        "number": row.right.number,
        **{name: getattr(row.deadline, name) for name in same},
        "state": row.state.value,
        "declared": row.renewal is not None,
    }


def declared_out(row: Renewal) -> dict[str, Any]:
    """One declared renewal as the API shows it."""
    same = ("public_id", "rule", "new_expiry", "state", "reason", "decided_at")
    return {**{name: getattr(row, name) for name in same}, "due": row.due_on, "declared_at": row.asked_at}


def _find(request: Request, public_id: UUID) -> IPRight:
    visible = IPRight.objects.visible_to(actor_for(request)).select_related("family", "brand")
    right: IPRight | None = visible.filter(public_id=public_id).first()
    if right is None:
        raise Http404
    return right

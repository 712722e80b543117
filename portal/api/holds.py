"""Holds for programs: what rests in an organisation, the second person's approval, the stop, another owner."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.accounts import holds, owners, rest
from portal.accounts.actors import Actor
from portal.accounts.asking import not_administrator
from portal.accounts.holds import shown
from portal.accounts.models import Hold, Role
from portal.api import hold_serializers as s
from portal.api.person import PersonView, member_actor
from portal.api.reading import NoFilters, PagedView, paged, read, read_query
from portal.api.tenant import check_fresh
from portal.errors import NotFound

TAGS = ["Holds"]


class Holds(PersonView, PagedView):
    """What is or was on hold in an organisation."""

    ordering = ("-started_at", "-id")

    @extend_schema(
        tags=TAGS, operation_id="holds_list", responses=s.HoldOut(many=True),
        summary="List the holds of your organisation, newest first (administrators, also while they rest)",
    )  # fmt: skip
    def get(self, request: Request, public_id: UUID) -> Response:
        actor = _administrator(request, public_id)
        read_query(NoFilters, request)
        found = Hold.objects.visible_to(actor).for_words()
        return paged(self, request, found, lambda hold: _out(hold, actor))


class Approve(PersonView):
    """The second person."""

    @extend_schema(
        tags=TAGS, operation_id="holds_approve", request=None, responses=s.HoldOut,
        summary="Approve a change as the second person (another administrator, within 5 minutes of a sign-in)",
    )  # fmt: skip
    def post(self, request: Request, public_id: UUID, hold_id: UUID) -> Response:
        actor = _administrator(request, public_id)
        found = _find(actor, hold_id)
        rest.check(actor)
        check_fresh(request)
        holds.approve(actor=actor, hold=found, now=timezone.now())
        return Response(_out(_find(actor, hold_id), actor))


class Stop(PersonView):
    """One click undoes it."""

    @extend_schema(
        tags=TAGS, operation_id="holds_stop", request=None, responses=s.HoldOut,
        summary="Stop a change and undo it (any administrator who was there before, or whom it is about)",
    )  # fmt: skip
    def post(self, request: Request, public_id: UUID, hold_id: UUID) -> Response:
        actor = _administrator(request, public_id)
        stopped = holds.stop(actor=actor, hold=_find(actor, hold_id), now=timezone.now())
        return Response(_out(Hold.objects.for_words().get(pk=stopped.pk), actor))


class Owner(PersonView):
    """Another owner of a verified organisation."""

    @extend_schema(
        tags=TAGS, operation_id="organisations_change_owner", request=s.OwnerIn, responses={201: s.HoldOut},
        summary="Ask for another owner of a verified organisation (administrators); it is on hold at first",
        examples=[OpenApiExample("Another name", request_only=True, value={"name": "Tarnfell Group AB"})],
    )  # fmt: skip
    def post(self, request: Request, public_id: UUID) -> Response:
        actor = _administrator(request, public_id)
        rest.check(actor)
        made = owners.change_owner(actor=actor, now=timezone.now(), **read(s.OwnerIn, request.data))
        return Response(_out(_find(actor, made.public_id), actor), status=201)


def _administrator(request: Request, public_id: UUID) -> Actor:
    """The caller as administrator of that organisation, at rest or not."""
    actor = member_actor(request, public_id)
    if actor.role != Role.ADMINISTRATOR:
        raise not_administrator()
    return actor


def _find(actor: Actor, public_id: UUID) -> Hold:
    found = Hold.objects.visible_to(actor).for_words().filter(public_id=public_id).first()
    if found is None:
        raise NotFound("no_hold", _("There is no such hold."))
    return found


def _out(hold: Hold, actor: Actor) -> dict[str, Any]:
    row = shown.row(hold, actor)
    waits = hold.is_open and hold.approved_at is None
    names = ("public_id", "kind", "state", "started_at", "ends_at", "approved_at", "ended_at")
    return {
        **{name: getattr(hold, name) for name in names},
        "says": row.told.what(),
        "stopping": row.told.stopping() if hold.is_open else "",
        "changes": [dict(zip(("fact", "before", "after"), line, strict=True)) for line in row.told.changes()],
        "started_by": row.started_by,
        "approved_by": row.told.approved_by(),
        "ended_by": row.told.ended_by(),
        "needs": ("desk" if row.told.needs_desk() else "administrator") if waits else "",
        "may_approve": row.may_approve,
        "may_stop": row.may_stop,
    }

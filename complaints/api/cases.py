"""A filed complaint: follow every item, read what was decided and why, answer, take back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from complaints import casework, timeline
from complaints import serializers as s
from complaints.api.common import ONCE, TAGS, ComplaintsView, ListView, find
from complaints.api.drafts import AnyAccept
from complaints.api.shapes import decision_out, detail_out, event_out, item_out, message_out
from complaints.models import Complaint, Item, Message, StatementOfReasons
from portal.accounts.actors import Actor
from portal.api.authentication import actor_for
from portal.api.idempotency import idempotent
from portal.api.reading import NoFilters, paged, read, read_query
from portal.files import store
from portal.ledger.models import Event

ANSWER = OpenApiExample(
    "An answer", request_only=True, value={"text": "The logo on the chest; see the second picture of the listing."}
)
WITHDRAW = OpenApiExample("Two items", request_only=True, value={"items": [1041, 1042]})


class Answer(ComplaintsView):
    """The answer to a question."""

    @extend_schema(
        tags=TAGS, operation_id="complaints_answer", summary="Answer what the desk asked",
        request=s.AnswerIn, responses={201: s.MessageOut}, parameters=[ONCE], examples=[ANSWER],
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        actor = actor_for(request)
        found = find(actor, public_id)
        text = read(s.AnswerIn, request.data)["text"]
        message = casework.answer(actor=actor, complaint_id=found.pk, text=text, now=timezone.now())
        return Response(message_out(message), status=201)


class Withdraw(ComplaintsView):
    """Taking items back."""

    @extend_schema(
        tags=TAGS, operation_id="complaints_withdraw", summary="Take undecided items back; it never counts against you",
        request=s.WithdrawIn, responses=s.ComplaintDetailOut, parameters=[ONCE], examples=[WITHDRAW],
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        actor = actor_for(request)
        found = find(actor, public_id)
        items = read(s.WithdrawIn, request.data)["items"]
        casework.withdraw(actor=actor, complaint_id=found.pk, item_ids=items, now=timezone.now())
        return Response(detail_out(find(actor, public_id), actor))


class Items(ListView):
    """The items of a complaint."""

    ordering = ("line", "id")

    @extend_schema(
        tags=TAGS, operation_id="complaints_items", summary="List the items with decision, measure and snapshot",
        responses=s.ComplaintItemOut(many=True),
    )  # fmt: skip
    def get(self, request: Request, public_id: UUID) -> Response:
        actor = actor_for(request)
        found = find(actor, public_id)
        read_query(NoFilters, request)
        items = found.items.covered(actor).for_pages().select_related("target__account")
        return paged(self, request, items, item_out)


class ItemPicture(ComplaintsView):
    """The frozen picture of an item."""

    content_negotiation_class = AnyAccept

    @extend_schema(
        tags=TAGS, operation_id="complaints_item_picture", summary="Download the picture of an item's snapshot",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )  # fmt: skip
    def get(self, request: Request, public_id: UUID, item_id: int) -> HttpResponseBase:
        item = _find_item(actor_for(request), public_id, item_id)
        if not hasattr(item, "snapshot") or item.snapshot.picture is None:
            raise Http404
        return store.serve(item.snapshot.picture)


class Timeline(ListView):
    """What happened."""

    ordering = ("seq", "id")

    @extend_schema(
        tags=TAGS, operation_id="complaints_timeline", summary="List what happened, oldest first",
        responses=s.TimelineEventOut(many=True),
    )  # fmt: skip
    def get(self, request: Request, public_id: UUID) -> Response:
        actor = actor_for(request)
        found = find(actor, public_id)
        read_query(NoFilters, request)
        events = timeline.chain_of(found).filter(kind__in=list(timeline.WORDS))
        if not actor.is_bound:
            return paged(self, request, events, event_out)
        return paged(self, request, *_narrowed(timeline.seen_by(found, actor), events))


class ItemTimeline(ListView):
    """What happened to one item."""

    ordering = ("seq", "id")

    @extend_schema(
        tags=TAGS, operation_id="complaints_item_timeline", responses=s.TimelineEventOut(many=True),
        summary="List what happened to one item and its measure, oldest first",
    )  # fmt: skip
    def get(self, request: Request, public_id: UUID, item_id: int) -> Response:
        actor = actor_for(request)
        item = _find_item(actor, public_id, item_id)
        read_query(NoFilters, request)
        events = timeline.chain_of(item.complaint).filter(kind__in=list(timeline.WORDS))
        return paged(self, request, *_narrowed(timeline.events_of_item(item, actor), events))


class Messages(ListView):
    """What was said between complainant and desk."""

    ordering = ("created_at", "id")

    @extend_schema(
        tags=TAGS, operation_id="complaints_messages", summary="List questions of the desk and your answers",
        responses=s.MessageOut(many=True),
    )  # fmt: skip
    def get(self, request: Request, public_id: UUID) -> Response:
        actor = actor_for(request)
        found = find(actor, public_id)
        read_query(NoFilters, request)
        talk = found.messages.filter(kind__in=[Message.Kind.QUESTION, Message.Kind.ANSWER]).covered(actor)
        return paged(self, request, talk.prefetch_related(_item_ids(actor)), message_out)


class Decisions(ListView):
    """What was decided and why."""

    ordering = ("decided_at", "id")

    @extend_schema(
        tags=TAGS, operation_id="complaints_decisions", summary="List the decisions with your statement of reasons",
        responses=s.DecisionOut(many=True),
    )  # fmt: skip
    def get(self, request: Request, public_id: UUID) -> Response:
        actor = actor_for(request)
        found = find(actor, public_id)
        read_query(NoFilters, request)
        return paged(self, request, _told(found, actor), decision_out)


def _narrowed(seen: list[Event], events: QuerySet[Event]) -> tuple[QuerySet[Event], Callable[[Event], dict[str, Any]]]:
    """Those of `events` that a reader may see, and how to write one: as it was narrowed for them."""
    by_id = {event.pk: event for event in seen}
    return events.filter(pk__in=list(by_id)), lambda event: event_out(by_id[event.pk])


def _find_item(actor: Actor, public_id: UUID, item_id: int) -> Item:
    found: Item | None = find(actor, public_id).items.covered(actor).for_pages().filter(pk=item_id).first()
    if found is None:
        raise Http404
    return found


def _told(complaint: Complaint, actor: Actor) -> Any:
    """The decisions that the complainant was told of, each with that statement as `told`."""
    statements = StatementOfReasons.objects.filter(
        decision__complaint=complaint, side=StatementOfReasons.Side.COMPLAINANT
    )
    told = statements.covered(actor).order_by("id")
    decisions = complaint.decisions.filter(pk__in=told.order_by().values("decision"))
    return decisions.prefetch_related(_item_ids(actor), Prefetch("statements", queryset=told, to_attr="told"))


def _item_ids(actor: Actor) -> Prefetch[Any, Any, Any]:
    return Prefetch("items", queryset=Item.objects.covered(actor).only("pk"))

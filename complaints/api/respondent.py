"""What the accused read and answer without a browser: the same gate as their pages, by the token of a session."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from complaints import casework, shown, statements
from complaints.api import respondent_serializers as s
from complaints.api.drafts import AnyAccept
from complaints.api.shapes import measure_out, snapshot_out, target_out
from complaints.models import Decision, Item, Message, StatementOfReasons
from portal.accounts.actors import Actor, ActorKind
from portal.api.parsers import StrictJSONParser
from portal.api.person import PersonView, user_of
from portal.api.reading import NoFilters, PagedView, paged, read, read_query
from portal.errors import NotFound
from portal.files import store

TAGS = ["Statements of reasons"]


class HolderView(PersonView):
    """An endpoint for who holds an account on the marketplace; JSON is the only body."""

    parser_classes: ClassVar[list[type[BaseParser]]] = [StrictJSONParser]  # type: ignore[misc]


class Statements(HolderView, PagedView):
    """The decisions about one's accounts."""

    @extend_schema(
        tags=TAGS, operation_id="statements_list", summary="List the decisions about your accounts, newest first",
        responses=s.RespondentStatementOut(many=True), examples=[s.LISTED],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        read_query(NoFilters, request)
        return paged(self, request, _mine(request), _row_out)


class OneStatement(HolderView):
    """One decision about one's account."""

    @extend_schema(
        tags=TAGS, operation_id="statements_read", responses=s.RespondentStatementDetailOut, examples=[s.WHOLE],
        summary="Read one decision: what was done to which offer, why, what was seen, your answers, what you can do",
    )  # fmt: skip
    def get(self, request: Request, public_id: UUID) -> Response:
        return Response(_detail_out(request, _find(request, public_id)))


class StatementPicture(HolderView):
    """The frozen picture of one's offer."""

    content_negotiation_class = AnyAccept

    @extend_schema(
        tags=TAGS, operation_id="statements_item_picture", summary="Download the picture of your offer as it was seen",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )  # fmt: skip
    def get(self, request: Request, public_id: UUID, item_id: int) -> HttpResponseBase:
        for item in statements.items_of(_find(request, public_id)):
            if item.pk == item_id and item.snapshot.picture:
                return store.serve(item.snapshot.picture)
        raise _no_such_picture()


class Answers(HolderView):
    """The answers of the accused."""

    @extend_schema(
        tags=TAGS, operation_id="statements_answer", summary="Answer a decision; free of charge, a reviewer reads it",
        request=s.ResponseIn, responses={201: s.ResponseOut}, examples=[s.ANSWER],
    )  # fmt: skip
    def post(self, request: Request, public_id: UUID) -> Response:
        statement = _find(request, public_id)
        text = read(s.ResponseIn, request.data)["text"]
        actor = Actor(kind=ActorKind.RESPONDENT, user=user_of(request))
        message = casework.respond(actor=actor, statement=statement, text=text, now=timezone.now())
        return Response(_answer_out(message), status=201)


def _mine(request: Request) -> QuerySet[StatementOfReasons]:
    mine: QuerySet[StatementOfReasons] = StatementOfReasons.objects.to_holder(user_of(request).pk)
    return mine.select_related("account__target", "decision__complaint__right__family")


def _find(request: Request, public_id: UUID) -> StatementOfReasons:
    """One statement to the caller. Raises NotFound alike for one that is foreign and one that is absent."""
    found = _mine(request).filter(public_id=public_id).first()
    if found is None:
        raise NotFound("not_found", _("There is no such decision about an account of yours."))
    return found


def _no_such_picture() -> NotFound:
    return NotFound("not_found", _("There is no such picture."))


# --- what they look like


def _row_out(statement: StatementOfReasons) -> dict[str, Any]:
    account = statement.account
    assert account is not None  # noqa: S101 - a constraint of the table
    return {
        "public_id": statement.public_id,
        "account": {"marketplace_id": account.target.marketplace_id, "handle": account.handle},
        "decision": _decision_out(statement.decision),
        "created_at": statement.created_at,
        "answer_until": statement.answer_until,
        "can_answer": _can_answer(statement),
    }


def _can_answer(statement: StatementOfReasons) -> bool:
    return timezone.now().date() <= statement.answer_until


def _decision_out(decision: Decision) -> dict[str, Any]:
    """Says neither who decided nor when the first of two persons did."""
    return {
        **{name: getattr(decision, name) for name in ("reference", "outcome", "ground", "policy_version")},
        "ground_label": str(decision.ground_text.label),
        "decided_by": "person",
    }


def _detail_out(request: Request, statement: StatementOfReasons) -> dict[str, Any]:
    complaint = statement.decision.complaint
    answers = statement.responses.order_by("created_at", "id")
    items = statements.items_of(statement)
    return {
        **_row_out(statement),
        "mark": str(complaint.right) if complaint.right else complaint.mark_text,
        "text": statement.text,
        "sor": statement.fields,
        "notice": [
            {"field": each.field, "label": each.label, "value": each.value}
            for each in shown.notice_to("accused", complaint, items)
        ],
        "items": [_item_out(request, statement, item) for item in items],
        "answers": [_answer_out(message) for message in answers],
        "redress": _redress_out(statement),
    }


def _item_out(request: Request, statement: StatementOfReasons, item: Item) -> dict[str, Any]:
    snapshot = getattr(item, "snapshot", None)
    seen = snapshot_out(snapshot) | {"picture": _picture_address(request, statement, item)} if snapshot else None
    return {
        "id": item.pk,
        "target": target_out(item.target),
        "measure": measure_out(item.latest_measure) if item.latest_measure else None,
        "snapshot": seen,
    }


def _picture_address(request: Request, statement: StatementOfReasons, item: Item) -> str | None:
    if item.snapshot.picture is None:
        return None
    return request.build_absolute_uri(reverse("api-statement-picture", args=[statement.public_id, item.pk]))


def _answer_out(message: Message) -> dict[str, Any]:
    return {"id": message.pk, "text": message.body, "created_at": message.created_at, "read_at": message.read_at}


def _redress_out(statement: StatementOfReasons) -> list[dict[str, Any]]:
    """What one can do, in words; the answer is left out once its time has ended."""
    outside = _("You can go to a certified out-of-court body or to a court at any time.")
    ways: list[dict[str, Any]] = [{"kind": "out_of_court_or_court", "text": outside, "until": None}]
    if _can_answer(statement):
        until = statement.answer_until
        words = _("You can answer until %s, free of charge. A reviewer will read it.") % date_format(until, "j M Y")
        ways.insert(0, {"kind": "answer", "text": words, "until": until})
    return ways

"""Many rights in one request: as JSON, or as a CSV file with the files that its lines name."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from brands import bulk
from brands import serializers as s
from brands.api.bodies import declaration_of
from brands.api.common import TAGS, RightsView
from brands.bulk import Line, Papers
from brands.models import Brand
from brands.writing import check_values
from portal.accounts.actors import Actor
from portal.api.authentication import actor_for
from portal.api.idempotency import idempotent
from portal.api.reading import read
from portal.errors import DomainError, NotFound, Refused


class BulkRights(RightsView):
    """Many rights at once."""

    @extend_schema(
        tags=TAGS, operation_id="rights_bulk", summary="Enter many rights at once, each line answered by itself",
        description="A line that is wrong stops no other. The same lines sent again are answered `yours`.",
        request={"application/json": s.BulkIn, "multipart/form-data": s.BulkFormIn}, responses={200: s.BulkOut},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        actor = actor_for(request)
        if (request.content_type or "").startswith("multipart/"):
            data = read(s.BulkFormIn, _form(request))
            lines = [bulk.line_of(row) for row in bulk.read_csv(data["file"].read())]
        else:
            data = read(s.BulkIn, request.data)
            lines = _lines(actor, data["rights"])
        now = timezone.now()
        papers = Papers(data.get("papers", []), actor=actor, now=now)
        bulk.answer(actor, lines)
        if not data["check"]:
            bulk.enter(actor=actor, lines=lines, papers=papers, send=data["send"], now=now)
        return Response(answered(lines))


def _form(request: Request) -> dict[str, Any]:
    form: Any = request.data
    return {name: form.getlist(name) if name == "papers" else form[name] for name in form}


def _lines(actor: Actor, bodies: list[dict[str, Any]]) -> list[Line]:
    brands = {str(brand.public_id): brand for brand in Brand.objects.visible_to(actor)}
    return [_line(number, body, brands) for number, body in enumerate(bodies, 1)]


def _line(number: int, body: dict[str, Any], brands: dict[str, Brand]) -> Line:
    line = Line(number, str(body.get("mark_text") or body.get("name") or "")[:200])
    try:
        data = read(s.RightIn, body)
        if data.get("designations"):
            text = _("Name one designated office a line: office and international_number.")
            raise Refused("designations_not_here", text, "designations")
        brand = brands.get(str(data["brand"]))
        if brand is None:
            raise NotFound("brand_not_found", _("There is no such brand in your organisation."), "brand")
        line.declaration = declaration_of(data, brand, {})
        check_values(line.declaration)
    except serializers.ValidationError as error:
        field, text = _first(error.detail)
        line.refuse(Refused("not_valid", text, field))
    except DomainError as error:
        line.refuse(Refused(error.code, str(error), error.field))
    return line


def _first(detail: Any, field: str = "") -> tuple[str, str]:
    """The first of the errors of a body, and the path of its field: "classes.0.number"."""
    if isinstance(detail, dict) and detail:
        name, inner = next((name, inner) for name, inner in detail.items() if inner)
        return _first(inner, f"{field}.{name}".strip("."))
    if isinstance(detail, list) and detail:
        place, inner = next(((place, inner) for place, inner in enumerate(detail) if inner), (0, detail[0]))
        return _first(inner, f"{field}.{place}" if isinstance(inner, dict) else field)
    return field.removesuffix(".non_field_errors"), str(detail)


def answered(lines: list[Line]) -> dict[str, Any]:
    """The answers in order, and how many there are of each."""
    count = bulk.tally(lines)
    return {
        "results": [_answer(line) for line in lines],
        "entered": count["entered"] + count["sent"],
        **{name: count[name] for name in ("sent", "yours", "wrong")},
    }


def _answer(line: Line) -> dict[str, Any]:
    return {
        "line": line.number,
        "answer": line.answer,
        "title": line.title,
        "right": line.right.public_id if line.right else None,
        "field": line.field,
        "says": line.says,
        "missing": [asdict(problem) for problem in line.missing],
    }

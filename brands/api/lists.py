"""What rights are entered with: brands, offices, classes, register records."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from brands import registry
from brands import serializers as s
from brands.api.common import TAGS, RightsView
from brands.api.shapes import brand_out, office_out, record_out
from brands.models import Brand, RegisterRecord
from brands.registers.formats import normalise_number
from brands.registers.nice import CLASSES, EDITION
from brands.registers.offices import OFFICES
from portal.api.authentication import actor_for
from portal.api.idempotency import idempotent
from portal.api.reading import NoFilters, PagedView, paged, read, read_query


class Brands(RightsView, PagedView):
    """The organisation's brands."""

    @extend_schema(tags=TAGS, operation_id="brands_list", summary="List your brands", responses=s.BrandOut(many=True))
    def get(self, request: Request) -> Response:
        read_query(NoFilters, request)
        found = Brand.objects.visible_to(actor_for(request)).order_by("-created_at", "-id")
        return paged(self, request, found, brand_out)

    @extend_schema(
        tags=TAGS, operation_id="brands_create", summary="Add a brand, or get the one that has this name",
        request=s.BrandIn, responses={201: s.BrandOut},
        examples=[OpenApiExample("A brand", request_only=True, value={"name": "Tarnfell"})],
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        name = read(s.BrandIn, request.data)["name"]
        brand = registry.add_brand(actor=actor_for(request), name=name, now=timezone.now())
        return Response(brand_out(brand), status=201)


class Offices(RightsView):
    """The offices whose marks can be registered here."""

    @extend_schema(
        tags=TAGS, operation_id="offices_list", summary="List the offices with examples of their numbers",
        responses=s.OfficeOut(many=True),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        read_query(NoFilters, request)
        return Response([office_out(office) for office in OFFICES.values()])


class Classes(RightsView):
    """The Nice classes."""

    @extend_schema(tags=TAGS, operation_id="classes_list", summary="List the Nice classes", responses=s.NiceOut)
    def get(self, request: Request) -> Response:
        read_query(NoFilters, request)
        rows = [{name: getattr(row, name) for name in ("number", "kind", "title", "scope")} for row in CLASSES.values()]
        return Response({"edition": EDITION, "classes": rows})


class RegisterRecords(RightsView):
    """Register records by number."""

    @extend_schema(
        tags=TAGS, operation_id="register_records_list", summary="Find register records by office and number",
        parameters=[s.RecordsQuery], responses=s.RecordOut(many=True),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        wanted = read_query(s.RecordsQuery, request)
        office = wanted["office"]
        numbers = {
            kind: normalise_number(office, kind, wanted["number"]).value for kind in ("application", "registration")
        }
        found = RegisterRecord.objects.visible_to(actor_for(request)).of_mark(office, **numbers)
        return Response([record_out(record) for record in found.prefetch_related("classes")[:50]])

"""The rights in the API: the same verbs as the pages, for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from brands import preflight, registry
from brands import serializers as s
from brands.api_out import DAYS, EXAMPLE, SAME, brand_out, class_out, office_out, record_out, right_out
from brands.declaration import ClassEntry, Declaration
from brands.models import Brand, IPRight, RegisterRecord
from brands.registers.formats import normalise_number
from brands.registers.nice import CLASSES, EDITION
from brands.registers.offices import OFFICES
from brands.states import RightState
from portal.accounts.actors import Actor
from portal.api.authentication import actor_for
from portal.api.idempotency import idempotent
from portal.api.reading import NoFilters, PagedView, paged, read, read_query
from portal.errors import NotFound
from portal.files import store
from portal.files.models import StoredFile

TAGS = ["Rights"]
READ, WRITE = "rights:read", "rights:write"


class RightsView(APIView):
    """What every endpoint of this room shares: the scopes."""

    scope_for_read: ClassVar[str] = READ
    scope_for_write: ClassVar[str] = WRITE


class Rights(RightsView, PagedView):
    """The organisation's rights."""

    @extend_schema(
        tags=TAGS, operation_id="rights_list", summary="List your rights", parameters=[s.RightsQuery],
        responses=s.RightOut(many=True),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        wanted = read_query(s.RightsQuery, request)
        rights = IPRight.objects.visible_to(actor_for(request)).in_state(wanted.get("state", ""))
        found = rights.of_office(wanted.get("office", "")).search(wanted.get("search", "")).for_lists()
        today = timezone.now().date()
        return paged(self, request, found, lambda right: right_out(right, today))

    @extend_schema(
        tags=TAGS, operation_id="rights_create", summary="Register a trade mark as a draft",
        request={"application/json": s.RightIn, "multipart/form-data": s.RightMultipartIn},
        responses={201: s.RightOut}, examples=[EXAMPLE],
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        actor = actor_for(request)
        multipart = (request.content_type or "").startswith("multipart/")
        data = read(s.RightMultipartIn, _multipart(request)) if multipart else read(s.RightIn, request.data)
        now = timezone.now()
        with transaction.atomic():
            files = {name: _accept(name, data[name], actor) for name in ("logo", "certificate") if data.get(name)}
            declaration = _declaration(data, _brand(actor, data["brand"]), files)
            right = registry.register_trademark(actor=actor, declaration=declaration, now=now)
        answer = _one(actor, right.public_id)
        return Response(answer, status=201, headers={"Location": f"{request.path}/{right.public_id}"})


class OneRight(RightsView):
    """One right."""

    @extend_schema(tags=TAGS, operation_id="rights_read", summary="Read one right", responses=s.RightOut)
    def get(self, request: Request, public_id: UUID) -> Response:
        return Response(_one(actor_for(request), public_id))

    @extend_schema(
        tags=TAGS, operation_id="rights_update", summary="Change a draft or a rejected right",
        request=s.RightPatchIn(partial=True), responses=s.RightOut,
        examples=[OpenApiExample("Renewed", request_only=True, value={"expiry_date": "2036-12-14", "version": 2})],
    )  # fmt: skip
    def patch(self, request: Request, public_id: UUID) -> Response:
        actor = actor_for(request)
        right = _find(actor, public_id)
        data = read(s.RightPatchIn, request.data, partial=True)
        brand = _brand(actor, data["brand"]) if "brand" in data else right.brand
        declaration = _declaration({**_declared(right, data), **data}, brand, {})
        registry.update_draft(
            actor=actor, right=right, declaration=declaration, now=timezone.now(), version=data.get("version")
        )
        return Response(_one(actor, public_id))


class Submit(RightsView):
    """Sending a right to the desk."""

    @extend_schema(
        tags=TAGS, operation_id="rights_submit", summary="Send a draft or a corrected right to the desk",
        request=s.VersionIn, responses=s.RightOut,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        actor = actor_for(request)
        right = _find(actor, public_id)
        version = read(s.VersionIn, request.data).get("version")
        verb = registry.resubmit if right.state == RightState.REJECTED else registry.submit_for_review
        verb(actor=actor, right=right, now=timezone.now(), version=version)
        return Response(_one(actor, public_id))


class FileView(RightsView):
    """Puts one file on a draft; the old one stays where it was used."""

    parser_classes: ClassVar[list[type[BaseParser]]] = [MultiPartParser]  # type: ignore[misc]
    name: ClassVar[str] = ""

    def put_file(self, request: Request, public_id: UUID) -> Response:
        actor = actor_for(request)
        right = _find(actor, public_id)
        data = read(s.FileIn, request.data)
        with transaction.atomic():
            found = {self.name: _accept("file", data["file"], actor, f"right-{self.name}")}
            registry.attach(actor=actor, right=right, now=timezone.now(), version=data.get("version"), **found)
        return Response(_one(actor, public_id))


class Logo(FileView):
    """The picture of the mark."""

    name = "logo"

    @extend_schema(
        tags=TAGS, operation_id="rights_logo", summary="Upload the picture of the mark",
        request={"multipart/form-data": s.FileIn}, responses=s.RightOut,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        return self.put_file(request, public_id)


class Certificate(FileView):
    """The certificate of registration."""

    name = "certificate"

    @extend_schema(
        tags=TAGS, operation_id="rights_certificate", summary="Upload the certificate",
        request={"multipart/form-data": s.FileIn}, responses=s.RightOut,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        return self.put_file(request, public_id)


class Check(RightsView):
    """The declaration next to the register."""

    @extend_schema(
        tags=TAGS, operation_id="rights_check", summary="Compare a right with the register and list what is missing",
        responses=s.CheckOut,
    )  # fmt: skip
    def get(self, request: Request, public_id: UUID) -> Response:
        right = _find(actor_for(request), public_id)
        check = registry.check_against_register(right)
        missing = preflight.problems_of(right, timezone.now().date()) if right.may_edit else []
        lines = [{name: value for name, value in asdict(line).items() if name != "label"} for line in check.lines]
        facts = {"result": check.result.value, "says": check.says, "as_of": check.as_of, "source": check.source}
        return Response({**facts, "lines": lines, "missing": [asdict(problem) for problem in missing]})


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


def _multipart(request: Request) -> dict[str, Any]:
    """Form data with the repeated fields as lists."""
    lists = {"classes", "territories"}
    form: Any = request.data
    return {name: form.getlist(name) if name in lists else form[name] for name in form}


def _find(actor: Actor, public_id: UUID) -> IPRight:
    right: IPRight | None = IPRight.objects.visible_to(actor).for_lists().filter(public_id=public_id).first()
    if right is None:
        raise Http404
    return right


def _one(actor: Actor, public_id: UUID) -> dict[str, Any]:
    return right_out(_find(actor, public_id), timezone.now().date())


def _brand(actor: Actor, public_id: UUID) -> Brand:
    brand: Brand | None = Brand.objects.visible_to(actor).filter(public_id=public_id).first()
    if brand is None:
        raise NotFound("brand_not_found", "There is no such brand in your organisation.", "brand")
    return brand


def _accept(name: str, upload: Any, actor: Actor, purpose: str = "") -> StoredFile:
    purpose = purpose or f"right-{name}"
    return store.accept(upload, actor=actor, organisation=actor.organisation, purpose=purpose, now=timezone.now())


def _declared(right: IPRight, changes: dict[str, Any]) -> dict[str, Any]:
    """What is declared now; a right that moves to another office takes that office's territories."""
    moved = changes.get("office", right.office) != right.office
    return {
        **{name: getattr(right, name) for name in ("office", *SAME, *DAYS)},
        "classes": [class_out(row) for row in right.classes.all()],
        "territories": None if moved else [row.country for row in right.territories.all()],
    }


def _declaration(data: dict[str, Any], brand: Brand, files: dict[str, Any]) -> Declaration:
    classes = [row if isinstance(row, dict) else {"number": row, "goods": ""} for row in data.get("classes", [])]
    countries = data.get("territories")
    return Declaration(
        brand=brand,
        office=data["office"],
        **{name: data[name] for name in (*SAME, *DAYS)},
        classes=tuple(ClassEntry(row["number"], row["goods"]) for row in classes),
        territories=None if countries is None else tuple(code.upper() for code in countries),
        **files,
    )

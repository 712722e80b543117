"""From a draft to a filed complaint: begin, change, check, attach, sign and submit."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from complaints import casework
from complaints import serializers as s
from complaints.api.common import FILES, ONCE, TAGS, ComplaintsView, ListView, find
from complaints.api.shapes import complaint_out, detail_out, evidence_out
from complaints.models import Complaint, Evidence
from complaints.querysets import ComplaintQuerySet
from complaints.rules.declarations import ALL
from complaints.states import ComplaintState, told_as
from portal.accounts.actors import Actor
from portal.api.authentication import actor_for
from portal.api.idempotency import idempotent
from portal.api.reading import paged, read, read_query
from portal.files import store

DRAFT = OpenApiExample(
    "A counterfeit jacket and a bag",
    request_only=True,
    value={
        "right": "0b4f5f2e-3f2c-4a55-9a55-0f2f7b7f0a11",
        "reason": "counterfeit",
        "explanation": "We never made this print; the zip is of another make.",
        "items": [
            "https://shop.example/item/88120431",
            "LS-88123310",
            {"target": "VD-7730912", "from": "00:41", "to": "01:10", "note": "the label is seen from close by"},
        ],
    },
)
PATCH = OpenApiExample("Other items", request_only=True, value={"items": ["LS-88120431"]})
CAPTION = OpenApiExample(
    "A photograph", request_only=True, media_type="multipart/form-data",
    value={"file": "test-purchase.png", "caption": "The chest logo of our own jacket beside the copy"},
)  # fmt: skip
SUBMIT = OpenApiExample(
    "Signed under a mandate",
    request_only=True,
    value={
        "declaration": {"version": ALL.version, "sha256": ALL.sha256},
        "signatory": "Maja Lindqvist",
        "mandate": "b7a3c1de-5d0f-4b60-8a4e-3a4b0e0f9c55",
    },
)


class AnyAccept(DefaultContentNegotiation):
    """A file is what it is, whatever the client says it accepts; refusals stay problem JSON."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class Complaints(ListView):
    """The organisation's complaints."""

    @extend_schema(
        tags=TAGS, operation_id="complaints_list", summary="List your complaints, newest first",
        parameters=[s.ComplaintsQuery], responses=s.ComplaintOut(many=True),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        wanted = read_query(s.ComplaintsQuery, request)
        found = _filtered(Complaint.objects.visible_to(actor_for(request)), wanted)
        return paged(self, request, found.for_lists().defer("lines", "explanation"), complaint_out)

    @extend_schema(
        tags=TAGS, operation_id="complaints_create", summary="Begin a draft; nothing is sent yet",
        request=s.DraftIn, responses={201: s.ComplaintDetailOut}, parameters=[ONCE], examples=[DRAFT],
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        actor = actor_for(request)
        fields = draft_fields(read(s.DraftIn, request.data))
        draft = casework.start_draft(actor=actor, now=timezone.now(), **fields)
        answer = detail_out(find(actor, draft.public_id), actor)
        return Response(answer, status=201, headers={"Location": f"{request.path}/{draft.public_id}"})


class OneComplaint(ComplaintsView):
    """One complaint."""

    @extend_schema(
        tags=TAGS, operation_id="complaints_read", summary="Read one complaint", responses=s.ComplaintDetailOut
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        actor = actor_for(request)
        return Response(detail_out(find(actor, public_id), actor))

    @extend_schema(
        tags=TAGS, operation_id="complaints_update", summary="Change a draft; what you leave out stays",
        request=s.DraftPatchIn, responses=s.ComplaintDetailOut, examples=[PATCH],
    )  # fmt: skip
    def patch(self, request: Request, public_id: UUID) -> Response:
        actor = actor_for(request)
        found = find(actor, public_id)
        fields = draft_fields(read(s.DraftPatchIn, request.data))
        casework.save_draft(actor=actor, complaint_id=found.pk, now=timezone.now(), **fields)
        return Response(detail_out(find(actor, public_id), actor))

    @extend_schema(
        tags=TAGS, operation_id="complaints_discard", summary="Throw a draft away", request=None, responses={204: None}
    )
    def delete(self, request: Request, public_id: UUID) -> Response:
        actor = actor_for(request)
        casework.discard(actor=actor, complaint_id=find(actor, public_id).pk)
        return Response(status=204)


class Submit(ComplaintsView):
    """Filing."""

    @extend_schema(
        tags=TAGS, operation_id="complaints_submit", summary="Sign and file a draft; filing it again changes nothing",
        request=s.SubmitIn, responses=s.ComplaintDetailOut, parameters=[ONCE], examples=[SUBMIT],
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        actor = actor_for(request)
        draft = find(actor, public_id)
        data = read(s.SubmitIn, request.data)
        signing = casework.Signing(**data["declaration"], typed_name=data["signatory"], mandate=data["mandate"])
        casework.submit(actor=actor, complaint_id=draft.pk, signing=signing, now=timezone.now())
        return Response(detail_out(find(actor, public_id), actor))


class EvidenceFiles(ComplaintsView):
    """The files of a draft."""

    scope_for_write = FILES
    parser_classes: ClassVar[list[type[BaseParser]]] = [MultiPartParser]  # type: ignore[misc]

    @extend_schema(
        tags=TAGS, operation_id="complaints_evidence_add", summary="Attach a file to a draft",
        request={"multipart/form-data": s.EvidenceIn}, responses={201: s.EvidenceOut}, parameters=[ONCE],
        examples=[CAPTION],
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        actor = actor_for(request)
        draft = find(actor, public_id)
        data = read(s.EvidenceIn, request.data)
        evidence = casework.add_evidence(
            actor=actor, complaint_id=draft.pk, upload=data["file"], caption=data["caption"], now=timezone.now()
        )
        location = {"Location": f"{request.path}/{evidence.public_id}"}
        return Response(evidence_out(evidence), status=201, headers=location)


class OneEvidence(ComplaintsView):
    """One file."""

    scope_for_write = FILES
    content_negotiation_class = AnyAccept

    @extend_schema(
        tags=TAGS, operation_id="complaints_evidence_read", summary="Download a file, as the desk sees it",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )  # fmt: skip
    def get(self, request: Request, public_id: UUID, evidence_id: UUID) -> HttpResponseBase:
        return store.serve(_evidence(actor_for(request), public_id, evidence_id).file)

    @extend_schema(
        tags=TAGS, operation_id="complaints_evidence_remove", summary="Take a file out of a draft",
        request=None, responses={204: None},
    )  # fmt: skip
    def delete(self, request: Request, public_id: UUID, evidence_id: UUID) -> Response:
        actor = actor_for(request)
        found = _evidence(actor, public_id, evidence_id)
        casework.remove_evidence(
            actor=actor, complaint_id=found.complaint_id, evidence_id=found.public_id, now=timezone.now()
        )
        return Response(status=204)


def _filtered(found: ComplaintQuerySet, wanted: dict[str, Any]) -> ComplaintQuerySet:
    if "search" in wanted:
        found = found.search(wanted["search"])
    if "reference" in wanted:
        found = found.filter(reference=wanted["reference"].upper())
    if "updated_since" in wanted:
        found = found.filter(updated_at__gte=wanted["updated_since"])
    if "state" in wanted:
        found = found.filter(state__in=told_as(ComplaintState(wanted["state"])))
    return found.filter(reason=wanted["reason"]) if "reason" in wanted else found


def draft_fields(data: dict[str, Any]) -> dict[str, Any]:
    """The fields as the verb names them; items are the lines of the form."""
    fields = {name: value for name, value in data.items() if name != "items"}
    return fields | {"lines": "\n".join(data["items"])} if "items" in data else fields


def _evidence(actor: Actor, public_id: UUID, evidence_id: UUID) -> Evidence:
    found = Evidence.objects.visible_to(actor).filter(complaint__public_id=public_id, public_id=evidence_id)
    evidence: Evidence | None = found.first()
    if evidence is None:
        raise Http404
    return evidence

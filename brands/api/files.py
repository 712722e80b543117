"""Files of a right: picture, certificate, and what else its kind asks for."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from brands import registry
from brands import serializers as s
from brands.api.common import TAGS, RightsView, accept, find, one
from brands.declaration import Attachment
from portal.api.authentication import actor_for
from portal.api.idempotency import idempotent
from portal.api.reading import read


class FileView(RightsView):
    """Puts one file on a draft; the old one stays where it was used."""

    parser_classes: ClassVar[list[type[BaseParser]]] = [MultiPartParser]  # type: ignore[misc]
    name: ClassVar[str] = ""

    def put_file(self, request: Request, public_id: UUID) -> Response:
        actor = actor_for(request)
        right = find(actor, public_id)
        data = read(s.FileIn, request.data)
        with transaction.atomic():
            found = {self.name: accept("file", data["file"], actor, f"right-{self.name}")}
            registry.attach(actor=actor, right=right, now=timezone.now(), version=data.get("version"), **found)
        return Response(one(actor, public_id))


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


class RightFiles(RightsView):
    """Copies of a work, proofs, views of a design, claims of a patent."""

    parser_classes: ClassVar[list[type[BaseParser]]] = [MultiPartParser]  # type: ignore[misc]

    @extend_schema(
        tags=TAGS, operation_id="rights_file_add", summary="Add a copy of the work, a proof, a view or claims",
        request={"multipart/form-data": s.RightFileIn}, responses={201: s.RightOut},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        actor = actor_for(request)
        right = find(actor, public_id)
        data = read(s.RightFileIn, request.data)
        with transaction.atomic():
            stored = accept("file", data["file"], actor, f"right-{data['kind'].replace('_', '-')}")
            attachment = Attachment(data["kind"], stored)
            registry.add_file(
                actor=actor, right=right, attachment=attachment, now=timezone.now(), version=data.get("version")
            )
        return Response(one(actor, public_id), status=201)


class OneRightFile(RightsView):
    """One of these files."""

    @extend_schema(
        tags=TAGS, operation_id="rights_file_remove", summary="Take a file off a draft or rejected right",
        responses=s.RightOut,
    )  # fmt: skip
    def delete(self, request: Request, public_id: UUID, file_id: UUID) -> Response:
        actor = actor_for(request)
        right = find(actor, public_id)
        registry.remove_file(actor=actor, right=right, public_id=file_id, now=timezone.now())
        return Response(one(actor, public_id))

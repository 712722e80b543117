"""The check of an organisation without a browser: documents, sending it to the desk, where it stands."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from portal.accounts.actors import Actor
from portal.accounts.models import Organisation
from portal.api import identity_serializers as s
from portal.api.authentication import ApiKeyAuthentication, SessionTokenAuthentication
from portal.api.models import ApiKey
from portal.api.permissions import IsPersonOrReadingKey
from portal.api.person import PersonView, member_actor
from portal.api.reading import read
from portal.api.throttles import KeyThrottle, PersonThrottle
from portal.errors import NotFound
from portal.identity import applying, preflight
from portal.identity.common import role_may_not
from portal.identity.models import IdentityDocument

TAGS = ["Organisations"]


class Documents(PersonView):
    """The documents that show who an organisation is."""

    parser_classes: ClassVar[list[type[BaseParser]]] = [MultiPartParser]  # type: ignore[misc]

    @extend_schema(
        tags=TAGS, operation_id="organisation_documents_list", responses=s.DocumentOut(many=True),
        summary="List the documents, oldest first (administrators)",
    )  # fmt: skip
    def get(self, request: Request, public_id: UUID) -> Response:
        actor = _manager(request, public_id)
        rows = IdentityDocument.objects.visible_to(actor).of_organisation().select_related("file")
        return Response([_document_out(row) for row in rows])

    @extend_schema(
        tags=TAGS, operation_id="organisation_documents_add", request={"multipart/form-data": s.DocumentIn},
        responses={201: s.DocumentOut}, summary="Add a document, before it is sent (administrators)",
    )  # fmt: skip
    def post(self, request: Request, public_id: UUID) -> Response:
        actor = _manager(request, public_id)
        data = read(s.DocumentIn, request.data)
        made = applying.add_document(
            actor=actor, organisation=_tenant(actor), kind=data["kind"], upload=data["file"], now=timezone.now()
        )
        return Response(_document_out(made), status=201)


class OneDocument(PersonView):
    """One document."""

    @extend_schema(
        tags=TAGS, operation_id="organisation_documents_remove", request=None, responses={204: None},
        summary="Take a document out again, before it is sent (administrators)",
    )  # fmt: skip
    def delete(self, request: Request, public_id: UUID, document_id: UUID) -> Response:
        actor = _manager(request, public_id)
        applying.remove_document(actor=actor, organisation=_tenant(actor), public_id=document_id, now=timezone.now())
        return Response(status=204)


class Submit(PersonView):
    """Sending it to the desk."""

    @extend_schema(
        tags=TAGS, operation_id="organisation_submit", request=None, responses=s.StandingOut,
        summary="Send facts and documents to the desk (administrators); sending twice is sending once",
    )  # fmt: skip
    def post(self, request: Request, public_id: UUID) -> Response:
        actor = _manager(request, public_id)
        sent = applying.submit(actor=actor, organisation=_tenant(actor), now=timezone.now())
        return Response(_standing_out(sent, actor))


class Standing(PersonView):
    """Where the check of an organisation stands."""

    authentication_classes: ClassVar[list[type[BaseAuthentication]]] = [  # type: ignore[misc]
        SessionTokenAuthentication, ApiKeyAuthentication,
    ]  # fmt: skip
    permission_classes: ClassVar[list[type[BasePermission]]] = [IsPersonOrReadingKey]  # type: ignore[misc]
    throttle_classes: ClassVar[list[type[BaseThrottle]]] = [PersonThrottle, KeyThrottle]  # type: ignore[misc]

    @extend_schema(
        tags=TAGS, operation_id="organisation_standing", responses=s.StandingOut,
        summary="Read where the check stands: for members, and for every key of the organisation",
    )  # fmt: skip
    def get(self, request: Request, public_id: UUID) -> Response:
        if not isinstance(request.auth, ApiKey):
            actor = member_actor(request, public_id)
            return Response(_standing_out(_tenant(actor), actor))
        if request.auth.organisation.public_id != public_id:
            raise NotFound("no_organisation", _("There is no such organisation."))
        return Response(_standing_out(request.auth.organisation, None))


def _manager(request: Request, public_id: UUID) -> Actor:
    actor = member_actor(request, public_id)
    if not actor.can_manage:
        raise role_may_not(actor)
    return actor


def _tenant(actor: Actor) -> Organisation:
    assert actor.organisation is not None  # noqa: S101 - made by member_actor
    return actor.organisation


def _document_out(document: IdentityDocument) -> dict[str, Any]:
    names = ("public_id", "kind", "sha256", "uploaded_at", "delete_after", "deleted_at")
    facts = {name: getattr(document, name) for name in names}
    name = document.file.original_name if document.file else None
    return {**facts, "name": name, "result": document.result or None}


def _standing_out(organisation: Organisation, actor: Actor | None) -> dict[str, Any]:
    may_send = actor is not None and actor.can_manage and applying.may_describe(organisation)
    return {
        "state": organisation.state,
        "label": organisation.get_state_display(),
        "reason": organisation.state_reason,
        "may_file": organisation.is_verified,
        "submitted_at": organisation.submitted_at,
        "verified_at": organisation.verified_at,
        "missing": [asdict(problem) for problem in preflight.problems_of(organisation)] if may_send else [],
    }

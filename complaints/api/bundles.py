"""A case as one file, over the API: the same bytes as from the pages."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from complaints import bundle
from complaints.api import respondent
from complaints.api.common import TAGS, ComplaintsView, find
from complaints.api.drafts import AnyAccept
from complaints.bundle.http import answer
from complaints.models import StatementOfReasons
from portal.api.authentication import actor_for
from portal.api.person import user_of
from portal.errors import NotFound

ZIP = {(200, "application/zip"): OpenApiTypes.BINARY}


class ComplaintBundle(ComplaintsView):
    """The bundle of a complaint."""

    content_negotiation_class = AnyAccept

    @extend_schema(
        tags=TAGS, operation_id="complaints_bundle", responses=ZIP,
        summary="Download the whole complaint as a ZIP: a PDF, manifest, snapshots, messages, decisions, hashes",
    )  # fmt: skip
    def get(self, request: Request, public_id: UUID) -> HttpResponseBase:
        actor = actor_for(request)
        found = find(actor, public_id)
        if found.submitted_at is None:
            raise Http404
        return answer(bundle.for_complainant(found, actor))


class StatementBundle(respondent.HolderView):
    """The bundle of a decision about one's account."""

    content_negotiation_class = AnyAccept

    @extend_schema(
        tags=respondent.TAGS, operation_id="statements_bundle", responses=ZIP,
        summary="Download a decision about your account as a ZIP: a PDF, what was seen, your answers, hashes",
    )  # fmt: skip
    def get(self, request: Request, public_id: UUID) -> HttpResponseBase:
        mine = StatementOfReasons.objects.to_holder(user_of(request).pk)
        found = mine.select_related("account", "decision__complaint__right__family").filter(public_id=public_id).first()
        if found is None:
            raise NotFound("not_found", _("There is no such decision about an account of yours."))
        return answer(bundle.for_respondent(found))

"""What an integrator asks before a complaint: reasons, texts to be signed, mandates, and what pasted lines mean."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from brands.models import IPRight
from complaints import casework, errors, policies, preflight
from complaints import line_serializers as ls
from complaints import serializers as s
from complaints.api.common import READ, TAGS, ComplaintsView, ListView, find
from complaints.api.shapes import lines_out, mandate_out
from complaints.models import SigningMandate
from complaints.policies import PolicyTexts
from complaints.reasons import GROUNDS, NOT_IP_REASONS, REASONS, SENIOR_ONLY, Ground, ReasonText
from complaints.rules.declarations import DECLARATIONS, Declaration
from portal.accounts.actors import Actor
from portal.api.authentication import actor_for
from portal.api.reading import NoFilters, paged, read, read_query

RESOLVE = OpenApiExample(
    "Links and ids as they were copied",
    request_only=True,
    value={
        "lines": ["https://shop.example/item/88120431?from=search", "LS-88123310", "@peakdeals_77"],
        "right": "0b4f5f2e-3f2c-4a55-9a55-0f2f7b7f0a11",
        "reason": "counterfeit",
    },
)


class Reasons(ComplaintsView):
    """The codes of complaints and decisions."""

    @extend_schema(
        tags=TAGS, operation_id="reasons_list", summary="List the reasons, what is none, and the grounds of decisions",
        responses=s.ReasonsOut,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        read_query(NoFilters, request)
        policy = policies.in_force()
        return Response(
            {
                "policy_version": policy.version,
                "reasons": [_reason_out(code.value, text) for code, text in REASONS.items()],
                "not_ip_reasons": [{**_reason_out(code, text), "kinds": []} for code, text in NOT_IP_REASONS.items()],
                "grounds": [_ground_out(code, policy) for code in GROUNDS],
            }
        )


class Declarations(ComplaintsView):
    """The texts in force."""

    @extend_schema(
        tags=TAGS, operation_id="declarations_list", summary="List the texts that are signed, with version and hash",
        description="With `complaint` you get the one text that this draft needs: the statements that the laws of its "
        "ready items ask for. Send its version and hash when you submit. Without it: `all`, which a mandate signs and "
        "which covers every such text, and `public_notice`.",
        parameters=[s.DeclarationsQuery], responses=s.DeclarationOut(many=True),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        wanted = read_query(s.DeclarationsQuery, request)
        texts = [_needed(request, wanted["complaint"])] if "complaint" in wanted else list(DECLARATIONS.values())
        names = ("key", "version", "sha256", "statements", "text")
        return Response([{name: getattr(text, name) for name in names} for text in texts])


def _needed(request: Request, public_id: UUID) -> Declaration:
    actor = actor_for(request)
    draft = find(actor, public_id)
    if not draft.is_draft:
        raise errors.step_refused("sign", str(draft.told.label))
    return casework.declaration_for(draft, actor, timezone.now().date())


class Mandates(ListView):
    """Who has given leave to sign in their name."""

    ordering = ("-granted_at", "-id")

    @extend_schema(
        tags=TAGS, operation_id="mandates_list", summary="List the signing mandates of your organisation",
        responses=s.MandateOut(many=True),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        read_query(NoFilters, request)
        now = timezone.now()
        found = SigningMandate.objects.visible_to(actor_for(request)).select_related("agency")
        return paged(self, request, found, lambda mandate: mandate_out(mandate, now))


class Resolve(ComplaintsView):
    """Lines to targets; reads only, so a key that may read will do."""

    scope_for_write = READ

    @extend_schema(
        tags=TAGS, operation_id="targets_resolve", summary="Answer up to 500 links or ids, a line each",
        request=s.ResolveIn, responses=ls.ResolvedOut, examples=[RESOLVE],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        actor = actor_for(request)
        data = read(s.ResolveIn, request.data)
        lines = preflight.answer(
            data["lines"],
            right=_right(actor, data["right"]),
            actor=actor,
            reason=data["reason"],
            today=timezone.now().date(),
        )
        return Response(lines_out(lines))


def _right(actor: Actor, public_id: UUID | None) -> IPRight | None:
    if public_id is None:
        return None
    right: IPRight | None = IPRight.objects.visible_to(actor).filter(public_id=public_id).first()
    if right is None:
        raise errors.refused("right_unknown", _("There is no such right in your organisation."), "right")
    return right


def _reason_out(code: str, text: ReasonText) -> dict[str, Any]:
    words = {"label": str(text.label), "explanation": str(text.hint)}
    return {"code": code, **words, "kinds": sorted(text.kinds)}


def _ground_out(code: Ground, policy: PolicyTexts) -> dict[str, Any]:
    text = GROUNDS[code]
    words = {"label": str(text.label), "explanation": policy.plain(code), "cure": policy.cure(code)}
    return {"code": code.value, "outcome": text.outcome.value, **words, "senior_only": code in SENIOR_ONLY}

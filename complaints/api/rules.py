"""The rule packs in the API: what the law of each market asks of a document, and who sees which field."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api.common import TAGS, ComplaintsView
from complaints.rules import packs
from complaints.rules.declarations import for_packs
from complaints.rules.packs import Element, Pack
from portal.api.reading import StrictSerializer, read_query


class RulePacksQuery(StrictSerializer):
    """Which packs; without `document` those of notices."""

    right_kind = serializers.ChoiceField(choices=packs.RIGHT_KINDS, required=False)
    market = serializers.CharField(required=False, max_length=2, help_text="ISO 3166-1 alpha-2, such as DE")
    document = serializers.ChoiceField(choices=packs.DOCUMENTS, required=False, help_text="notice unless you say else")


class ElementOut(serializers.Serializer[Any]):
    """One thing that the document must hold; `asks` says what this product asks for it."""

    basis = serializers.CharField()
    key = serializers.CharField()
    text = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment]
    asks = serializers.ListField(child=serializers.CharField())


class PackClockOut(serializers.Serializer[Any]):
    """A clock rule of this pack; `automatic` ones act without a person."""

    rule = serializers.CharField()
    automatic = serializers.BooleanField()


class VisibilityOut(serializers.Serializer[Any]):
    """Who sees one field: yes, no, substance, redacted or on_appeal."""

    field = serializers.CharField()
    notifier = serializers.CharField()
    accused = serializers.CharField()
    staff = serializers.CharField()
    public = serializers.CharField()


class RulePackOut(serializers.Serializer[Any]):
    """The rules for one right kind in one jurisdiction and one document; "*" is everywhere else. No legal advice."""

    key = serializers.CharField()
    jurisdiction = serializers.CharField()
    right_kind = serializers.ChoiceField(choices=packs.RIGHT_KINDS)
    document = serializers.ChoiceField(choices=packs.DOCUMENTS)
    bases = serializers.ListField(child=serializers.CharField())
    citations = serializers.ListField(child=serializers.CharField())
    version = serializers.CharField()
    elements = ElementOut(many=True)
    statements = serializers.ListField(child=serializers.CharField())
    clocks = PackClockOut(many=True)
    visibility = VisibilityOut(many=True)
    redress = serializers.ListField(child=serializers.CharField())


PACK = OpenApiExample(
    "Copyright in the United States, cut short",
    response_only=True,
    value={
        "key": "US.copyright.notice",
        "jurisdiction": "US",
        "right_kind": "copyright",
        "document": "notice",
        "bases": ["US_DMCA_512c3"],
        "citations": ["17 USC 512(c)(3)(A)"],
        "version": "2026-11-22",
        "elements": [
            {
                "basis": "US_DMCA_512c3",
                "key": "contact",
                "text": "address, telephone and, if there is one, e-mail of the complainant",
                "required": True,
                "asks": ["contact_address", "contact_phone", "contact_email"],
            }
        ],
        "statements": ["The information in this notice is accurate."],
        "clocks": [{"rule": "us.dmca.takedown", "automatic": False}],
        "visibility": [
            {"field": "contact_details", "notifier": "yes", "accused": "yes", "staff": "yes", "public": "no"}
        ],
        "redress": ["Either side can go to a court."],
    },
)


class RulePacks(ComplaintsView):
    """What the law of each market asks for."""

    @extend_schema(
        tags=TAGS, operation_id="rule_packs_list", responses=RulePackOut(many=True), examples=[PACK],
        parameters=[RulePacksQuery], summary="List the rule packs: elements, declarations, clocks, who sees what",
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        wanted = read_query(RulePacksQuery, request)
        found = packs.every(wanted.get("document", packs.DOCUMENTS[0]))
        if "right_kind" in wanted:
            found = tuple(pack for pack in found if pack.right_kind == wanted["right_kind"])
        if "market" in wanted:
            place = packs.jurisdiction_of(wanted["market"])
            found = tuple(pack for pack in found if pack.jurisdiction == place)
        return Response([_pack_out(pack) for pack in found])


def _pack_out(pack: Pack) -> dict[str, Any]:
    names = ("key", "jurisdiction", "right_kind", "document", "bases", "citations", "redress")
    declaration = for_packs([pack])
    return {
        **{name: getattr(pack, name) for name in names},
        "version": declaration.version,
        "elements": [_element_out(element) for element in pack.elements],
        "statements": declaration.statements,
        "clocks": [{"rule": rule, "automatic": rule in pack.automatic} for rule in pack.clocks],
        "visibility": [{"field": field, **answers} for field, answers in pack.seen.items()],
    }


def _element_out(element: Element) -> dict[str, Any]:
    return {name: getattr(element, name) for name in ("basis", "key", "text", "required", "asks")}

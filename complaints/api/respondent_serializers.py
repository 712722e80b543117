"""What the accused read and send in the API, with examples for the schema."""

from __future__ import annotations

from datetime import date
from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from complaints.line_serializers import GroundField, TargetOut
from complaints.reasons import POLICY_VERSION, Outcome
from complaints.rules.visibility import FIELDS
from complaints.serializers import LONGEST_TEXT, SOR, MeasureOut, SnapshotOut
from complaints.sor import Facts, build
from portal.api.reading import StrictSerializer


class ResponseIn(StrictSerializer):
    """Why the decision is wrong; the desk reads it, who reported you does not."""

    text = serializers.CharField(max_length=LONGEST_TEXT)


class AccusedAccountOut(serializers.Serializer[Any]):
    """The account of yours that a decision is about."""

    marketplace_id = serializers.CharField()
    handle = serializers.CharField()


class ToldDecisionOut(serializers.Serializer[Any]):
    """The decision; it was made by a person."""

    reference = serializers.CharField()
    outcome = serializers.ChoiceField(choices=[outcome.value for outcome in Outcome])
    ground = GroundField()
    ground_label = serializers.CharField()
    policy_version = serializers.CharField()
    decided_by = serializers.ChoiceField(choices=["person"])


class RespondentStatementOut(serializers.Serializer[Any]):
    """A decision about an account of yours, as the list shows it."""

    public_id = serializers.UUIDField()
    account = AccusedAccountOut()
    decision = ToldDecisionOut()
    created_at = serializers.DateTimeField()
    answer_until = serializers.DateField(help_text="the last day for an answer, in UTC")
    can_answer = serializers.BooleanField()


class RespondentSnapshotOut(SnapshotOut):
    """Your offer as it was reported; `picture` is the address of its frozen picture, with the same token."""

    picture = serializers.URLField(allow_null=True)


class RespondentItemOut(serializers.Serializer[Any]):
    """One of your offers in the decision: what was seen, and what was done to it."""

    id = serializers.IntegerField()
    target = TargetOut()
    measure = MeasureOut(allow_null=True)
    snapshot = RespondentSnapshotOut(allow_null=True)


class ResponseOut(serializers.Serializer[Any]):
    """An answer of yours; `read_at` says when the desk had seen to it."""

    id = serializers.IntegerField()
    text = serializers.CharField()
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class RedressOut(serializers.Serializer[Any]):
    """A way to object; `until` is its last day, null where there is none."""

    kind = serializers.ChoiceField(choices=["answer", "out_of_court_or_court"])
    text = serializers.CharField()
    until = serializers.DateField(allow_null=True)


class NoticeFieldOut(serializers.Serializer[Any]):
    """One field of the notice against you that the law of the items lets you see; files are never among them."""

    field = serializers.ChoiceField(choices=FIELDS)
    label = serializers.CharField()  # type: ignore[assignment]
    value = serializers.CharField()


class RespondentStatementDetailOut(RespondentStatementOut):
    """The statement of reasons as it was sent to you: facts, ground and words of the reviewer in `text`."""

    mark = serializers.CharField()
    text = serializers.CharField()
    sor = serializers.DictField(allow_null=True, help_text=SOR)
    notice = NoticeFieldOut(many=True)
    items = RespondentItemOut(many=True)
    answers = ResponseOut(many=True)
    redress = RedressOut(many=True)


# --- examples

ANSWER = OpenApiExample(
    "An answer", request_only=True, value={"text": "We bought these from the brand's own dealer; invoice 2026-114."}
)
_ID = "5e1f0c52-6a0e-4a2b-9a55-0f2f7b7f0a11"
_ROW: dict[str, Any] = {
    "public_id": _ID,
    "account": {"marketplace_id": "SA-7001", "handle": "peakdeals"},
    "decision": {
        "reference": "D-2026-000123",
        "outcome": "accepted",
        "ground": "C-01",
        "ground_label": "Counterfeit goods",
        "policy_version": POLICY_VERSION,
        "decided_by": "person",
    },
    "created_at": "2026-11-21T10:00:00Z",
    "answer_until": "2027-05-23",
    "can_answer": True,
}
_ITEM: dict[str, Any] = {
    "id": 1041,
    "target": {
        "kind": "listing",
        "marketplace_id": "LS-88120431",
        "url": "https://shop.example/item/88120431",
        "title": "TARNFEL hooded jacket",
        "market": "DE",
        "state": "removed",
    },
    "measure": {
        "action": "listing_removed",
        "label": "Listing removed",
        "state": "confirmed",
        "state_label": "Carried out",
        "created_at": "2026-11-21T10:00:00Z",
        "confirmed_at": "2026-11-21T10:02:00Z",
    },
    "snapshot": {
        "sha256": "de7d8268c91c20d96af7a76a42194bc356d3f73982288a0e8d67a0c0056c7672",
        "taken_at": "2026-11-20T06:42:10Z",
        "content": {"title": "TARNFEL hooded jacket", "description": "New with tags.", "price": "39.90"},
        "picture_sha256": "c81f8fb7e5ce908a3d0386c04940249da6b7d0bb51015175fab36d2330baf902",
        "picture": f"https://desk.example/api/v1/statements-of-reasons/{_ID}/items/1041/picture",
    },
}
_SOR = build(
    Facts(
        puid="D-2026-000123-77",
        actions=("listing_removed",),
        kinds=("listing",),
        markets=("DE",),
        right_kind="trademark",
        reason="counterfeit",
        source="portal",
        notifier="Tarnfell Outdoor AB",
        explanation="The goods carry a registered mark and nothing shows that they come from its owner.",
        facts="1 item was reported. Reason given: Counterfeit. Right: TARNFELL.",
        content_date=date(2026, 10, 2),
        decided_on=date(2026, 11, 21),
    )
)
LISTED = OpenApiExample("One decision", response_only=True, value=_ROW)
WHOLE = OpenApiExample(
    "A removed listing",
    response_only=True,
    value={
        **_ROW,
        "mark": "TARNFELL, EUIPO 016142907",
        "text": "Your listing is removed by this decision.\n– TARNFEL hooded jacket (LS-88120431)\n\nIt is a copy.",
        "sor": _SOR,
        "notice": [
            {"field": "organisation_name", "label": "Name of the organisation", "value": "Tarnfell Outdoor AB"},
            {"field": "mark", "label": "Right and number", "value": "TARNFELL, EUIPO 016142907"},
        ],
        "items": [_ITEM],
        "answers": [
            {"id": 7, "text": "We have an invoice.", "created_at": "2026-11-22T09:00:00Z", "read_at": None},
        ],
        "redress": [
            {"kind": "answer", "text": "You can answer until 23 May 2027, free of charge.", "until": "2027-05-23"},
            {"kind": "out_of_court_or_court", "text": "You can go to a court at any time.", "until": None},
        ],
    },
)

"""What complaints look like in the API. What is sent is read strictly; what is answered is written by hand."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from complaints.casework.drafting import MAX_LINES_TEXT
from complaints.line_serializers import MAX_ITEMS, GroundField, LineField, TargetOut
from complaints.models import Complaint, Message
from complaints.reasons import Outcome, Reason
from complaints.states import COMPLAINT_TOLD, ITEM_TOLD, ClockState, MeasureState
from portal.api.parties import PartyOut
from portal.api.reading import StrictSerializer
from portal.marketplace.connectors.base import MeasureAction

LONGEST_TEXT = 5_000


def _values(kind: Any) -> list[str]:
    return [code.value for code in kind]


COMPLAINT_STATES = _values(dict.fromkeys(COMPLAINT_TOLD.values()))


# Codes that several shapes carry under several names say their values where they stand: one name cannot serve them all.
@extend_schema_field({"anyOf": [{"type": "string", "enum": COMPLAINT_STATES}]})
class StateField(serializers.CharField):
    """The state of a complaint."""


# --- what is sent


class ResolveIn(StrictSerializer):
    """Lines as people paste them. `right` also tells which are outside it, `reason` which you reported before."""

    lines = serializers.ListField(child=LineField(blank=True), allow_empty=False, max_length=MAX_ITEMS)
    right = serializers.UUIDField(required=False, allow_null=True, default=None)
    reason = serializers.ChoiceField(choices=_values(Reason), required=False, allow_blank=True, default="")


class DraftIn(StrictSerializer):
    """A draft; every field may come later. `items` are links or ids, one target each, as words or as objects."""

    right = serializers.UUIDField(required=False, allow_null=True, help_text="public_id of one of your rights")
    reason = serializers.CharField(required=False, allow_blank=True, max_length=30, help_text="see GET /reasons")
    explanation = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT)
    items = serializers.ListField(child=LineField(), required=False, max_length=MAX_ITEMS)

    def validate_items(self, items: list[str]) -> list[str]:
        """Raises ValidationError when all lines together are longer than a draft keeps."""
        if sum(len(line) + 1 for line in items) > MAX_LINES_TEXT:
            text = _("All lines together have more than %(most)d characters. Make two complaints.")
            raise serializers.ValidationError(text % {"most": MAX_LINES_TEXT}, "too_long")
        return items


class PreflightIn(DraftIn):
    """What a draft would hold; nothing of it is kept. `reason` may be one that is none, to read why."""


class DraftPatchIn(DraftIn):
    """Changes of a draft. With the `version` that you read, a draft that has moved on is not overwritten: 409."""

    version = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class EvidenceIn(StrictSerializer):
    """One file as multipart form data: PNG, JPEG or WEBP up to 10 MB, PDF up to 20 MB."""

    file = serializers.FileField()
    caption = serializers.CharField(required=False, allow_blank=True, max_length=200, default="")


class SignedTextIn(StrictSerializer):
    """Which text is signed, see GET /declarations?complaint=…: it depends on the markets of the items."""

    version = serializers.CharField(max_length=20)
    sha256 = serializers.CharField(max_length=64)


class SubmitIn(StrictSerializer):
    """The signature: the text in force, who signs, and the mandate that person gave, see GET /mandates."""

    declaration = SignedTextIn()
    signatory = serializers.CharField(max_length=200)
    mandate = serializers.CharField(required=False, allow_blank=True, max_length=100, default="")


class AnswerIn(StrictSerializer):
    """Your answer to the desk; sellers do not see it."""

    text = serializers.CharField(max_length=LONGEST_TEXT)


class WithdrawIn(StrictSerializer):
    """Which items to take back, by their `id`."""

    items = serializers.ListField(child=serializers.IntegerField(min_value=1), max_length=MAX_ITEMS)


class DeclarationsQuery(StrictSerializer):
    """For which draft."""

    complaint = serializers.UUIDField(required=False, help_text="a draft; then the text that it needs, alone")


class ComplaintsQuery(StrictSerializer):
    """Filters of the list of complaints."""

    state = serializers.ChoiceField(choices=COMPLAINT_STATES, required=False)
    reason = serializers.ChoiceField(choices=_values(Reason), required=False)
    reference = serializers.CharField(required=False, max_length=20)
    updated_since = serializers.DateTimeField(required=False, help_text="ISO 8601, such as 2026-11-21T10:00:00Z")
    search = serializers.CharField(
        required=False, max_length=100, help_text="a reference, a marketplace id, or a part of the mark"
    )


# --- what is answered


class ReasonOut(serializers.Serializer[Any]):
    """A reason for a complaint, or one that is none, and what it means; `kinds` are the rights that support it."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    explanation = serializers.CharField()
    kinds = serializers.ListField(child=serializers.CharField())


class GroundOut(serializers.Serializer[Any]):
    """A ground on which an item is decided; `cure` says what you can do, where you can."""

    code = GroundField()
    outcome = serializers.ChoiceField(choices=_values(Outcome))
    label = serializers.CharField()  # type: ignore[assignment]
    explanation = serializers.CharField()
    cure = serializers.CharField()
    senior_only = serializers.BooleanField(help_text="only a senior reviewer may cite it")


class ReasonsOut(serializers.Serializer[Any]):
    """Every code that a complaint or a decision carries."""

    policy_version = serializers.CharField()
    reasons = ReasonOut(many=True)
    not_ip_reasons = ReasonOut(many=True)
    grounds = GroundOut(many=True)


class DeclarationOut(serializers.Serializer[Any]):
    """A text in force; `sha256` is taken of `text` in UTF-8."""

    key = serializers.CharField()
    version = serializers.CharField()
    sha256 = serializers.CharField()
    statements = serializers.ListField(child=serializers.CharField())
    text = serializers.CharField()


class MandateOut(serializers.Serializer[Any]):
    """A person's leave to sign one version of a text in their name."""

    public_id = serializers.UUIDField()
    agency = PartyOut(allow_null=True, help_text="whose person gave it, where that is an agency")
    signatory = serializers.CharField()
    declaration = serializers.CharField()
    version = serializers.CharField()
    granted_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    in_force = serializers.BooleanField()


class ItemCountsOut(serializers.Serializer[Any]):
    """Items of a filed complaint by outcome."""

    items = serializers.IntegerField()
    open = serializers.IntegerField()
    accepted = serializers.IntegerField()
    rejected = serializers.IntegerField()


class ComplaintOut(serializers.Serializer[Any]):
    """A complaint of your organisation, as lists show it."""

    public_id = serializers.UUIDField()
    reference = serializers.CharField(allow_null=True)
    state = StateField()
    state_label = serializers.CharField()
    source = serializers.ChoiceField(choices=Complaint.Source.values)  # type: ignore[assignment]
    organisation = PartyOut(help_text="whose complaint it is: for an agency the principal")
    agency = PartyOut(allow_null=True, help_text="who files it for the organisation; null where it does so itself")
    right = serializers.UUIDField(allow_null=True)
    mark = serializers.CharField()
    reason = serializers.ChoiceField(choices=_values(Reason), allow_blank=True)
    counts = ItemCountsOut()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)


class EvidenceOut(serializers.Serializer[Any]):
    """A file of yours; size and hash are those of what you sent."""

    public_id = serializers.UUIDField()
    caption = serializers.CharField()
    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    added_at = serializers.DateTimeField()


class SignatureOut(serializers.Serializer[Any]):
    """Who signed which text; `notice_sha256` covers right, reason, explanation, items and evidence."""

    signatory = serializers.CharField()
    declaration = serializers.CharField()
    version = serializers.CharField()
    sha256 = serializers.CharField()
    notice_sha256 = serializers.CharField()
    mandate = serializers.UUIDField(allow_null=True)
    agency = PartyOut(allow_null=True, help_text="whose person signed, where that is an agency")
    signed_at = serializers.DateTimeField()


class ClockOut(serializers.Serializer[Any]):
    """A time that runs in a complaint, or ran. `kind` says in words what its number is.

    A `service_level` is ours: the law names no number. An `automatic` one acts by itself when it runs out, between
    `earliest_at`, where it is a window, and `due_at`; every other shows, reminds or reorders. Its days end in `zone`.
    """

    rule = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    basis = serializers.CharField(help_text="the law, empty for a rule of ours")
    effect = serializers.CharField(help_text="what comes of it when it runs out, in words")
    service_level = serializers.BooleanField()
    automatic = serializers.BooleanField()
    state = serializers.ChoiceField(choices=_values(ClockState))
    started_at = serializers.DateTimeField()
    earliest_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField()
    zone = serializers.CharField()
    paused_at = serializers.DateTimeField(allow_null=True)
    paused_why = serializers.CharField()
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_why = serializers.CharField()


class ComplaintDetailOut(ComplaintOut):
    """One complaint. `items` holds what a draft will report; once filed it is null and GET …/items has them.

    `clocks` are empty for a draft; those that run come first, the next to end on top.
    """

    version = serializers.IntegerField(allow_null=True, help_text="of a draft: counts up with every change")
    explanation = serializers.CharField()
    items = serializers.ListField(child=serializers.CharField(), allow_null=True)
    evidence = EvidenceOut(many=True)
    signature = SignatureOut(allow_null=True)
    clocks = ClockOut(many=True)


class ItemDecisionOut(serializers.Serializer[Any]):
    """The decision in force for an item; its reasons are in GET …/decisions."""

    public_id = serializers.UUIDField()
    reference = serializers.CharField()
    outcome = serializers.ChoiceField(choices=_values(Outcome))
    ground = GroundField()
    ground_label = serializers.CharField()
    decided_at = serializers.DateTimeField()


class MeasureOut(serializers.Serializer[Any]):
    """What is done to the target; `confirmed` means that it was read back from the marketplace."""

    action = serializers.ChoiceField(choices=_values(MeasureAction))
    label = serializers.CharField()  # type: ignore[assignment]
    state = serializers.ChoiceField(choices=_values(MeasureState))
    state_label = serializers.CharField()
    created_at = serializers.DateTimeField()
    confirmed_at = serializers.DateTimeField(allow_null=True)


class SnapshotOut(serializers.Serializer[Any]):
    """What the target looked like when you reported it. `sha256` covers content, picture_sha256 and taken_at."""

    sha256 = serializers.CharField()
    taken_at = serializers.DateTimeField()
    content = serializers.DictField()
    picture_sha256 = serializers.CharField(allow_null=True)


class ComplaintItemOut(serializers.Serializer[Any]):
    """One reported target with its own outcome."""

    id = serializers.IntegerField()
    line = serializers.IntegerField()
    state = serializers.ChoiceField(choices=_values(dict.fromkeys(ITEM_TOLD.values())))
    state_label = serializers.CharField()
    target = TargetOut()
    right = serializers.UUIDField(allow_null=True)
    decision = ItemDecisionOut(allow_null=True)
    measure = MeasureOut(allow_null=True)
    snapshot = SnapshotOut(allow_null=True)


class TimelineEventOut(serializers.Serializer[Any]):
    """Something that happened, oldest first; `items` are the ids concerned, empty when it was the whole complaint."""

    kind = serializers.CharField()
    at = serializers.DateTimeField()
    title = serializers.CharField()
    detail = serializers.CharField()
    items = serializers.ListField(child=serializers.IntegerField())


class MessageOut(serializers.Serializer[Any]):
    """One text between you and the desk; `answer_by` says until when a question waits."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=[Message.Kind.QUESTION.value, Message.Kind.ANSWER.value])
    text = serializers.CharField()
    items = serializers.ListField(child=serializers.IntegerField())
    created_at = serializers.DateTimeField()
    answer_by = serializers.DateTimeField(allow_null=True)


SOR = "the 35 fields of the EU Transparency Database, by name; the four restrictions are empty where nothing was done"


class StatementOut(serializers.Serializer[Any]):
    """The statement of reasons as it was sent to you."""

    public_id = serializers.UUIDField()
    text = serializers.CharField()
    sor = serializers.DictField(allow_null=True, help_text=SOR)
    answer_until = serializers.DateField()
    created_at = serializers.DateTimeField()


class DecisionOut(ItemDecisionOut):
    """A decision that has taken effect, with the statement of reasons made for you."""

    policy_version = serializers.CharField()
    policy_text = serializers.CharField(help_text="what that version says about the ground")
    missing_proof = serializers.CharField(help_text="what a rejection found lacking")
    supersedes = serializers.UUIDField(allow_null=True, help_text="the decision that this one replaced")
    items = serializers.ListField(child=serializers.IntegerField())
    statement = StatementOut()


class OpenFiguresOut(serializers.Serializer[Any]):
    """What is with the desk now; items that are not decided yet."""

    complaints = serializers.IntegerField()
    items = serializers.IntegerField()


class DecidedFiguresOut(serializers.Serializer[Any]):
    """Complaints decided since then, by outcome; what you took back is not counted."""

    since = serializers.DateTimeField()
    complaints = serializers.IntegerField()
    accepted = serializers.IntegerField()
    partially_accepted = serializers.IntegerField()
    rejected = serializers.IntegerField()


class WeekOut(serializers.Serializer[Any]):
    """Complaints decided in the week that begins on this day, in UTC."""

    monday = serializers.DateField()
    accepted = serializers.IntegerField()
    partially_accepted = serializers.IntegerField()
    rejected = serializers.IntegerField()


class WaitingOut(ComplaintOut):
    """A complaint with a question to you; `answer_by` says until when it waits."""

    answer_by = serializers.DateTimeField(allow_null=True)


class DashboardOut(serializers.Serializer[Any]):
    """Figures of your organisation. Medians are of four weeks, null where nothing was decided or removed.

    `weeks` are the last seven, oldest first; `waiting` holds at most 20 complaints, nearest `answer_by` first.
    """

    as_of = serializers.DateTimeField()
    open = OpenFiguresOut()
    decided = DecidedFiguresOut()
    median_seconds_to_decision = serializers.IntegerField(allow_null=True)
    median_seconds_to_removal = serializers.IntegerField(allow_null=True)
    weeks = WeekOut(many=True)
    waiting = WaitingOut(many=True)

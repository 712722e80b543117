"""Lines in the API: how one is sent, as words or as an object, and what the check before filing answers to it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from complaints.preflight import LEFT_OUT, MAX_ITEMS, READY, TO_CORRECT
from complaints.reasons import Ground
from portal.api.reading import StrictSerializer
from portal.marketplace import written
from portal.marketplace.models import TargetKind, TargetState
from portal.marketplace.times import LONGEST

LONGEST_LINE = 2_000
MOMENT = {
    "oneOf": [
        {"type": "string", "maxLength": 20, "description": "such as 12:30 or 00:12:30"},
        {"type": "integer", "minimum": 0, "maximum": LONGEST, "description": "seconds from the beginning"},
    ],
    "nullable": True,
}


# Codes that several shapes carry under several names say their values where they stand: one name cannot serve them all.
@extend_schema_field({"anyOf": [{"type": "string", "enum": [code.value for code in Ground]}]})
class GroundField(serializers.CharField):
    """The ground of a decision."""


def one_line(text: str) -> None:
    """Raises ValidationError for a text of more than one line: each element stands for one target."""
    if len(text.splitlines()) > 1:
        raise serializers.ValidationError(_("One link or id each; this one has a line break in it."), "line_break")


@extend_schema_field(MOMENT)
class MomentField(serializers.Field[Any, Any, Any, Any]):
    """A moment of a video or livestream: seconds, or words that the answer says it cannot read."""

    def to_internal_value(self, data: Any) -> str:
        if isinstance(data, bool) or not isinstance(data, int | str) or len(str(data)) > 20:
            raise serializers.ValidationError(_("Send seconds as a number, or words such as 00:12:30."), "invalid")
        return str(data)

    def to_representation(self, value: Any) -> Any:
        return value


class LineIn(StrictSerializer):
    """One target with its time and your note to the desk; `from` alone is a moment."""

    target = serializers.CharField(max_length=LONGEST_LINE, validators=[one_line])
    to = MomentField(required=False, allow_null=True)
    note = serializers.CharField(
        required=False, allow_blank=True, max_length=written.LONGEST_NOTE, validators=[one_line]
    )

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "from": MomentField(required=False, allow_null=True)}


LINE = {
    "oneOf": [
        {"type": "string", "maxLength": LONGEST_LINE},
        {
            "type": "object",
            "properties": {
                "target": {"type": "string", "maxLength": LONGEST_LINE},
                "from": MOMENT,
                "to": MOMENT,
                "note": {"type": "string", "maxLength": written.LONGEST_NOTE},
            },
            "required": ["target"],
            "additionalProperties": False,
        },
    ]
}


@extend_schema_field(LINE)
class LineField(serializers.Field[Any, Any, Any, Any]):
    """One line: a link or id, perhaps with a time behind it, or an object that says the same."""

    def __init__(self, *, blank: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.words: Any = (
            serializers.CharField(allow_blank=True, trim_whitespace=False)
            if blank
            else serializers.CharField(max_length=LONGEST_LINE, validators=[one_line])
        )

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, dict):
            return str(self.words.run_validation(data))
        reader = LineIn(data=data)
        reader.is_valid(raise_exception=True)
        said = reader.validated_data
        begin, end = (said.get(name) or "" for name in ("from", "to"))
        return str(written.of_cells(said["target"], begin, end, said.get("note", "")))

    def to_representation(self, value: Any) -> Any:
        return value


class TargetOut(serializers.Serializer[Any]):
    """An object of the marketplace; `state` is as we last knew it."""

    kind = serializers.ChoiceField(choices=TargetKind.values)
    marketplace_id = serializers.CharField()
    url = serializers.CharField()
    title = serializers.CharField()
    market = serializers.CharField()
    state = serializers.ChoiceField(choices=TargetState.values)


class LineOut(serializers.Serializer[Any]):
    """One answered line; `fate` says what becomes of it, `right` which right of yours it would lean on.

    `meant` is the id that was probably meant. `from_second` and `to_second` are counted from the beginning of a video
    or livestream.
    """

    number = serializers.IntegerField()
    text = serializers.CharField()
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    fate = serializers.ChoiceField(choices=[READY, LEFT_OUT, TO_CORRECT])
    hint = serializers.CharField()
    meant = serializers.CharField()
    target = TargetOut(allow_null=True)
    right = serializers.UUIDField(allow_null=True)
    from_second = serializers.IntegerField(allow_null=True)
    to_second = serializers.IntegerField(allow_null=True)
    note = serializers.CharField()


class CheckedLineOut(LineOut):
    """The same with the codes of the findings about it, and the rejections that are likely."""

    findings = serializers.ListField(child=serializers.CharField())
    likely_rejections = serializers.ListField(child=GroundField())


class LineCountsOut(serializers.Serializer[Any]):
    """Lines by fate."""

    ready = serializers.IntegerField()
    left_out = serializers.IntegerField()
    to_correct = serializers.IntegerField()


class ResolvedOut(serializers.Serializer[Any]):
    """Every line that is not blank, answered, in order."""

    counts = LineCountsOut()
    lines = LineOut(many=True)


class FindingOut(serializers.Serializer[Any]):
    """One finding of the check; `bad` stops the filing, `warn` makes a rejection likely or says what is left out.

    `lines` are the numbers of the lines concerned, empty where it is about the whole complaint. `field` is what to
    change in the draft to cure it, "" where that is elsewhere.
    """

    tone = serializers.ChoiceField(choices=["ok", "warn", "bad"])
    code = serializers.CharField()
    title = serializers.CharField()
    detail = serializers.CharField()
    lines = serializers.ListField(child=serializers.IntegerField())
    likely_rejection = GroundField(allow_null=True)
    cure = serializers.CharField()
    field = serializers.CharField()


class LikelyOut(serializers.Serializer[Any]):
    """A rejection that is likely as it stands: of which lines, because of which findings, and how to cure it."""

    ground = GroundField()
    label = serializers.CharField()  # type: ignore[assignment]
    lines = serializers.ListField(child=serializers.IntegerField())
    findings = serializers.ListField(child=serializers.CharField())
    cures = serializers.ListField(child=serializers.CharField())


class PreflightOut(serializers.Serializer[Any]):
    """What a reviewer would object to, before anything is sent; the page of a draft shows the same."""

    ready = serializers.BooleanField()
    findings = FindingOut(many=True)
    likely_rejections = LikelyOut(many=True)
    counts = LineCountsOut()
    lines = CheckedLineOut(many=True)


__all__ = [
    "LONGEST_LINE",
    "MAX_ITEMS",
    "FindingOut",
    "GroundField",
    "LikelyOut",
    "LineCountsOut",
    "LineField",
    "LineOut",
    "PreflightOut",
    "ResolvedOut",
    "TargetOut",
    "one_line",
]

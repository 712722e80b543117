"""What programs send about rights."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from brands.models import MarkKind, RightFileKind, RightKind, WorkType
from brands.registers.madrid import DESIGNATED_CODES
from brands.registers.offices import OFFICE_CODES
from brands.states import RightState
from portal.api.reading import StrictSerializer

LONGEST_GOODS = 20_000


def words(longest: int, **more: Any) -> serializers.CharField:
    """A text that may be left out."""
    return serializers.CharField(required=False, allow_blank=True, max_length=longest, default="", **more)


def day() -> serializers.DateField:
    """A day that may be left out."""
    return serializers.DateField(required=False, allow_null=True, default=None)


def codes(longest: int, text: str) -> serializers.ListField:
    """A list of short codes."""
    child = serializers.CharField(max_length=longest)
    return serializers.ListField(child=child, required=False, max_length=50, help_text=text, default=list)


class ClassIn(serializers.Serializer[Any]):
    """One class and the register's own words for it; the edition of the filing where none is named."""

    number = serializers.IntegerField(min_value=1, max_value=45)
    goods = words(LONGEST_GOODS)
    edition = words(20, help_text="Edition of the Nice Classification, such as 11-2017")


class DesignationIn(StrictSerializer):
    """One office that an international registration designates; without a date it is pending there."""

    office = serializers.ChoiceField(choices=DESIGNATED_CODES)
    registration_date = day()
    application_number = words(64)
    registration_number = words(64)


class WorkIn(StrictSerializer):
    """What only a copyright work has."""

    work_type = serializers.ChoiceField(choices=WorkType.values)
    authors = words(300)
    created_on = words(10, help_text="2019, 2019-05 or 2019-05-17")
    published_on = day()
    published_country = serializers.RegexField(r"^[A-Za-z]{2}$", required=False, allow_blank=True, default="")
    published_at_url = words(500)
    chain_of_title = words(2000)


class DesignIn(StrictSerializer):
    """What only a registered design has."""

    product = words(200)
    locarno_classes = codes(8, "Such as 02-04")
    designers = words(300)


class PatentIn(StrictSerializer):
    """What only a patent has."""

    publication_number = words(32)
    ipc_classes = codes(20, "Such as A43B 13/14")
    inventors = words(300)
    claims = words(10_000)


class RightIn(StrictSerializer):
    """A right as its holder declares it. `territories` left out takes those of the office, of a work every country.

    `kind` says which part belongs to it: `work`, `design` or `patent`. A mark with `international_number` and
    `designations` makes one right for each designated office.
    """

    kind = serializers.ChoiceField(choices=RightKind.values, default=RightKind.TRADEMARK.value)
    brand = serializers.UUIDField(help_text="public_id of one of your brands")
    office = serializers.ChoiceField(
        choices=OFFICE_CODES,
        required=False,
        allow_blank=True,
        default="",
        help_text="WIPO ST.3 code, see GET /offices; a work needs none, and of WO name the designations",
    )
    name = words(200, help_text="Title of a work or patent, name of a design")
    mark_kind = serializers.ChoiceField(choices=MarkKind.values, default=MarkKind.WORD.value)
    mark_text = words(200)
    description = words(2000, help_text="Of a sound, smell, colour or other mark")
    application_number = words(64)
    registration_number = words(64)
    international_number = words(64, help_text="WIPO's number of an international registration (Madrid)")
    designations = DesignationIn(many=True, required=False)
    owner_name = words(200)
    filing_date = day()
    registration_date = day()
    expiry_date = day()
    classes = ClassIn(many=True, required=False)
    territories = serializers.ListField(
        child=serializers.RegexField(r"^[A-Za-z]{2}$"), required=False, allow_null=True, max_length=250
    )
    work = WorkIn(required=False)
    design = DesignIn(required=False)
    patent = PatentIn(required=False)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """The part of the kind is there and no other; an office or designations, not both."""
        kind = data.get("kind", "") if not self.partial else ""
        part = {"copyright": "work", "design": "design", "patent": "patent"}.get(kind, "")
        if part and part not in data:
            raise serializers.ValidationError({part: _("This kind of right needs it.")}, "required")
        if not self.partial:
            for name in {"work", "design", "patent"} & set(data) - {part}:
                raise serializers.ValidationError({name: _("It belongs to another kind of right.")}, "not_of_this_kind")
        if data.get("designations") and data.get("office"):
            text = _("Name an office or designations, not both.")
            raise serializers.ValidationError({"office": text}, "office_or_designations")
        return data


class RightMultipartIn(RightIn):
    """The same for a mark as multipart form data, with the files; `classes` are numbers there, repeated."""

    classes = serializers.ListField(  # type: ignore[assignment]
        child=serializers.IntegerField(min_value=1, max_value=45), required=False, max_length=45
    )
    logo = serializers.FileField(required=False, help_text="PNG, JPEG or WEBP, up to 10 MB")
    certificate = serializers.FileField(required=False, help_text="PDF up to 20 MB, or a picture")
    designations = None  # type: ignore[assignment]
    work = None  # type: ignore[assignment]
    design = None  # type: ignore[assignment]
    patent = None  # type: ignore[assignment]


class RightPatchIn(RightIn):
    """The fields to change; `version` guards against somebody else's change in between."""

    designations = None  # type: ignore[assignment]
    version = serializers.IntegerField(required=False, min_value=1)


class VersionIn(StrictSerializer):
    """The version you looked at; left out, the newest is taken."""

    version = serializers.IntegerField(required=False, min_value=1)


class FileIn(StrictSerializer):
    """One file as multipart form data."""

    file = serializers.FileField()
    version = serializers.IntegerField(required=False, min_value=1)


class RightFileIn(FileIn):
    """One file and what it shows, as multipart form data."""

    kind = serializers.ChoiceField(choices=RightFileKind.values)


class BrandIn(StrictSerializer):
    """A name under which you sell."""

    name = serializers.CharField(max_length=120)


class RightsQuery(StrictSerializer):
    """Filters of the list of rights."""

    kind = serializers.ChoiceField(choices=RightKind.values, required=False)
    state = serializers.ChoiceField(choices=[state.value for state in RightState], required=False)
    office = serializers.ChoiceField(choices=OFFICE_CODES, required=False)
    search = serializers.CharField(required=False, max_length=100)


class RecordsQuery(StrictSerializer):
    """Which record: an office and one of its numbers, in whatever form it is typed."""

    office = serializers.ChoiceField(choices=OFFICE_CODES)
    number = serializers.CharField(max_length=64)

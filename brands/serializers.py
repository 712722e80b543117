"""What rights look like in the API, in and out. Writers read a declaration; readers are written by hand."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from brands.models import MarkKind
from brands.registers.compare import CheckResult
from brands.registers.offices import OFFICES
from brands.registers.statuses import RegisterStatus
from brands.states import RightState
from portal.api.reading import StrictSerializer

LONGEST_GOODS = 20_000


class ClassIn(serializers.Serializer[Any]):
    """One class and the register's own words for it."""

    number = serializers.IntegerField(min_value=1, max_value=45)
    goods = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_GOODS, default="")


class RightIn(StrictSerializer):
    """A trade mark as its holder declares it. `territories` left out takes those of the office."""

    brand = serializers.UUIDField(help_text="public_id of one of your brands")
    office = serializers.ChoiceField(choices=list(OFFICES), help_text="WIPO ST.3 code, see GET /offices")
    mark_kind = serializers.ChoiceField(choices=MarkKind.values, default=MarkKind.WORD.value)
    mark_text = serializers.CharField(required=False, allow_blank=True, max_length=200, default="")
    application_number = serializers.CharField(required=False, allow_blank=True, max_length=64, default="")
    registration_number = serializers.CharField(required=False, allow_blank=True, max_length=64, default="")
    owner_name = serializers.CharField(required=False, allow_blank=True, max_length=200, default="")
    filing_date = serializers.DateField(required=False, allow_null=True, default=None)
    registration_date = serializers.DateField(required=False, allow_null=True, default=None)
    expiry_date = serializers.DateField(required=False, allow_null=True, default=None)
    classes = ClassIn(many=True, required=False)
    territories = serializers.ListField(
        child=serializers.RegexField(r"^[A-Za-z]{2}$"), required=False, allow_null=True, max_length=250
    )


class RightMultipartIn(RightIn):
    """The same as multipart form data, with the files; `classes` are numbers there, repeated."""

    classes = serializers.ListField(  # type: ignore[assignment]
        child=serializers.IntegerField(min_value=1, max_value=45), required=False, max_length=45
    )
    logo = serializers.FileField(required=False, help_text="PNG, JPEG or WEBP, up to 10 MB")
    certificate = serializers.FileField(required=False, help_text="PDF up to 20 MB, or a picture")


class RightPatchIn(RightIn):
    """The fields to change; `version` guards against somebody else's change in between."""

    version = serializers.IntegerField(required=False, min_value=1)


class VersionIn(StrictSerializer):
    """The version you looked at; left out, the newest is taken."""

    version = serializers.IntegerField(required=False, min_value=1)


class FileIn(StrictSerializer):
    """One file as multipart form data."""

    file = serializers.FileField()
    version = serializers.IntegerField(required=False, min_value=1)


class FileOut(serializers.Serializer[Any]):
    """What is kept of a file: hash and size of the original."""

    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()


class UsableOut(serializers.Serializer[Any]):
    """Whether the right can carry a complaint today, and why."""

    ok = serializers.BooleanField()
    code = serializers.CharField()
    reason = serializers.CharField()


class ClassOut(serializers.Serializer[Any]):
    """One class of a right or record, with the edition it was declared in."""

    number = serializers.IntegerField()
    edition = serializers.CharField()
    goods = serializers.CharField()


class BrandOut(serializers.Serializer[Any]):
    """A brand of your organisation."""

    public_id = serializers.UUIDField()
    name = serializers.CharField()
    created_at = serializers.DateTimeField()


class BrandIn(StrictSerializer):
    """A name under which you sell."""

    name = serializers.CharField(max_length=120)


class RightOut(serializers.Serializer[Any]):
    """A right of your organisation."""

    public_id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=[state.value for state in RightState])
    state_reason = serializers.CharField()
    version = serializers.IntegerField()
    usable = UsableOut()
    brand = BrandOut()
    family = serializers.CharField()
    office = serializers.CharField()
    mark_kind = serializers.ChoiceField(choices=MarkKind.values)
    mark_text = serializers.CharField()
    application_number = serializers.CharField()
    registration_number = serializers.CharField()
    owner_name = serializers.CharField()
    filing_date = serializers.DateField(allow_null=True)
    registration_date = serializers.DateField(allow_null=True)
    expiry_date = serializers.DateField(allow_null=True)
    register_status = serializers.ChoiceField(choices=[status.value for status in RegisterStatus])
    register_as_of = serializers.DateField(allow_null=True)
    classes = ClassOut(many=True)
    territories = serializers.ListField(child=serializers.CharField())
    logo = FileOut(allow_null=True)
    certificate = FileOut(allow_null=True)
    submitted_at = serializers.DateTimeField(allow_null=True)
    verified_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class CheckLineOut(serializers.Serializer[Any]):
    """One compared fact; `agrees` is null where one side says nothing."""

    field = serializers.CharField()
    declared = serializers.CharField()
    register = serializers.CharField()
    agrees = serializers.BooleanField(allow_null=True)
    says = serializers.CharField()


class ProblemOut(serializers.Serializer[Any]):
    """One thing to correct before the desk can look at the right."""

    code = serializers.CharField()
    field = serializers.CharField()
    message = serializers.CharField()


class CheckOut(serializers.Serializer[Any]):
    """What was declared next to the register, and what is still missing."""

    result = serializers.ChoiceField(choices=[result.value for result in CheckResult])
    says = serializers.CharField()
    as_of = serializers.DateField(allow_null=True)
    source = serializers.CharField()  # type: ignore[assignment]
    lines = CheckLineOut(many=True)
    missing = ProblemOut(many=True)


class NumberOut(serializers.Serializer[Any]):
    """What one kind of number looks like."""

    pattern = serializers.CharField()
    example = serializers.CharField()


class OfficeOut(serializers.Serializer[Any]):
    """An office with its number forms and default territories; a strict office refuses other forms."""

    code = serializers.CharField()
    name = serializers.CharField()
    short = serializers.CharField()
    strict = serializers.BooleanField()
    same_number = serializers.BooleanField()
    application = NumberOut()
    registration = NumberOut()
    territories = serializers.ListField(child=serializers.CharField())


class NiceClassOut(serializers.Serializer[Any]):
    """A class of the edition in force."""

    number = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=["goods", "services"])
    title = serializers.CharField()
    scope = serializers.CharField()


class NiceOut(serializers.Serializer[Any]):
    """The edition in force and its 45 classes."""

    edition = serializers.CharField()
    classes = NiceClassOut(many=True)


class RecordOut(serializers.Serializer[Any]):
    """A register record: a claim of an office as of a day, and where it was seen."""

    st13 = serializers.CharField()
    office = serializers.CharField()
    application_number = serializers.CharField()
    registration_number = serializers.CharField()
    mark_text = serializers.CharField()
    mark_kind = serializers.ChoiceField(choices=MarkKind.values)
    status = serializers.CharField(help_text="One of the values of register_status of a right")
    as_of = serializers.DateField()
    filing_date = serializers.DateField(allow_null=True)
    registration_date = serializers.DateField(allow_null=True)
    expiry_date = serializers.DateField(allow_null=True)
    owner_name = serializers.CharField()
    classes = ClassOut(many=True)
    source = serializers.CharField()  # type: ignore[assignment]


class RightsQuery(StrictSerializer):
    """Filters of the list of rights."""

    state = serializers.ChoiceField(choices=[state.value for state in RightState], required=False)
    office = serializers.ChoiceField(choices=list(OFFICES), required=False)
    search = serializers.CharField(required=False, max_length=100)


class RecordsQuery(StrictSerializer):
    """Which record: an office and one of its numbers, in whatever form it is typed."""

    office = serializers.ChoiceField(choices=list(OFFICES))
    number = serializers.CharField(max_length=64)

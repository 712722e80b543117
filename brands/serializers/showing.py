"""What the API shows of rights, brands, offices and records."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from brands.models import Basis, MarkKind, RightFileKind, RightKind, WorkType
from brands.registers.compare import CheckResult
from brands.registers.statuses import RegisterStatus
from brands.states import RightState
from portal.api.parties import PartyOut


class FileOut(serializers.Serializer[Any]):
    """What is kept of a file: hash and size of the original."""

    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()


class RightFileOut(FileOut):
    """A file beside picture and certificate, and what it shows."""

    public_id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=RightFileKind.values)


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


class WorkOut(serializers.Serializer[Any]):
    """What only a copyright work has."""

    work_type = serializers.ChoiceField(choices=WorkType.values)
    authors = serializers.CharField()
    created_on = serializers.CharField()
    published_on = serializers.DateField(allow_null=True)
    published_country = serializers.CharField()
    published_at_url = serializers.CharField()
    chain_of_title = serializers.CharField()


class DesignOut(serializers.Serializer[Any]):
    """What only a registered design has."""

    product = serializers.CharField()
    locarno_classes = serializers.ListField(child=serializers.CharField())
    designers = serializers.CharField()


class PatentOut(serializers.Serializer[Any]):
    """What only a patent has."""

    publication_number = serializers.CharField()
    ipc_classes = serializers.ListField(child=serializers.CharField())
    inventors = serializers.CharField()
    claims = serializers.CharField()


class RightOut(serializers.Serializer[Any]):
    """A right of your organisation. `mark_kind` is "" for what is no mark; only its own part is there."""

    public_id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=RightKind.values)
    state = serializers.ChoiceField(choices=[state.value for state in RightState])
    state_reason = serializers.CharField()
    version = serializers.IntegerField()
    usable = UsableOut()
    organisation = PartyOut(help_text="whose right it is: for an agency the principal")
    brand = BrandOut()
    family = serializers.CharField()
    office = serializers.CharField()
    basis = serializers.ChoiceField(choices=Basis.values)
    name = serializers.CharField()
    mark_kind = serializers.ChoiceField(choices=MarkKind.values, allow_blank=True)
    mark_text = serializers.CharField()
    description = serializers.CharField()
    application_number = serializers.CharField()
    registration_number = serializers.CharField()
    international_number = serializers.CharField()
    owner_name = serializers.CharField()
    filing_date = serializers.DateField(allow_null=True)
    registration_date = serializers.DateField(allow_null=True)
    expiry_date = serializers.DateField(allow_null=True)
    register_status = serializers.ChoiceField(choices=[status.value for status in RegisterStatus])
    register_as_of = serializers.DateField(allow_null=True)
    classes = ClassOut(many=True)
    territories = serializers.ListField(child=serializers.CharField())
    work = WorkOut(allow_null=True)
    design = DesignOut(allow_null=True)
    patent = PatentOut(allow_null=True)
    logo = FileOut(allow_null=True)
    certificate = FileOut(allow_null=True)
    files = RightFileOut(many=True)
    submitted_at = serializers.DateTimeField(allow_null=True)
    verified_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class RightsOut(serializers.Serializer[Any]):
    """The rights of an international registration, one for each designated office."""

    results = RightOut(many=True)


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
    """What was declared next to the register, what is still missing, and what is only unusual."""

    result = serializers.ChoiceField(choices=[result.value for result in CheckResult])
    says = serializers.CharField()
    as_of = serializers.DateField(allow_null=True)
    source = serializers.CharField()  # type: ignore[assignment]
    lines = CheckLineOut(many=True)
    missing = ProblemOut(many=True)
    warnings = ProblemOut(many=True)


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


class OwnerOut(serializers.Serializer[Any]):
    """One owner of the chain; the highest sequence is the owner now, and joint owners share it."""

    name = serializers.CharField()
    role = serializers.CharField()
    sequence = serializers.IntegerField()
    country = serializers.CharField(help_text="Two letters, or empty where the office does not say")


class DesignCodeOut(serializers.Serializer[Any]):
    """A code of a figurative element: `scheme` is `vienna` or `US`, which look alike and are not the same."""

    scheme = serializers.CharField()
    code = serializers.CharField()


class RecordOut(serializers.Serializer[Any]):
    """A register record: a claim of an office as of a day, and where it was seen."""

    st13 = serializers.CharField()
    office = serializers.CharField()
    application_number = serializers.CharField()
    registration_number = serializers.CharField()
    international_number = serializers.CharField(help_text="Of a Madrid mark; it has a record for each office")
    basis = serializers.ChoiceField(choices=Basis.values)
    mark_text = serializers.CharField()
    mark_kind = serializers.ChoiceField(choices=MarkKind.values)
    status = serializers.CharField(help_text="One of the values of register_status of a right")
    status_code = serializers.CharField(help_text="The office's own code")
    status_text = serializers.CharField(help_text="The office's own words")
    status_date = serializers.DateField(allow_null=True)
    as_of = serializers.DateField(help_text="The day of this claim")
    read_at = serializers.DateTimeField(allow_null=True)
    publication_date = serializers.DateField(allow_null=True)
    filing_date = serializers.DateField(allow_null=True)
    registration_date = serializers.DateField(allow_null=True)
    expiry_date = serializers.DateField(allow_null=True)
    owner_name = serializers.CharField()
    owners = OwnerOut(many=True)
    design_codes = DesignCodeOut(many=True)
    classes = ClassOut(many=True)
    source = serializers.CharField()  # type: ignore[assignment]

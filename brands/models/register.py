"""What an office says about a mark: one row per ST.13 number, a claim with a date."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from brands.models.choices import Basis, MarkKind
from brands.querysets import RegisterRecordQuerySet
from brands.registers.offices import OFFICE_CHOICES
from brands.registers.statuses import STATUS_CHOICES, RegisterStatus


class RegisterRecord(models.Model):
    """A record of a trade mark register as seen on `as_of`; `source` says where it was seen.

    `owners` is the chain, earliest first, each {"name", "role", "sequence", "country"}; the last one is `owner_name`. A
    Madrid mark has one row for each designated office, with that office's status; its key is the ST.13 number of the
    international registration, a slash and the office.
    """

    st13 = models.CharField(_("ST.13 number"), max_length=32, unique=True)
    office = models.CharField(_("office"), max_length=2, choices=OFFICE_CHOICES)
    application_number = models.CharField(_("application number"), max_length=32, blank=True)
    registration_number = models.CharField(_("registration number"), max_length=32, blank=True)
    mark_text = models.CharField(_("words of the mark"), max_length=200, blank=True)
    mark_kind = models.CharField(_("kind of mark"), max_length=12, choices=MarkKind.choices, default=MarkKind.WORD)
    basis = models.CharField(_("basis"), max_length=10, choices=Basis.choices, default=Basis.NATIONAL)
    international_number = models.CharField(_("international registration"), max_length=16, blank=True)
    status = models.CharField(
        _("register status"), max_length=24, choices=STATUS_CHOICES, default=RegisterStatus.UNKNOWN.value
    )
    as_of = models.DateField(_("as of"))
    status_code = models.CharField(_("the office's own code"), max_length=40, blank=True)
    status_text = models.CharField(_("the office's own words"), max_length=300, blank=True)
    status_date = models.DateField(_("in this status since"), null=True, blank=True)
    filing_date = models.DateField(_("filed"), null=True, blank=True)
    publication_date = models.DateField(_("published"), null=True, blank=True)
    registration_date = models.DateField(_("registered"), null=True, blank=True)
    expiry_date = models.DateField(_("expires"), null=True, blank=True)
    owner_name = models.CharField(_("owner"), max_length=200, blank=True)
    former_owners = models.JSONField(_("earlier owners"), default=list, blank=True)
    owners = models.JSONField(_("chain of owners"), default=list, blank=True)
    design_codes = models.JSONField(_("codes of figurative elements"), default=list, blank=True)
    source = models.CharField(_("source"), max_length=300)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    facts_sha256 = models.CharField(max_length=64, blank=True, editable=False)

    objects = RegisterRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("register record")
        verbose_name_plural = _("register records")
        indexes = [
            models.Index(fields=["office", "application_number"], name="record_by_application"),
            models.Index(fields=["office", "registration_number"], name="record_by_registration"),
            models.Index(
                fields=["international_number"], name="record_by_international", condition=~Q(international_number="")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=[s.value for s in RegisterStatus]), name="record_status_is_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.registration_number or self.application_number} {self.mark_text}".strip()


class RecordClass(models.Model):
    """One Nice class of a record, in the edition of its filing, with the register's own words."""

    record = models.ForeignKey(RegisterRecord, on_delete=models.CASCADE, related_name="classes")
    number = models.PositiveSmallIntegerField(_("class"))
    edition = models.CharField(_("edition"), max_length=20, blank=True)
    goods = models.TextField(_("goods and services"), blank=True)

    class Meta:
        verbose_name = _("class of a record")
        verbose_name_plural = _("classes of a record")
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="record_class_once"),
            models.CheckConstraint(condition=models.Q(number__range=(1, 45)), name="record_class_is_nice"),
        ]

    def __str__(self) -> str:
        return str(self.number)


class RegisterReading(models.Model):
    """One time that we read a record: what was said then, kept for good, so that each claim has a date and a source."""

    class Result(models.TextChoices):
        NEW = "new", _("New record")
        SAME = "same", _("Nothing changed")
        CHANGED = "changed", _("Changed")
        OLDER = "older", _("Older than what we hold; not taken over")
        REFUSED = "refused", _("Not taken over")

    record = models.ForeignKey(RegisterRecord, on_delete=models.PROTECT, related_name="readings")
    read_at = models.DateTimeField(_("read"))
    as_of = models.DateField(_("as of"))
    status = models.CharField(_("register status"), max_length=24, choices=STATUS_CHOICES)
    format = models.CharField(_("format"), max_length=20)
    source = models.CharField(_("source"), max_length=300)
    result = models.CharField(_("result"), max_length=8, choices=Result.choices)
    facts = models.JSONField(_("facts"), default=dict)
    facts_sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("reading of a register")
        verbose_name_plural = _("readings of registers")
        indexes = [models.Index(fields=["record", "-read_at", "-id"], name="reading_by_record")]

    def __str__(self) -> str:
        return f"{self.record_id} {self.as_of} {self.result}"


class OfficeCall(models.Model):
    """The pace at which an office is asked: one row an office, locked while a slot is taken."""

    office = models.CharField(_("office"), max_length=2, unique=True, choices=OFFICE_CHOICES)
    minute = models.DateTimeField(_("minute"))
    calls = models.PositiveIntegerField(_("calls in this minute"), default=0)
    recent = models.JSONField(_("times of these calls"), default=list, blank=True)
    closed_until = models.DateTimeField(_("not asked before"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("pace of an office")
        verbose_name_plural = _("pace of offices")

    def __str__(self) -> str:
        return self.office

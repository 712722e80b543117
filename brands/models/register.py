"""What an office says about a mark: one row per ST.13 number, a claim with a date."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from brands.models.choices import MarkKind
from brands.querysets import RegisterRecordQuerySet
from brands.registers.offices import OFFICE_CHOICES
from brands.registers.statuses import STATUS_CHOICES, RegisterStatus


class RegisterRecord(models.Model):
    """A genuine record of a trade mark register as seen on `as_of`; `source` says where it was seen."""

    st13 = models.CharField(_("ST.13 number"), max_length=32, unique=True)
    office = models.CharField(_("office"), max_length=2, choices=OFFICE_CHOICES)
    application_number = models.CharField(_("application number"), max_length=32, blank=True)
    registration_number = models.CharField(_("registration number"), max_length=32, blank=True)
    mark_text = models.CharField(_("words of the mark"), max_length=200, blank=True)
    mark_kind = models.CharField(_("kind of mark"), max_length=12, choices=MarkKind.choices, default=MarkKind.WORD)
    status = models.CharField(
        _("register status"), max_length=24, choices=STATUS_CHOICES, default=RegisterStatus.UNKNOWN.value
    )
    as_of = models.DateField(_("as of"))
    filing_date = models.DateField(_("filed"), null=True, blank=True)
    registration_date = models.DateField(_("registered"), null=True, blank=True)
    expiry_date = models.DateField(_("expires"), null=True, blank=True)
    owner_name = models.CharField(_("owner"), max_length=200, blank=True)
    former_owners = models.JSONField(_("earlier owners"), default=list, blank=True)
    source = models.CharField(_("source"), max_length=300)

    objects = RegisterRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("register record")
        verbose_name_plural = _("register records")
        indexes = [
            models.Index(fields=["office", "application_number"], name="record_by_application"),
            models.Index(fields=["office", "registration_number"], name="record_by_registration"),
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

"""An organisation's claim on a mark: what it declared, what the desk found, and whether it can be used today."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from brands.models.brand import Brand, MarkFamily
from brands.models.choices import MarkKind, RightKind
from brands.models.register import RegisterRecord
from brands.querysets import IPRightQuerySet
from brands.registers.nice import title_of
from brands.registers.offices import OFFICE_CHOICES, office_named
from brands.registers.statuses import STATUS_CHOICES, RegisterStatus
from brands.registers.territories import country_name
from brands.registers.usability import Standing, Usability, judge
from brands.states import STATE_CHOICES, STATE_TONES, RightState

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

__all__ = ["IPRight", "MarkKind", "RightClass", "RightKind", "RightTerritory", "Usability", "Verification"]


class IPRight(models.Model):
    """One organisation, one mark in one register. Only brands/registry.py writes `state`."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="rights")
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="rights")
    family = models.ForeignKey(MarkFamily, on_delete=models.PROTECT, related_name="rights")
    kind = models.CharField(_("kind"), max_length=12, choices=RightKind.choices, default=RightKind.TRADEMARK)
    record = models.ForeignKey(
        RegisterRecord, null=True, blank=True, on_delete=models.PROTECT, related_name="rights", verbose_name=_("record")
    )

    office = models.CharField(_("office"), max_length=2, choices=OFFICE_CHOICES)
    application_number = models.CharField(_("application number"), max_length=32, blank=True)
    registration_number = models.CharField(_("registration number"), max_length=32, blank=True)
    application_number_typed = models.CharField(max_length=64, blank=True, editable=False)
    registration_number_typed = models.CharField(max_length=64, blank=True, editable=False)
    mark_text = models.CharField(_("words of the mark"), max_length=200, blank=True)
    mark_kind = models.CharField(_("kind of mark"), max_length=12, choices=MarkKind.choices, default=MarkKind.WORD)
    logo = models.ForeignKey("files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    certificate = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    filing_date = models.DateField(_("filed"), null=True, blank=True)
    registration_date = models.DateField(_("registered"), null=True, blank=True)
    expiry_date = models.DateField(_("expires"), null=True, blank=True)
    owner_name = models.CharField(_("owner as in the register"), max_length=200, blank=True)

    register_status = models.CharField(
        _("register status"), max_length=24, choices=STATUS_CHOICES, default=RegisterStatus.UNKNOWN.value
    )
    register_as_of = models.DateField(_("as of"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=STATE_CHOICES, default=RightState.DRAFT.value)
    state_reason = models.TextField(_("reason"), blank=True)
    submitted_at = models.DateTimeField(_("sent to the desk"), null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("entered"))
    version = models.PositiveIntegerField(default=1)

    objects = IPRightQuerySet.as_manager()

    if TYPE_CHECKING:
        classes: RelatedManager[RightClass]
        territories: RelatedManager[RightTerritory]
        verifications: RelatedManager[Verification]

    class Meta:
        verbose_name = _("right")
        verbose_name_plural = _("rights")
        indexes = [
            models.Index(fields=["organisation", "state"], name="right_by_organisation"),
            models.Index(fields=["state", "submitted_at", "id"], name="right_queue"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "record"], condition=Q(record__isnull=False), name="right_once_per_record"
            ),
            models.UniqueConstraint(
                fields=["organisation", "office", "application_number"],
                condition=~Q(application_number=""),
                name="right_once_per_application",
            ),
            models.UniqueConstraint(
                fields=["organisation", "office", "registration_number"],
                condition=~Q(registration_number=""),
                name="right_once_per_registration",
            ),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in RightState]), name="right_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state=RightState.REJECTED.value) | ~Q(state_reason=""), name="right_rejected_with_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state=RightState.APPROVED.value) | Q(verified_at__isnull=False, certificate__isnull=False),
                name="right_approved_is_verified",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.office_short} {self.number}".strip().rstrip(",")

    @property
    def title(self) -> str:
        """The words of the mark, or the family's name for a picture without words."""
        return self.mark_text or self.family.name

    @property
    def number(self) -> str:
        """The number people quote: of the registration, else of the application."""
        return self.registration_number or self.application_number

    @property
    def office_short(self) -> str:
        office = office_named(self.office)
        return office.short if office else self.office

    @property
    def tone(self) -> str:
        """The badge tone of the state."""
        return STATE_TONES[RightState(self.state)]

    @property
    def may_edit(self) -> bool:
        """Whether the state lets its organisation change what it declared."""
        return self.state in {RightState.DRAFT, RightState.REJECTED}

    def usable(self, today: date) -> Usability:
        """Whether this right can carry a complaint on `today`, with a code and a plain reason."""
        return judge(
            Standing(
                state=RightState(self.state),
                status=self.register_status,
                as_of=self.register_as_of,
                registration_date=self.registration_date,
                expiry_date=self.expiry_date,
                checked_on=self.verified_at.date() if self.verified_at else None,
                office=self.office,
            ),
            today,
        )


class RightClass(models.Model):
    """One Nice class that the right covers, in the edition it was declared in."""

    right = models.ForeignKey(IPRight, on_delete=models.CASCADE, related_name="classes")
    number = models.PositiveSmallIntegerField(_("class"))
    edition = models.CharField(_("edition"), max_length=20, blank=True)
    goods = models.TextField(_("goods and services"), blank=True)

    class Meta:
        verbose_name = _("class of a right")
        verbose_name_plural = _("classes of a right")
        constraints = [
            models.UniqueConstraint(fields=["right", "number"], name="right_class_once"),
            models.CheckConstraint(condition=Q(number__range=(1, 45)), name="right_class_is_nice"),
        ]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def title(self) -> str:
        """The short title of the class."""
        return title_of(self.number)


class RightTerritory(models.Model):
    """One country where the right is in force; a union right has a row for each of its countries."""

    right = models.ForeignKey(IPRight, on_delete=models.CASCADE, related_name="territories")
    country = models.CharField(_("country"), max_length=2, db_index=True)

    class Meta:
        verbose_name = _("territory of a right")
        verbose_name_plural = _("territories of a right")
        constraints = [models.UniqueConstraint(fields=["right", "country"], name="right_territory_once")]

    def __str__(self) -> str:
        return self.country

    @property
    def country_name(self) -> str:
        """The country in the reader's language."""
        return country_name(self.country)


class Verification(models.Model):
    """What the desk decided about a right, kept for good; a later one follows it, never edits it."""

    class Outcome(models.TextChoices):
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")

    right = models.ForeignKey(IPRight, on_delete=models.PROTECT, related_name="verifications")
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices)
    reason = models.TextField(_("reason"), blank=True)
    salt = models.CharField(max_length=64, blank=True, editable=False)
    register_result = models.CharField(_("register comparison"), max_length=16, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("decided"))

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        constraints = [
            models.CheckConstraint(condition=~Q(outcome="rejected") | ~Q(reason=""), name="rejection_has_a_reason")
        ]

    def __str__(self) -> str:
        return f"{self.right_id} {self.outcome}"

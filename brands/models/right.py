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
from brands.models.choices import Basis, MarkKind, RightKind
from brands.models.register import RegisterRecord
from brands.querysets import IPRightQuerySet
from brands.registers.nice import LATER_NAMED, edition_at, title_of
from brands.registers.offices import OFFICE_CHOICES, WORK_REGISTRIES, office_named
from brands.registers.statuses import STATUS_CHOICES, RegisterStatus
from brands.registers.territories import EVERYWHERE, country_name
from brands.registers.usability import Standing, Usability, judge
from brands.states import STATE_CHOICES, STATE_TONES, RightState

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from brands.models.parts import RightFile
    from brands.models.renewal import Renewal


class SuspendedFor(models.TextChoices):
    """What suspended a right; only what the register did, the register can undo."""

    REGISTER = "register", _("The register")
    DESK = "desk", _("The desk")
    CONFLICT = "conflict", _("Another organisation's claim")


class IPRight(models.Model):
    """One organisation, one mark, work, design or patent, in one register. Only brands/registry/ writes `state`.

    A Madrid mark has a row for each designated office; they share `international_number`.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="rights")
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="rights")
    family = models.ForeignKey(MarkFamily, on_delete=models.PROTECT, related_name="rights")
    kind = models.CharField(_("kind"), max_length=12, choices=RightKind.choices, default=RightKind.TRADEMARK)
    record = models.ForeignKey(
        RegisterRecord, null=True, blank=True, on_delete=models.PROTECT, related_name="rights", verbose_name=_("record")
    )

    office = models.CharField(_("office"), max_length=2, choices=OFFICE_CHOICES, blank=True)
    basis = models.CharField(_("basis"), max_length=10, choices=Basis.choices, default=Basis.NATIONAL)
    international_number = models.CharField(_("international registration"), max_length=16, blank=True)
    name = models.CharField(_("title"), max_length=200, blank=True)
    application_number = models.CharField(_("application number"), max_length=32, blank=True)
    registration_number = models.CharField(_("registration number"), max_length=32, blank=True)
    application_number_typed = models.CharField(max_length=64, blank=True, editable=False)
    registration_number_typed = models.CharField(max_length=64, blank=True, editable=False)
    mark_text = models.CharField(_("words of the mark"), max_length=200, blank=True)
    mark_kind = models.CharField(_("kind of mark"), max_length=12, choices=MarkKind.choices, default=MarkKind.WORD)
    description = models.TextField(_("description"), max_length=2000, blank=True)
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
    register_expiry = models.DateField(_("expires by the register"), null=True, blank=True)
    other_owner = models.CharField(_("another owner in the register"), max_length=200, blank=True)
    other_owner_at = models.DateTimeField(_("another owner found"), null=True, blank=True)
    accepted_owner = models.CharField(_("other owner that the desk accepted"), max_length=200, blank=True)
    duplicate_of = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="duplicates",
        verbose_name=_("same mark as"),
    )
    state = models.CharField(_("state"), max_length=12, choices=STATE_CHOICES, default=RightState.DRAFT.value)
    state_reason = models.TextField(_("reason"), blank=True)
    suspended_for = models.CharField(_("suspended by"), max_length=10, choices=SuspendedFor.choices, blank=True)
    submitted_at = models.DateTimeField(_("sent to the desk"), null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    checked_at = models.DateTimeField(_("last compared with the register"), null=True, blank=True)
    check_result = models.CharField(_("last comparison"), max_length=20, blank=True)
    check_detail = models.CharField(_("what it said"), max_length=300, blank=True)
    next_check_at = models.DateTimeField(_("next comparison"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("entered"))
    version = models.PositiveIntegerField(default=1)

    objects = IPRightQuerySet.as_manager()

    if TYPE_CHECKING:
        classes: RelatedManager[RightClass]
        files: RelatedManager[RightFile]
        renewals: RelatedManager[Renewal]
        conflicts: RelatedManager[RightConflict]
        territories: RelatedManager[RightTerritory]
        verifications: RelatedManager[Verification]

    class Meta:
        verbose_name = _("right")
        verbose_name_plural = _("rights")
        indexes = [
            models.Index(fields=["organisation", "state"], name="right_by_organisation"),
            models.Index(fields=["state", "submitted_at", "id"], name="right_queue"),
            models.Index(fields=["organisation", "-created_at", "-id"], name="right_newest"),
            models.Index(
                fields=["next_check_at", "id"], name="right_to_check", condition=Q(next_check_at__isnull=False)
            ),
            models.Index(fields=["office", "registration_number"], name="right_by_registration"),
            models.Index(fields=["office", "application_number"], name="right_by_application"),
            models.Index(fields=["submitted_at", "id"], name="right_differs", condition=~Q(other_owner="")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "record"], condition=Q(record__isnull=False), name="right_once_per_record"
            ),
            models.UniqueConstraint(
                fields=["organisation", "kind", "office", "application_number"],
                condition=~Q(application_number=""),
                name="right_once_per_application",
            ),
            models.UniqueConstraint(
                fields=["organisation", "kind", "office", "registration_number"],
                condition=~Q(registration_number=""),
                name="right_once_per_registration",
            ),
            models.UniqueConstraint(
                fields=["organisation", "kind", "office", "international_number"],
                condition=~Q(international_number=""),
                name="right_once_per_designation",
            ),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in RightState]), name="right_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state=RightState.REJECTED.value) | ~Q(state_reason=""), name="right_rejected_with_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[RightState.APPROVED.value, RightState.SUSPENDED.value])
                | Q(verified_at__isnull=False),
                name="right_approved_is_verified",
            ),
            models.CheckConstraint(
                condition=~Q(state=RightState.APPROVED.value) | Q(certificate__isnull=False) | Q(kind="copyright"),
                name="right_approved_has_certificate",
            ),
            models.CheckConstraint(
                condition=~Q(state=RightState.SUSPENDED.value) | ~Q(state_reason=""), name="right_suspended_with_reason"
            ),
            models.CheckConstraint(condition=~Q(office="") | Q(kind="copyright"), name="right_has_an_office"),
            models.CheckConstraint(
                condition=Q(other_owner="", other_owner_at__isnull=True)
                | (~Q(other_owner="") & Q(other_owner_at__isnull=False)),
                name="right_other_owner_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(duplicate_of__isnull=True) | Q(record__isnull=True), name="right_duplicate_has_no_record"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.place}" if self.place else self.title

    @property
    def title(self) -> str:
        """The words of the mark, the title of a work, design or patent, or the family's name for a bare picture."""
        return self.mark_text or self.name or self.family.name

    @property
    def number(self) -> str:
        """The number people quote: of the registration, else of the application, else of the international one."""
        return self.registration_number or self.application_number or self.international_number

    def declared_number(self, name: str) -> str:
        """What was declared in the column of this name: "" where the office's rule or WIPO's number filled it."""
        typed = str(getattr(self, f"{name}_typed"))
        return str(getattr(self, name)) or typed if typed else ""

    def shown_number(self, name: str) -> str:
        """The number in the office's form; what was typed where it cannot be read."""
        return str(getattr(self, name) or getattr(self, f"{name}_typed"))

    @property
    def office_short(self) -> str:
        if self.kind == RightKind.COPYRIGHT and self.office in WORK_REGISTRIES:
            return WORK_REGISTRIES[self.office]
        office = office_named(self.office)
        return office.short if office else self.office

    @property
    def place(self) -> str:
        """Office and number, "EUIPO 018228224"; "" for a work that is in no register."""
        return f"{self.office_short} {self.number}".strip()

    @property
    def kind_label(self) -> str:
        """What sort of right it is, in words: of a mark its kind of mark, such as "Word mark"."""
        shown = self.get_mark_kind_display() if self.kind == RightKind.TRADEMARK else self.get_kind_display()
        return str(shown)

    @property
    def is_mark(self) -> bool:
        """Whether it is a trade mark: only these are compared with a register record and have Nice classes."""
        return self.kind == RightKind.TRADEMARK

    @property
    def is_madrid(self) -> bool:
        """Whether it is one designation of an international registration."""
        return self.basis == Basis.MADRID

    @property
    def is_everywhere(self) -> bool:
        """Whether it holds in every country, as a copyright work usually does."""
        return len(self.territories.all()) >= len(EVERYWHERE)

    @property
    def tone(self) -> str:
        """The badge tone of the state."""
        return STATE_TONES[RightState(self.state)]

    @property
    def may_edit(self) -> bool:
        """Whether the state lets its organisation change what it declared."""
        return self.state in {RightState.DRAFT, RightState.REJECTED}

    @property
    def claimed_record(self) -> RegisterRecord | None:
        """The record that it claims: its own link, or that of the organisation's first right on the same mark."""
        return self.duplicate_of.record if self.duplicate_of is not None else self.record

    @property
    def ends_on(self) -> date | None:
        """The last day of its term: the earlier of what was declared and what the register says."""
        return min((day for day in (self.expiry_date, self.register_expiry) if day is not None), default=None)

    @property
    def in_conflict(self) -> bool:
        """Whether another organisation claims it too, and nobody has settled that yet; asks the database."""
        return self.conflicts.filter(state=RightConflict.State.OPEN).exists()

    @property
    def further_views(self) -> list[RightFile]:
        """The registered views beside the first, which is the picture of the right, in their order."""
        views = sorted((row for row in self.files.all() if row.kind == "view"), key=lambda row: (row.place, row.pk))
        return views[1:] if self.logo_id else views

    def usable(self, today: date) -> Usability:
        """Whether this right can carry a complaint on `today`, with a code and a plain reason."""
        return self._judged(RightState(self.state), today, self.other_owner)

    def in_force(self, today: date) -> Usability:
        """What register and calendar alone say on `today`, whatever the desk has decided."""
        return self._judged(RightState.APPROVED, today)

    def _judged(self, state: RightState, today: date, other_owner: str = "") -> Usability:
        return judge(
            Standing(
                state=state,
                status=self.register_status,
                as_of=self.register_as_of,
                registration_date=self.registration_date,
                expiry_date=self.ends_on,
                other_owner=other_owner,
                checked_on=self.verified_at.date() if self.verified_at else None,
                office=self.office,
                kind=self.kind,
                has_record=(self.record_id or self.duplicate_of_id) is not None,
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
    def edition_shown(self) -> str:
        """The edition as people read it: where nobody named one, that of the filing."""
        if self.edition == LATER_NAMED and self.right.filing_date is not None:
            return edition_at(self.right.filing_date)
        return self.edition

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
        SUSPENDED = "suspended", _("Suspended")
        REINSTATED = "reinstated", _("In force again")
        CONFIRMED = "confirmed", _("Other owner accepted")

    right = models.ForeignKey(IPRight, on_delete=models.PROTECT, related_name="verifications")
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    reason = models.TextField(_("reason"), blank=True)
    salt = models.CharField(max_length=64, blank=True, editable=False)
    register_result = models.CharField(_("register comparison"), max_length=16, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("decided"))

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome__in=["rejected", "suspended"]) | ~Q(reason=""), name="rejection_has_a_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.right_id} {self.outcome}"


class RightConflict(models.Model):
    """Two organisations claim one mark; staff settle it, and what was verified first stays in force meanwhile."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        SETTLED = "settled", _("Settled")

    office = models.CharField(_("office"), max_length=2, choices=OFFICE_CHOICES)
    number = models.CharField(_("number"), max_length=32)
    record = models.ForeignKey(
        RegisterRecord, null=True, blank=True, on_delete=models.PROTECT, related_name="conflicts"
    )
    rights = models.ManyToManyField(IPRight, related_name="conflicts", verbose_name=_("rights"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    found_at = models.DateTimeField(_("found"))
    kept = models.ManyToManyField(IPRight, related_name="+", blank=True, verbose_name=_("may go on"))
    reason = models.TextField(_("reason"), blank=True)
    salt = models.CharField(max_length=64, blank=True, editable=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    class Meta:
        verbose_name = _("conflict")
        verbose_name_plural = _("conflicts")
        constraints = [
            models.UniqueConstraint(
                fields=["office", "number"], condition=Q(state="open"), name="conflict_open_once_per_number"
            ),
            models.CheckConstraint(
                condition=Q(state="open", settled_at__isnull=True)
                | (Q(state="settled", settled_at__isnull=False) & ~Q(reason="")),
                name="conflict_settled_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.number}"

"""A decision, what it does to targets, and what each side is told."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints import reasons, states
from complaints.querysets import MeasureQuerySet, StatementQuerySet
from complaints.sor.showing import Shown, in_words
from portal.marketplace.connectors.base import MeasureAction

MEASURE_LABELS = {
    MeasureAction.LISTING_REMOVED: _("Listing removed"),
    MeasureAction.VIDEO_REMOVED: _("Video removed"),
    MeasureAction.LIVESTREAM_INTERRUPTED: _("Livestream interrupted"),
    MeasureAction.CREATOR_PERMISSION_REVOKED: _("Creator permission revoked"),
    MeasureAction.STORE_DEACTIVATED: _("Store deactivated"),
}
REVERSED_LABELS = {
    MeasureAction.LISTING_REMOVED: _("Listing put back"),
    MeasureAction.VIDEO_REMOVED: _("Video put back"),
    MeasureAction.LIVESTREAM_INTERRUPTED: _("Livestream allowed again"),
    MeasureAction.CREATOR_PERMISSION_REVOKED: _("Creator permission given back"),
    MeasureAction.STORE_DEACTIVATED: _("Store opened again"),
}


class Decision(models.Model):
    """One outcome with its ground and text, for one or many items of one complaint. Written once, never edited.

    `policy_text` is what the policy said about the ground, as shown; `missing_proof` what a rejection found lacking. A
    later decision `supersedes` an earlier one.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    complaint = models.ForeignKey("complaints.Complaint", on_delete=models.PROTECT, related_name="decisions")
    items = models.ManyToManyField("complaints.Item", related_name="decisions")
    outcome = models.CharField(max_length=10, choices=[(code.value, code.value) for code in reasons.Outcome])
    ground = models.CharField(
        max_length=6,
        choices=[(code.value, f"{code.value} {text.label}") for code, text in reasons.GROUNDS.items()],
    )
    policy_version = models.CharField(max_length=20)
    policy_text = models.TextField(max_length=1000, blank=True)
    supersedes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="superseded_by")
    text = models.TextField(max_length=5000)
    missing_proof = models.TextField(max_length=1000, blank=True)
    salt = models.CharField(max_length=64)
    needs_second = models.BooleanField(default=False)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="decisions")
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="accepted", ground__startswith="C-")
                | Q(outcome="rejected", ground__startswith="R-"),
                name="decision_ground_fits_outcome",
            )
        ]
        indexes = [models.Index(fields=["decided_by", "decided_at"], name="decision_by_person")]

    def __str__(self) -> str:
        return f"{self.complaint}: {self.ground}"

    @property
    def reference(self) -> str:
        return f"D-{self.decided_at:%Y}-{self.pk:06d}"

    @property
    def policy_words(self) -> str:
        """What the policy said about the ground when this was decided, in the reader's language where there is one."""
        return gettext(self.policy_text) if self.policy_text else str(self.ground_text.plain)

    @property
    def ground_text(self) -> reasons.GroundText:
        return reasons.GROUNDS[reasons.Ground(self.ground)]


class Measure(models.Model):
    """What a decision does to one target, and how far the marketplace has got with it.

    One that `reverses` another puts back what that one did; `action` names then what is put back.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="measures")
    item = models.ForeignKey("complaints.Item", on_delete=models.PROTECT, related_name="measures")
    target = models.ForeignKey("marketplace.Target", on_delete=models.PROTECT, related_name="measures")
    action = models.CharField(max_length=30, choices=[(code.value, label) for code, label in MEASURE_LABELS.items()])
    state = models.CharField(
        max_length=12,
        default=states.MeasureState.PENDING,
        choices=[(code.value, shown.label) for code, shown in states.MEASURE_SHOWN.items()],
    )
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")
    attempt = models.PositiveIntegerField(default=1)
    detail = models.CharField(max_length=300, blank=True)
    receipt = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    check_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "item"],
                condition=Q(reverses__isnull=True),
                name="measure_once_per_decision_item",
            )
        ]
        indexes = [
            models.Index(
                fields=["state", "check_at"],
                condition=~Q(state__in=["confirmed", "settled"]),
                name="measure_unfinished",
            )
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.target}"

    @property
    def shown(self) -> states.Shown:
        return states.MEASURE_SHOWN[states.MeasureState(self.state)]

    @property
    def label(self) -> str:
        labels = REVERSED_LABELS if self.reverses_id else MEASURE_LABELS
        return str(labels[MeasureAction(self.action)])

    @property
    def can_be_mended(self) -> bool:
        return self.state in {
            states.MeasureState.REFUSED,
            states.MeasureState.PARTIAL,
            states.MeasureState.CONTRADICTED,
        }


class StatementOfReasons(models.Model):
    """What one side is told about one decision: the text as sent, kept as sent.

    `fields` are those of the EU Transparency Database's schema (complaints/sor), `puid` the number of the row there.
    """

    class Side(models.TextChoices):
        COMPLAINANT = "complainant", _("Complainant")
        RESPONDENT = "respondent", _("Respondent")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="statements")
    side = models.CharField(max_length=12, choices=Side.choices)
    account = models.ForeignKey(
        "marketplace.Account", on_delete=models.PROTECT, null=True, related_name="statements_of_reasons"
    )
    text = models.TextField()
    puid = models.CharField(max_length=60, null=True, unique=True)
    fields: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = models.JSONField(null=True)
    answer_until = models.DateField()
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement of reasons")
        verbose_name_plural = _("statements of reasons")
        constraints = [
            models.UniqueConstraint(fields=["decision", "side", "account"], name="statement_once_per_side"),
            models.CheckConstraint(
                condition=Q(side="complainant", account__isnull=True) | Q(side="respondent", account__isnull=False),
                name="statement_side_has_account",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision} to {self.side}"

    @property
    def shown_fields(self) -> list[Shown]:
        """The fields of the EU schema in words; none for a statement of before they were kept."""
        return in_words(self.fields or {})

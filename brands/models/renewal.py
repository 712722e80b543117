"""Renewals: what was declared to be renewed, which reminder went out, and the secret feed of a calendar."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from brands.models.right import IPRight
from brands.querysets import RenewalQuerySet
from brands.registers.renewals import LABELS, RENEWING
from brands.states import RENEWAL_CHOICES, RENEWAL_TONES, RenewalState

RULE_CHOICES = list(LABELS.items())
STANDING = (RenewalState.ASKED.value, RenewalState.ACCEPTED.value)


class Renewal(models.Model):
    """A deadline that its holder says was kept, with the proof; the right itself changes when the desk accepts it.

    `new_expiry` is there for what moves the expiry, and not for a declaration of use.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    right = models.ForeignKey(IPRight, on_delete=models.PROTECT, related_name="renewals")
    rule = models.CharField(_("rule"), max_length=24, choices=RULE_CHOICES)
    due_on = models.DateField(_("due"))
    former_expiry = models.DateField(_("expired before"), null=True, blank=True)
    new_expiry = models.DateField(_("expires now"), null=True, blank=True)
    certificate = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        _("state"), max_length=10, choices=RENEWAL_CHOICES, default=RenewalState.ASKED.value, db_index=True
    )
    reason = models.TextField(_("reason"), max_length=2000, blank=True)
    salt = models.CharField(max_length=64, blank=True, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("declared"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = RenewalQuerySet.as_manager()

    class Meta:
        verbose_name = _("renewal")
        verbose_name_plural = _("renewals")
        constraints = [
            models.UniqueConstraint(
                fields=["right", "rule", "due_on"], condition=Q(state__in=STANDING), name="renewal_declared_once"
            ),
            models.CheckConstraint(
                condition=~Q(rule__in=sorted(RENEWING)) | Q(new_expiry__isnull=False), name="renewal_has_an_expiry"
            ),
            models.CheckConstraint(
                condition=~Q(state=RenewalState.REFUSED.value) | ~Q(reason=""), name="renewal_refused_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(state=RenewalState.ASKED.value) | Q(decided_at__isnull=False),
                name="renewal_decided_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.right} {self.get_rule_display()} {self.due_on}"

    @property
    def tone(self) -> str:
        """The badge tone of the state."""
        return RENEWAL_TONES[RenewalState(self.state)]


class CalendarFeed(models.Model):
    """The secret address of one person's .ics feed for one organisation; only the token's hash is kept."""

    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.CASCADE, related_name="calendar_feeds")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feeds")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("made"))
    last_read_at = models.DateTimeField(_("last read"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"], condition=Q(revoked_at=None), name="calendar_feed_one_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} / {self.user_id}"


class RenewalReminder(models.Model):
    """One reminder that went out; each deadline of a right is told once a step."""

    right = models.ForeignKey(IPRight, on_delete=models.CASCADE, related_name="reminders")
    rule = models.CharField(_("rule"), max_length=24)
    due_on = models.DateField(_("due"))
    step = models.CharField(_("step"), max_length=12)
    told_at = models.DateTimeField(_("told"))

    class Meta:
        verbose_name = _("renewal reminder")
        verbose_name_plural = _("renewal reminders")
        constraints = [
            models.UniqueConstraint(fields=["right", "rule", "due_on", "step"], name="renewal_reminder_once")
        ]

    def __str__(self) -> str:
        return f"{self.right_id} {self.rule} {self.due_on} {self.step}"

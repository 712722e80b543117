"""What people who file hundreds a week keep: evidence, templates, filters, and how they want to be told."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints import reasons
from complaints.querysets import KeptQuerySet


class SavedEvidence(models.Model):
    """A file that an organisation attaches again and again, perhaps for one right only."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.CASCADE, related_name="saved_evidence")
    right = models.ForeignKey("brands.IPRight", on_delete=models.CASCADE, null=True, related_name="saved_evidence")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    caption = models.CharField(_("what it shows"), max_length=200)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    objects = KeptQuerySet.as_manager()

    class Meta:
        verbose_name = _("kept evidence")
        verbose_name_plural = _("kept evidence")

    def __str__(self) -> str:
        return self.caption


class ComplaintTemplate(models.Model):
    """What a new complaint starts with: right, reason, explanation and kept evidence."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.CASCADE, related_name="templates")
    name = models.CharField(_("name"), max_length=80)
    right = models.ForeignKey("brands.IPRight", on_delete=models.CASCADE, null=True, related_name="+")
    reason = models.CharField(
        _("reason"),
        max_length=30,
        blank=True,
        choices=[(code.value, text.label) for code, text in reasons.REASONS.items()],
    )
    explanation = models.TextField(_("explanation"), blank=True, max_length=5000)
    evidence = models.ManyToManyField(SavedEvidence, related_name="templates")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    objects = KeptQuerySet.as_manager()

    class Meta:
        verbose_name = _("complaint template")
        verbose_name_plural = _("complaint templates")
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="template_name_once")]

    def __str__(self) -> str:
        return self.name


class SavedFilter(models.Model):
    """A search that one person gave a name: the list, and its query as the address bar has it."""

    class Of(models.TextChoices):
        COMPLAINTS = "complaints", _("Complaints")
        RIGHTS = "rights", _("Rights")
        QUEUE = "queue", _("Queue")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters")
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.CASCADE, null=True, related_name="+")
    of = models.CharField(max_length=10, choices=Of.choices)
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=500)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        constraints = [models.UniqueConstraint(fields=["user", "organisation", "of", "name"], name="filter_name_once")]

    def __str__(self) -> str:
        return self.name


class NotificationChoice(models.Model):
    """How one member of one organisation wants to be told of one kind of event; no row means at once."""

    class How(models.TextChoices):
        AT_ONCE = "at_once", _("At once")
        DAILY = "daily", _("Once a day")
        NONE = "none", _("Not by mail")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_choices")
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.CASCADE, related_name="+")
    event = models.CharField(max_length=64)
    how = models.CharField(max_length=8, choices=How.choices)

    class Meta:
        verbose_name = _("notification choice")
        verbose_name_plural = _("notification choices")
        constraints = [models.UniqueConstraint(fields=["user", "organisation", "event"], name="choice_once_per_event")]

    def __str__(self) -> str:
        return f"{self.user} {self.event}: {self.how}"


class DigestLine(models.Model):
    """One event that waits for somebody's daily mail; gone once that was sent."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digest_lines")
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.CASCADE, related_name="+")
    event = models.ForeignKey("ledger.Event", on_delete=models.PROTECT, related_name="+")
    complaint = models.ForeignKey("complaints.Complaint", on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("line of a digest")
        verbose_name_plural = _("lines of digests")
        constraints = [models.UniqueConstraint(fields=["user", "event"], name="digest_once_per_event")]

    def __str__(self) -> str:
        return f"{self.user}: {self.event}"

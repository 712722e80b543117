"""Rows of the ledger: events and their heads, messages of the outbox, ticks of the clock, deliveries."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class StreamHead(models.Model):
    """The last link of one stream; the row that is locked while a new link is forged."""

    stream_kind = models.CharField(max_length=32)
    stream_id = models.CharField(max_length=64)
    seq = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream_kind", "stream_id"], name="ledger_head_once_per_stream"),
        ]

    def __str__(self) -> str:
        return f"{self.stream_kind}:{self.stream_id}@{self.seq}"


class Event(models.Model):
    """One thing that happened; written once, never changed (the database itself refuses, see seal.py)."""

    stream_kind = models.CharField(max_length=32)
    stream_id = models.CharField(max_length=64)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=64)
    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
    payload = models.JSONField(default=dict)
    prev_hash = models.CharField(max_length=64, blank=True, default="")
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream_kind", "stream_id", "seq"], name="ledger_event_once_per_seq"),
        ]
        indexes = [models.Index(fields=["kind", "at"], name="ledger_event_kind_at")]

    def __str__(self) -> str:
        return f"{self.stream_kind}:{self.stream_id}#{self.seq} {self.kind}"

    @property
    def stream(self) -> tuple[str, str]:
        """The stream this event belongs to, as `append` and `verify` take it."""
        return self.stream_kind, self.stream_id


class OutboxState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    LEASED = "leased", _("Being done")
    DONE = "done", _("Done")
    DEAD = "dead", _("Given up")


class OutboxMessage(models.Model):
    """One thing to do after a commit; the row is the queue entry, the retry policy and the receipt."""

    task = models.CharField(max_length=100)
    kwargs = models.JSONField(default=dict)
    key = models.CharField(max_length=200, null=True, blank=True, unique=True)
    state = models.CharField(max_length=8, choices=OutboxState.choices, default=OutboxState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=OutboxState.values), name="ledger_outbox_state_known"),
            models.CheckConstraint(
                condition=~Q(state=OutboxState.LEASED) | Q(lease_until__isnull=False),
                name="ledger_outbox_lease_has_an_end",
            ),
        ]
        indexes = [
            models.Index(
                fields=["not_before", "id"],
                condition=Q(state__in=[OutboxState.WAITING, OutboxState.LEASED]),
                name="ledger_outbox_open",
            ),
            models.Index(fields=["done_at"], condition=Q(state=OutboxState.DONE), name="ledger_outbox_done"),
        ]

    def __str__(self) -> str:
        return f"{self.task} #{self.pk} {self.state}"


class Tick(models.Model):
    """The last period in which a periodic task was queued; moving `slot` forward is won by one process only."""

    name = models.CharField(max_length=100, unique=True)
    slot = models.BigIntegerField(default=-1)

    def __str__(self) -> str:
        return f"{self.name}@{self.slot}"


class Channel(models.TextChoices):
    EMAIL = "email", _("E-mail")


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")


class Delivery(models.Model):
    """One event told to one recipient over one channel; `text` and `html` are emptied once it was sent."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.EMAIL)
    recipient = models.CharField(max_length=320)
    subject = models.CharField(max_length=255)
    text = models.TextField(blank=True, default="")
    html = models.TextField(blank=True, default="")
    state = models.CharField(max_length=8, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    bounce = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["event", "channel", "recipient"], name="ledger_delivery_once_per_recipient"
            ),
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="ledger_delivery_state_known"),
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.SENT) | Q(sent_at__isnull=False), name="ledger_delivery_sent_has_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} #{self.pk} {self.state}"


class Checkpoint(models.Model):
    """The heads of all chains on one day under one root, signed, and carried out of the database.

    `root` is a SHA-256 over every head in order; `previous` the root before, so that checkpoints form a chain too.
    """

    day = models.DateField(unique=True)
    heads = models.PositiveIntegerField()
    events = models.PositiveBigIntegerField()
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, blank=True, default="")
    key_id = models.CharField(max_length=16)
    signature = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    left_to = models.CharField(max_length=300, blank=True, default="")
    left_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")

    def __str__(self) -> str:
        return f"{self.day} {self.root[:12]}"

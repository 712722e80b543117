"""What is said in a case: messages between a side and the desk, and notes that never leave the desk."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.querysets import MessageQuerySet


class Message(models.Model):
    """One text from one side to the desk or back; the other side does not see it. `read_at`: the desk saw to it.

    A note goes to or from one `side`; what the desk passes on to the other side is a message of its own, `forwards`.
    """

    class Kind(models.TextChoices):
        QUESTION = "question", _("Question")
        ANSWER = "answer", _("Answer")
        RESPONSE = "response", _("Answer of the respondent")
        NOTE = "note", _("Message")

    class Side(models.TextChoices):
        COMPLAINANT = "complainant", _("Complainant")
        RESPONDENT = "respondent", _("Respondent")

    complaint = models.ForeignKey("complaints.Complaint", on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    side = models.CharField(max_length=12, choices=Side.choices, default=Side.COMPLAINANT)
    account = models.ForeignKey("marketplace.Account", on_delete=models.PROTECT, null=True, related_name="+")
    by_desk = models.BooleanField(default=False)
    forwards = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="forwarded_as")
    body = models.TextField(max_length=5000)
    salt = models.CharField(max_length=64)
    statement = models.ForeignKey(
        "complaints.StatementOfReasons", on_delete=models.PROTECT, null=True, related_name="responses"
    )
    read_at = models.DateTimeField(null=True)
    items = models.ManyToManyField("complaints.Item", related_name="messages")
    created_at = models.DateTimeField()
    answer_by = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="response") | Q(statement__isnull=False), name="message_response_has_statement"
            )
        ]
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(kind="response", read_at__isnull=True), name="message_unread"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.created_at:%Y-%m-%d}"

    @property
    def from_desk(self) -> bool:
        return self.kind == self.Kind.QUESTION


class InternalNote(models.Model):
    """A reviewer's note; no page, mail, export or API answer outside the desk reads this table."""

    complaint = models.ForeignKey("complaints.Complaint", on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    body = models.TextField(max_length=5000)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")

    def __str__(self) -> str:
        return f"{self.author}: {self.created_at:%Y-%m-%d}"

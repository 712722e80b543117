"""The clocks that run in a case, and the calendar that some of them count by."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints import states
from complaints.querysets import ClockQuerySet


class Clock(models.Model):
    """One rule's clock running for one case: from what happened until when, and what comes of it.

    `rule` names a rule of complaints/rules/data/deadlines.json or own.json. `earliest_at` is set for windows; a paused
    clock keeps `paused_at` and `paused_why`, and `resume` moves both ends by the time it stood still. `subject` says
    what of the case it is about: "" all of it, "question:7" a message, "account:3" what one account offers.
    """

    State = states.ClockState

    class Pause(models.TextChoices):
        """Why a clock stands still."""

        QUESTION = "question", _("A question waits for its answer")
        INCOMPLETE = "incomplete", _("The notice was given back to be completed")
        LEGAL_HOLD = "legal_hold", _("Legal hold")
        MORE_TIME = "more_time", _("A party asked for more time and got it")

    class End(models.TextChoices):
        """Why a clock was stopped before its time."""

        COURT_ACTION = "court_action", _("We were told of a court action")
        CLAIMS_BOARD = "claims_board", _("We were told of a claim at the Copyright Claims Board")
        TAKEN_BACK = "taken_back", _("What it was about was taken back")
        CLOSED = "closed", _("The case ended without it")
        MISTAKE = "mistake", _("It was started by mistake")

    complaint = models.ForeignKey("complaints.Complaint", on_delete=models.CASCADE, related_name="clocks")
    rule = models.CharField(max_length=40)
    state = models.CharField(
        max_length=8,
        choices=[(code.value, shown.label) for code, shown in states.CLOCK_SHOWN.items()],
        default=State.RUNNING,
    )
    started_at = models.DateTimeField()
    earliest_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    zone = models.CharField(max_length=40, default="UTC")
    paused_at = models.DateTimeField(null=True)
    paused_why = models.CharField(max_length=20, blank=True, choices=Pause.choices)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=20, blank=True, choices=End.choices)
    subject = models.CharField(max_length=64, blank=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        constraints = [
            models.UniqueConstraint(fields=["complaint", "rule", "subject"], name="clock_once_per_subject"),
            models.CheckConstraint(
                condition=Q(state="paused", paused_at__isnull=False) | (~Q(state="paused") & Q(paused_at__isnull=True)),
                name="clock_pause_has_time",
            ),
            models.CheckConstraint(
                condition=Q(paused_at__isnull=True, paused_why="") | (Q(paused_at__isnull=False) & ~Q(paused_why="")),
                name="clock_pause_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["running", "paused"], ended_at__isnull=True)
                | (~Q(state__in=["running", "paused"]) & Q(ended_at__isnull=False)),
                name="clock_end_has_time",
            ),
        ]
        indexes = [models.Index(fields=["due_at", "id"], condition=Q(state="running"), name="clock_running")]

    def __str__(self) -> str:
        return f"{self.complaint}: {self.rule}"

    @property
    def shown(self) -> states.Shown:
        return states.CLOCK_SHOWN[states.ClockState(self.state)]

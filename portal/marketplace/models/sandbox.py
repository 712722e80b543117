"""The simulated outside truth, and how the sandbox answers orders."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from portal.marketplace.models.targets import Target, TargetState


class SandboxMode(models.TextChoices):
    AGREE = "agree", _("Agree: do what is asked")
    REFUSE = "refuse", _("Refuse: say no")
    DELAY = "delay", _("Delay: say yes, act later")
    HALF = "half", _("Half: gone from search, still on sale")
    LIE = "lie", _("Lie: say done, do nothing")


class SandboxObject(models.Model):
    """The simulated outside truth about one target; our own belief stays in Target."""

    target = models.OneToOneField(Target, on_delete=models.CASCADE, primary_key=True, related_name="sandbox")
    actual = models.CharField(_("actual state"), max_length=12, choices=TargetState)
    whole = models.BooleanField(_("whole"), default=True)
    orders = models.JSONField(_("orders carried out"), default=dict, blank=True)
    pending_state = models.CharField(_("state to come"), max_length=12, choices=TargetState, blank=True)
    change_at = models.DateTimeField(_("changes at"), null=True, blank=True)

    class Meta:
        verbose_name = _("sandbox object")
        verbose_name_plural = _("sandbox objects")
        constraints = [
            models.CheckConstraint(
                condition=Q(pending_state="", change_at__isnull=True)
                | (~Q(pending_state="") & Q(change_at__isnull=False)),
                name="sandbox_pending_has_time",
            )
        ]
        indexes = [models.Index(fields=["change_at"], name="sandbox_due", condition=~Q(pending_state=""))]

    def __str__(self) -> str:
        return f"{self.target_id}: {self.actual}"


class SandboxBehaviour(models.Model):
    """How the sandbox answers orders: for one target, or, without a target, for all others."""

    mode = models.CharField(_("mode"), max_length=8, choices=SandboxMode)
    target = models.ForeignKey(
        Target, verbose_name=_("target"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    remaining = models.PositiveIntegerField(
        _("orders left"), null=True, blank=True, help_text=_("Empty: until changed.")
    )
    delay_seconds = models.PositiveIntegerField(_("delay in seconds"), default=60)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("sandbox behaviour")
        verbose_name_plural = _("sandbox behaviours")
        constraints = [
            models.UniqueConstraint(Coalesce("target", 0), name="sandbox_behaviour_once"),
            models.CheckConstraint(
                condition=Q(remaining__isnull=True) | Q(remaining__gte=1), name="sandbox_remaining_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mode} ({self.target_id or '*'})"

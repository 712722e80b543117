"""Quality: a second, blind look at a random sample of what was decided."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints import reasons


class SecondLook(models.Model):
    """One decided item given to another reviewer who does not see what was decided; it changes nothing by itself."""

    item = models.ForeignKey("complaints.Item", on_delete=models.CASCADE, related_name="second_looks")
    decision = models.ForeignKey("complaints.Decision", on_delete=models.PROTECT, related_name="second_looks")
    first_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(
        max_length=10, blank=True, choices=[(code.value, code.value) for code in reasons.Outcome]
    )
    ground = models.CharField(
        max_length=6,
        blank=True,
        choices=[(code.value, f"{code.value} {text.label}") for code, text in reasons.GROUNDS.items()],
    )
    note = models.TextField(max_length=2000, blank=True)
    opened_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("second look")
        verbose_name_plural = _("second looks")
        constraints = [
            models.UniqueConstraint(fields=["item", "decision"], name="second_look_once"),
            models.CheckConstraint(
                condition=Q(reviewer__isnull=True) | ~Q(reviewer=F("first_by")), name="second_look_by_another"
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, outcome="", ground="")
                | (Q(done_at__isnull=False, reviewer__isnull=False) & ~Q(outcome="") & ~Q(ground="")),
                name="second_look_done_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}"

"""Who works on what: routing rules, what a reviewer can do, and whose cases they never see."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints import reasons


class RoutingRule(models.Model):
    """One line of the routing table: what a case must be like (empty: anything), and where it goes then.

    The rules are asked in `position`; the first that fits decides. `minutes_earlier` moves the place in the queue.
    """

    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveIntegerField(_("position"))
    right_kind = models.CharField(_("kind of right"), max_length=12, blank=True)
    reason = models.CharField(
        _("reason"),
        max_length=30,
        blank=True,
        choices=[(code.value, text.label) for code, text in reasons.REASONS.items()],
    )
    market = models.CharField(_("market"), max_length=2, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    source = models.CharField(_("source"), max_length=10, blank=True)
    tier = models.CharField(_("tier of the reporter"), max_length=20, blank=True)
    safety = models.BooleanField(_("safety matters only"), default=False)
    live = models.BooleanField(_("livestreams on air only"), default=False)
    skill = models.CharField(_("skill asked for"), max_length=30, blank=True)
    minutes_earlier = models.PositiveIntegerField(_("minutes earlier"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        constraints = [
            models.UniqueConstraint(
                fields=["position"], condition=Q(is_active=True), name="routing_one_rule_per_position"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ReviewerProfile(models.Model):
    """What a reviewer can take: skills and languages, how many at a time, and whether they are away."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reviewer_profile")
    skills: models.JSONField[list[str], list[str]] = models.JSONField(_("skills"), default=list, blank=True)
    languages: models.JSONField[list[str], list[str]] = models.JSONField(_("languages"), default=list, blank=True)
    open_claims = models.PositiveSmallIntegerField(_("open claims at most"), null=True, blank=True)
    away_until = models.DateTimeField(_("away until"), null=True, blank=True)

    class Meta:
        verbose_name = _("reviewer")
        verbose_name_plural = _("reviewers")

    def __str__(self) -> str:
        return str(self.user)


class Recusal(models.Model):
    """A member of staff who does not review cases that concern this organisation."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recusals")
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.CASCADE, related_name="recusals")
    reason = models.CharField(_("reason"), max_length=300)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    end_reason = models.CharField(_("why it ended"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("recusal")
        verbose_name_plural = _("recusals")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"], condition=Q(ended_at__isnull=True), name="recusal_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, end_reason="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(end_reason="")),
                name="recusal_end_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.organisation}"

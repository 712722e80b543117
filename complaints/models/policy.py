"""The policy that decisions cite, by version, and texts that reviewers start from."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints import reasons


class Policy(models.Model):
    """One version of the texts behind the grounds. A draft is edited; what was published is never changed again."""

    version = models.CharField(_("version"), max_length=20, unique=True)
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    in_force = models.BooleanField(_("in force"), default=False)

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        constraints = [
            models.UniqueConstraint(fields=["in_force"], condition=Q(in_force=True), name="policy_one_in_force"),
            models.CheckConstraint(
                condition=Q(in_force=False) | Q(published_at__isnull=False, retired_at__isnull=True),
                name="policy_in_force_is_published",
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True) | Q(published_at__isnull=False),
                name="policy_retired_was_published",
            ),
        ]

    def __str__(self) -> str:
        return self.version


class PolicyClause(models.Model):
    """What one version says about one ground: `plain` opens the statement of reasons, `cure` says how to go on."""

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="clauses")
    ground = models.CharField(
        _("ground"),
        max_length=6,
        choices=[(code.value, f"{code.value} {text.label}") for code, text in reasons.GROUNDS.items()],
    )
    plain = models.TextField(_("in plain words"), max_length=1000)
    cure = models.TextField(_("what cures it"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        constraints = [models.UniqueConstraint(fields=["policy", "ground"], name="clause_once_per_ground")]

    def __str__(self) -> str:
        return f"{self.policy} {self.ground}"


class DeskTemplate(models.Model):
    """A text that reviewers start from; {mark}, {items}, {market}, {seller} and {reference} are filled in."""

    class Use(models.TextChoices):
        DECISION = "decision", _("Decision")
        QUESTION = "question", _("Question")
        MESSAGE = "message", _("Message")

    name = models.CharField(_("name"), max_length=80)
    use = models.CharField(_("used for"), max_length=10, choices=Use.choices)
    ground = models.CharField(
        _("ground"),
        max_length=6,
        blank=True,
        choices=[(code.value, f"{code.value} {text.label}") for code, text in reasons.GROUNDS.items()],
    )
    language = models.CharField(_("language"), max_length=10, default="en")
    text = models.TextField(_("text"), max_length=5000)
    is_active = models.BooleanField(_("in use"), default=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("template of the desk")
        verbose_name_plural = _("templates of the desk")

    def __str__(self) -> str:
        return self.name

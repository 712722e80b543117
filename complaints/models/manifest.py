"""What a filing froze, listed once: the manifest that a case bundle and an auditor start from."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Manifest(models.Model):
    """The hashes of everything that was frozen when a complaint was filed; `sha256` is over `content`.

    `token` is an RFC 3161 timestamp over that hash, where an authority is set up and has answered.
    """

    complaint = models.OneToOneField("complaints.Complaint", on_delete=models.PROTECT, related_name="manifest")
    content: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField()
    token = models.BinaryField(null=True)
    token_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("manifest")
        verbose_name_plural = _("manifests")
        constraints = [
            models.CheckConstraint(
                condition=Q(token__isnull=True, token_at__isnull=True) | Q(token__isnull=False, token_at__isnull=False),
                name="manifest_token_has_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.complaint} {self.sha256[:12]}"

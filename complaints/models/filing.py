"""What a complainant adds to a complaint: evidence and the signed declaration."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.querysets import EvidenceQuerySet, MandateQuerySet


class Evidence(models.Model):
    """One file that supports a complaint."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    complaint = models.ForeignKey("complaints.Complaint", on_delete=models.CASCADE, related_name="evidence")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    caption = models.CharField(max_length=200, blank=True)
    added_at = models.DateTimeField()

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")

    def __str__(self) -> str:
        return f"{self.complaint}: {self.file}"


class SigningMandate(models.Model):
    """A person's standing leave that declarations of one version be signed in their name over the API.

    Somebody of an agency gives it for one principal: `organisation` is the principal, `agency` theirs.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.CASCADE, related_name="mandates")
    agency = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, null=True, related_name="+")
    signatory = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mandates")
    typed_name = models.CharField(max_length=200)
    declaration = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    text_sha256 = models.CharField(max_length=64)
    strength = models.CharField(max_length=100)
    granted_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("signing mandate")
        verbose_name_plural = _("signing mandates")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "signatory", "declaration", "version"],
                condition=Q(revoked_at__isnull=True),
                name="mandate_one_in_force",
            )
        ]

    def __str__(self) -> str:
        return f"{self.typed_name}: {self.declaration} {self.version}"

    def in_force(self, now: datetime) -> bool:
        return self.revoked_at is None and self.granted_at <= now < self.expires_at


class Signature(models.Model):
    """Who signed which exact text for which exact complaint, and how surely we knew them.

    An agent signs as themselves: `agency` and `authorisations` say for whom, and what allowed it.
    """

    complaint = models.OneToOneField("complaints.Complaint", on_delete=models.CASCADE, related_name="signature")
    declaration = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    text = models.TextField()
    text_sha256 = models.CharField(max_length=64)
    typed_name = models.CharField(max_length=200)
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="signatures")
    mandate = models.ForeignKey(SigningMandate, on_delete=models.PROTECT, null=True, related_name="signatures")
    agency = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, null=True, related_name="+")
    authorisations = models.ManyToManyField("brands.Authorisation", related_name="signatures")
    strength = models.CharField(max_length=100)
    notice_sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")

    def __str__(self) -> str:
        return f"{self.typed_name} {self.version}"

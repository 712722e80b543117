"""Who an organisation is: its documents, what the desk found, and requests to get a lost organisation back."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Organisation
from portal.identity.querysets import DocumentQuerySet, RecoveryQuerySet

KEPT_FOR = timedelta(days=90)


class DocumentKind(models.TextChoices):
    """What a document is meant to show."""

    COMPANY_EXTRACT = "company_extract", _("Extract of the company register")
    IDENTITY_CARD = "identity_card", _("Identity card or passport")
    POWER_OF_ATTORNEY = "power_of_attorney", _("Power of attorney")
    ADDRESS = "address", _("Proof of address")
    OTHER = "other", _("Other document")


class DocumentResult(models.TextChoices):
    """What the desk decided with this document in hand."""

    NONE = "", _("Not decided")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Not accepted")


class Applicant(Organisation):
    """An organisation as the desk meets it: with its documents, to be verified."""

    class Meta:
        proxy = True
        verbose_name = _("organisation to verify")
        verbose_name_plural = _("organisations to verify")


class IdentityDocument(models.Model):
    """One document; its file goes 90 days after the desk's decision, kind, hash and result stay.

    `delete_after` is set while nobody looks at it, so that what is never sent goes as well.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="identity_documents"
    )
    recovery = models.ForeignKey(
        "identity.RecoveryRequest", null=True, blank=True, on_delete=models.PROTECT, related_name="documents"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=DocumentKind.choices)
    file = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("file")
    )
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded"))
    delete_after = models.DateTimeField(_("file goes after"), null=True, blank=True, db_index=True)
    deleted_at = models.DateTimeField(_("file gone since"), null=True, blank=True)
    result = models.CharField(_("result"), max_length=8, choices=DocumentResult.choices, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("identity document")
        verbose_name_plural = _("identity documents")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DocumentKind.values), name="identity_document_kind_known"),
            models.CheckConstraint(condition=Q(result__in=DocumentResult.values), name="identity_document_result"),
            models.CheckConstraint(
                condition=Q(file__isnull=False, deleted_at__isnull=True)
                | Q(file__isnull=True, deleted_at__isnull=False),
                name="identity_document_there_or_gone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.sha256[:12]}"


class IdentityCheck(models.Model):
    """What the desk decided about an organisation, with the checklist it went through; kept for good, never edited."""

    class Outcome(models.TextChoices):
        APPROVED = "approved", _("Verified")
        REJECTED = "rejected", _("Rejected")
        SUSPENDED = "suspended", _("Suspended")
        REINSTATED = "reinstated", _("Reinstated")

    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="identity_checks")
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices)
    checklist = models.JSONField(_("checklist"), default=dict, blank=True)
    documents = models.JSONField(_("hashes of the documents"), default=list, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    salt = models.CharField(max_length=64, blank=True, editable=False)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("decided"))

    class Meta:
        verbose_name = _("identity check")
        verbose_name_plural = _("identity checks")
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome__in=["rejected", "suspended"]) | ~Q(reason=""), name="identity_no_has_a_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.outcome}"


class RecoveryRequest(models.Model):
    """Somebody says that the last administrator of an organisation is lost, and asks to become one."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="recoveries")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    explanation = models.TextField(_("what happened"), max_length=5000)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    reason = models.TextField(_("reason"), blank=True)
    salt = models.CharField(max_length=64, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = RecoveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to recover an organisation")
        verbose_name_plural = _("requests to recover organisations")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "asked_by"], condition=Q(state="open"), name="identity_recovery_one_open"
            ),
            models.CheckConstraint(condition=~Q(state="rejected") | ~Q(reason=""), name="identity_recovery_no_reason"),
        ]

    def __str__(self) -> str:
        return f"recovery {self.pk} of {self.organisation_id}"

"""What starts a case besides a complainant: an authority's order, or the desk's own initiative."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuthorityOrder(models.Model):
    """An order to act against illegal content (DSA Art. 9), entered by the desk as it was received."""

    complaint = models.OneToOneField("complaints.Complaint", on_delete=models.CASCADE, related_name="order")
    authority = models.CharField(_("authority"), max_length=200)
    country = models.CharField(_("country"), max_length=2)
    file_number = models.CharField(_("their file number"), max_length=100)
    legal_basis = models.CharField(_("legal basis"), max_length=500)
    reasons = models.TextField(_("why it is illegal"), max_length=5000)
    redress = models.TextField(_("redress"), max_length=2000)
    territories: models.JSONField[list[str], list[str]] = models.JSONField(_("territories"), default=list, blank=True)
    feedback_to = models.EmailField(_("address to be told the effect"), blank=True)
    document = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(_("received"))
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    told_effect_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("authority's order")
        verbose_name_plural = _("authorities' orders")
        constraints = [
            models.UniqueConstraint(fields=["authority", "file_number"], name="order_once_per_file_number"),
        ]

    def __str__(self) -> str:
        return f"{self.authority} {self.file_number}"

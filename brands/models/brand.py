"""A brand is the name people know; a mark family is one sign of it in several registers."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from brands.models.choices import RightKind
from brands.querysets import BrandQuerySet, TenantQuerySet


class Brand(models.Model):
    """A name under which an organisation sells; its mark families and rights hang below it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="brands")
    name = models.CharField(_("name"), max_length=120)
    name_key = models.CharField(max_length=120, editable=False)
    created_at = models.DateTimeField()

    objects = BrandQuerySet.as_manager()

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name_key"], name="brand_once_per_organisation"),
            models.CheckConstraint(condition=~models.Q(name=""), name="brand_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class MarkFamily(models.Model):
    """The same sign (or work, design, invention) in several registers; `sign` is its folded form."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="families")
    kind = models.CharField(_("kind"), max_length=12, choices=RightKind.choices, default=RightKind.TRADEMARK)
    name = models.CharField(_("name"), max_length=200)
    sign = models.CharField(max_length=200, editable=False)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("mark family")
        verbose_name_plural = _("mark families")
        constraints = [models.UniqueConstraint(fields=["brand", "kind", "sign"], name="family_once_per_brand_and_sign")]

    def __str__(self) -> str:
        return self.name

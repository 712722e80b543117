"""Small enumerations that records and rights share."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class MarkKind(models.TextChoices):
    WORD = "word", _("Word mark")
    FIGURATIVE = "figurative", _("Figurative mark (a picture)")
    COMBINED = "combined", _("Combined mark (words and picture)")


class RightKind(models.TextChoices):
    TRADEMARK = "trademark", _("Trade mark")

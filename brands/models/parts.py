"""What only one kind of right has: the part of a work, design or patent, and files beside picture and certificate."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from brands.models.choices import RightFileKind, WorkType
from brands.models.right import IPRight
from brands.registers.territories import country_name


class WorkDetail(models.Model):
    """What a copyright work is, who made it, and where and when it came out."""

    right = models.OneToOneField(IPRight, on_delete=models.CASCADE, related_name="work")
    work_type = models.CharField(_("kind of work"), max_length=12, choices=WorkType.choices)
    authors = models.CharField(_("authors"), max_length=300, blank=True)
    created_on = models.CharField(_("made"), max_length=10, blank=True, help_text=_("A year, a month or a day."))
    published_on = models.DateField(_("first published"), null=True, blank=True)
    published_country = models.CharField(_("first published in"), max_length=2, blank=True)
    published_at_url = models.URLField(_("first published at"), max_length=500, blank=True)
    chain_of_title = models.TextField(_("how it came to you"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("copyright work")
        verbose_name_plural = _("copyright works")

    def __str__(self) -> str:
        return str(self.right)

    @property
    def country_name(self) -> str:
        """The country of the first publication in the reader's language."""
        return country_name(self.published_country) if self.published_country else ""


class DesignDetail(models.Model):
    """What a registered design protects; its views are files of the right."""

    right = models.OneToOneField(IPRight, on_delete=models.CASCADE, related_name="design")
    product = models.CharField(_("indication of the product"), max_length=200)
    locarno_classes = models.JSONField(_("Locarno classes"), default=list, blank=True)
    designers = models.CharField(_("designers"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("registered design")
        verbose_name_plural = _("registered designs")

    def __str__(self) -> str:
        return str(self.right)


class PatentDetail(models.Model):
    """What a patent protects, in its own words and in plain ones."""

    right = models.OneToOneField(IPRight, on_delete=models.CASCADE, related_name="patent")
    publication_number = models.CharField(_("publication number"), max_length=32, blank=True)
    ipc_classes = models.JSONField(_("IPC classes"), default=list, blank=True)
    inventors = models.CharField(_("inventors"), max_length=300, blank=True)
    claims = models.TextField(_("the claims that matter"), max_length=10_000, blank=True)

    class Meta:
        verbose_name = _("patent")
        verbose_name_plural = _("patents")

    def __str__(self) -> str:
        return str(self.right)


class RightFile(models.Model):
    """A file beside picture and certificate: a copy of the work, proof of authorship, a view, claims."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    right = models.ForeignKey(IPRight, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField(_("kind"), max_length=12, choices=RightFileKind.choices)
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField(_("place"), default=0)
    added_at = models.DateTimeField(_("added"))

    class Meta:
        verbose_name = _("file of a right")
        verbose_name_plural = _("files of rights")
        constraints = [
            models.UniqueConstraint(fields=["right", "file"], name="right_file_once"),
            models.CheckConstraint(condition=Q(kind__in=RightFileKind.values), name="right_file_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.right_id})"

    @property
    def label(self) -> str:
        """What it is and what it was called: "View of the design: front.png"."""
        return f"{self.get_kind_display()}: {self.file.original_name}"

    @property
    def admin_name(self) -> str:
        """What the desk's address calls the file."""
        return f"file{self.pk}"

    @property
    def admin_name_small(self) -> str:
        """The same for its small picture."""
        return f"{self.admin_name}-small"

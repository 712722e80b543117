"""The one table of files; where a file is used is said by the row that points at it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from portal.accounts.models import Organisation

EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "application/pdf": "pdf"}


def random_place(_instance: StoredFile, _filename: str) -> str:
    """Gives a stored name that says nothing about the file, its owner or what it was called."""
    name = str(uuid.uuid4())
    return f"files/{name[:2]}/{name}"


class FileKind(models.TextChoices):
    IMAGE = "image", _("Picture")
    PDF = "pdf", _("PDF")


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def of(self, organisation: Organisation) -> StoredFileQuerySet:
        """Keeps the files that count against this organisation's space."""
        return self.filter(organisation=organisation)

    def bytes_kept(self) -> int:
        """Sums what these files take on disk: original, clean copy and thumbnail."""
        total: dict[str, Any] = self.aggregate(total=models.Sum("stored_bytes"))
        return int(total["total"] or 0)


class StoredFile(models.Model):
    """What came (original, private) and what is shown (clean, thumbnail). Written once, never edited."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        "accounts.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="files"
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    purpose = models.SlugField(max_length=40, help_text="The room's own word for what the file is for.")
    original_name = models.CharField(max_length=120, help_text="For display only; never a path.")
    kind = models.CharField(max_length=8, choices=FileKind)
    media_type = models.CharField(max_length=20, choices=[(name, name) for name in EXTENSIONS])
    size = models.PositiveBigIntegerField(help_text="Bytes of the original.")
    stored_bytes = models.PositiveBigIntegerField(help_text="Bytes of all that is kept; counts against the quota.")
    sha256 = models.CharField(max_length=64, db_index=True, help_text="Of the bytes that came.")
    clean_sha256 = models.CharField(max_length=64, help_text="Of the bytes that are shown.")
    original = models.FileField(upload_to=random_place, max_length=100)
    clean_file = models.FileField(upload_to=random_place, max_length=100)
    thumbnail = models.FileField(upload_to=random_place, max_length=100)
    width = models.PositiveIntegerField(help_text="Pixels, or points of the first page.")
    height = models.PositiveIntegerField(help_text="Pixels, or points of the first page.")
    pages = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=FileKind.values), name="files_kind_known"),
            models.CheckConstraint(condition=models.Q(size__gt=0), name="files_size_positive"),
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def is_image(self) -> bool:
        return self.kind == FileKind.IMAGE

    @property
    def download_name(self) -> str:
        """Gives the display name with the extension of what is really served."""
        extension = EXTENSIONS[self.media_type]
        stem, dot, suffix = self.original_name.rpartition(".")
        if dot and suffix.lower() in {extension, "jpeg" if extension == "jpg" else extension}:
            return self.original_name
        return f"{stem if dot and len(suffix) <= 5 else self.original_name}.{extension}"

"""The only way in for an upload and the only way out: accept, freeze, serve, remove, sweep."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Literal

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import Q
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from portal.accounts.actors import SYSTEM, Actor, ActorKind
from portal.accounts.models import Organisation
from portal.errors import Forbidden
from portal.files import frozen
from portal.files.errors import FileRefused
from portal.files.judge import Cleaned, judge, read_capped
from portal.files.models import FileKind, StoredFile
from portal.files.names import display_name
from portal.files.sealing import PURPOSE as FROZEN_PURPOSE

log = logging.getLogger(__name__)
QUOTA = 2 * 1024**3  # bytes an organisation may keep


def accept(
    upload: File[bytes], *, actor: Actor, organisation: Organisation | None, purpose: str, now: datetime
) -> StoredFile:
    """Takes an upload in: judges it by decoding, keeps the original privately and a clean copy for showing.

    Raises FileRefused with a code and what to send instead; then nothing is kept.
    """
    _check_actor(actor, organisation)
    name = display_name(upload.name or "")
    data = read_capped(upload, name)
    _check_space(organisation, len(data))
    return _keep(data, name=name, actor=actor, organisation=organisation, purpose=purpose, now=now)


def freeze(
    data: bytes, *, name: str, purpose: str, now: datetime, organisation: Organisation | None = None
) -> StoredFile:
    """Keeps bytes that the product made or holds, such as the picture of a snapshot; same rules."""
    return _keep(data, name=display_name(name), actor=SYSTEM, organisation=organisation, purpose=purpose, now=now)


def serve(stored: StoredFile, *, which: Literal["clean", "thumbnail"] = "clean") -> FileResponse:
    """Answers with the clean copy or the thumbnail; the room that owns the file has checked who asks.

    A thumbnail that is not drawn yet is the clean copy. Raises Http404 when the bytes are gone from the disk, and
    when frozen bytes are not those that were frozen.
    """
    small = which == "thumbnail" and _has_small(stored)
    field: FieldFile = stored.thumbnail if small else stored.clean_file
    if not small and stored.purpose == FROZEN_PURPOSE and not frozen.is_whole(stored):
        log.error("File %d is not what was frozen", stored.pk)
        raise Http404("The file is not what was frozen.")
    try:
        handle = field.open("rb")
    except FileNotFoundError as gone:
        raise Http404("The file is no longer kept.") from gone
    name, media_type = ("thumbnail.webp", "image/webp") if small else (stored.download_name, stored.media_type)
    response = FileResponse(handle, as_attachment=True, filename=name, content_type=media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


def _has_small(stored: StoredFile) -> bool:
    """Whether there is a thumbnail of its own; a frozen picture gets one later, or is small enough itself."""
    frozen_now = stored.purpose == FROZEN_PURPOSE
    same = stored.thumbnail.name == stored.clean_file.name
    return not frozen_now or (not same and stored.thumbnail.storage.exists(str(stored.thumbnail.name)))


def remove(stored: StoredFile) -> None:
    """Deletes the row and, once that is committed, its bytes (erasure of personal data)."""
    fields = [stored.original, stored.clean_file, stored.thumbnail]
    places = [(field.storage, field.name) for field in fields]
    with transaction.atomic():
        stored.delete()
        for storage, name in places:
            transaction.on_commit(lambda storage=storage, name=name: storage.delete(name), robust=True)  # type: ignore[misc]


def _check_actor(actor: Actor, organisation: Organisation | None) -> None:
    """Refuses a member or key that would spend another organisation's space."""
    bound = actor.kind in {ActorKind.MEMBER, ActorKind.KEY}
    if bound and organisation is not None and organisation != actor.organisation:
        raise Forbidden("file_wrong_organisation", _("You can only add files for your own organisation."))


def _check_space(organisation: Organisation | None, more: int) -> None:
    """Refuses what would not fit into the organisation's quota."""
    if organisation is None:
        return
    kept = StoredFile.objects.of(organisation).bytes_kept()
    if kept + more > QUOTA:
        raise FileRefused(
            "file_quota_reached",
            _("Your organisation uses %(used)d MB of its %(quota)d MB for files. Remove drafts or ask us for more.")
            % {"used": kept // 1024**2, "quota": QUOTA // 1024**2},
            "file",
        )


def _keep(
    data: bytes, *, name: str, actor: Actor, organisation: Organisation | None, purpose: str, now: datetime
) -> StoredFile:
    cleaned = judge(data, name)
    row = _row(data, cleaned, name)
    row.organisation, row.uploaded_by, row.purpose, row.created_at = organisation, actor.user, purpose, now
    with _bytes_on_disk(row, data, cleaned), transaction.atomic():
        if organisation is not None:
            Organisation.objects.select_for_update().get(pk=organisation.pk)
        _check_space(organisation, row.stored_bytes)
        row.save(force_insert=True)
    return row


def _row(data: bytes, cleaned: Cleaned, name: str) -> StoredFile:
    return StoredFile(
        original_name=name,
        kind=FileKind.PDF if cleaned.media_type == "application/pdf" else FileKind.IMAGE,
        media_type=cleaned.media_type,
        size=len(data),
        stored_bytes=len(data) + len(cleaned.data) + len(cleaned.thumbnail),
        sha256=hashlib.sha256(data).hexdigest(),
        clean_sha256=hashlib.sha256(cleaned.data).hexdigest(),
        width=cleaned.width,
        height=cleaned.height,
        pages=cleaned.pages,
    )


@contextmanager
def _bytes_on_disk(row: StoredFile, data: bytes, cleaned: Cleaned) -> Iterator[None]:
    """Writes the three files and takes them away again when the row cannot be saved."""
    parts = [(row.original, data), (row.clean_file, cleaned.data), (row.thumbnail, cleaned.thumbnail)]
    try:
        for field, content in parts:
            field.save("", ContentFile(content), save=False)
        yield
    except BaseException:
        for field, _content in parts:
            if field.name:
                field.storage.delete(field.name)
        raise


def sweep(*, now: datetime, older_than: timedelta = timedelta(hours=24)) -> int:
    """Deletes bytes that no row points at (a caller's transaction failed); gives how many files went."""
    storage = StoredFile._meta.get_field("clean_file").storage
    gone = 0
    for folder in _folders(storage):
        names = [f"{folder}/{name}" for name in storage.listdir(folder)[1]]
        rows = StoredFile.objects.filter(
            Q(original__in=names) | Q(clean_file__in=names) | Q(thumbnail__in=names)
        ).values_list("original", "clean_file", "thumbnail")
        known = {name for row in rows for name in row}
        for name in names:
            if name not in known and now - storage.get_modified_time(name) > older_than:
                storage.delete(name)
                gone += 1
    return gone


def _folders(storage: Storage) -> list[str]:
    try:
        return [f"files/{name}" for name in storage.listdir("files")[0]]
    except FileNotFoundError:
        return []

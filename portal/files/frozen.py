"""Pictures kept as evidence: byte for byte, once for equal bytes, under a name made of their hash, and written once.

What the marketplace showed is kept as it was shown: a picture written anew would have another hash. Its header is
read, nothing is decoded; whoever looks at it gets it as any other file, behind the policy of `store.serve`.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db.models import F
from django.db.models.fields.files import FieldFile

from portal.files import pictures
from portal.files.errors import FileRefused
from portal.files.judge import LARGEST_PICTURE
from portal.files.models import FileKind, StoredFile
from portal.files.names import display_name
from portal.files.sealing import PURPOSE
from portal.ledger.outbox import enqueue, task

log = logging.getLogger(__name__)
AT_ONCE = 200  # pictures a message of the outbox makes small copies of
READ_ONLY = 0o400


@dataclass(slots=True)
class Kept:
    """What came of it, by the caller's keys: the rows that were kept, and why each other one was not."""

    files: dict[str, StoredFile] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)


def keep(sources: Mapping[str, FieldFile], *, now: datetime) -> Kept:
    """Keeps each picture under its hash: two statements, however many there are; equal bytes are kept once.

    `missing` says "gone", "too_large" or "unreadable" where there was nothing to keep. Runs inside the caller's
    transaction; where that fails, the daily sweep takes the bytes away again.
    """
    kept, rows, by_key = Kept(), dict[str, StoredFile](), dict[str, str]()
    for key, source in sources.items():
        found = _look(source, key, now)
        if isinstance(found, str):
            kept.missing[key] = found
            continue
        by_key[key] = found.sha256
        rows.setdefault(found.sha256, found)
    known = _known(rows)
    for key, digest in by_key.items():
        if digest not in known and not rows[digest].clean_file.name:
            _place(rows[digest], sources[key])
    fresh = StoredFile.objects.bulk_create(row for digest, row in rows.items() if digest not in known)
    _draw_later(fresh)
    everything = {**rows, **known}
    kept.files = {key: everything[digest] for key, digest in by_key.items()}
    return kept


def _known(rows: Mapping[str, StoredFile]) -> dict[str, StoredFile]:
    """The rows that hold these bytes already, whole on the disk; one that was tampered with is left as it is."""
    if not rows:
        return {}
    same = StoredFile.objects.filter(purpose=PURPOSE, sha256__in=list(rows), clean_sha256=F("sha256"))
    return {row.sha256: row for row in same if _holds(row.clean_file.storage, str(row.clean_file.name), row.sha256)}


def _read(source: FieldFile) -> bytes | None:
    """The bytes of a picture; None where they are gone. One byte more than allowed is read at most."""
    try:
        with source.storage.open(str(source.name), "rb") as handle:
            data: bytes = handle.read(LARGEST_PICTURE + 1)
            return data
    except OSError:
        return None


def _look(source: FieldFile, key: str, now: datetime) -> StoredFile | str:
    """The row that the picture would have, not saved and without a place; else why it cannot be kept."""
    data = _read(source)
    if not data:
        return "gone"
    if len(data) > LARGEST_PICTURE:
        return "too_large"
    try:
        media_type, width, height = pictures.read_header(data, key)
    except FileRefused:
        return "unreadable"
    digest = hashlib.sha256(data).hexdigest()
    return StoredFile(
        purpose=PURPOSE,
        original_name=display_name(f"{key}.{media_type.rpartition('/')[2]}"),
        kind=FileKind.IMAGE,
        media_type=media_type,
        size=len(data),
        stored_bytes=len(data),
        sha256=digest,
        clean_sha256=digest,
        width=width,
        height=height,
        created_at=now,
    )


def _place(row: StoredFile, source: FieldFile) -> None:
    """Writes the bytes under their hash and says in the row where they are; what lies there already stays."""
    storage = row.clean_file.storage
    name = f"files/{row.sha256[:2]}/{row.sha256}"
    if not _holds(storage, name, row.sha256):
        name = storage.save(name, ContentFile(_read(source) or b""))
        _close(storage, name)
    small = max(row.width, row.height) <= max(pictures.THUMBNAIL)
    row.original.name = row.clean_file.name = name
    row.thumbnail.name = name if small else f"{name}.small"


def _holds(storage: Storage, name: str, digest: str) -> bool:
    """Says whether these bytes lie there; touches them, so that the sweep leaves them to the row that comes."""
    try:
        with storage.open(name, "rb") as handle:
            if hash_of(handle) != digest:
                return False
        os.utime(storage.path(name))
    except (OSError, NotImplementedError):
        return False
    return True


def _close(storage: Storage, name: str) -> None:
    """Makes the file read-only, where the storage has files."""
    try:
        Path(storage.path(name)).chmod(READ_ONLY)
    except (OSError, NotImplementedError):
        log.debug("The storage keeps no permissions for %s", name)


def hash_of(handle: IO[bytes]) -> str:
    """SHA-256 (hex) of what is left to read, in constant memory."""
    digest = hashlib.sha256()
    while part := handle.read(1024 * 1024):
        digest.update(part)
    return digest.hexdigest()


def is_whole(stored: StoredFile) -> bool:
    """Says whether the bytes on the disk are those that were frozen; False also where they are gone."""
    try:
        with stored.clean_file.storage.open(str(stored.clean_file.name), "rb") as handle:
            return hash_of(handle) == stored.clean_sha256
    except OSError:
        return False


def _draw_later(rows: list[StoredFile]) -> None:
    """Queues the small copies of large pictures: they are no evidence, and take longer than a filing may."""
    large = [str(row.pk) for row in rows if row.thumbnail.name != row.clean_file.name]
    for begin in range(0, len(large), AT_ONCE):
        enqueue("files.draw_small", ids=",".join(large[begin : begin + AT_ONCE]))


@task("files.draw_small", atomic=False)
def draw_small(ids: str) -> None:
    """Writes the small copy of each of these pictures where it is not there yet; one that cannot be drawn has none."""
    for row in StoredFile.objects.filter(pk__in=[int(pk) for pk in ids.split(",")], purpose=PURPOSE).order_by("id"):
        storage, name = row.thumbnail.storage, str(row.thumbnail.name)
        data = None if storage.exists(name) else _read(row.clean_file)
        if data is None:
            continue
        try:
            storage.save(name, ContentFile(pictures.rebuild(data, row.original_name)["thumbnail"]))
        except FileRefused:
            log.warning("No small copy can be drawn of file %d", row.pk)

"""Packs a bundle: a ZIP that is written while it is read, every file dated alike, with a hash of each at the end."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from datetime import UTC
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.utils.translation import gettext as _

from complaints.bundle import pdf
from complaints.bundle.content import SAYS, Attached, Bundle, cell, speaking

COLUMNS = (
    "line", "kind", "marketplace_id", "title", "market", "seller", "price", "currency", "from_second", "to_second",
    "state", "decision", "url", "snapshot_sha256", "picture_sha256", "taken_at",
)  # fmt: skip
PACKED = {"image/png", "image/jpeg", "image/webp", "application/pdf"}  # nothing is gained by packing them again


class _Pipe(io.RawIOBase):
    """What the archive writes into, and the reader takes out of; nothing is kept."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken = b"".join(self.parts)
        self.parts.clear()
        return taken


def stream(bundle: Bundle) -> Iterator[bytes]:
    """Gives the ZIP piece by piece; one picture is in memory at a time, and the PDF at the end."""
    pipe, sums, missing = _Pipe(), dict[str, str](), list[str]()
    with ZipFile(pipe, "w") as archive:
        for name, data, method in _files(bundle, missing):
            archive.writestr(_entry(bundle, name, method), data)
            sums[name] = hashlib.sha256(data).hexdigest()
            yield pipe.take()
        lines = "".join(f"{sums[name]}  {name}\n" for name in sorted(sums))
        archive.writestr(_entry(bundle, "SHA256SUMS", ZIP_DEFLATED), lines.encode())
    yield pipe.take()


def _entry(bundle: Bundle, name: str, method: int) -> ZipInfo:
    at = bundle.dated.astimezone(UTC)
    entry = ZipInfo(name, (max(at.year, 1980), at.month, at.day, at.hour, at.minute, at.second // 2 * 2))
    entry.compress_type, entry.create_system, entry.external_attr = method, 3, 0o100444 << 16
    return entry


def _files(bundle: Bundle, missing: list[str]) -> Iterator[tuple[str, bytes, int]]:
    with speaking(bundle.language):
        readme = _readme(bundle)
    yield "README.txt", readme.encode(), ZIP_DEFLATED
    for name in sorted(bundle.documents):
        yield name, as_json(bundle.documents[name]), ZIP_DEFLATED
    if bundle.token is not None:
        yield "manifest.tsr", bundle.token, ZIP_STORED
    yield "items.json", as_json([piece.told for piece in bundle.pieces]), ZIP_DEFLATED
    yield "items.csv", _table(bundle), ZIP_DEFLATED
    for piece in bundle.pieces:
        if piece.snapshot is not None:
            yield f"snapshots/{piece.name}.json", as_json(piece.snapshot), ZIP_DEFLATED
        if piece.picture is not None:
            yield from _attached(piece.picture, missing)
    for paper in bundle.papers:
        yield from _attached(paper, missing)
    if missing:
        yield "MISSING.json", as_json(missing), ZIP_DEFLATED
    with speaking(bundle.language):
        document = pdf.render(bundle, missing)
    yield f"{bundle.stem}.pdf", document, ZIP_STORED


def _attached(attached: Attached, missing: list[str]) -> Iterator[tuple[str, bytes, int]]:
    """A file, if its bytes are those that were hashed; else its name goes on the list of what is missing."""
    data = read(attached)
    if data is None:
        missing.append(attached.name)
        return
    yield attached.name, data, ZIP_STORED if attached.file.media_type in PACKED else ZIP_DEFLATED


def read(attached: Attached) -> bytes | None:
    """The bytes of a file as they are shown; None when they are gone or are not those that were hashed."""
    try:
        with attached.file.clean_file.open("rb") as handle:
            data: bytes = handle.read()
    except OSError:
        return None
    return data if hashlib.sha256(data).hexdigest() == attached.file.clean_sha256 else None


def as_json(value: Any) -> bytes:
    """JSON for people and machines: indented, keys in order, UTF-8."""
    return (json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")


def _table(bundle: Bundle) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([cell(piece.told[name]) for name in COLUMNS] for piece in bundle.pieces)
    return out.getvalue().encode("utf-8", "replace")


def _readme(bundle: Bundle) -> str:
    """Says what this is and how it is checked."""
    lines = [
        f"{bundle.reference}: {SAYS[bundle.audience]}",
        "",
        _("The PDF is for people; it shows what the other files hold. Texts are as they were sent, whatever they say."),
        _("Check the files: sha256sum -c SHA256SUMS"),
        _("snapshots/: each file holds what its item's hash is over, in JSON with sorted keys, no spaces, in UTF-8."),
        _("pictures/: as the marketplace showed them, byte for byte; SHA-256 as in the snapshot."),
    ]
    if "manifest.json" in bundle.documents:
        lines.append(
            _("manifest.json: what was frozen at the filing. Its hash stands in the event complaint.submitted.")
        )
    if bundle.token is not None:
        lines.append(_("manifest.tsr: an outside authority's timestamp (RFC 3161) over the manifest's content."))
    return "\n".join(lines) + "\n"

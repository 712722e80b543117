"""Decides what the bytes of an upload are; the decoder is the judge, never the name or MIME type."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.files.base import File
from django.utils.translation import gettext as _

from portal.files import pdfs, pictures
from portal.files.errors import FileRefused

MEGABYTE = 1024 * 1024
LARGEST_PICTURE = 10 * MEGABYTE
LARGEST_PDF = 20 * MEGABYTE

HINTS: tuple[tuple[bytes, str], ...] = (
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"Rar!", "a RAR archive"),
    (b"\x1f\x8b", "a gzip archive"),
)
TEXT_HINTS: tuple[tuple[bytes, str], ...] = (
    (b"<svg", "an SVG drawing"),
    (b"<!doctype html", "HTML"),
    (b"<html", "HTML"),
    (b"<script", "HTML"),
    (b"<?php", "a script"),
    (b"#!", "a script"),
    (b"<?xml", "XML"),
)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What may be shown: rebuilt bytes without metadata, and a small WebP of it or of its first page."""

    media_type: str
    data: bytes
    thumbnail: bytes
    width: int
    height: int
    pages: int = 1


def read_capped(upload: File[bytes], name: str) -> bytes:
    """Reads at most one byte more than allowed, whatever length was claimed. Raises FileRefused."""
    upload.seek(0)
    data: bytes = upload.read(LARGEST_PDF + 1)
    if not data:
        raise FileRefused("file_empty", _("“%(name)s” is empty (0 bytes). Choose it again.") % {"name": name}, "file")
    _check_size(data, name)
    return data


def judge(data: bytes, name: str) -> Cleaned:
    """Decodes, limits and rebuilds a picture or PDF. Raises FileRefused with the reason and the cure."""
    _check_size(data, name)
    if data.startswith(b"%PDF-"):
        return Cleaned("application/pdf", **pdfs.rebuild(data, name))
    if pictures.looks_like_ours(data):
        return Cleaned(**pictures.rebuild(data, name))
    raise FileRefused("file_type_not_allowed", _disguise_message(data, name), "file")


def _check_size(data: bytes, name: str) -> None:
    is_pdf = data.startswith(b"%PDF-")
    limit = LARGEST_PDF if is_pdf else LARGEST_PICTURE
    if len(data) > limit:
        raise FileRefused(
            "file_too_large",
            _("“%(name)s” is larger than %(limit)d MB. Pictures may have 10 MB, PDFs 20 MB; send a smaller copy.")
            % {"name": name, "limit": limit // MEGABYTE},
            "file",
        )


def _disguise_message(data: bytes, name: str) -> str:
    found = _looks_like(data)
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    if suffix and found:
        text = _("This file is named .%(suffix)s but holds %(found)s; send PNG, JPEG, WebP or PDF.")
    elif found:
        text = _("This file holds %(found)s; send PNG, JPEG, WebP or PDF.")
    else:
        text = _("“%(name)s” is none of the types we take; send PNG, JPEG, WebP or PDF.")
    return text % {"suffix": suffix, "found": found, "name": name}


def _looks_like(data: bytes) -> str:
    """Guesses a word for the message; nothing is allowed because of it."""
    for magic, word in HINTS:
        if data.startswith(magic):
            return word
    head = data[:4096].lower().lstrip(b"\xef\xbb\xbf \t\r\n")
    for sign, word in TEXT_HINTS:
        if sign in head:
            return word
    if b"%pdf-" in head:
        return _("something before the PDF")
    return "" if b"\0" in head else _("text")

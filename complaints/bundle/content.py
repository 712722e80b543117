"""What is in a bundle, before anybody packs it: plain values, and the files that go along."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.files.models import EXTENSIONS, StoredFile

UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # controls, direction overrides, halves of characters


class Audience(StrEnum):
    """Whose eyes a bundle is for. Only the last one holds internal notes, and it is for the desk alone."""

    COMPLAINANT = "complainant"
    RESPONDENT = "respondent"
    DESK = "desk"
    INTERNAL = "internal"


SAYS: dict[Audience, Promise] = {
    Audience.COMPLAINANT: _("For the complainant: what the complainant sees of the case."),
    Audience.RESPONDENT: _("For the respondent: what was decided about one account, and why."),
    Audience.DESK: _("The whole case, without internal notes."),
    Audience.INTERNAL: _("Internal: with the notes of the desk. It never leaves the desk."),
}


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that goes along: its name in the bundle, and where its bytes are."""

    name: str
    file: StoredFile


@dataclass(frozen=True, slots=True)
class Piece:
    """One item: what is told of it, its snapshot exactly as it was hashed, its picture."""

    name: str
    told: dict[str, Any]
    snapshot: dict[str, Any] | None
    picture: Attached | None


@dataclass(slots=True)
class Bundle:
    """All of one case for one reader. `dated` is when the newest thing in it happened; every file carries that date.

    `documents` are JSON by name; `facts` are pairs of label and text for the first page of the PDF.
    """

    audience: Audience
    reference: str
    dated: datetime
    facts: list[tuple[str, str]] = field(default_factory=list)
    documents: dict[str, Any] = field(default_factory=dict)
    pieces: list[Piece] = field(default_factory=list)
    papers: list[Attached] = field(default_factory=list)
    token: bytes | None = None
    language: str = "en"

    @property
    def stem(self) -> str:
        """The name of the bundle without its ending, such as RD-2026-000123-desk."""
        return f"{safe(self.reference)}-{self.audience.value}"


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speaks the language of the case, in UTC, whoever asks."""
    with translation.override(language), timezone.override("UTC"):
        yield


def safe(text: str) -> str:
    """Makes a text a part of a file's name: letters, digits and hyphens; 40 at most, and never nothing."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "x"


def file_name(folder: str, number: int, label: str, stored: StoredFile) -> str:
    """The name of a file in the bundle; what it was called by its sender is no part of it."""
    return f"{folder}/{number:04d}-{safe(label)}.{EXTENSIONS[stored.media_type]}"


def seen(text: str) -> str:
    """Text without what cannot be seen and may mislead: controls, changes of direction; line ends stay."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (sign if sign in "\n\t" or unicodedata.category(sign) not in UNSEEN else "" for sign in text)
    return "".join(kept).replace("\t", "    ")


def cell(value: object) -> str:
    """One cell of a CSV file: a text that a spreadsheet would take for a formula gets an apostrophe before it."""
    text = " ".join(seen("" if value is None else str(value)).split())
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "|", "%")) else text

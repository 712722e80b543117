"""What people type in one field, read into values: goods by class, countries, days, lists of codes.

Forms and CSV files read alike. Each function raises Refused, with a text that says what to change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from brands.declaration import ClassEntry
from brands.registers.nice import CLASSES, edition_named
from brands.registers.territories import parse_countries
from portal.errors import Refused

GOODS_LINE = re.compile(
    r"(?:class\s*)?0{0,2}(?P<number>[1-9][0-9]?)\s*(?:\((?P<edition>[^()]{1,40})\)\s*)?(?:[:.\-–)]\s*(?P<goods>.*))",
    re.IGNORECASE,
)


def read_goods(text: str) -> list[ClassEntry]:
    """Classes with their goods, one a line: “25: Clothing”, with an edition of its own “25 (11-2017): Clothing”."""
    return [_goods_line(line) for line in (line.strip() for line in text.splitlines()) if line]


def _goods_line(line: str) -> ClassEntry:
    found = GOODS_LINE.fullmatch(line)
    if not found or int(found["number"]) not in CLASSES:
        said = _("Begin each line with its class, such as “25: Clothing”. This line does not: “%(line)s”.")
        raise Refused("goods_unreadable", said % {"line": line[:60]}, "goods")
    edition = edition_named(found["edition"] or "")
    if found["edition"] and not edition:
        said = _(
            "There is no edition “%(edition)s” of the Nice Classification: write it as in “25 (11-2017): Clothing”."
        )
        raise Refused("edition_unknown", said % {"edition": found["edition"]}, "goods")
    return ClassEntry(int(found["number"]), found["goods"].strip(), edition)


def write_goods(entries: Iterable[ClassEntry]) -> str:
    """The same the other way round: what `read_goods` would read."""
    return "\n".join(_written(entry) for entry in entries)


def _written(entry: ClassEntry) -> str:
    edition = f" ({entry.edition.removeprefix('NCL ')})" if entry.edition else ""
    return f"{entry.number}{edition}: {' '.join(entry.goods.split())}"


def read_numbers(text: str) -> list[ClassEntry]:
    """Classes without words: “18, 25” or “18; 25”."""
    parts = [part.strip() for part in re.split(r"[,;\s|]+", text) if part.strip()]
    strange = [part for part in parts if not re.fullmatch(r"0{0,2}[1-9][0-9]?", part) or int(part) not in CLASSES]
    if strange:
        said = _("“%(class)s” is no class: classes go from 1 to 45.") % {"class": strange[0][:20]}
        raise Refused("class_unknown", said, "classes")
    return [ClassEntry(int(part)) for part in parts]


def read_countries(text: str) -> tuple[str, ...] | None:
    """Countries by name or code; None where nothing is typed."""
    found, strange = parse_countries(text)
    if strange:
        said = _("We know no country named %(words)s. Use names or two-letter codes, separated by commas.")
        words = ", ".join(f"“{word[:40]}”" for word in strange[:5])
        raise Refused("country_unknown", said % {"words": words}, "territories")
    return tuple(found) or None


def read_codes(text: str) -> tuple[str, ...]:
    """Codes such as Locarno or IPC classes, separated by commas, semicolons or line ends."""
    return tuple(part.strip() for part in re.split(r"[,;\n|]+", text) if part.strip())


def read_day(text: str, field: str) -> date | None:
    """A day as 2020-04-22; None where nothing is typed. Other forms mean different days to different readers."""
    text = text.strip()
    if not text:
        return None
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        said = _("Write the day as 2020-04-22, not as “%(text)s”.") % {"text": text[:30]}
        raise Refused("date_unreadable", said, field) from None

"""From when to when something is seen in a video or livestream: read from words and links, and written again. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

# A day: no video or livestream is longer, and no clock has more.
LONGEST = 24 * 3600

CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})", re.A)
UNITS = re.compile(r"(?:(\d{1,2})\s*h)?\s*(?:(\d{1,4})\s*m(?:in)?)?\s*(?:(\d{1,5})\s*s(?:ec)?)?", re.A | re.I)
SECONDS = re.compile(r"\d{1,5}", re.A)
BETWEEN = re.compile(r"\s*(?:-|\u2010|\u2011|\u2012|\u2013|\u2014|\u2212|\bto\b|\bbis\b|\.\.+|…)\s*", re.I)

# The names that video services give to a beginning and an end in the query or behind the # of a link.
BEGINS = ("t", "start", "time_continue", "begin", "from_time")
ENDS = ("end", "to_time")


@dataclass(frozen=True, slots=True)
class Span:
    """Seconds from the beginning; `end` is None for a moment."""

    begin: int
    end: int | None = None

    def __str__(self) -> str:
        return words(self.begin, self.end)


def seconds(text: str, *, bare: bool = False) -> int | None:
    """Seconds that `12:30`, `00:12:30`, `1h2m3s` or, where `bare` numbers count, `750` say; None for anything else."""
    text = text.strip()
    if match := CLOCK.fullmatch(text):
        hours, minutes, rest = (int(part or 0) for part in match.groups())
        if rest > 59 or (match[1] and minutes > 59):
            return None
        return _within(hours * 3600 + minutes * 60 + rest)
    if bare and SECONDS.fullmatch(text):
        return _within(int(text))
    if text and (match := UNITS.fullmatch(text)):
        return _within(int(match[1] or 0) * 3600 + int(match[2] or 0) * 60 + int(match[3] or 0))
    return None


def _within(value: int) -> int | None:
    return value if value <= LONGEST else None


def span(text: str) -> Span | None:
    """The time or range that the words say, such as `12:30` or `00:12:30-00:14:05`; None when they say none.

    A range that ends before it begins says none either.
    """
    parts = [part for part in BETWEEN.split(text.strip()) if part]
    if not 1 <= len(parts) <= 2:
        return None
    return between(parts[0], parts[1] if len(parts) == 2 else "")


def between(begin: str, end: str, *, bare: bool = False) -> Span | None:
    """The span of two cells; an empty `end` makes it a moment."""
    first = seconds(begin, bare=bare)
    last = seconds(end, bare=bare) if end.strip() else None
    if first is None or (end.strip() and last is None) or (last is not None and last < first):
        return None
    return Span(first, last if last != first else None)


def in_link(text: str) -> Span | None:
    """The time that a link carries itself, as in `?t=750` or `#t=12m30s`; None where it carries none."""
    if "=" not in text:
        return None
    try:
        parts = urlsplit(text)
        pairs = [*parse_qsl(parts.query, max_num_fields=60), *parse_qsl(parts.fragment, max_num_fields=60)]
    except ValueError:
        return None
    said = {name.lower(): value for name, value in reversed(pairs)}
    begin = next((said[name] for name in BEGINS if name in said), "")
    end = next((said[name] for name in ENDS if name in said), "")
    if "," in begin and not end:  # the fragment of the web's media: #t=10,20
        begin, _comma, end = begin.partition(",")
    return between(begin, end, bare=True)


def clock(second: int) -> str:
    """One moment as people write it: 12:30, or 1:02:03 from an hour on."""
    hours, rest = divmod(second, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60:02d}:{rest % 60:02d}"


def words(begin: int | None, end: int | None = None) -> str:
    """A span as people write it, such as 12:30–14:05; "" where there is none."""
    if begin is None:
        return ""
    return clock(begin) if end is None else f"{clock(begin)}–{clock(end)}"

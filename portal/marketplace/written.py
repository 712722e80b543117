"""One line of a paste taken apart: the target, from when to when, and a note. Pure; what it means is `links`' matter.

A line is `target`, `target 12:30`, `target 00:12:30-00:14:05`, any of them with ` | note` behind it, or the cells of a
spreadsheet: target, from, to, note between tabs, semicolons or commas.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass

from portal.marketplace import times
from portal.marketplace.normal import tidy
from portal.marketplace.times import Span

LONGEST_NOTE = 300
NOTE = re.compile(r"\s+\|\s+")
# What stands behind the target and looks as if it were meant as a time.
MEANT_AS_TIME = re.compile(r"[0-9xo?_]{0,3}[:.][0-9xo?_].*|\d+\s*[hms]\b.*", re.I | re.A)
MARKS = ("\t", ";", ",")


@dataclass(frozen=True, slots=True)
class Written:
    """What one line says; `bad_time` are words that stand where a time does and are none."""

    target: str
    span: Span | None = None
    note: str = ""
    bad_time: str = ""

    def __str__(self) -> str:
        """The line as it is kept in a draft: reading it again gives the same."""
        return write(self.target, self.span, self.note, self.bad_time)


def read(line: str) -> Written:
    """Takes one line apart; a line without time and note is its target, unchanged."""
    for mark in MARKS:
        if mark in line and (found := _from_cells(_cells(line, mark), sure=mark == "\t")):
            return found
    rest, *notes = NOTE.split(line.strip(), maxsplit=1)
    note = _note(notes[0]) if notes else ""
    target, span, bad = _apart(rest)
    return Written(target, span or in_link(target), note, bad)


def _cells(line: str, mark: str) -> list[str]:
    try:
        cells = next(csv.reader([line.strip("\r\n ")], delimiter=mark), [])
    except csv.Error:
        return []
    return [cell.strip() for cell in cells]


def _from_cells(cells: list[str], *, sure: bool) -> Written | None:
    """What the cells of a spreadsheet say; None where these are none. `sure` is a mark that nothing else uses."""
    if len(cells) < 2 or not cells[0]:
        return None
    begin, end, note = (*cells[1:4], "", "", "")[:3]
    if not sure and not (len(cells) <= 4 and (times.span(begin) or (not begin and len(cells) > 2))):
        return None
    if sure and len(cells) > 4:
        note = " ".join(cells[3:])
    return of_cells(cells[0], begin, end, note)


def of_cells(target: str, begin: str = "", end: str = "", note: str = "") -> Written:
    """What four cells say, as a file or the API gives them; `begin` may hold a whole range."""
    target, begin, end = _line(target), _line(begin), _line(end)
    asked = f"{begin}-{end}" if end else begin
    if not asked:
        return Written(target, in_link(target), _note(note))
    found = times.between(begin, end, bare=True) or (times.span(begin) if not end else None)
    return Written(target, found, _note(note), "" if found else asked)


def _line(cell: str) -> str:
    return " ".join(cell.split())


def _note(text: str) -> str:
    return _line(text).replace(" | ", " / ")[:LONGEST_NOTE].strip().removeprefix("|").strip()


def _apart(text: str) -> tuple[str, Span | None, str]:
    """Target, time, and words in its place that are none."""
    target, *behind = text.split(maxsplit=1) or [""]
    rest = behind[0].strip() if behind else ""
    if not rest:
        return text, None, ""
    if found := times.span(rest.strip("()[],;")):
        return target.rstrip(",;"), found, ""
    if MEANT_AS_TIME.fullmatch(rest) and "://" not in rest:
        return target.rstrip(",;"), None, rest
    return text, None, ""


def in_link(target: str) -> Span | None:
    """The time that the link itself carries."""
    return times.in_link(tidy(target))


def write(target: str, span: Span | None = None, note: str = "", bad_time: str = "") -> str:
    """The line of a draft that says this."""
    if bad_time:
        return "\t".join(part for part in (target, bad_time, "", note)).rstrip("\t")
    said = in_link(target)
    timed = f"{target} {span}" if span is not None and span != said else target
    return f"{timed} | {note}" if note else timed

"""Reads the lines to be reported out of a CSV file or a pasted table, row by row: a bad row spoils no other."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _t

from portal.errors import Refused
from portal.marketplace import written
from portal.marketplace.reading import LONGEST_LINE, read_line

MOST_BYTES = 2_000_000
LONGEST_CELL = LONGEST_LINE
COLUMNS: Mapping[str, Sequence[str]] = {
    "target": ("target", "link", "url", "id", "address"),
    "from": ("from", "start", "begin", "time", "timecode", "from_second"),
    "to": ("to", "end", "until", "to_second"),
    "note": ("note", "notes", "comment", "remark"),
}
ORDER = ("target", "from", "to", "note")
DELIMITERS = (",", ";", "\t")
# How workbooks, PDFs, pictures and archives begin.
OTHER_FILES = (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"\x1f\x8b")
# A note may run over some lines of the file; more of them are a quotation mark that nobody closed.
LONGEST_CELL_LINES = 20


def read_lines(upload_bytes: bytes) -> list[str]:
    """The lines of a file, in order, as a draft keeps them; raises Refused with a code that says what to change.

    Codes: empty_file, too_big, not_csv, bad_header, no_lines. A row that cannot be read is a line too, so that it is
    answered with its number. A cell is data, never a formula.
    """
    return read_text(decode(upload_bytes))


def read_text(text: str) -> list[str]:
    """The same for text that was pasted."""
    rows = [line for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]
    if rows and (said := _said_delimiter(rows[0])):
        rows = rows[1:]
    if not rows:
        raise Refused("empty_file", _t("The file is empty."), "file")
    delimiter = said or delimiter_of(rows[0])
    columns = columns_of(_cells(rows[0], delimiter) or [])
    if columns is None:
        columns = _without_header(_cells(rows[0], delimiter) or [])
    else:
        rows = rows[1:]
    lines = [line for line in (_line(row, columns) for row in _records(rows, delimiter)) if line]
    if not lines:
        raise Refused("no_lines", _t("The file has a header but no lines below it."), "file")
    return lines


def is_table(text: str) -> bool:
    """Whether pasted text begins with a header: then its cells mean what their columns say."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    columns = columns_of(_cells(first, delimiter_of(first)) or [])
    return columns is not None and (len(columns) > 1 or len(first.split()) == 1)


def decode(upload: bytes) -> str:
    """The text of the file: UTF-8 with or without its mark, the UTF-16 of spreadsheets, else Windows-1252."""
    if not upload.strip(b" \t\r\n\xef\xbb\xbf"):
        raise Refused("empty_file", _t("The file is empty."), "file")
    if len(upload) > MOST_BYTES:
        raise Refused("too_big", _t("The file is larger than 2 MB. 500 lines need far less."), "file")
    text = _utf16(upload) or _bytewise(upload)
    if text.count("\0") > len(text) // 10 or upload.startswith(OTHER_FILES):
        hint = _t("This is not a CSV file. Open it in your spreadsheet and save it as “CSV UTF-8”.")
        raise Refused("not_csv", hint, "file")
    if not text.strip():
        raise Refused("empty_file", _t("The file is empty."), "file")
    return text


def decode_strictly(upload: bytes) -> str:
    """The text of a table whose cells are kept for ever: UTF-8 and nothing that could be taken for something else."""
    if not upload.strip():
        raise Refused("empty_file", _t("The file is empty."), "file")
    if len(upload) > MOST_BYTES:
        raise Refused("too_big", _t("The file is larger than 2 MB. 500 lines need far less."), "file")
    if upload[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Refused("not_utf8", _t("The file is UTF-16. Save it as “CSV UTF-8” and upload it again."), "file")
    try:
        text = upload.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        hint = _t("Byte %(byte)s of the file is not UTF-8. Save it as “CSV UTF-8” and upload it again.")
        raise Refused("not_utf8", hint % {"byte": error.start + 1}, "file") from None
    if not text.strip():
        raise Refused("empty_file", _t("The file is empty."), "file")
    return text


def _utf16(upload: bytes) -> str:
    """The text of a UTF-16 file, which its mark or its empty bytes show; "" for every other."""
    if upload[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return upload.decode("utf-16", errors="replace")
    head = upload[:200]
    for codec, empty in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        if len(head) > 3 and empty.count(0) * 10 > len(empty) * 8:
            return upload.decode(codec, errors="replace")
    return ""


def _bytewise(upload: bytes) -> str:
    """Each line by itself, so that one that is not UTF-8 spoils no other."""
    return "\n".join(_decoded(line) for line in upload.removeprefix(b"\xef\xbb\xbf").split(b"\n"))


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


def _said_delimiter(line: str) -> str:
    """The mark that a file names itself in a first line `sep=;`, as spreadsheets write it."""
    bare = line.strip().strip('"')
    return bare[4] if len(bare) == 5 and bare.lower().startswith("sep=") and bare[4] in DELIMITERS else ""


def delimiter_of(header: str) -> str:
    """The mark that splits the header line; a file of one column has none, and a comma does."""
    return max(DELIMITERS, key=header.count)


def header_of(text: str) -> str:
    """The first line of a table that says something."""
    return next(line for line in text.splitlines() if line.strip())


def _cells(line: str, delimiter: str) -> list[str] | None:
    """The cells of one row; None where a quotation mark is open or something else cannot be read."""
    try:
        rows = list(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if rows else []


def columns_of(header: list[str]) -> dict[str, int] | None:
    """The place of each column that the header names; None where it names none that can hold a target."""
    names = [cell.strip().strip("\ufeff").lower() for cell in header]
    found = {}
    for column, called in COLUMNS.items():
        place = next((names.index(name) for name in called if name in names), None)
        if place is not None:
            found[column] = place
    return found if "target" in found else None


def _without_header(cells: list[str]) -> dict[str, int]:
    """The usual order, for a file that begins with a target; raises Refused where the first row is neither."""
    if cells and _names_a_target(cells[0]):
        return {name: place for place, name in enumerate(ORDER)}
    found = ", ".join(f"“{cell.strip()[:40]}”" for cell in cells[:6])
    hint = _t("The first row must name a column target, link, url or id. It has: %(found)s.") % {"found": found}
    raise Refused("bad_header", hint, "file")


def _records(rows: Sequence[str], delimiter: str) -> Iterator[list[str] | str]:
    """The cells of each row, or the row itself where it cannot be read: the rows below it are read all the same."""
    place = 0
    while place < len(rows):
        cells, used = _record(rows[place : place + LONGEST_CELL_LINES], delimiter)
        yield rows[place] if cells is None else cells
        place += used


def _record(rows: Sequence[str], delimiter: str) -> tuple[list[str] | None, int]:
    """The first record of these lines and how many of them it takes; a quoted note may run over several."""
    for count in range(1, len(rows) + 1):
        if count > 1 and _begins_a_row(rows[count - 1], delimiter):
            break  # a row of its own: the mark above it was never closed
        cells = _cells("\n".join(rows[:count]), delimiter) if count == 1 else _joined(rows[:count], delimiter)
        if cells is not None:
            return cells, count
    return None, 1


def _joined(rows: Sequence[str], delimiter: str) -> list[str] | None:
    try:
        found = list(csv.reader([f"{row}\n" for row in rows], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return found[0] if len(found) == 1 else None


def _begins_a_row(line: str, delimiter: str) -> bool:
    """Whether a line stands for itself: it opens no quotation mark, closes none, and names a target."""
    return line.count('"') % 2 == 0 and any(_names_a_target(cell) for cell in line.split(delimiter)[: len(COLUMNS) * 2])


def _names_a_target(cell: str) -> bool:
    wanted = read_line(cell)
    return wanted is not None and bool(wanted.id or (wanted.handle and "@" in cell))


def _line(row: list[str] | str, columns: Mapping[str, int]) -> str:
    """One row as a line of a draft: line breaks inside a cell are spaces, so that lines keep their numbers."""
    if isinstance(row, str):
        return " ".join(row.split())[: LONGEST_CELL + 1]
    cells = {name: _cell(row, place) for name, place in columns.items()}
    if not any(cells.values()):
        return ""
    return str(written.of_cells(cells["target"] or "–", *(cells.get(name, "") for name in ORDER[1:])))


def _cell(row: Sequence[str], place: int) -> str:
    cell = row[place] if place < len(row) else ""
    return " ".join(cell.split())[: LONGEST_CELL + 1]

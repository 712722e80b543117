"""Reads the lines to be reported out of an uploaded CSV file."""

from __future__ import annotations

import csv
import io

from django.utils.translation import gettext as _t

from portal.errors import Refused

MOST_LINES = 500
MOST_BYTES = 2_000_000
LONGEST_CELL = 2_000
HEADERS = ("link", "url", "id")
DELIMITERS = (",", ";", "\t")


def read_lines(upload_bytes: bytes) -> list[str]:
    """The cells of the link, url or id column, in order; raises Refused with a code that says what to change.

    Codes: empty_file, too_big, not_utf8, bad_header, bad_row, no_lines, too_many_lines. A cell is data, never
    a formula.
    """
    text = decode(upload_bytes)
    delimiter = delimiter_of(text)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = next((row for row in rows if any(cell.strip() for cell in row)), [])
        column = column_of(header)
        lines = [cell_of(row, column) for row in rows]
    except csv.Error:
        hint = _t("Row %(row)s cannot be read: a quotation mark is open or a cell is too long.")
        raise Refused("bad_row", hint % {"row": rows.line_num}, "file") from None
    return checked([line for line in lines if line])


def decode(upload: bytes) -> str:
    """The text of the file, with or without a byte order mark."""
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


def delimiter_of(text: str) -> str:
    """The mark that splits the header line; a file of one column has none, and a comma does."""
    header = next(line for line in text.splitlines() if line.strip())
    return max(DELIMITERS, key=header.count)


def column_of(header: list[str]) -> int:
    """The place of the first column named link, url or id."""
    names = [cell.strip().lower() for cell in header]
    for wanted in HEADERS:
        if wanted in names:
            return names.index(wanted)
    found = ", ".join(f"“{cell.strip()[:40]}”" for cell in header[:6])
    hint = _t("The first row must name a column link, url or id. It has: %(found)s.") % {"found": found}
    raise Refused("bad_header", hint, "file")


def cell_of(row: list[str], column: int) -> str:
    """One cell as one line: line breaks inside it are spaces, so that lines keep their numbers."""
    cell = row[column] if column < len(row) else ""
    return " ".join(cell.split())[: LONGEST_CELL + 1]


def checked(lines: list[str]) -> list[str]:
    """Refuses a file without lines or with too many."""
    if not lines:
        raise Refused("no_lines", _t("The file has a header but no lines below it."), "file")
    if len(lines) > MOST_LINES:
        hint = _t("The file has %(count)s lines; one complaint takes %(most)s. Split it into several files.")
        raise Refused("too_many_lines", hint % {"count": len(lines), "most": MOST_LINES}, "file")
    return lines

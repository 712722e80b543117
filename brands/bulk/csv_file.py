"""The CSV file: its columns, a template, and reading it. A cell is data, never a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from brands.registers.madrid import WIPO
from brands.registers.offices import OFFICE_CODES
from portal.errors import Refused
from portal.marketplace import csv_lines

MOST_LINES: Final = 1000
MOST_BYTES: Final = 8_000_000  # read to count the lines
MOST_SENT: Final = 1_500_000  # what one form carries to its second step
LONGEST_CELL: Final = 20_000
# Column: what stands in it. The same words as in the API; of one's own kind only.
COLUMNS: Final[dict[str, str]] = {
    "kind": "trademark (also when empty), copyright, design or patent",
    "brand": "name of the brand; a new one is added",
    "office": f"one of {', '.join(code for code in OFFICE_CODES if code != WIPO)}; empty for a work",
    "mark_kind": "word (also when empty), figurative, combined, shape_3d, colour, sound, position, pattern, motion, "
    "multimedia, hologram, olfactory, other",
    "mark_text": "words of the mark",
    "description": "of a sound, smell, colour or other mark",
    "name": "title of a work or patent, name of a design",
    "registration_number": "as the office writes it",
    "application_number": "as the office writes it",
    "international_number": "WIPO's number; office is then one designated office, one line each",
    "owner_name": "as in the register",
    "filing_date": "2020-04-22",
    "registration_date": "2020-10-17",
    "expiry_date": "2030-04-22",
    "classes": "Nice classes: 18; 25",
    "goods": "25: Clothing | 18: Backpacks",
    "territories": "DE, FR; empty for all that the office covers",
    "work_type": "photograph, artwork, text, video, music, software, applied_art, other",
    "authors": "Names, separated by commas",
    "created_on": "2019, 2019-05 or 2019-05-17",
    "published_on": "2019-06-01",
    "published_country": "SE",
    "published_at_url": "https://...",
    "chain_of_title": "how a work came to its owner",
    "product": "of a design",
    "locarno_classes": "03-01; 02-04",
    "designers": "names",
    "publication_number": "of a patent",
    "ipc_classes": "A43B 13/14; A45F 3/00",
    "inventors": "names",
    "claims": "the claims that matter",
    "picture": "file name of the picture of a mark",
    "certificate": "file name of the certificate",
    "copies": "file names of copies of a work, separated by |",
    "proofs": "file names of proofs of authorship, separated by |",
    "views": "file names of the views of a design, separated by |",
    "drawings": "file names of claims and drawings, separated by |",
}
TEMPLATE: Final = (
    "kind,brand,office,mark_kind,mark_text,name,registration_number,owner_name,filing_date,registration_date,"
    "expiry_date,classes,goods,certificate\n"
    "trademark,Tarnfell,EM,word,TARNFELL,,016142907,Tarnfell Outdoor AB,2016-12-14,2017-03-27,2026-12-14,,"
    '"25: Clothing; footwear | 18: Backpacks",tarnfell-em.pdf\n'
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line below the header; `number` is its row in a spreadsheet, `surplus` says that it has too many cells."""

    number: int
    cells: dict[str, str]
    surplus: bool = False


def read_csv(upload: bytes) -> list[Row]:
    """The lines of the file. Raises Refused with a code that says what to change, and nothing else.

    Codes: empty_file, too_big, not_utf8, bad_header, bad_row, no_lines, too_many_lines.
    """
    if len(upload) > MOST_BYTES:
        raise Refused("too_big", _("The file is larger than 8 MB. 1,000 lines need far less."), "file")
    text = _decoded(upload)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=csv_lines.delimiter_of(csv_lines.header_of(text)))
    found: list[tuple[int, list[str]]] = []
    try:
        for number, row in enumerate(rows, 1):
            if any(cell.strip() for cell in row):
                found.append((number, row))
    except csv.Error:
        hint = _("Row %(row)s cannot be read: a quotation mark is open or a cell is too long.")
        raise Refused("bad_row", hint % {"row": rows.line_num}, "file") from None
    header = _header(found[0][1])
    _check_count(len(found) - 1, len(text))
    return [_row(number, header, _cells(row)) for number, row in found[1:]]


def _decoded(upload: bytes) -> str:
    """As the lists of a complaint are decoded, but for the size."""
    text = csv_lines.decode_strictly(upload[: csv_lines.MOST_BYTES]) if len(upload) <= csv_lines.MOST_BYTES else ""
    if not text:
        try:
            text = upload.decode("utf-8-sig")
        except UnicodeDecodeError:
            csv_lines.decode_strictly(upload[: csv_lines.MOST_BYTES])  # says which byte, or what it is instead
            text = "\0"
    if "\0" in text:
        raise Refused("not_utf8", _("The file is not UTF-8. Save it as “CSV UTF-8” and upload it again."), "file")
    return text


def _header(row: Sequence[str]) -> list[str]:
    names = ["_".join(cell.strip().lower().split()) for cell in row]
    strange = [cell.strip() for cell, name in zip(row, names, strict=True) if name and name not in COLUMNS]
    if strange or "brand" not in names:
        shown = ", ".join(f"“{name[:40]}”" for name in strange[:6])
        said = _("There is no column %(names)s.") % {"names": shown} if strange else _("The column “brand” is missing.")
        hint = _("The first row names the columns; the template has them.")
        raise Refused("bad_header", f"{said} {hint}", "file")
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise Refused("bad_header", _("The column “%(name)s” is there twice.") % {"name": twice[0]}, "file")
    return names


def _check_count(lines: int, length: int) -> None:
    if not lines:
        raise Refused("no_lines", _("The file has a header but no lines below it."), "file")
    if lines > MOST_LINES:
        hint = _("The file has %(count)s lines; %(most)s can be entered at a time. Split it into several files.")
        raise Refused("too_many_lines", hint % {"count": f"{lines:,}", "most": f"{MOST_LINES:,}"}, "file")
    if length > MOST_SENT:
        raise Refused("too_big", _("The lines are longer than 1.5 MB together. Split them into several files."), "file")


def _row(number: int, header: Sequence[str], cells: Sequence[str]) -> Row:
    named = {name: cell for name, cell in zip(header, cells, strict=False) if name}
    return Row(number, named, surplus=any(cells[len(header) :]))


def _cells(row: Sequence[str]) -> list[str]:
    return [cell.strip()[: LONGEST_CELL + 1] for cell in row]


def written(rows: Iterable[Row]) -> str:
    """The rows as CSV text again, with the columns that any of them fills."""
    rows = list(rows)
    names = [name for name in COLUMNS if any(row.cells.get(name) for row in rows)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([row.cells.get(name, "") for name in names] for row in rows)
    return out.getvalue()

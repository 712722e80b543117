"""One line and its answer, and how a line of a CSV file becomes a Declaration."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from dataclasses import field as column
from typing import TYPE_CHECKING, Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brands import reading
from brands.bulk.csv_file import LONGEST_CELL, Row
from brands.declaration import Declaration, DesignPart, Part, PatentPart, WorkPart
from brands.models import Brand, RightFileKind, RightKind
from brands.writing import check_values
from portal.errors import Refused

if TYPE_CHECKING:
    from brands.errors import Problem
    from brands.models import IPRight

NEW, YOURS, WRONG, ENTERED, SENT = "new", "yours", "wrong", "entered", "sent"
LABELS: Final[dict[str, Promise]] = {
    NEW: gettext_lazy("Would be entered"),
    YOURS: gettext_lazy("Already yours"),
    WRONG: gettext_lazy("To correct"),
    ENTERED: gettext_lazy("Entered as a draft"),
    SENT: gettext_lazy("Sent to the desk"),
}
TONES: Final = {NEW: "info", YOURS: "", WRONG: "bad", ENTERED: "ok", SENT: "ok"}
# Columns with file names, and what the files are: the two of a mark, or a kind of file of the right.
PAPERS: Final[dict[str, str]] = {
    "picture": "logo",
    "certificate": "certificate",
    "copies": RightFileKind.WORK_COPY.value,
    "proofs": RightFileKind.AUTHORSHIP.value,
    "views": RightFileKind.VIEW.value,
    "drawings": RightFileKind.CLAIMS.value,
}
SAME: Final = (
    "office",
    "mark_text",
    "description",
    "name",
    "registration_number",
    "application_number",
    "international_number",
    "owner_name",
)
DAYS: Final = ("filing_date", "registration_date", "expiry_date")


@dataclass(slots=True)
class Line:
    """One line with its answer: new, yours or wrong before entering, then entered or sent; `says` why.

    `declaration` has a brand that may not exist yet; `papers` are the names of its files by what they are.
    """

    number: int
    title: str
    answer: str = NEW
    says: str = ""
    field: str = ""
    declaration: Declaration | None = None
    papers: dict[str, tuple[str, ...]] = column(default_factory=dict)
    right: IPRight | None = None
    missing: tuple[Problem, ...] = ()
    row: Row | None = None

    @property
    def label(self) -> str:
        """The answer in words."""
        return str(LABELS[self.answer])

    @property
    def tone(self) -> str:
        """The badge tone of the answer."""
        return TONES[self.answer]

    def refuse(self, error: Refused) -> None:
        """Makes it one to correct."""
        self.answer, self.says, self.field = WRONG, str(error), error.field


def line_of(row: Row) -> Line:
    """Reads one line of a CSV file; what cannot be read is to correct, with the reason."""
    cells = row.cells
    title = cells.get("mark_text") or cells.get("name") or cells.get("brand", "")
    line = Line(row.number, title[:200], row=row)
    try:
        _check_cells(row)
        line.declaration = declaration_of(cells)
        check_values(line.declaration)
        line.papers = {what: _names(cells.get(column, "")) for column, what in PAPERS.items() if cells.get(column)}
    except Refused as error:
        line.refuse(error)
    return line


def _check_cells(row: Row) -> None:
    if row.surplus:
        text = _(
            "This line has more cells than the first row names. Is a comma within a cell, without quotation marks?"
        )
        raise Refused("surplus_cells", text, "")
    for name, cell in row.cells.items():
        if cell.startswith("="):
            raise Refused("formula", _("This cell is a formula: write its value instead."), name)
        if len(cell) > LONGEST_CELL:
            raise Refused("too_long", _("Use at most %(count)s characters.") % {"count": LONGEST_CELL}, name)


def declaration_of(cells: dict[str, str]) -> Declaration:
    """What the cells of one line declare, with a brand that is not saved. Raises Refused with the column."""
    brand = " ".join(cells.get("brand", "").split())
    if not brand:
        raise Refused("brand_missing", _("Give the name of the brand."), "brand")
    if len(brand) > 120:
        raise Refused("name_too_long", _("Use at most 120 characters for the name of a brand."), "brand")
    kind = cells.get("kind", "").lower() or RightKind.TRADEMARK
    values: dict[str, Any] = {name: cells.get(name, "") for name in SAME}
    values |= {name: reading.read_day(cells.get(name, ""), name) for name in DAYS}
    return Declaration(
        brand=Brand(name=brand),
        **values | {"office": values["office"].upper()},
        mark_kind=cells.get("mark_kind", "").lower() or "word",
        classes=(
            *reading.read_numbers(cells.get("classes", "")),
            *reading.read_goods(cells.get("goods", "").replace("|", "\n")),
        ),
        territories=reading.read_countries(cells.get("territories", "")),
        part=_part(kind, cells),
    )


def _part(kind: str, cells: dict[str, str]) -> Part | None:
    def one(name: str) -> str:
        return cells.get(name, "")

    match kind:
        case RightKind.TRADEMARK:
            return None
        case RightKind.COPYRIGHT:
            return WorkPart(
                work_type=one("work_type").lower() or "other",
                authors=one("authors"),
                created_on=one("created_on"),
                published_on=reading.read_day(one("published_on"), "published_on"),
                published_country=one("published_country"),
                published_at_url=one("published_at_url"),
                chain_of_title=one("chain_of_title"),
            )
        case RightKind.DESIGN:
            return DesignPart(one("product"), reading.read_codes(one("locarno_classes")), one("designers"))
        case RightKind.PATENT:
            codes = reading.read_codes(one("ipc_classes"))
            return PatentPart(one("publication_number"), codes, one("inventors"), one("claims"))
    raise Refused("kind_unknown", _("The kind is trademark, copyright, design or patent."), "kind")


def _names(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def tally(lines: Iterable[Line]) -> dict[str, int]:
    """Counts lines by answer."""
    found = [line.answer for line in lines]
    return {answer: found.count(answer) for answer in LABELS}


def wrong_rows(lines: Sequence[Line]) -> list[Row]:
    """The lines of the file that are to correct."""
    return [line.row for line in lines if line.answer == WRONG and line.row is not None]

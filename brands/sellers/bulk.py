"""Many accounts by one table: each line is read, listed or answered with what to correct."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from brands import registry
from brands.gtin import read_gtins
from brands.models import Brand, IPRight
from brands.registers.territories import parse_countries
from brands.registry import SellerTerms
from brands.sellers.finding import FoundAccount, find_accounts
from portal.accounts.actors import Actor
from portal.errors import Conflict, DomainError, Refused
from portal.marketplace.csv_lines import MOST_BYTES, decode_strictly, delimiter_of, header_of
from portal.marketplace.reading import shown

__all__ = ["MOST_BYTES", "TEMPLATE", "Answer", "Line", "counts", "list_all", "read_lines"]
COLUMNS = ("account", "brand", "right", "gtins", "countries", "from", "until")
LISTS = ("gtins", "countries")
MOST_LINES = 500
LONGEST_CELL = 20_000
TEMPLATE = (
    ",".join(COLUMNS) + "\r\n"
    "@fjall.outdoor,Tarnfell,,,\"DE, SE\",2027-01-01,2027-12-31\r\n"
    "SA-24807,Tarnfell,099142907,\"4006381333931; 96385074\",,,\r\n"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table as it was sent, by column; `number` counts lines of the file."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a line: `code` listed, left_out or to_correct, and why."""

    number: int
    account: str
    code: str
    message: str

    @property
    def tone(self) -> str:
        return {"listed": "ok", "left_out": "warn"}.get(self.code, "bad")

    @property
    def label(self) -> str:
        words = {"listed": _("Listed"), "left_out": _("Left out")}
        return words.get(self.code, _("To correct"))


def read_lines(upload: bytes) -> list[Line]:
    """The lines of a CSV file. Raises Refused with what to change; a cell is data, never a formula."""
    text = decode_strictly(upload)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(header_of(text)))
    try:
        header = next((row for row in rows if any(cell.strip() for cell in row)), [])
        places = _places(header)
        lines = [Line(rows.line_num, _cells(row, places)) for row in rows if any(cell.strip() for cell in row)]
    except csv.Error:
        hint = _("Row %(row)s cannot be read: a quotation mark is open or a cell is too long.")
        raise Refused("bad_row", hint % {"row": rows.line_num}, "csv") from None
    if not lines:
        raise Refused("no_lines", _("The file has a header but no lines below it."), "csv")
    if len(lines) > MOST_LINES:
        hint = _("The file has %(count)s lines; one upload takes %(most)s. Split it into several files.")
        raise Refused("too_many_lines", hint % {"count": len(lines), "most": MOST_LINES}, "csv")
    return lines


def list_all(*, actor: Actor, lines: Sequence[Line], now: datetime) -> list[Answer]:
    """Lists every line that can be used, each for itself, and answers all of them in order."""
    accounts = find_accounts([line.cells["account"] for line in lines])
    shelf = Shelf.of(actor)
    return [_list(actor, line, found, shelf, now) for line, found in zip(lines, accounts, strict=True)]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The brands and rights that this actor may name, read once."""

    brands: dict[str, Brand]
    rights: dict[str, list[IPRight]]

    @classmethod
    def of(cls, actor: Actor) -> Shelf:
        rights: dict[str, list[IPRight]] = {}
        brands: dict[str, Brand] = {}
        for right in IPRight.objects.visible_to(actor).select_related("brand", "family").order_by("id"):
            brands[right.brand.name.casefold()] = right.brand
            for name in {str(right.public_id), right.registration_number, right.application_number} - {""}:
                rights.setdefault(name.casefold(), []).append(right)
        return cls(brands, rights)

    def brand(self, name: str) -> Brand:
        """The brand of this name; where there is one only, it need not be named."""
        if not name and len(self.brands) == 1:
            return next(iter(self.brands.values()))
        found = self.brands.get(" ".join(name.split()).casefold())
        if found is None:
            text = _("You have no brand “%(name)s” with a right.") if name else _("Name the brand.")
            raise Refused("brand_unknown", text % {"name": name[:60]} if name else text, "brand")
        return found

    def right(self, name: str, brand: Brand) -> IPRight | None:
        """The right of this brand with this number or id; None where none is named."""
        if not name:
            return None
        named = self.rights.get("".join(name.split()).casefold(), [])
        found = [right for right in named if right.brand_id == brand.pk]
        if len(found) != 1:
            text = _("%(brand)s has no right with the number “%(name)s”.")
            if found:
                text = _("%(brand)s has more than one right with the number “%(name)s”: give its id.")
            raise Refused("right_unknown", text % {"brand": brand.name, "name": name[:60]}, "right")
        return found[0]


def _list(actor: Actor, line: Line, found: FoundAccount, shelf: Shelf, now: datetime) -> Answer:
    named = shown(line.cells["account"], 80)
    if found.account is None:
        return Answer(line.number, named, "to_correct", found.message)
    try:
        made = registry.list_seller(
            actor=actor, account=found.account, terms=_terms(line.cells, shelf, now.date()), now=now
        )
    except Conflict as error:
        return Answer(line.number, named, "left_out", str(error))
    except DomainError as error:
        return Answer(line.number, named, "to_correct", str(error))
    return Answer(line.number, named, "listed", f"@{made.account.handle}, {made.right or made.brand}")


def _terms(cells: Mapping[str, str], shelf: Shelf, today: date) -> SellerTerms:
    brand = shelf.brand(cells["brand"])
    return SellerTerms(
        brand=brand,
        right=shelf.right(cells["right"], brand),
        territories=_countries(cells["countries"]),
        gtins=_gtins(cells["gtins"]),
        starts_on=_day(cells["from"], "from") or today,
        ends_on=_day(cells["until"], "until"),
    )


def _countries(text: str) -> tuple[str, ...]:
    found, strange = parse_countries(text)
    if strange:
        words = ", ".join(f"“{word[:40]}”" for word in strange[:5])
        raise Refused("country_unknown", _("We know no country named %(words)s.") % {"words": words}, "countries")
    return tuple(found)


def _gtins(text: str) -> tuple[str, ...]:
    good, bad = read_gtins(text)
    if bad:
        raise Refused("gtin_wrong", " ".join(bad[:3]), "gtins")
    return tuple(good)


def _day(text: str, column: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        why = _("“%(text)s” is no day: write it as 2027-12-31.") % {"text": text[:40]}
        raise Refused("day_wrong", why, column) from None


def _places(header: Sequence[str]) -> dict[str, int]:
    names = [cell.strip().lower() for cell in header]
    if "account" not in names:
        found = ", ".join(f"“{cell.strip()[:40]}”" for cell in header[:8])
        text = _("The first row must name a column account, and may name brand, right, gtins, countries, from, until.")
        raise Refused("bad_header", f"{text} " + _("It has: %(found)s.") % {"found": found}, "csv")
    strange = [name for name in names if name and name not in COLUMNS]
    if strange or len(names) != len(set(names)):
        text = _("We know no column %(names)s, or one is named twice. Take the template as it is.")
        raise Refused("bad_header", text % {"names": ", ".join(f"“{name[:40]}”" for name in strange[:5])}, "csv")
    return {name: names.index(name) for name in COLUMNS if name in names}


def _cells(row: Sequence[str], places: Mapping[str, int]) -> dict[str, str]:
    return {name: _cell(row, places.get(name, -1), name in LISTS) for name in COLUMNS}


def _cell(row: Sequence[str], place: int, is_list: bool) -> str:
    """One cell as one line; where it holds a list, a line break in it stands between two."""
    text = row[place].replace("\x00", " ") if 0 <= place < len(row) else ""
    parts = text.splitlines() if is_list else [text]
    return ";".join(" ".join(part.split()) for part in parts)[:LONGEST_CELL]


def counts(answers: Sequence[Answer]) -> Iterator[tuple[str, int]]:
    """How many lines were listed, left out and are to be corrected."""
    for code in ("listed", "left_out", "to_correct"):
        yield code, sum(answer.code == code for answer in answers)

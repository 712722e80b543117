"""Writes a bundle for people: one PDF with everything that can be read, and a small copy of each picture.

The font covers Latin, Greek and Cyrillic. A letter that it lacks is drawn as an empty box, and the PDF says so; the
text itself is in the JSON beside it, whole.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from fontTools.ttLib import TTFont  # type: ignore[import-untyped] # fpdf2 brings it
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from complaints.bundle.content import SAYS, Bundle, Piece, seen
from complaints.bundle.rows import when
from portal.files import pictures
from portal.files.errors import FileRefused
from portal.files.models import StoredFile

FONTS = Path(__file__).parent / "fonts"
BOX = "▯"
LONGEST = 1_500  # characters of one description; the whole text is in the snapshot
WIDTH, PICTURE = 180.0, 30.0  # millimetres


@cache
def _letters() -> frozenset[int]:
    """The code points that the font can draw."""
    with TTFont(FONTS / "DejaVuSans.ttf") as font:
        return frozenset(font.getBestCmap())


class Paper(FPDF):
    """A4 with our font; knows whether a letter had to be left out."""

    def __init__(self, foot: str) -> None:
        super().__init__(format="A4")
        self.foot, self.has_boxes = foot, False
        self.add_font("desk", "", FONTS / "DejaVuSans.ttf")
        self.add_font("desk", "B", FONTS / "DejaVuSans-Bold.ttf")
        self.set_margin(15)
        self.set_auto_page_break(True, 18)

    def footer(self) -> None:
        self.set_y(-13)
        self.set_font("desk", "", 7)
        self.cell(0, 5, f"{self.foot}   {self.page_no()} / {{nb}}", align="R")

    def drawn(self, text: str) -> str:
        """The text with a box for each letter that the font lacks, and without what cannot be seen."""
        made = "".join(sign if sign == "\n" or ord(sign) in _letters() else BOX for sign in seen(text))
        self.has_boxes = self.has_boxes or BOX in made
        return made

    def say(self, text: str, *, size: float = 9, bold: bool = False, width: float = WIDTH, gap: float = 0) -> None:
        """One block of text, broken into lines; markup means nothing in it."""
        self.set_font("desk", "B" if bold else "", size)
        self.multi_cell(
            width, size * 0.5, self.drawn(text) or "–", align="L", new_x=XPos.LEFT, new_y=YPos.NEXT, markdown=False
        )
        if gap:
            self.ln(gap)

    def head(self, text: str) -> None:
        self.ln(4)
        if self.get_y() > 255:
            self.add_page()
        self.say(text, size=13, bold=True, gap=1.5)


def render(bundle: Bundle, missing: Sequence[str] = ()) -> bytes:
    """Gives the PDF of a bundle; equal bundles give equal bytes."""
    paper = Paper(f"{bundle.reference} · {bundle.audience.value}")
    paper.set_creation_date(bundle.dated)
    paper.set_producer("Rightsdesk")
    paper.set_title(paper.drawn(bundle.reference))
    paper.add_page()
    paper.say(f"{_('Case bundle')} {bundle.reference}", size=18, bold=True, gap=1)
    paper.say(str(SAYS[bundle.audience]), gap=3)
    for label, text in bundle.facts:
        paper.say(label, size=7.5)
        paper.say(text[:20_000], gap=1.2)
    _texts(paper, bundle)
    _items(paper, bundle.pieces)
    _events(paper, bundle.documents.get("events.json", []))
    _papers(paper, bundle, missing)
    if paper.has_boxes:
        note = _("%(box)s stands for a letter that this PDF cannot draw. The text itself is in the files beside it.")
        paper.head(_("Letters"))
        paper.say(note % {"box": BOX})
    return bytes(paper.output())


def _texts(paper: Paper, bundle: Bundle) -> None:
    """Rights, decisions, statements, messages, and in an internal bundle the notes."""
    documents = bundle.documents
    _each(paper, _("Rights"), documents.get("right.json", []), _right)
    _each(paper, _("The notice"), documents.get("notice.json", []), _notice)
    _each(paper, _("Decisions"), documents.get("decisions.json", []), _decision)
    _each(paper, _("Statements of reasons"), documents.get("statements.json", []), _statement)
    _each(paper, _("Messages"), documents.get("messages.json", []), _message)
    _each(paper, _("Internal notes"), documents.get("internal-notes.json", []), _note)


def _each(paper: Paper, title: str, rows: Sequence[dict[str, Any]], words: Any) -> None:
    if not rows:
        return
    paper.head(title)
    for row in rows:
        head, text = words(row)
        paper.say(head, size=8, bold=True)
        paper.say(text, gap=2.5)


def _right(row: dict[str, Any]) -> tuple[str, str]:
    numbers = " / ".join(filter(None, (row["registration_number"], row["application_number"])))
    title = row["mark_text"] or row["name"]
    classes = ", ".join(map(str, row["classes"]))
    text = "\n".join(
        (
            f"{row['kind_label']} · {row['office']} {numbers}",
            f"{_('Owner')}: {row['owner_name']}",
            f"{_('Register')}: {row['register_status_label']} ({row['register_as_of'] or '–'})",
            f"{_('Classes')}: {classes or '–'} · {_('Territories')}: {', '.join(row['territories']) or '–'}",
        )
    )
    return title, text


def _notice(row: dict[str, Any]) -> tuple[str, str]:
    return row["label"], row["value"]


def _decision(row: dict[str, Any]) -> tuple[str, str]:
    head = f"{row['reference']} · {row['outcome']} · {row['ground']} {row['ground_label']} · {_when(row['decided_at'])}"
    text = f"{_('Policy')} {row['policy_version']}. {row['policy_text']}\n{_('Items')}: {_numbers(row['items'])}"
    if "decided_by" in row:
        text += f"\n{_('Decided by')}: {row['decided_by']}\n{row['text']}"
    return head, text


def _statement(row: dict[str, Any]) -> tuple[str, str]:
    whom = f"@{row['account']}" if row["account"] else row["side"]
    return f"{row['decision']} → {whom} · {_when(row['told_at'])}", row["text"]


def _message(row: dict[str, Any]) -> tuple[str, str]:
    about = f" · {_('Items')}: {_numbers(row['items'])}" if row["items"] else ""
    account = f" @{row['account']}" if row["account"] else ""
    return f"{row['from']} → {row['to']}{account} · {_when(row['at'])}{about}", row["text"]


def _note(row: dict[str, Any]) -> tuple[str, str]:
    return f"{row['author']} · {_when(row['at'])}", row["text"]


def _when(moment: str | None) -> str:
    return when(datetime.fromisoformat(moment)) if moment else "–"


def _numbers(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers)) or "–"


def _items(paper: Paper, pieces: Sequence[Piece]) -> None:
    paper.head(_("Items, as they were when they were reported"))
    for piece in pieces:
        _item(paper, piece)


def _item(paper: Paper, piece: Piece) -> None:
    told, content = piece.told, (piece.snapshot or {}).get("content", {})
    if paper.get_y() > 240:
        paper.add_page()
    top, page = paper.get_y(), paper.page
    small = _small(piece.picture.file) if piece.picture else None
    if small is not None:
        paper.image(io.BytesIO(small), x=paper.l_margin, y=top, w=PICTURE, h=PICTURE, keep_aspect_ratio=True)
    left = paper.l_margin + PICTURE + 4
    paper.set_left_margin(left)
    paper.set_xy(left, top)
    width = WIDTH - PICTURE - 4
    paper.say(f"{told['line']}. {told['title']}", bold=True, width=width)
    paper.say(_item_text(told, content), size=7.5, width=width)
    paper.set_left_margin(left - PICTURE - 4)
    below = paper.get_y() + 3
    if paper.page == page:
        below = max(below, top + PICTURE + 3)
    paper.set_xy(paper.l_margin, below)


def _item_text(told: dict[str, Any], content: dict[str, Any]) -> str:
    description = str(content.get("description", ""))
    if len(description) > LONGEST:
        description = f"{description[:LONGEST]} […]"
    price = f"{told['price']} {told['currency']}".strip()
    parts = [
        f"{told['kind']} {told['marketplace_id']} · {told['market']} · @{told['seller']}" + f" · {price}" * bool(price),
        told["url"],
        _times(told),
        f"{_('Note')}: {told['note']}" if told.get("note") else "",
        f"{_('Outcome')}: {told['state_label']}" + f" ({told['decision']})" * bool(told["decision"]),
        *(f"{measure['label']}: {measure['state_label']}" for measure in told["measures"]),
        description,
        f"{_('Frozen')}: {_when(told['taken_at'])}",
        f"SHA-256: {told['snapshot_sha256']}",
    ]
    if told["picture_sha256"]:
        parts.append(f"{_('Picture')}: {told['picture_sha256']}")
    elif content.get("picture_missing"):
        parts.append(f"{_('Picture not kept')}: {content['picture_missing']}")
    return "\n".join(filter(None, parts))


def _times(told: dict[str, Any]) -> str:
    begin, end = told["from_second"], told["to_second"]
    if begin is None:
        return ""
    words = _clock(begin) if end is None else f"{_clock(begin)} – {_clock(end)}"
    return f"{_('To be seen at')}: {words}"


def _clock(second: int) -> str:
    return f"{second // 3600:d}:{second // 60 % 60:02d}:{second % 60:02d}"


def _small(file: StoredFile) -> bytes | None:
    try:
        with file.clean_file.open("rb") as handle:
            return pictures.small_jpeg(handle.read(), file.original_name)
    except (OSError, FileRefused):
        return None


def _events(paper: Paper, rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    paper.head(_("What happened"))
    for row in rows:
        words = " · ".join(filter(None, (row.get("title", ""), row.get("detail", "")))) or row["kind"]
        paper.say(f"{row['seq']}. {_when(row['at'])}  {words}\n{row['hash']}", size=7, gap=0.8)


def _papers(paper: Paper, bundle: Bundle, missing: Sequence[str]) -> None:
    rows = bundle.documents.get("evidence.json", [])
    if rows:
        paper.head(_("Evidence of the complainant"))
        for row in rows:
            paper.say(f"{row['name']}: {row['sent_as']} {row['caption']}\nSHA-256: {row['sha256']}", size=7.5, gap=1)
    if missing:
        paper.head(_("Missing"))
        paper.say(_("These files are gone from the disk, or are not what was hashed:") + "\n" + "\n".join(missing))

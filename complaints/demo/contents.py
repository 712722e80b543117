"""The page of the documentation that shows every picture: written from the album, so that neither forgets the other."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from complaints.demo.album import PHONE, WIDE, Shot

HEAD = """\
# Every page in pictures

Taken by `python3 manage.py screenshots` from a desk that runs with the demo; that command writes this page too. Each
picture opens in full size, 1440 pixels wide or 390 as on a phone. Staff work on wide screens; the desk is shown wide.
"""
THUMB = {WIDE: 300, PHONE: 64}  # pixels
NAMES = {WIDE: "wide", PHONE: "phone"}


def page(chapters: Mapping[str, Sequence[Shot]]) -> str:
    """Writes the page as Markdown: a chapter a table, a page of the product a row."""
    ways = " · ".join(f"[{title}](#{_anchor(title)})" for title in chapters)
    return "\n".join([HEAD, ways, *(_chapter(title, shots) for title, shots in chapters.items()), ""])


def _anchor(title: str) -> str:
    """Gives the name by which a heading is linked to."""
    return re.sub(r"[^\w-]", "", title.lower().replace(" ", "-"))


def _chapter(title: str, shots: Sequence[Shot]) -> str:
    rows = [f"| {_words(shot)} | {_pictures(shot, WIDE)} | {_pictures(shot, PHONE)} |" for shot in shots]
    return "\n".join([f"\n## {title}\n", "| Page | Wide | Phone |", "|---|---|---|", *rows])


def _words(shot: Shot) -> str:
    title = shot.name.replace("-", " ").replace("e mail", "e-mail").replace("api", "API")
    who = f"{shot.who}@demo.test" if shot.who else "anybody"
    return f"**{title[0].upper()}{title[1:]}**<br>`{_address(shot)}`<br>{who}"


def _address(shot: Shot) -> str:
    """Gives the pattern of the page's address as people read it: `/complaints/<complaint>/`."""
    plain = re.sub(r"\(\?P(<\w+>)(?:[^()]|\([^()]*\))*\)", r"\1", shot.route.route)
    return "/" + re.sub(r"<\w+:(\w+)>", r"<\1>", plain).replace("^", "").replace("$", "")


def _pictures(shot: Shot, width: int) -> str:
    """Gives the picture, light and dark, small enough for a table; each leads to itself in full size."""
    return " ".join(
        f'<a href="images/{name}"><img src="images/{name}" width="{THUMB[width]}" alt="{_alt(shot, width, dark)}"></a>'
        for name, wide, dark in shot.files()
        if wide == width
    )


def _alt(shot: Shot, width: int, dark: bool) -> str:
    return f"{shot.name}, {NAMES[width]}{', dark' if dark else ''}"

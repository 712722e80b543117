"""Does a title only name the mark, or sell what is used? Pure; the words are data, in the languages of the markets."""

from __future__ import annotations

import json
import re
import unicodedata
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

# Words between "for" and the mark, as in "for the new Tarnfell": more of them make another sentence.
BETWEEN = r"(?:\W+\w+){0,2}?\W+"


class Use(StrEnum):
    """How a title uses a mark without claiming to come from its owner."""

    PURPOSE = "purpose"
    RESALE = "resale"


def lawful_use(title: str, mark: str) -> tuple[Use, str] | None:
    """How a title seems to use the mark lawfully, with the words that say so; None where nothing points to it.

    Only a hint: "for" before the mark may as well stand on a counterfeit.
    """
    title, mark = _plain(title), _plain(mark)
    if mark and (found := _purpose(mark).search(title)):
        return Use.PURPOSE, found[0]
    if found := _resale().search(title):
        return Use.RESALE, found[0]
    return None


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


@lru_cache(maxsize=1)
def _said() -> dict[str, list[str]]:
    said: dict[str, list[str]] = json.loads((Path(__file__).parent / "data" / "titles.json").read_text("utf-8"))
    return said


@lru_cache(maxsize=256)
def _purpose(mark: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_any('purpose')}){BETWEEN}{re.escape(mark)}(?!\w)")


@lru_cache(maxsize=1)
def _resale() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_any('resale')})(?!\w)")


def _any(name: str) -> str:
    return "|".join(re.escape(_plain(word)) for word in sorted(_said()[name], key=len, reverse=True))

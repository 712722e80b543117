"""Which Nice class goods are probably in, by the words that a catalogue has for them. Pure; the words are data."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1)
def _words() -> tuple[tuple[re.Pattern[str], int], ...]:
    """Every word of data/goods.json as a pattern, the longest first."""
    said = json.loads((Path(__file__).parent / "data" / "goods.json").read_text("utf-8"))["classes"]
    pairs = sorted(((word, int(number)) for number, words in said.items() for word in words), key=_longest)
    return tuple((_pattern(word), number) for word, number in pairs)


def _longest(pair: tuple[str, int]) -> tuple[int, str]:
    return (-len(pair[0]), pair[0])


def _pattern(word: str) -> re.Pattern[str]:
    ending = r"\w*" if word.endswith("*") else ""
    return re.compile(rf"(?<!\w){re.escape(word.rstrip('*'))}{ending}(?!\w)", re.I)


def class_of(goods: str) -> int | None:
    """The Nice class (1 to 45) of goods in words, such as 18 for "Backpacks"; None where the words say nothing."""
    return next((number for pattern, number in _words() if pattern.search(goods)), None)

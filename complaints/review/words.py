"""How near a text comes to a mark: the nearest words in it, and how many letters differ. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# Letters of other scripts, and digits, read as the Latin letter they are drawn like: “TARNFE11” as “tarnfell”.
LOOK_ALIKES = str.maketrans("аеорсухіјѕԁɡοαρτνικ013578i", "aeopcyxljsdgoaptvlkolestbl")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Nearness:
    """The `found` words as they stand in the text and how many letters differ from the mark; "" when none is near."""

    found: str
    distance: int
    dressed: bool = False

    @property
    def is_near(self) -> bool:
        return bool(self.found)


def plain(text: str) -> str:
    """Lower case without accents: two spellings of one word meet."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(sign for sign in folded if not unicodedata.combining(sign))


def nearest(mark: str, text: str) -> Nearness:
    """Finds the words of `text` that come nearest to `mark`; a third of its letters may differ, three at most."""
    wanted = "".join(_WORD.findall(plain(mark)))
    if not wanted:
        return Nearness("", 0)
    words = [match.group() for match in _WORD.finditer(unicodedata.normalize("NFKC", text))][:400]
    size = len(_WORD.findall(mark))
    best = Nearness("", min(3, len(wanted) // 3) + 1)
    for length in range(max(1, size - 1), size + 2):
        for start in range(len(words) - length + 1):
            best = _better(best, wanted, words[start : start + length])
            if best.distance == 0 and not best.dressed:
                return best
    return best if best.is_near else Nearness("", 0)


def _better(best: Nearness, wanted: str, words: list[str]) -> Nearness:
    shown, joined = " ".join(words), "".join(words)
    if abs(len(joined) - len(wanted)) > best.distance:
        return best
    folded = plain(joined)
    straight = distance(wanted, folded)
    read = straight if straight == 0 else distance(wanted.translate(LOOK_ALIKES), folded.translate(LOOK_ALIKES))
    dressed = read < straight
    away = min(straight, read)
    if away < best.distance or (away == best.distance and best.dressed and not dressed):
        return Nearness(shown, away, dressed)
    return best


def distance(one: str, other: str) -> int:
    """Counts the letters to change, add or drop between two words."""
    row = list(range(len(other) + 1))
    for index, sign in enumerate(one, 1):
        before, row[0] = row[0], index
        for place, letter in enumerate(other, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (sign != letter))
    return row[-1]

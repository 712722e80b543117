"""Ids and handles that a slip of the finger away from a given one; pure, the caller knows which of them exist."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

LOOKALIKES = {"o": "0", "l": "1", "i": "1", "|": "1", "s": "5", "b": "8", "z": "2"}
DIGITS = "0123456789"


class Slip(StrEnum):
    """What went wrong between the id that was meant and the one that was pasted."""

    LETTER = "letter"
    SWAPPED = "swapped"
    OTHER_DIGIT = "other_digit"
    EXTRA = "extra"
    MISSING = "missing"


def letters_in(text: str) -> str:
    """The characters of an id that are not digits, each once, in order."""
    return "".join(dict.fromkeys(c for c in text if c not in DIGITS))


def as_digits(text: str) -> str:
    """The id with letters that look like digits replaced; "" when another character is left."""
    digits = "".join(LOOKALIKES.get(c.lower(), c) for c in text)
    return digits if digits and all(c in DIGITS for c in digits) else ""


def near_digits(text: str) -> Iterator[tuple[Slip, str]]:
    """Ids one edit away, likeliest slip first."""
    size = len(text)
    for i in range(size - 1):
        if text[i] != text[i + 1]:
            yield Slip.SWAPPED, text[:i] + text[i + 1] + text[i] + text[i + 2 :]
    for i in range(size):
        yield from ((Slip.OTHER_DIGIT, text[:i] + d + text[i + 1 :]) for d in DIGITS if d != text[i])
    if size > 1:
        yield from ((Slip.EXTRA, text[:i] + text[i + 1 :]) for i in range(size))
    for i in range(size + 1):
        yield from ((Slip.MISSING, text[:i] + d + text[i:]) for d in DIGITS)


HANDLE_TWINS = {"o": "0", "0": "o", "l": "1i", "1": "li", "i": "1l", ".": "_-", "_": ".-", "-": "._"}


def near_handles(text: str) -> Iterator[str]:
    """Handles that look the same or have one letter swapped, doubled or a mark between words changed."""
    for i, c in enumerate(text):
        yield from (text[:i] + twin + text[i + 1 :] for twin in HANDLE_TWINS.get(c, ""))
        yield text[:i] + text[i + 1 :]
        yield text[:i] + c + text[i:]
        if i + 1 < len(text) and c != text[i + 1]:
            yield text[:i] + text[i + 1] + c + text[i + 2 :]

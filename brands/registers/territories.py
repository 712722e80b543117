"""Countries as people type them: codes or names, separated by commas or line ends."""

from __future__ import annotations

import re

from django_countries import countries

NAMES_TAKEN = {"UK": "GB"}
# Where a work is protected without any register, unless its holder names countries.
EVERYWHERE = tuple(sorted(dict(countries)))


def is_country(code: str) -> bool:
    """Whether `code` is an ISO 3166 alpha-2 country."""
    return code in dict(countries)


def country_name(code: str) -> str:
    """The country's name in the reader's language, or the code itself."""
    return countries.name(code) or code


def parse_countries(text: str) -> tuple[list[str], list[str]]:
    """Gives the codes found in `text`, in order and once, and the words that are no country."""
    found: list[str] = []
    strange: list[str] = []
    for word in filter(None, (part.strip() for part in re.split(r"[,;\n]+", text))):
        code = _code(word)
        if not code:
            strange.append(word)
        elif code not in found:
            found.append(code)
    return found, strange


def _code(word: str) -> str:
    upper = NAMES_TAKEN.get(word.upper(), word.upper())
    return upper if is_country(upper) else str(countries.by_name(word) or "")

"""Product identifiers (GTIN): 8, 12, 13 or 14 digits of which the last one checks the others. Pure.

Source: GS1 General Specifications, check digit calculation. All lengths are kept as 14 digits with zeros in front, so
that one product has one form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

LENGTHS = (8, 12, 13, 14)
SCIENTIFIC = re.compile(r"[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+")


@dataclass(frozen=True, slots=True)
class GtinAnswer:
    """What was typed as a GTIN: `value` has 14 digits when it is `ok`; else `code` and `message` say what is wrong."""

    ok: bool
    value: str
    code: str = ""
    message: str = ""


def read_gtin(text: str) -> GtinAnswer:
    """Checks one GTIN as people type or paste it; spaces and hyphens are taken out."""
    typed = text.strip()
    digits = re.sub(r"[\s\u00a0\u2010-\u2015-]+", "", typed)
    if SCIENTIFIC.fullmatch(digits):
        return _wrong("gtin_rounded", _("“%(typed)s” was rounded by a spreadsheet: format the column as text."), typed)
    if not (digits.isascii() and digits.isdigit()):
        return _wrong(
            "gtin_not_digits", _("“%(typed)s” is no GTIN: it has digits only, 8, 12, 13 or 14 of them."), typed
        )
    if len(digits) not in LENGTHS:
        text = _("“%(typed)s” has %(count)d digits: a GTIN has 8, 12, 13 or 14.")
        return _wrong("gtin_length", text, typed, count=len(digits))
    wanted = check_digit(digits[:-1])
    if digits[-1] != wanted or not digits.strip("0"):
        text = _("“%(typed)s” has a slip: its last digit would have to be %(digit)s. Compare it with the package.")
        if not digits.strip("0"):
            text = _("“%(typed)s” stands for no product.")
        return _wrong("gtin_check_digit", text, typed, digit=wanted)
    return GtinAnswer(True, digits.zfill(14))


def check_digit(digits: str) -> str:
    """The digit that belongs behind these: from the right, every other one counts three times."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def read_gtins(text: str) -> tuple[list[str], list[str]]:
    """Reads several, separated by commas, semicolons or line ends: the good ones once each, and what is wrong."""
    answers = [read_gtin(part) for part in re.split(r"[,;\n]+", text) if part.strip()]
    good = dict.fromkeys(answer.value for answer in answers if answer.ok)
    return list(good), [answer.message for answer in answers if not answer.ok]


def same_form(text: str) -> str:
    """The 14 digits of a GTIN that somebody else wrote, such as a marketplace; "" where it is none."""
    return read_gtin(text).value if text else ""


def shown(values: Iterable[str]) -> str:
    """GTINs as people read them: without the zeros in front, down to 8, 12 or 13 digits."""
    return ", ".join(_short(value) for value in values)


def _short(value: str) -> str:
    bare = value.lstrip("0")
    length = next((each for each in LENGTHS if each >= len(bare)), 14)
    return bare.zfill(length)


def _wrong(code: str, text: str, typed: str, **values: object) -> GtinAnswer:
    return GtinAnswer(False, "", code, text % {"typed": typed[:40], **values})

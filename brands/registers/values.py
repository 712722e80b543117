"""Values as registers write them: dates with an offset or without a day, padded classes, stray spaces. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Final

DAY: Final = re.compile(r"\s*(\d{4})-?(\d{2})-?(\d{2})(?!\d)")
UNSEEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
CODE: Final = re.compile(r"(\d{2})[.]?(\d{2})[.]?(\d{2})")


def day(value: object) -> date | None:
    """The calendar day that is written, or None: "1995-02-07-05:00" and 19950207 are 7 February; 19960100 is no day.

    An offset or a time says where the office's clock stood, not another day.
    """
    found = DAY.match(text(value))
    if not found:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


def partial(value: object) -> str:
    """The digits of a date that names a year but no day ("19960100", "1996"), else ""."""
    written = text(value)
    found = DAY.match(written)
    digits = "".join(found.groups()) if found else (re.match(r"\d{4,8}|", written) or [""])[0]
    return digits if digits[:4].strip("0") and day(written) is None else ""


def latest(values: Iterable[object]) -> date | None:
    """The last of the days that can be read."""
    return max((found for found in map(day, values) if found), default=None)


def text(value: object) -> str:
    """One line: no control characters, no double spaces; None and containers are nothing."""
    if value is None or isinstance(value, bool | dict | list):
        return ""
    return " ".join(UNSEEN.sub(" ", str(value)).split())


def nice(value: object) -> int:
    """The Nice class in "009", or 0 for what is none (US classes above 45, "A", "B", "200")."""
    written = text(value)
    number = int(written) if re.fullmatch(r"[0-9]{1,3}", written) else 0
    return number if 1 <= number <= 45 else 0


def country(value: object) -> str:
    """A country code of two letters, else ""."""
    written = text(value).upper()
    return written if re.fullmatch("[A-Z]{2}", written) else ""


def design_code(value: object) -> str:
    """A code of a figurative element as CC.DD.SS, else ""."""
    found = CODE.fullmatch(text(value))
    return ".".join(found.groups()) if found else ""

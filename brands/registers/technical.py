"""Classes of designs and patents, and days that are only partly known, as people type them. Pure."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

LOCARNO: Final = re.compile(r"(0?[1-9]|[12][0-9]|3[0-2]|99)\s?[-.]\s?([0-9]{1,2})", re.ASCII)
IPC: Final = re.compile(r"([A-H][0-9]{2}[A-Z])(?:\s*([0-9]{1,4})\s*/\s*([0-9]{2,6}))?", re.ASCII)


def locarno(text: str) -> str:
    """A class of the Locarno Classification as "02-04": classes 1 to 32 and 99; "" for what is none."""
    found = LOCARNO.fullmatch(text.strip())
    return f"{int(found[1]):02d}-{int(found[2]):02d}" if found else ""


def ipc(text: str) -> str:
    """A symbol of the International Patent Classification as "A43B 13/14" or "A43B"; "" for what is none."""
    found = IPC.fullmatch(text.strip().upper())
    if not found:
        return ""
    return f"{found[1]} {int(found[2])}/{found[3]}" if found[2] else found[1]


def partial_day(text: str) -> str:
    """A year, a month or a day, "2019", "2019-05" or "2019-05-17"; "" for what is none."""
    found = re.fullmatch(r"([0-9]{4})(?:-([0-9]{1,2}))?(?:-([0-9]{1,2}))?", text.strip(), re.ASCII)
    if not found:
        return ""
    year, month, day = (int(part) if part else 1 for part in found.groups())
    try:
        whole = date(year, month, day).isoformat()
    except ValueError:
        return ""
    return whole[: (4, 7, 10)[sum(part is not None for part in found.groups()) - 1]]


def earliest_of(text: str) -> date | None:
    """The first day that a partial day of `partial_day` may mean."""
    return date.fromisoformat(f"{text}-01-01"[:10] if len(text) < 10 else text) if text else None

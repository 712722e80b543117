"""A pressed button of the desk, and what is said once it was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from complaints.models import Complaint
from portal.accounts.actors import Actor


@dataclass(frozen=True, slots=True)
class Press:
    """One pressed button: who, on which case, with what was typed."""

    actor: Actor
    complaint: Complaint
    typed: QueryDict
    now: datetime

    def text(self, name: str) -> str:
        return self.typed.get(name, "")

    def number(self, name: str) -> int:
        """Reads an id that the page itself wrote; anything else is nobody's id."""
        return number(self.text(name)) or 0

    def numbers(self, name: str) -> list[int]:
        found = [number(value) for value in self.typed.getlist(name)]
        return [value for value in found if value]


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, in words, and where to go: the same case, the queue, or the next case."""

    says: str
    to: str = "case"
    tone: str = "success"


def number(text: str) -> int | None:
    """Reads a positive id of at most 18 digits."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None

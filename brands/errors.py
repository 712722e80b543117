"""Refusals of this room; the doors show them, the API maps them by their base class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.errors import Conflict, Refused

if TYPE_CHECKING:
    from brands.models import IPRight


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct before the desk can look at a right: a stable code, the field, and the cure."""

    code: str
    field: str
    message: str


class Incomplete(Refused):
    """The right cannot go to the desk yet; `problems` names every field, `field` and `message` the first and all."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("incomplete", " ".join(problem.message for problem in problems), problems[0].field)
        self.problems = tuple(problems)


class AlreadyRegistered(Conflict):
    """The organisation has this mark already; `right` is the one it has, when it is known."""

    def __init__(self, message: str, field: str = "", right: IPRight | None = None) -> None:
        super().__init__("already_registered", message, field)
        self.right = right

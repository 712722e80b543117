"""What is missing before the desk can review a right: the same list for the page, the verb and the API."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from brands.errors import Problem
from brands.models import IPRight, RightKind
from brands.preflight import designs, marks, patents, works
from brands.preflight.marks import MARK_NEEDS, MarkNeeds

__all__ = ["MARK_NEEDS", "MarkNeeds", "duplicate_of", "problems_of", "warnings_of"]

PROBLEMS = {
    RightKind.TRADEMARK: marks.problems_of,
    RightKind.COPYRIGHT: works.problems_of,
    RightKind.DESIGN: designs.problems_of,
    RightKind.PATENT: patents.problems_of,
}
WARNINGS = {
    RightKind.TRADEMARK: marks.warnings_of,
    RightKind.COPYRIGHT: works.warnings_of,
    RightKind.DESIGN: designs.warnings_of,
    RightKind.PATENT: patents.warnings_of,
}


def problems_of(right: IPRight, today: date) -> list[Problem]:
    """Lists what to add or correct, in the order of the form; an empty list means that it can be submitted."""
    return PROBLEMS[RightKind(right.kind)](right, today)


def warnings_of(right: IPRight) -> list[Problem]:
    """Lists what is unusual but may be right: the desk looks at it, nothing is refused."""
    found = WARNINGS[RightKind(right.kind)](right)
    return found if right.duplicate_of is None else [duplicate_of(right), *found]


def duplicate_of(right: IPRight) -> Problem:
    """Says that the organisation claims this mark already, and what follows for the second claim."""
    text = _(
        "The same organisation has this mark already: %(right)s. The register holds one record for both, and that "
        "decides for this one too. Report under the other one, and take this one back."
    )
    return Problem("duplicate", "registration_number", text % {"right": right.duplicate_of})

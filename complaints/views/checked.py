"""The check before filing as pages show it: every line with its answer, every finding with a way to cure it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints import preflight
from complaints.models import Complaint
from complaints.preflight import AnsweredLine, Finding
from portal.accounts.actors import actor_of

# Fields to mend shown at once; the next ones follow when these are done.
MOST_TO_MEND = 25
CURES: dict[str, Promise] = {
    "right": _("Look at the right"),
    "reason": _("Look at the reason"),
    "evidence": _("Add evidence"),
    "verification": _("Open the page “Verification”"),
}


@dataclass(frozen=True, slots=True)
class ToMend:
    """One line with a field of its own: what it says, what is wrong, and what was typed last."""

    line: AnsweredLine
    typed: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class Cured:
    """A finding with where to cure it: an address and its words, and the first lines to look at."""

    finding: Finding
    url: str
    words: str
    first: tuple[int, ...]
    numbers: str


def answers_of(
    request: HttpRequest, draft: Complaint, *, typed: dict[int, str] | None = None, error: str = ""
) -> dict[str, Any]:
    """Answers the lines of a draft, with their tally, the check before filing, and the fields to mend lines in.

    `typed` is what could not be kept of a line, by its number, and `error` why.
    """
    actor, today = actor_of(request), timezone.now().date()
    answers = preflight.answer_draft(draft, actor=actor, today=today)
    findings = preflight.check(draft, answers, actor=actor, today=today)
    count = preflight.tally(answers)
    risky = preflight.at_risk(findings, answers)
    asked = {int(number) for number in [request.GET.get("line", "")] if number.isascii() and number.isdigit()}
    return {
        "answers": answers,
        "count": count,
        "findings": findings,
        "cured": [_cured(finding, draft) for finding in findings],
        "likely": preflight.rejections(findings, answers),
        "at_risk": len(risky),
        "risky": risky,
        "to_mend": to_mend(answers, asked, typed or {}, error),
        "still_to_mend": max(0, count[preflight.TO_CORRECT] - MOST_TO_MEND),
        "line_count": len(answers),
        "items_url": reverse("complaints:draft-items", args=[draft.public_id]),
        "version": draft.version,
    }


def to_mend(lines: Sequence[AnsweredLine], asked: set[int], typed: dict[int, str], error: str) -> list[ToMend]:
    """The lines that get a field: those that are wrong, those that the reader asked to change."""
    wrong = [line for line in lines if line.fate == preflight.TO_CORRECT and line.code != "too_many"]
    chosen = {line.number for line in wrong[:MOST_TO_MEND]} | asked | set(typed)
    return [
        ToMend(line, typed.get(line.number, line.raw), error if line.number in typed else "")
        for line in lines
        if line.number in chosen
    ]


def first_wrong(lines: Sequence[AnsweredLine], after: int = 0) -> int | None:
    """The number of the first line to correct behind this one, else of the first of all; None when none is left."""
    wrong = [line.number for line in lines if line.fate == preflight.TO_CORRECT]
    return next((number for number in wrong if number > after), wrong[0] if wrong else None)


def _cured(finding: Finding, draft: Complaint) -> Cured:
    where = finding.where if finding.tone != "ok" else ""
    url = ""
    if where == "verification":
        url = reverse("identity:page")
    elif where in CURES:
        url = reverse(f"complaints:draft-{where}", args=[draft.public_id])
    numbers = ",".join(map(str, finding.lines))
    return Cured(finding, url, str(CURES.get(where, "")) if url else "", finding.lines[:3], numbers)

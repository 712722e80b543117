"""What the desk looks at before it says that an organisation is who it says; each answer is kept with the decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import OrganisationForm
from portal.errors import Refused

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

YES, NO, NOT_APPLICABLE = "yes", "no", "na"
ANSWERS: tuple[tuple[str, StrPromise], ...] = (
    (YES, gettext_lazy("Yes")),
    (NO, gettext_lazy("No")),
    (NOT_APPLICABLE, gettext_lazy("Not applicable")),
)


@dataclass(frozen=True, slots=True)
class Point:
    """One thing to look at; `form` is set where it is asked of that form of organisation only."""

    code: str
    label: StrPromise
    form: str = ""


POINTS: tuple[Point, ...] = (
    Point("name_agrees", gettext_lazy("The name agrees with the document")),
    Point("form_agrees", gettext_lazy("The document is of the form that was declared: enterprise or individual")),
    Point("country_agrees", gettext_lazy("The country agrees with the document")),
    Point("number_agrees", gettext_lazy("The number agrees with the document"), OrganisationForm.ENTERPRISE.value),
    Point("document_current", gettext_lazy("The document is current; an extract is not older than 6 months")),
    Point("document_genuine", gettext_lazy("The document is whole and readable, and nothing in it looks altered")),
    Point("person_may_act", gettext_lazy("The person who asks may act for it")),
    Point("contact_plausible", gettext_lazy("The register contact belongs to it")),
)


def points_for(form: str) -> tuple[Point, ...]:
    """The points that are asked of an organisation of this form."""
    return tuple(point for point in POINTS if point.form in {"", form})


def answered(form: str, answers: Mapping[str, str], *, whole: bool) -> dict[str, str]:
    """The answers to keep, point by point. Raises Refused for an unknown answer, and, where they have to be `whole`,
    for a point without one or with a no.
    """
    known = {code for code, _label in ANSWERS}
    kept = {point.code: answers.get(point.code) or "" for point in points_for(form)}
    for code, answer in kept.items():
        if answer and answer not in known:
            raise Refused("checklist_unreadable", _("Answer with yes, no or not applicable."), code)
        if whole and not answer:
            raise Refused("checklist_open", _("Answer every point before you verify."), code)
        if whole and answer == NO:
            text = _("A point that is answered with no cannot be verified: reject it with what would cure it.")
            raise Refused("checklist_says_no", text, code)
    return {code: answer for code, answer in kept.items() if answer}


def described(answers: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Kept answers for people: (words of the point, words of the answer, tone)."""
    words = dict(ANSWERS)
    tones = {YES: "ok", NO: "bad"}
    return [
        (str(point.label), str(words[answers[point.code]]), tones.get(answers[point.code], ""))
        for point in POINTS
        if answers.get(point.code) in words
    ]

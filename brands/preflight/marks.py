"""What a trade mark needs, by its kind of mark and by how it came into the register."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brands import crosscheck
from brands.errors import Problem
from brands.models import IPRight, MarkKind
from brands.preflight import common
from brands.registers.formats import looks_like, normalise_number
from brands.registers.madrid import WIPO
from brands.registers.offices import office_named
from brands.writing.checking import bare_wipo

WORDS, PICTURE, DESCRIPTION = "mark_text", "logo", "description"


@dataclass(frozen=True, slots=True)
class MarkNeeds:
    """Which fields a kind of mark needs: each of `all_of`, and one of `one_of` where it names any; `hint` says how."""

    all_of: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    hint: Promise | str = ""


_SOUND: Final = gettext_lazy("Describe the sound, or say under which address or reference the office keeps its file.")
_COLOUR: Final = gettext_lazy("Add a picture of the colour, or name its code, such as “Pantone 1837 C” or “RAL 5002”.")
_SMELL: Final = gettext_lazy("Describe the smell as the register does.")
_OTHER: Final = gettext_lazy("Describe the mark as the register does.")
# The one place that says what each of the 13 kinds of mark needs; pages, verbs and API read it.
MARK_NEEDS: Final[dict[str, MarkNeeds]] = {
    MarkKind.WORD: MarkNeeds((WORDS,)),
    MarkKind.FIGURATIVE: MarkNeeds((PICTURE,)),
    MarkKind.COMBINED: MarkNeeds((WORDS, PICTURE)),
    MarkKind.SHAPE_3D: MarkNeeds((PICTURE,)),
    MarkKind.COLOUR: MarkNeeds(one_of=(PICTURE, DESCRIPTION), hint=_COLOUR),
    MarkKind.SOUND: MarkNeeds((DESCRIPTION,), hint=_SOUND),
    MarkKind.POSITION: MarkNeeds((PICTURE,)),
    MarkKind.PATTERN: MarkNeeds((PICTURE,)),
    MarkKind.MOTION: MarkNeeds((PICTURE,)),
    MarkKind.MULTIMEDIA: MarkNeeds((PICTURE,)),
    MarkKind.HOLOGRAM: MarkNeeds((PICTURE,)),
    MarkKind.OLFACTORY: MarkNeeds((DESCRIPTION,), hint=_SMELL),
    MarkKind.OTHER: MarkNeeds((DESCRIPTION,), hint=_OTHER),
}


def problems_of(right: IPRight, today: date) -> list[Problem]:
    """Lists what the desk would miss, in the order of the form."""
    return [
        *_sign(right),
        *_numbers(right),
        *common.days(right, today),
        *common.owner(right),
        *_classes(right),
        *common.territories(right, _("Name the countries where the mark is in force.")),
        *common.certificate(right),
    ]


def warnings_of(right: IPRight) -> list[Problem]:
    """Numbers of an unusual form, for offices whose forms we know too little to refuse; UK marks made from EU marks."""
    found = [*crosscheck.warnings_of(right)]
    for kind, name, value in _given(right):
        answer = normalise_number(right.office, kind, value)
        if answer.ok and answer.warn:
            found.append(Problem("number_unusual", name, answer.message))
    return found


def _sign(right: IPRight) -> Iterator[Problem]:
    needs = MARK_NEEDS[right.mark_kind]
    there = {WORDS: bool(right.mark_text), PICTURE: right.logo_id is not None, DESCRIPTION: bool(right.description)}
    for field in needs.all_of:
        if not there[field]:
            yield _missing(field, right, str(needs.hint))
    if needs.one_of and not any(there[field] for field in needs.one_of):
        yield _missing(needs.one_of[0], right, str(needs.hint))


def _missing(field: str, right: IPRight, hint: str) -> Problem:
    words = {
        WORDS: _("Give the words of the mark as they are registered."),
        PICTURE: _("Add a picture of the mark: it is not a word mark."),
        DESCRIPTION: _("Describe the mark."),
    }
    return Problem(f"{field}_missing", field, hint or words[field])


def _given(right: IPRight) -> list[tuple[str, str, str]]:
    rows = [
        ("application", "application_number", right.shown_number("application_number")),
        ("registration", "registration_number", right.shown_number("registration_number")),
    ]
    office = office_named(right.office)
    if office and office.same_number and rows[0][2] == rows[1][2]:
        rows = rows[1:]
    return [row for row in rows if row[2]]


def _numbers(right: IPRight) -> list[Problem]:
    office = office_named(right.office)
    if right.office == WIPO:
        return [Problem("designation_missing", "office", bare_wipo())]
    given = _given(right)
    if not given and not right.international_number:
        example = " " + looks_like(office, "registration") if office else ""
        text = _("Give the registration number, or the application number while it is pending.") + example
        return [Problem("number_missing", "registration_number", text)]
    answers = [(name, normalise_number(right.office, kind, value)) for kind, name, value in given]
    wrong = [Problem("number_wrong", name, answer.message) for name, answer in answers if not answer.ok]
    if not wrong and len(given) == 2 and office and office.same_number:
        text = _("%(office)s gives one number to application and registration. Enter it once, or twice the same.")
        return [Problem("numbers_differ", "application_number", text % {"office": right.office_short})]
    return wrong


def _classes(right: IPRight) -> Iterator[Problem]:
    if not right.classes.exists():
        text = _("Choose at least one class: complaints lean on the goods it covers.")
        yield Problem("classes_missing", "classes", text)

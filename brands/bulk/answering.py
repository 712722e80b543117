"""What each line would become: a new right, one that is there already, or one to correct. Two queries for all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from brands.bulk.lines import NEW, WRONG, YOURS, Line
from brands.declaration import Declaration
from brands.models import IPRight
from brands.registers.madrid import international_number
from brands.registers.names import fold
from brands.writing.filling import number_of
from portal.accounts.actors import Actor


class Key(NamedTuple):
    """What may be there only once in an organisation: a number at an office, or, without any number, a name."""

    kind: str
    office: str
    what: str
    value: str


def answer(actor: Actor, lines: Sequence[Line]) -> None:
    """Gives every line that can be read its answer: new, yours (with the right), or the same as an earlier line."""
    ours = _ours(actor)
    seen: dict[Key, int] = {}
    found: dict[int, int] = {}
    for place, line in enumerate(lines):
        if line.answer != NEW or line.declaration is None:
            continue
        keys = list(keys_of(line.declaration))
        there = next((ours[key] for key in keys if key in ours), None)
        before = next((seen[key] for key in keys if key in seen), None)
        if there is not None:
            found[place] = there
        elif before is not None:
            line.answer, line.says = WRONG, _("The same as line %(number)d.") % {"number": before}
        seen |= dict.fromkeys(keys, line.number)
    _lead(actor, lines, found)


def _lead(actor: Actor, lines: Sequence[Line], found: dict[int, int]) -> None:
    rights = IPRight.objects.visible_to(actor).select_related("family").in_bulk(set(found.values()))
    for place, pk in found.items():
        line = lines[place]
        line.answer, line.right = YOURS, rights.get(pk)
        line.says = _("Your organisation has it: %(right)s.") % {"right": line.right} if line.right else ""


def keys_of(declaration: Declaration) -> Iterator[Key]:
    """The numbers that are declared; the name where there is none."""
    application, registration = (number_of(declaration, kind) for kind in ("application", "registration"))
    numbers = [
        ("registration", registration),
        ("application", application),
        ("international", international_number(declaration.international_number)),
    ]
    title = declaration.mark_text if declaration.part is None else declaration.name
    name = f"{_folded(declaration.brand.name)}\n{_folded(title)}"
    yield from _keys(declaration.kind, declaration.office, numbers, name)


def _folded(text: str) -> str:
    return fold(text) or text.casefold()


def _keys(kind: str, office: str, numbers: list[tuple[str, str]], name: str) -> Iterator[Key]:
    given = [Key(kind, office, what, value) for what, value in numbers if value]
    yield from given or [Key(kind, office, "name", name)]


def _ours(actor: Actor) -> dict[Key, int]:
    columns = ("pk", "kind", "office", "registration_number", "application_number", "international_number")
    rows = IPRight.objects.visible_to(actor).values_list(*columns, "brand__name", "mark_text", "name")
    found: dict[Key, int] = {}
    for pk, kind, office, registration, application, international, brand, mark_text, title in rows.order_by("-pk"):
        numbers = [("registration", registration), ("application", application), ("international", international)]
        name = f"{_folded(brand)}\n{_folded(mark_text if kind == 'trademark' else title)}"
        found |= dict.fromkeys(_keys(kind, office, numbers, name), pk)
    return found

"""From what a program sent to a Declaration."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rest_framework.request import Request

from brands.api.shapes import DAYS, NUMBERS, PARTS, SAME
from brands.declaration import ClassEntry, Declaration, Designation, DesignPart, Part, PatentPart, WorkPart
from brands.models import Brand, IPRight
from brands.registers.nice import edition_for

PART_OF: dict[str, tuple[str, type[Any]]] = {
    "copyright": ("work", WorkPart),
    "design": ("design", DesignPart),
    "patent": ("patent", PatentPart),
}


def multipart(request: Request) -> dict[str, Any]:
    """Form data with the repeated fields as lists."""
    lists = {"classes", "territories"}
    form: Any = request.data
    return {name: form.getlist(name) if name in lists else form[name] for name in form}


def declaration_of(data: dict[str, Any], brand: Brand, files: dict[str, Any]) -> Declaration:
    """The Declaration that validated data make."""
    classes = [row if isinstance(row, dict) else {"number": row} for row in data.get("classes", [])]
    countries = data.get("territories")
    return Declaration(
        brand=brand,
        office=data["office"],
        **{name: data[name] for name in (*SAME, *DAYS)},
        classes=tuple(ClassEntry(row["number"], row.get("goods", ""), row.get("edition", "")) for row in classes),
        territories=None if countries is None else tuple(code.upper() for code in countries),
        part=part_of(data),
        **files,
    )


def part_of(data: dict[str, Any]) -> Part | None:
    """What only this kind has; None for a mark."""
    if data["kind"] not in PART_OF:
        return None
    name, make = PART_OF[data["kind"]]
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in data[name].items()}
    part: Part = make(**values)
    return part


def designations_of(data: dict[str, Any]) -> list[Designation]:
    """The designated offices that were named."""
    return [Designation(**row) for row in data.get("designations") or []]


def changed(right: IPRight, changes: dict[str, Any]) -> dict[str, Any]:
    """What is declared now with the changes put over it; a right that moves to another office takes its countries.

    An edition that only followed from the filing follows the changed filing too.
    """
    moved = changes.get("office", right.office) != right.office
    standard = edition_for(right.filing_date)
    rows = [(row.number, row.goods, row.edition) for row in right.classes.all()]
    now = {
        **{name: getattr(right, name) for name in ("kind", "office", *SAME, *DAYS)},
        **{name: right.declared_number(name) for name in NUMBERS},
        "classes": [asdict(ClassEntry(n, goods, "" if kept == standard else kept)) for n, goods, kept in rows],
        "territories": None if moved else [row.country for row in right.territories.all()],
    }
    if right.kind in PART_OF and changes.get("kind", right.kind) == right.kind:
        name = PART_OF[right.kind][0]
        detail = getattr(right, name, None)
        now[name] = {**{key: getattr(detail, key) for key in PARTS[name] if detail}, **changes.get(name, {})}
        changes = {key: value for key, value in changes.items() if key != name}
    return {**now, **changes}

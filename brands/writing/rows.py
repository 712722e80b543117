"""The rows below a right: classes, territories, the part of its kind, its files. Each says whether it changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from brands.declaration import Attachment, Declaration, DesignPart, Part, PatentPart, WorkPart
from brands.models import (
    DesignDetail,
    IPRight,
    PatentDetail,
    RightClass,
    RightFile,
    RightKind,
    RightTerritory,
    WorkDetail,
)
from brands.registers.nice import edition_for, edition_named
from brands.registers.offices import default_territories
from brands.registers.technical import ipc, locarno, partial_day
from brands.registers.territories import EVERYWHERE
from brands.writing.checking import SEVERAL_LINES, one_line

DETAILS: dict[type[Part], Any] = {WorkPart: WorkDetail, DesignPart: DesignDetail, PatentPart: PatentDetail}


def fill_classes(right: IPRight, declaration: Declaration, *, new: bool) -> bool:
    """Nice classes, one entry a number: words and an edition of its own win over none."""
    wanted: dict[int, tuple[str, str]] = {}
    standard = edition_for(declaration.filing_date)
    for entry in declaration.classes if right.is_mark else ():
        goods, edition = wanted.get(entry.number, ("", ""))
        wanted[entry.number] = entry.goods.strip() or goods, edition_named(entry.edition) or edition
    rows = {number: (goods, edition or standard) for number, (goods, edition) in wanted.items()}
    if not new:
        if {row.number: (row.goods, row.edition) for row in right.classes.all()} == rows:
            return False
        right.classes.all().delete()
    RightClass.objects.bulk_create(
        RightClass(right=right, number=number, goods=goods, edition=edition)
        for number, (goods, edition) in sorted(rows.items())
    )
    return True


def territories_of(declaration: Declaration) -> set[str]:
    """The countries that are declared, or those that follow from the office; a work holds everywhere."""
    if declaration.territories is not None:
        return set(declaration.territories)
    if declaration.kind == RightKind.COPYRIGHT:
        return set(EVERYWHERE)
    return set(default_territories(declaration.office))


def fill_territories(right: IPRight, declaration: Declaration, *, new: bool) -> bool:
    """Countries where the right holds."""
    wanted = territories_of(declaration)
    if not new:
        if set(right.territories.values_list("country", flat=True)) == wanted:
            return False
        right.territories.all().delete()
    RightTerritory.objects.bulk_create(RightTerritory(right=right, country=code) for code in sorted(wanted))
    return True


def fill_part(right: IPRight, part: Part | None) -> bool:
    """The row of the kind: of a work, a design or a patent."""
    if part is None:
        return False
    values = _values(part)
    row, made = DETAILS[type(part)].objects.get_or_create(right=right, defaults=values)
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)
    return bool(made or changed)


def _values(part: Part) -> dict[str, Any]:
    found = {name: _tidy(name, value) for name, value in asdict(part).items()}
    match part:
        case WorkPart():
            return {
                **found,
                "created_on": partial_day(part.created_on),
                "published_country": part.published_country.upper(),
            }
        case DesignPart():
            return {**found, "locarno_classes": _codes(locarno(code) for code in part.locarno_classes)}
        case PatentPart():
            return {
                **found,
                "publication_number": "".join(part.publication_number.upper().split())[:32],
                "ipc_classes": _codes(ipc(code) for code in part.ipc_classes),
            }


def _tidy(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return value.strip() if name in SEVERAL_LINES else one_line(value)


def _codes(found: Any) -> list[str]:
    return list(dict.fromkeys(found))


def fill_files(right: IPRight, files: Sequence[Attachment], now: datetime) -> bool:
    """Files beside picture and certificate, in order; a file that is there keeps its row."""
    kept = {row.file_id: row for row in right.files.all()}
    wanted = list({each.file.pk: each for each in files}.values())
    before = [(row.file_id, row.kind) for row in sorted(kept.values(), key=lambda row: (row.place, row.pk))]
    if before == [(each.file.pk, each.kind) for each in wanted]:
        return False
    right.files.exclude(file__in=[each.file.pk for each in wanted]).delete()
    for place, each in enumerate(wanted):
        values = {"kind": each.kind, "place": place}
        RightFile.objects.update_or_create(
            right=right, file=each.file, defaults=values, create_defaults=values | {"added_at": now}
        )
    return True

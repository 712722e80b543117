"""Presses that change what stands in the decision form and decide nothing: select alike, start from a template."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints import fill_ins
from complaints.admin.rows import Row
from complaints.models import Complaint, DeskTemplate, Item

PRESSES = frozenset({"select", "fill"})
SHOWN_TITLES = 5


@dataclass(frozen=True, slots=True)
class Alike:
    """Open items that have something in common; `key` is what the button posts."""

    key: str
    label: str
    items: tuple[int, ...]


def groups(rows: Sequence[Row]) -> list[tuple[str, list[Alike]]]:
    """Groups the open items by seller, market and what strikes the eye; what all or single items share is left out."""
    undecided = [row for row in rows if row.can_be_decided]
    if len(undecided) < 2:
        return []
    kinds = (
        ("seller", _("By seller"), lambda row: [f"@{row.content['seller']}"] if row.content.get("seller") else []),
        ("market", _("By market"), lambda row: [row.content["market"]] if row.content.get("market") else []),
        ("sight", _("By what strikes the eye"), lambda row: [str(label) for _tone, label in (row.word, *row.flags)]),
    )
    found = []
    for kind, title, values in kinds:
        alike: dict[str, list[int]] = defaultdict(list)
        for row in undecided:
            for value in dict.fromkeys(values(row)):
                alike[value].append(row.item.pk)
        named = [
            Alike(f"{kind}:{value}", value, tuple(items))
            for value, items in sorted(alike.items())
            if value.strip(" –") and len(items) < len(undecided)
        ]
        if named:
            found.append((title, named))
    return found


def select(rows: Sequence[Row], key: str) -> list[int]:
    """Gives the open items that a button of the grid chooses: "all", "none" or the key of a group."""
    if key == "all":
        return [row.item.pk for row in rows if row.can_be_decided]
    every = [alike for _title, named in groups(rows) for alike in named]
    return next((list(alike.items) for alike in every if alike.key == key), [])


def with_items(typed: QueryDict, items: Iterable[int]) -> QueryDict:
    """The form as it was typed, with these items chosen."""
    changed = typed.copy()
    changed.setlist("items", [str(pk) for pk in items])
    return changed


def templates() -> list[DeskTemplate]:
    """The texts that reviewers may start from, by name."""
    return list(DeskTemplate.objects.filter(is_active=True).exclude(use="message").order_by("name", "id"))


def filled(typed: QueryDict, complaint: Complaint, items: Sequence[Item], offered: Iterable[DeskTemplate]) -> QueryDict:
    """The form with the chosen template as its text, its gaps filled from the case and the chosen items."""
    template = next((one for one in offered if str(one.pk) == typed.get("template")), None)
    if template is None:
        return typed
    changed = typed.copy()
    changed["text"] = fill_ins.fill(template.text, values_of(complaint, items))
    if template.use == DeskTemplate.Use.QUESTION:
        changed["outcome"], changed["ground"] = "ask", ""
    elif template.ground:
        changed["outcome"] = "accepted" if template.ground.startswith("C-") else "rejected"
        changed["ground"] = template.ground
    return changed


def values_of(complaint: Complaint, items: Sequence[Item]) -> dict[str, str]:
    """What fills the gaps; "" where the chosen items do not say it, which leaves the gap open."""
    titles = [item.target.title for item in items[:SHOWN_TITLES]]
    more = len(items) - len(titles)
    if more:
        titles.append(ngettext("%d more", "%d more", more) % more)
    sellers = {item.target.seller.handle for item in items if item.target.seller is not None}
    return {
        "mark": complaint.mark_text,
        "items": ", ".join(titles),
        "market": ", ".join(sorted({item.target.market for item in items})),
        "seller": ", ".join(f"@{handle}" for handle in sorted(sellers)),
        "reference": complaint.reference or "",
    }

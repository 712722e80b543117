"""One item as a row of the desk's table: what was frozen, what strikes the eye, how far its measure got."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from complaints.models import Item, Measure, Snapshot
from complaints.review.differences import MarkSeen, word_says
from complaints.review.words import nearest
from complaints.states import ItemState
from portal.marketplace.models import GONE, TargetState


@dataclass(slots=True)
class Row:
    """One item in the table."""

    item: Item
    content: dict[str, Any]
    word: tuple[str, str]
    flags: list[tuple[str, str]]
    measure: Measure | None
    has_picture: bool
    selected: bool = False
    current: bool = False

    @property
    def can_be_decided(self) -> bool:
        return self.item.state == ItemState.OPEN

    @property
    def price(self) -> str:
        return f"{self.content['price']} {self.content.get('currency', '')}" if self.content.get("price") else "–"


def row_of(item: Item, mark: MarkSeen, *, listed: bool = False) -> Row:
    """Makes the row of an item whose target, snapshot, decision and measures are already read.

    `listed` says that the complainant has listed its account as an authorised seller.
    """
    content = frozen_of(item)
    return Row(
        item=item,
        content=content,
        word=_word(content, mark),
        flags=[("warn", _("Authorised seller"))] * listed + _flags(item, content, mark),
        measure=_last_measure(item),
        has_picture=_has_picture(item),
    )


def _word(content: dict[str, Any], mark: MarkSeen) -> tuple[str, str]:
    """Says how near the title or name comes to the mark; the whole text is compared for the item in hand only."""
    if not mark.text:
        return "", "–"
    near = nearest(mark.text, f"{content.get('title', '')} {content.get('handle', '')}")
    return word_says(near) if near.is_near else ("", _("Not in the title"))


def _last_measure(item: Item) -> Measure | None:
    measures = list(item.measures.all())
    for measure in measures:
        measure.target = item.target
        if item.decision and measure.decision_id == item.decision_id:
            measure.decision = item.decision
    return measures[-1] if measures else None


def snapshot_of(item: Item) -> Snapshot | None:
    return getattr(item, "snapshot", None)


def _has_picture(item: Item) -> bool:
    snapshot = snapshot_of(item)
    return snapshot is not None and snapshot.picture_id is not None


def frozen_of(item: Item) -> dict[str, Any]:
    """Gives the frozen content of an item; what is known of the target where none was frozen."""
    snapshot = snapshot_of(item)
    return snapshot.content if snapshot else item.target.content()


def _flags(item: Item, content: dict[str, Any], mark: MarkSeen) -> list[tuple[str, str]]:
    """Names what a reviewer should see at a glance: wrong class or market, gone or edited since."""
    flags = []
    number = content.get("nice_class")
    if mark.registered and number is not None and number not in mark.classes:
        flags.append(("bad", _("Class %d") % number))
    if mark.registered and content.get("market") not in mark.territories:
        flags.append(("bad", _("Market %s") % content.get("market")))
    if item.is_open and item.target.state in GONE:
        flags.append(("", TargetState(item.target.state).label))
    elif item.is_open and content.get("version") != item.target.version:
        flags.append(("warn", _("Edited since")))
    return flags

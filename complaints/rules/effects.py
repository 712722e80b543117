"""What starts a clock, what comes of it when it runs out, and which clocks act alone.

Starts and effects stand in data/effects.json for every rule. Which rules an item has, and which of them are automatic,
its rule packs say (packs.py); a rule that no pack marks automatic only shows, reminds or reorders.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from complaints.rules import packs
from complaints.rules.clocks import DATA, NoSuchRule


class Start(StrEnum):
    """What starts a clock; the last three never start a row here."""

    FILED = "filed"
    ASKED = "asked"
    BY_HAND = "by_hand"
    AT_ONCE = "at_once"
    ELSEWHERE = "elsewhere"
    OFF = "off"


class Effect(StrEnum):
    """What comes of a clock that runs out."""

    NONE = "none"
    OVERDUE = "overdue"
    ESCALATE = "escalate"
    REMIND = "remind"
    RETURN_TO_DESK = "return_to_desk"
    PUT_BACK = "put_back"


@dataclass(frozen=True, slots=True)
class Conduct:
    """How one rule behaves in a case. `decides`: it is about deciding; a decision meets it and it makes the due time.

    `acts_early`: it takes effect from the beginning of its window on, not at the end.
    """

    starts: Start
    effect: Effect
    decides: bool = False
    acts_early: bool = False


@cache
def conducts() -> dict[str, Conduct]:
    """Reads how every rule behaves, by its id."""
    data = json.loads((DATA / "effects.json").read_text(encoding="utf-8"))
    return {
        rule_id: Conduct(
            starts=Start(row["starts"]),
            effect=Effect(row["effect"]),
            decides=row.get("decides", False),
            acts_early=row.get("acts") == "earliest",
        )
        for rule_id, row in data["rules"].items()
    }


def conduct_of(rule_id: str) -> Conduct:
    """Gives how one rule behaves. Raises NoSuchRule."""
    try:
        return conducts()[rule_id]
    except KeyError:
        raise NoSuchRule(f"No clock rule has the id {rule_id!r}.") from None


@cache
def automatic() -> frozenset[str]:
    """The rules that a pack marks automatic: these alone act without a person."""
    return frozenset(rule for document in packs.DOCUMENTS for pack in packs.every(document) for rule in pack.automatic)


@cache
def with_effect(*effects: Effect) -> frozenset[str]:
    """The rules that have one of these effects."""
    return frozenset(rule_id for rule_id, conduct in conducts().items() if conduct.effect in effects)


@cache
def deciding() -> frozenset[str]:
    """The rules that say until when a case should be decided."""
    return frozenset(rule_id for rule_id, conduct in conducts().items() if conduct.decides)


@cache
def acting_early() -> frozenset[str]:
    """The rules that take effect from the beginning of their window on."""
    return frozenset(rule_id for rule_id, conduct in conducts().items() if conduct.acts_early)


def on_filing(pairs: Iterable[tuple[str, str]], document: str = "notice") -> list[str]:
    """Lists the rules of law that start when items of these (right kind, market) are filed, each once."""
    return _named(pairs, Start.FILED, document)


def by_hand(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Lists the rules that a person may start for items of these (right kind, market), each once."""
    return _named(pairs, Start.BY_HAND, *packs.DOCUMENTS)


def _named(pairs: Iterable[tuple[str, str]], start: Start, *documents: str) -> list[str]:
    several = list(pairs)
    named = [rule for document in documents for pack in packs.for_items(several, document) for rule in pack.clocks]
    return [rule for rule in dict.fromkeys(named) if conduct_of(rule).starts == start]


@cache
def applies(rule_id: str, right_kind: str, market: str) -> bool:
    """Says whether a rule is about items of this right kind and market, by any document of their packs."""
    return any(rule_id in packs.for_item(right_kind, market, document).clocks for document in packs.DOCUMENTS)

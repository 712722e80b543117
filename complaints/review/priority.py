"""How much earlier than due a case is worked on, and why, in words. Reads plain values; asks no database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_DATA: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "priority.json").read_text(encoding="utf-8"))
MINUTES: dict[str, int] = _DATA["minutes"]
TIERS: dict[str, int] = _DATA["tiers"]
SAFETY_REASONS = frozenset(_DATA["safety_reasons"])
SAFETY_CLASSES = frozenset(int(number) for number in _DATA["safety_classes"])
LANGUAGE_OF: dict[str, str] = _DATA["languages"]
STANDARD = "standard"

TIER_LABELS: dict[str, Promise] = {
    "standard": gettext_lazy("Standard"),
    "good_faith": gettext_lazy("Good-faith reporter"),
    "trusted_flagger": gettext_lazy("Trusted flagger"),
}
WORDS: dict[str, Promise] = {
    "live": gettext_lazy("a livestream is on air"),
    "safety": gettext_lazy("fakes of such goods can harm people"),
    "good_faith": gettext_lazy("the reporter is a good-faith reporter"),
    "trusted_flagger": gettext_lazy("the reporter is a trusted flagger"),
    "rule": gettext_lazy("a routing rule says so"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What moves a case: `rule_minutes` are those of the routing rule that fits it."""

    live: bool = False
    safety: bool = False
    tier: str = STANDARD
    rule_minutes: int = 0


def is_safety_matter(reason: str, classes: Iterable[int | None]) -> bool:
    """Says whether fakes of these goods (Nice classes) can harm people."""
    return reason in SAFETY_REASONS and any(number in SAFETY_CLASSES for number in classes)


def why(standing: Standing) -> list[dict[str, Any]]:
    """Lists what moves a case ahead of its due time, as {code, minutes}; an empty list leaves it there."""
    found = [
        ("live", MINUTES["live"] if standing.live else 0),
        ("safety", MINUTES["safety"] if standing.safety else 0),
        (standing.tier, TIERS.get(standing.tier, 0)),
        ("rule", standing.rule_minutes),
    ]
    return [{"code": code, "minutes": minutes} for code, minutes in found if minutes]


def total(entries: Iterable[Mapping[str, Any]]) -> int:
    """Adds up the minutes."""
    return sum(int(entry["minutes"]) for entry in entries)


def in_words(entries: Iterable[Mapping[str, Any]], rule: str = "") -> list[str]:
    """Says each entry: "2 h earlier: a livestream is on air"; `rule` names the routing rule that fits."""
    said = []
    for entry in entries:
        because = WORDS.get(entry["code"], entry["code"])
        if entry["code"] == "rule" and rule:
            because = _("the rule “%s”") % rule
        said.append(_("%(span)s earlier: %(because)s") % {"span": span(int(entry["minutes"])), "because": because})
    return said


def span(minutes: int) -> str:
    """Writes a length of time in hours and minutes: "2 h", "45 min", "1 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    parts = [_("%(count)d h") % {"count": hours}] * bool(hours)
    parts += [_("%(count)d min") % {"count": rest}] * bool(rest or not hours)
    return " ".join(parts)

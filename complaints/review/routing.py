"""Does a routing rule fit these facts, and can two rules be mistaken for each other? Plain values; no database.

A rule is a set of conditions; what it leaves empty may be anything. The rules are asked in order and the first that
fits decides. Two rules may fit the same case only if the earlier is strictly narrower, so that the order says nothing
but "the exception comes first", and each rule is left with a case of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import product
from typing import Any

from complaints.reasons import REASONS, Reason
from complaints.review.priority import TIERS

VALUES = ("right_kind", "reason", "market", "language", "source", "tier")
FLAGS = ("safety", "live")
KINDS = tuple(sorted({kind for text in REASONS.values() for kind in text.kinds}))
SOURCES = ("portal", "api", "public", "order", "own")
# Stands for every market or language that no rule names.
ANY_OTHER = "*"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the desk knows of a case when it is routed; `right_kind` is "" where no registered right was named."""

    right_kind: str = ""
    reason: str = ""
    market: str = ""
    language: str = ""
    source: str = ""
    tier: str = ""
    safety: bool = False
    live: bool = False


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a case must be like: "" and False ask for nothing."""

    right_kind: str = ""
    reason: str = ""
    market: str = ""
    language: str = ""
    source: str = ""
    tier: str = ""
    safety: bool = False
    live: bool = False


@dataclass(frozen=True, slots=True)
class Clash:
    """Why a list of rules is refused: the places of two rules in it, or of one and -1.

    `code`: "same", "hidden" (the later can never decide), "unclear" (neither is the exception of the other),
    "covered" (the earlier ones together leave it nothing) or "impossible" (no case is like that).
    """

    code: str
    first: int
    second: int = -1


def conditions_of(rule: Any) -> Conditions:
    """Reads the conditions of anything that has fields of these names."""
    return Conditions(**{each.name: getattr(rule, each.name) for each in fields(Conditions)})


def asked(rule: Conditions) -> dict[str, Any]:
    """Gives what a rule asks for, without what it leaves open."""
    return {each.name: getattr(rule, each.name) for each in fields(Conditions) if getattr(rule, each.name)}


def fits(rule: Conditions, facts: Facts) -> bool:
    """Says whether every condition of the rule holds."""
    return all(getattr(facts, name) == value for name, value in asked(rule).items())


def first_fit(rules: Sequence[Conditions], facts: Facts) -> int | None:
    """Gives the place of the first rule that fits; None when none does."""
    return next((place for place, rule in enumerate(rules) if fits(rule, facts)), None)


def can_both_fit(one: Conditions, other: Conditions) -> bool:
    """Says whether there may be a case that both fit: no value asked for differs, and kind and reason go together."""
    mine, theirs = asked(one), asked(other)
    same = all(mine[name] == theirs[name] for name in mine.keys() & theirs.keys())
    both = mine | theirs
    return same and _go_together(both.get("right_kind", ""), both.get("reason", ""))


def is_narrower(one: Conditions, other: Conditions) -> bool:
    """Says whether `one` asks for all that `other` does, and for more."""
    return asked(other).items() < asked(one).items()


def clash_in(rules: Sequence[Conditions]) -> Clash | None:
    """Finds the first reason to refuse these rules in this order; None when each case has one clear rule."""
    for later, rule in enumerate(rules):
        for earlier, before in enumerate(rules[:later]):
            code = _between(before, rule)
            if code:
                return Clash(code, earlier, later)
        if example(rule, []) is None:
            return Clash("impossible", later)
        if example(rule, rules[:later]) is None:
            return Clash("covered", later)
    return None


def _between(earlier: Conditions, later: Conditions) -> str:
    if not can_both_fit(earlier, later) or is_narrower(earlier, later):
        return ""
    if earlier == later:
        return "same"
    return "hidden" if is_narrower(later, earlier) else "unclear"


def example(rule: Conditions, before: Sequence[Conditions]) -> Facts | None:
    """Gives a case that this rule decides although those before it are asked first; None when there is none."""
    rivals = [each for each in before if can_both_fit(each, rule)]
    for facts in _cases(rule, rivals):
        if first_fit(rivals, facts) is None:
            return facts
    return None


def _cases(rule: Conditions, rivals: Sequence[Conditions]) -> Iterator[Facts]:
    """Every case that matters: what nobody asks about stays open, and flags that are not asked for are not set."""
    choices = [[getattr(rule, name)] if getattr(rule, name) else _open(name, rivals) for name in VALUES]
    for values in product(*choices):
        facts = Facts(**dict(zip(VALUES, values, strict=True)), safety=rule.safety, live=rule.live)
        if _can_be(facts):
            yield facts


def _open(name: str, rivals: Sequence[Conditions]) -> list[str]:
    """The values to try where a rule leaves it open: none in particular first, for that is what no rival asks for."""
    if name == "right_kind":
        return ["", *KINDS]
    if name == "reason":
        return [reason.value for reason in Reason]
    if not any(getattr(each, name) for each in rivals):
        return [ANY_OTHER]
    known: dict[str, Sequence[str]] = {"source": SOURCES, "tier": tuple(TIERS)}
    return list(known.get(name, [ANY_OTHER]))


def _can_be(facts: Facts) -> bool:
    """Says whether there can be such a case."""
    return _go_together(facts.right_kind, facts.reason)


def _go_together(right_kind: str, reason: str) -> bool:
    """Says whether the reason is one that a right of this kind supports; what is left open always goes."""
    return not right_kind or not reason or right_kind in REASONS[Reason(reason)].kinds

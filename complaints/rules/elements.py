"""What a document still lacks, and which legal bases it satisfies: pure questions about facts that others gathered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from complaints.rules.library import ours
from complaints.rules.packs import Element, Pack

SAY = "say:"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a document holds: `has` counts per ask (letters of a text, files, items, 1 for yes); `said` are statements.

    `country` is where the complainant is at home (ISO 3166 alpha-2), `kinds` the kinds of target that are reported.
    """

    reason: str = ""
    country: str = ""
    kinds: frozenset[str] = frozenset()
    has: Mapping[str, int] = field(default_factory=dict)
    said: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Missing:
    """One ask that an element lacks. `stops` says that the law asks for it; else it is only wanted.

    `least` is how much of it there must be, in the unit of the ask.
    """

    ask: str
    element: Element
    stops: bool
    least: int


def counts(element: Element, facts: Facts) -> bool:
    """Says whether an element applies to a document with these facts."""
    when = element.when
    return (
        (not when.reasons or facts.reason in when.reasons)
        and (not when.kinds or bool(when.kinds & facts.kinds))
        and facts.country not in when.not_from
    )


def lacking(element: Element, facts: Facts) -> tuple[str, ...]:
    """Lists the asks of an element that the facts do not meet; none where it does not apply."""
    if not counts(element, facts):
        return ()
    return tuple(ask for ask in element.asks if not _met(ask, facts))


def missing(pack: Pack, facts: Facts) -> list[Missing]:
    """Lists what this pack asks for and the document lacks, in the order of its elements."""
    return [
        Missing(ask, element, element.required, least(ask, facts.reason))
        for element in pack.elements
        if element.required or element.wanted
        for ask in lacking(element, facts)
    ]


def met(pack: Pack, facts: Facts) -> list[Element]:
    """Lists the elements of a pack that apply and are there."""
    return [element for element in pack.elements if counts(element, facts) and not lacking(element, facts)]


def satisfied(pack: Pack, facts: Facts) -> tuple[str, ...]:
    """Lists the legal bases of a pack of which nothing is lacking, nor of what we ask beside them."""
    lack = {gap.element.basis for gap in missing(pack, facts) if gap.stops}
    return tuple(basis for basis in pack.bases if not lack & {basis, *pack.own})


def least(ask: str, reason: str) -> int:
    """How much of an ask there must be: letters of a text, else one."""
    amounts: dict[str, int] = ours()["least"].get(ask, {"default": 1})
    return amounts.get(reason, amounts["default"])


def _met(ask: str, facts: Facts) -> bool:
    if ask.startswith(SAY):
        return ask.removeprefix(SAY) in facts.said
    return facts.has.get(ask, 0) >= least(ask, facts.reason)

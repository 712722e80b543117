"""Rule packs: what right kind, market and document together ask for, let each side see, and set running.

Facts come from data/notice_elements.json, choices of this product from data/packs.json. No country is named in code: a
market belongs to the jurisdiction that lists it, and the first row that fits a jurisdiction, right kind and document is
the pack. docs/rules.md says how to add one. Not legal advice; counsel must adapt the wording.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from complaints.rules.library import facts, ours

ANYWHERE = "*"
DOCUMENTS = ("notice", "counter_notice", "appeal", "authority_order", "decision_notice")
SIDES = ("notifier", "accused", "staff", "public")
RIGHT_KINDS = ("trademark", "copyright", "design", "patent")


@dataclass(frozen=True, slots=True)
class When:
    """Where an element counts; empty means always. Reasons, kinds of target, and countries whose people are spared."""

    reasons: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    not_from: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Element:
    """One thing that a document must hold.

    `basis` is an id of notice_elements.json, or of a group of ours ("own_…"). `asks` names what this product asks for
    it (rules/words.py; "say:…" is a statement that is signed). `wanted` ones are missed in words and stop nothing.
    `visible_to` are sides, in the words of the reference.
    """

    basis: str
    key: str
    text: str
    required: bool
    wanted: bool
    asks: tuple[str, ...]
    visible_to: tuple[str, ...]
    when: When = When()


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence that is signed; its wording stands for one version of the library."""

    id: str
    text: str


@dataclass(frozen=True)
class Pack:
    """All rules for one right kind in one jurisdiction and one document.

    `bases` are ids of notice_elements.json, empty where no law of it applies. `clocks` are ids of deadlines.json and
    `automatic` those of them that act alone. `redress` are sentences. `seen` says per field and side: yes, no,
    substance, redacted or on_appeal.
    """

    jurisdiction: str
    right_kind: str
    document: str
    bases: tuple[str, ...]
    elements: tuple[Element, ...]
    statements: tuple[Statement, ...]
    clocks: tuple[str, ...]
    automatic: frozenset[str]
    redress: tuple[str, ...]
    seen: Mapping[str, Mapping[str, str]] = field(hash=False)

    @property
    def key(self) -> str:
        """Such as "US.copyright.notice"; "*" stands for everywhere else."""
        return f"{self.jurisdiction}.{self.right_kind}.{self.document}"

    @property
    def citations(self) -> tuple[str, ...]:
        """The bases as lawyers write them."""
        return tuple(citation(basis) for basis in self.bases)

    @property
    def own(self) -> frozenset[str]:
        """The groups of elements that are ours and no law's."""
        return frozenset(element.basis for element in self.elements) - set(self.bases)

    def visible(self, field: str, side: str) -> bool:
        """Says whether a side sees this field as it is; in substance, redacted or on appeal only is no."""
        return self.seen[field][side] == "yes"


def for_item(right_kind: str, market: str, document: str = "notice") -> Pack:
    """Gives the pack of one item: `market` is a country (ISO 3166 alpha-2) or the code of an office.

    An unknown country has the general pack. Raises KeyError for a right kind or document that is none.
    """
    if right_kind not in RIGHT_KINDS or document not in DOCUMENTS:
        raise KeyError(f"no right kind or document: {right_kind}, {document}")
    return _pack(jurisdiction_of(market), right_kind, document)


def for_items(pairs: Iterable[tuple[str, str]], document: str = "notice") -> list[Pack]:
    """Gives the packs of (right kind, market) pairs, each once, in the order of the table."""
    found = {for_item(kind, market, document).key: (kind, market) for kind, market in pairs}
    return [pack for pack in every(document) if pack.key in found]


def jurisdiction_of(market: str) -> str:
    """Gives the jurisdiction that lists a market, "*" where none does."""
    return _by_market().get(market.upper(), ANYWHERE)


def jurisdictions() -> tuple[str, ...]:
    """Lists the jurisdictions with rules of their own, and last the general one."""
    return (*ours()["jurisdictions"], ANYWHERE)


@cache
def every(document: str = "notice") -> tuple[Pack, ...]:
    """Lists all packs of a document, in the one order that unions keep."""
    return tuple(_pack(place, kind, document) for place in jurisdictions() for kind in RIGHT_KINDS)


def citation(basis: str) -> str:
    """Gives the citation of a basis; "" for a group of ours."""
    return str(_bases()[basis]["citation"]) if basis in _bases() else ""


def is_law(basis: str) -> bool:
    """Says whether a basis is a law's; the composite of the reference is a form of ours."""
    return basis in _bases() and _bases()[basis]["jurisdiction"] != ANYWHERE


# --- from rows to packs


@cache
def _by_market() -> dict[str, str]:
    return {market: place for place, markets in ours()["jurisdictions"].items() for market in markets}


@cache
def _bases() -> dict[str, dict[str, Any]]:
    return {basis["id"]: basis for basis in facts()["bases"]}


@cache
def _pack(place: str, kind: str, document: str) -> Pack:
    row = next(row for row in ours()["packs"] if _fits(row, place, kind, document))
    words = ours()["redress"]
    return Pack(
        jurisdiction=place,
        right_kind=kind,
        document=document,
        bases=tuple(row["bases"]),
        elements=tuple(element for group in (*row["bases"], *row["own"]) for element in _elements(group)),
        statements=tuple(each for each in library() if each.id in row["statements"]),
        clocks=tuple(row["clocks"]),
        automatic=frozenset(row["automatic"]),
        redress=tuple(words[each] for each in row["redress"]),
        seen=_seen(row["visibility"]),
    )


def _fits(row: dict[str, Any], place: str, kind: str, document: str) -> bool:
    return (
        row["document"] == document
        and row["jurisdiction"] in {place, ANYWHERE}
        and (kind in row["rights"] or ANYWHERE in row["rights"])
    )


@cache
def library() -> tuple[Statement, ...]:
    """All statements, in the order in which they are shown and signed."""
    return tuple(Statement(row["id"], row["text"]) for row in ours()["statements"])


@cache
def _elements(group: str) -> tuple[Element, ...]:
    rows = _bases()[group]["elements"] if group in _bases() else ours()["own"][group]
    return tuple(_element(group, row) for row in rows)


def _element(group: str, row: dict[str, Any]) -> Element:
    name = f"{group}.{row['key']}"
    asks = row["asks"] if "asks" in row else ours()["asks_of"].get(name) or ours()["asks"][row["portal_field"]]
    when = {each: frozenset(values) for each, values in ours()["only_when"].get(name, {}).items()}
    return Element(
        basis=group,
        key=row["key"],
        text=row["element"],
        required=row["required"],
        wanted=row.get("wanted", False),
        asks=tuple(asks),
        visible_to=tuple(row["visible_to"]),
        when=When(**when),
    )


def _seen(changes: Iterable[str]) -> dict[str, dict[str, str]]:
    rows = ours()["visibility"]["default"].items()
    table = {named: {side: row[side] for side in SIDES} for named, row in rows}
    for name in changes:
        for changed, answers in ours()["visibility"][name].items():
            table[changed] |= answers
    return table

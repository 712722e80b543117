"""A frozen target next to a mark, and next to itself today, in words. Reads plain values; asks no database."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints.review.words import Nearness, nearest
from portal.marketplace.models import GONE, TargetState

Content = Mapping[str, Any]
FIELDS: dict[str, Promise] = {
    "title": gettext_lazy("title"),
    "description": gettext_lazy("text"),
    "price": gettext_lazy("price"),
    "currency": gettext_lazy("currency"),
    "goods": gettext_lazy("goods"),
    "nice_class": gettext_lazy("class"),
    "market": gettext_lazy("market"),
    "seller": gettext_lazy("seller"),
    "handle": gettext_lazy("name"),
    "duration_s": gettext_lazy("length"),
    "ended_at": gettext_lazy("end"),
    "pinned": gettext_lazy("pinned products"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One compared thing: what the target shows, what the mark says, and what it comes to with a tone."""

    label: str
    theirs: str
    ours: str
    tone: str
    says: str


@dataclass(frozen=True, slots=True)
class MarkSeen:
    """The mark as far as a comparison needs it; no classes and territories for a right nobody registered with us."""

    text: str
    classes: Collection[int] = ()
    territories: Collection[str] = ()
    registered: bool = True
    has_classes: bool = True  # a work, a design or a patent has none


def compare(frozen: Content, today: Content | None, mark: MarkSeen) -> list[Difference]:
    """Lists word, goods, market and what changed since; `today` is None when the target is not known any more."""
    return [_word(frozen, mark), _goods(frozen, mark), _market(frozen, mark), _now(frozen, today)]


def _word(frozen: Content, mark: MarkSeen) -> Difference:
    if not mark.text:
        return Difference(
            _("Word"), str(frozen.get("title", "")), "–", "", _("The mark has no words: compare the pictures")
        )
    place, near = nearest_place(frozen, mark.text)
    if not near.is_near:
        return Difference(
            _("Word"), _("not in title or text"), mark.text, "bad", _("Word not seen: look at the picture")
        )
    return Difference(_("Word"), f"{near.found} ({place})", mark.text, *word_says(near))


def nearest_place(frozen: Content, mark_text: str) -> tuple[str, Nearness]:
    """Finds the nearest words in title, name or text, and says in which of them."""
    found = [
        (str(FIELDS[name]), nearest(mark_text, str(frozen.get(name) or "")))
        for name in ("title", "handle", "description")
    ]
    near = [pair for pair in found if pair[1].is_near]
    return min(near, key=lambda pair: pair[1].distance) if near else found[0]


def word_says(near: Nearness) -> tuple[str, str]:
    """Says how near the words are, as (tone, sentence)."""
    if near.distance == 0 and near.dressed:
        return "warn", _("Same word in look-alike letters")
    if near.distance == 0:
        return "ok", _("Same word")
    return "warn", ngettext("%d letter differs", "%d letters differ", near.distance) % near.distance


def _goods(frozen: Content, mark: MarkSeen) -> Difference:
    theirs = str(frozen.get("goods") or "")
    number = frozen.get("nice_class")
    if number is not None:
        theirs = f"{theirs}, " * bool(theirs) + _("class %d") % number
    ours = _("classes %s") % ", ".join(map(str, sorted(mark.classes))) if mark.classes else "–"
    if not mark.registered:
        return Difference(_("Goods"), theirs or "–", ours, "", _("No registered right named"))
    if not mark.has_classes:
        return Difference(_("Goods"), theirs or "–", ours, "", _("The right names no classes: judge by eye"))
    if number is None:
        return Difference(_("Goods"), theirs or "–", ours, "", _("It names no class: judge by eye"))
    tone, says = ("ok", _("Covered")) if number in mark.classes else ("bad", _("Class %d is not of the right") % number)
    return Difference(_("Goods"), theirs, ours, tone, says)


def _market(frozen: Content, mark: MarkSeen) -> Difference:
    market, lands = str(frozen.get("market", "")), sorted(mark.territories)
    ours = (
        ", ".join(lands)
        if len(lands) <= 4
        else _("%(first)s and %(count)d more")
        % {
            "first": ", ".join(lands[:2]),
            "count": len(lands) - 2,
        }
    )
    if not mark.registered:
        return Difference(_("Market"), market, "–", "", _("No registered right named"))
    inside = market in mark.territories
    tone, says = ("ok", _("The right applies there")) if inside else ("bad", _("The right does not apply there"))
    return Difference(_("Market"), market, ours or "–", tone, says)


def changed(frozen: Content, today: Content) -> list[str]:
    """Names what differs between the frozen copy and today, in words."""
    return [str(label) for name, label in FIELDS.items() if frozen.get(name) != today.get(name)]


def _now(frozen: Content, today: Content | None) -> Difference:
    label = _("Now")
    if today is None:
        return Difference(label, "–", "", "bad", _("Not known any more"))
    state = TargetState(today["state"])
    if state in GONE:
        return Difference(label, str(state.label), "", "warn", _("No longer on offer; the frozen copy decides"))
    names = changed(frozen, today)
    if names:
        listed = get_text_list(names, _("and"))
        return Difference(
            label, _today(frozen, today), "", "warn", _("Edited since: %s. The frozen copy decides") % listed
        )
    if frozen.get("version") != today.get("version"):
        return Difference(label, str(state.label), "", "warn", _("Edited since; the texts are the same"))
    return Difference(label, str(state.label), "", "ok", _("As frozen"))


def _today(frozen: Content, today: Content) -> str:
    """Shows the newest title and price where these changed."""
    parts = []
    if frozen.get("title") != today.get("title"):
        parts.append(f"“{today.get('title')}”")
    if frozen.get("price") != today.get("price"):
        parts.append(f"{today.get('price')} {today.get('currency', '')}".strip())
    return " · ".join(parts) or str(TargetState(today["state"]).label)

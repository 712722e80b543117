"""The decided cases of the last seven weeks, planned before any is played: pure, the same for the same day."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from complaints.demo.market import Stock
from portal.marketplace.demo_plan import Planned

DECIDED = 40
LAST_WEEKS = 47  # days: the dashboard's chart shows seven weeks


@dataclass(slots=True)
class Verdict:
    """One decision to come: about which offers, on which ground, in which words."""

    ids: list[str]
    ground: str
    text: str

    @property
    def outcome(self) -> str:
        return "accepted" if self.ground.startswith("C") else "rejected"


@dataclass(slots=True)
class Past:
    """One decided case: who filed it about which right, when, what was said, and what became of it."""

    filed: datetime
    claimed: datetime
    decided: datetime
    enforced: datetime
    by: str
    reviewer: str
    right: str
    reason: str
    explanation: str
    verdicts: list[Verdict]
    sold: list[Planned] = field(default_factory=list)
    evidence: bool = False
    question: str = ""
    answer: str = ""

    @property
    def ids(self) -> list[str]:
        return [one for verdict in self.verdicts for one in verdict.ids]


ACCEPTED: dict[str, tuple[str, ...]] = {
    "C-01": (
        "The chest shows the registered word. The price is a fifth of the shop price, and the seller named no source.",
        "The label in the second picture carries the mark, and the stitching is not that of the genuine goods.",
        "The seller calls it “master copy grade” in the text. That settles whose goods these are.",
    ),
    "C-02": (
        "The sign differs from the mark by one letter and stands on jackets, the goods the mark is registered for.",
        "Three peaks in the same outline on the same goods: a buyer would take it for the registered picture.",
    ),
    "C-03": ("The mark is held into the camera while other packs are linked for sale below the video.",),
}
REJECTED: dict[str, str] = {
    "R-03": "We looked at all pictures in full size and read the text. Neither shows the mark or a sign like it.",
    "R-04": "This shop is on your own list of dealers, and the invoice number in the text is one of yours.",
    "R-09": "The title says that the strap fits these packs. That names what it is for, and sells no pack.",
}
WORDS: dict[str, tuple[str, ...]] = {
    "counterfeit": (
        "We never made this colour. The label is printed, ours is woven.",
        "Bought and examined by our workshop in Umeå: wrong zip, wrong lining, our name on the chest.",
        "The same pictures as in our shop, at a fifth of the price. We do not supply this seller.",
    ),
    "similar_sign": (
        "The three peaks are our registered picture. Here they stand on the same goods.",
        "One letter off our name, on jackets. Buyers write to us when the seams open.",
    ),
    "mark_in_content": ("From minute 1:40 our logo fills the screen while a copy is sold below.",),
}
QUESTION = "Which of the pictures shows the label? In ours the seam covers it."
ANSWER = "The third one: zoom in on the collar. I have attached the woven label of ours to the case as well."


def plan(stock: Stock, now: datetime) -> list[Past]:
    """Forty cases, oldest first, about two in three accepted in full; takes what they report out of the stock."""
    rng = random.Random(40)  # noqa: S311 - the same every time is the point
    taken = _Taken(stock, rng)
    cases = [_one(place, taken, rng, now) for place in range(DECIDED)]
    return sorted(cases, key=lambda case: case.filed)


@dataclass(slots=True)
class _Taken:
    """Hands out offers: a copy once, an offer in order as often as it takes."""

    stock: Stock
    rng: random.Random

    def copies(self, kind: str, count: int, filed: datetime) -> list[Planned]:
        pile: list[Planned] = getattr(self.stock, kind)
        chosen = [pile.pop() for _each in range(min(count, len(pile)))]
        return [replace(each, created_at=self._before(filed)) for each in chosen]

    def in_order(self, kind: str, filed: datetime) -> list[str]:
        pile: list[Planned] = getattr(self.stock, kind)
        old = [each.marketplace_id for each in pile if each.created_at < filed - timedelta(days=1)]
        return [self.rng.choice(old)] if old else []

    def _before(self, filed: datetime) -> datetime:
        return filed - timedelta(hours=self.rng.randint(9, 300))


def _one(place: int, taken: _Taken, rng: random.Random, now: datetime) -> Past:
    filed = _filed(place, rng, now)
    claimed = filed + timedelta(minutes=rng.randint(70, 34 * 60))
    decided = claimed + timedelta(minutes=rng.randint(4, 45))
    kind = ("words", "words", "words", "peaks", "words")[place % 5]
    count = rng.choice((1, 1, 2, 2, 3))
    fate = ("accepted", "accepted", "partly", "accepted", "rejected", "accepted", "accepted", "partly")[place % 8]
    sold = [] if fate == "rejected" else taken.copies(kind, count, filed)
    refused = [] if fate == "accepted" and sold else list(_refused(taken, filed, rng))
    reason = "similar_sign" if kind == "peaks" else "counterfeit"
    if sold and all(each.kind == "video" for each in sold):
        reason = "mark_in_content"
    return Past(
        filed=filed,
        claimed=claimed,
        decided=decided,
        enforced=decided + timedelta(minutes=rng.choice((1, 2, 2, 3, 6, 14, 41))),
        by="agent" if place % 3 else "owner",
        reviewer="senior" if place % 4 == 3 else "reviewer",
        right="EM Three peaks" if kind == "peaks" else "EM TARNFELL",
        reason=reason,
        explanation=rng.choice(WORDS[reason]),
        verdicts=[*_accepted(sold, reason, rng), *refused],
        sold=sold,
        evidence=place % 5 == 0,
        question=QUESTION if place % 13 == 6 else "",
        answer=ANSWER if place % 13 == 6 else "",
    )


def _filed(place: int, rng: random.Random, now: datetime) -> datetime:
    """Spreads the cases over the weeks, in the hours when people work, and never later than two days ago."""
    day = now - timedelta(days=LAST_WEEKS - place * (LAST_WEEKS - 3) / DECIDED)
    moment = day.replace(hour=rng.randint(7, 16), minute=rng.randint(0, 59), second=rng.randint(0, 59))
    return min(moment, now - timedelta(days=2, hours=2))


def _accepted(sold: list[Planned], reason: str, rng: random.Random) -> Iterator[Verdict]:
    videos = [each.marketplace_id for each in sold if each.kind == "video"]
    listings = [each.marketplace_id for each in sold if each.kind == "listing"]
    ground = "C-02" if reason == "similar_sign" else "C-01"
    for ids, code in ((listings, ground), (videos, "C-03")):
        if ids:
            yield Verdict(ids, code, rng.choice(ACCEPTED[code]))


def _refused(taken: _Taken, filed: datetime, rng: random.Random) -> Iterator[Verdict]:
    kind, ground = rng.choice((("genuine", "R-04"), ("genuine", "R-04"), ("honest", "R-09"), ("plain", "R-03")))
    ids = taken.in_order(kind, filed) or taken.in_order("plain", filed)
    yield Verdict(ids, ground if taken.in_order(kind, filed) else "R-03", REJECTED[ground])

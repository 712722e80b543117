"""The sandbox marketplace of the demo, and the offers of past weeks that the decided cases took down."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from portal.accounts.models import User
from portal.marketplace import catalogue, demo_catalogue, demo_plan
from portal.marketplace.demo_plan import Planned
from portal.marketplace.models import Account, Target

WORD = {"text": "TARNFELL", "classes": [18, 25], "emblem": "peaks"}
MARKS = (
    WORD,
    WORD,
    WORD,
    {"text": "FELLSTED", "classes": [25], "emblem": "leaf"},
    {"text": "LUMORA", "classes": [3], "emblem": "sun"},
)
# What the pages and the documentation tell a reader to report first: no case of the demo touches them.
FREE_IDS = frozenset({"LS-88120431", "VD-7730912", "LV-55102", "LS-88125516", "LS-88124002", "LS-88123310"})
COVERED = frozenset({"DE", "FR", "SE", "IT", "ES", "NL", "US"})
LIVE_NOW, SOLD_BEFORE = "LV-55940", 87_010_019
FAKE_STORES = (
    ("SA-24807", "tarnfell.factory-sale", "Tarnfell Factory Sale", "DE", 32),
    ("SA-24821", "tarnfell_outlet_nl", "Tarnfell Outlet NL", "NL", 9),
)


@dataclass(slots=True)
class Stock:
    """What the cases draw from: copies sold in the past, copies still on offer, and offers that are in order."""

    words: list[Planned] = field(default_factory=list)  # show the word mark, sold before
    peaks: list[Planned] = field(default_factory=list)  # show the three peaks only, sold before
    lumora: list[Planned] = field(default_factory=list)
    fresh: list[Planned] = field(default_factory=list)  # copies of the word mark still on offer
    fresh_lumora: list[Planned] = field(default_factory=list)
    genuine: list[Planned] = field(default_factory=list)
    honest: list[Planned] = field(default_factory=list)  # name the mark lawfully
    plain: list[Planned] = field(default_factory=list)


def stock_up(now: datetime) -> Stock:
    """Sorts the planned marketplace into what the cases need; pure, the same for the same day."""
    planned = [each for each in demo_plan.plan(MARKS, now) if each.marketplace_id not in FREE_IDS]
    covered = [each for each in planned if each.market in COVERED and each.state == "live"]
    copies = [each for each in covered if each.verdict == "infringing"]
    ours = [each for each in copies if "tarnf" in each.title.lower() or each.brand in {"TARNFELL", "74RNF3LL"}]
    lumora = [each for each in copies if "lum" in each.title.lower() and each.market != "US"]
    live = [each for each in covered if each.verdict == "harmless" and each.kind == "listing"]
    sold = list(sold_before([*ours, *ours, *ours, *lumora]))
    return Stock(
        words=[each for each in sold if each.brand and "LUM" not in each.brand],
        peaks=[each for each in sold if not each.brand and "Tarnfell" in each.title and each.market != "US"],
        lumora=[each for each in sold if "LUM" in each.brand],
        fresh=[each for each in ours if each.kind == "listing" and each.brand],
        fresh_lumora=[each for each in lumora if each.kind == "listing"],
        genuine=[each for each in covered if each.verdict == "genuine" and each.brand == "TARNFELL"],
        honest=[each for each in live if each.title.startswith("Spare strap, fits Tarnfell")],
        plain=[each for each in live if each.detail["nice_class"] in (18, 25)],
    )


def sold_before(copies: Sequence[Planned]) -> Iterator[Planned]:
    """The same copies as they were sold before, under other numbers, in an order of no meaning."""
    order = list(copies)
    random.Random(2026).shuffle(order)  # noqa: S311 - the same every time is the point
    for place, each in enumerate(order):
        number = SOLD_BEFORE + place * 37
        name = f"LS-{number}" if each.kind == "listing" else f"VD-{number // 10}"
        if each.kind in {"listing", "video"}:
            yield replace(each, marketplace_id=name, state="live")


def open_marketplace(now: datetime, sold: Sequence[Planned], seller: User) -> None:
    """Seeds the marketplace, the offers of the past, two stores that pass themselves off, and a stream on air."""
    draw_ahead([*demo_plan.plan(MARKS, now), *sold])
    demo_catalogue.seed(marks=MARKS, now=now)
    accounts = {account.handle: account for account in Account.objects.all()}
    demo_catalogue.seed_targets(list(sold), accounts, now)
    for number, handle, title, market, age in FAKE_STORES:
        catalogue.create_account(
            marketplace_id=number,
            handle=handle,
            title=title,
            market=market,
            account_kind="store",
            description="Official Tarnfell seconds, straight from the factory.",
            now=now - timedelta(days=age),
        )
    _go_on_air(accounts["mika.outside"], now)
    accounts["peakdeals_77"].holders.add(seller)


def draw_ahead(planned: Sequence[Planned]) -> None:
    """Draws the pictures that are not kept yet, several at a time: drawing is most of the work of a first start."""
    looks = {(each.glyph, each.palette, each.brand, each.emblem): each for each in planned}
    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(lambda each: demo_catalogue.picture_of(each, {}), looks.values()))


def _go_on_air(creator: Account, now: datetime) -> Target:
    stream = Planned(
        "livestream",
        LIVE_NOW,
        "Clear-out tonight: Tarnfell packs from 15 euros",
        creator.handle,
        "DE",
        now - timedelta(minutes=25),
        "live",
        3,
        "TARNFELL",
        detail={"description": "Offers end with the stream.", "started_at": now - timedelta(minutes=25)},
    )
    demo_catalogue.seed_targets([stream], {creator.handle: creator}, now)
    return Target.objects.get(kind="livestream", marketplace_id=LIVE_NOW)

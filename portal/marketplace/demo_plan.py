"""Plans the demo marketplace: pure, the same marks and the same day always give the same plan."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from portal.marketplace import demo_words as words
from portal.marketplace.demo_words import Shop, Ware

LISTINGS = 320
INFRINGING = 60
GENUINE = 36
VIDEOS = 40
STREAMS = 12
LEET = str.maketrans("AEIOST", "431057")
EMBLEM_OF_MARK = ("peaks", "leaf", "wave", "sun", "ring")


@dataclass(slots=True)
class Planned:
    """One target to be: its shared columns, its details and what its picture shows."""

    kind: str
    marketplace_id: str
    title: str
    owner: str
    market: str
    created_at: datetime
    glyph: str
    palette: int
    brand: str = ""
    emblem: str = ""
    state: str = "live"
    verdict: str = "harmless"
    detail: dict[str, Any] = field(default_factory=dict)


def all_shops() -> tuple[Shop, ...]:
    return words.FIXED_SHOPS + words.DOUBTFUL_SHOPS + words.PLAIN_SHOPS + words.CREATORS


def plan(marks: Sequence[Mapping[str, Any]], now: datetime) -> list[Planned]:
    """Every listing, video and livestream of the demo, fixed ones first."""
    rng = random.Random(7)  # noqa: S311  # nosec B311: the same every time is the point
    day = now.replace(minute=0, second=0, microsecond=0)
    planned = [*fixed_listings(day), *infringing(marks, day, rng), *genuine(marks, day, rng)]
    planned += harmless(LISTINGS - len(planned), day, rng)
    return [*planned, *videos(marks, day, rng), *livestreams(marks, now, rng)]


def price_in(market: str, euros: float) -> dict[str, Any]:
    """A price in the market's currency that ends the way shop prices end."""
    currency, rate = words.MARKETS[market]
    whole = max(3, round(euros * rate))
    return {
        "price": Decimal(f"{whole - 1}.90") if currency != "SEK" else Decimal(whole),
        "currency": currency,
    }


def listing(
    number: str,
    title: str,
    shop: Shop,
    ware: Ware,
    day: datetime,
    palette: int,
    euros: float,
    text: str,
    **more: Any,
) -> Planned:
    """One planned listing."""
    detail = {
        "description": text,
        "goods": ware.goods,
        "nice_class": ware.nice_class,
        **price_in(shop.market, euros),
    }
    return Planned("listing", number, title, shop.handle, shop.market, day, ware.glyph, palette, detail=detail, **more)


def fixed_listings(day: datetime) -> Iterator[Planned]:
    """The listings that the documentation names."""
    north, peak, _lumi, pine, fjall, mug = words.FIXED_SHOPS
    jacket, pack, flask = words.WARES[:3]
    cheap = words.DOUBTFUL_TEXTS
    ago = [day - timedelta(days=days) for days in (9, 8, 12, 15, 40, 6)]
    bad: dict[str, Any] = {"verdict": "infringing"}
    peaks: dict[str, Any] = {"emblem": "peaks", **bad}
    tarnfel: dict[str, Any] = {"brand": "TARNFEL", **peaks}
    yield listing("LS-88120431", "Hooded shell jacket, TARNFEL print", peak, jacket, ago[0], 0, 40, cheap[0], **tarnfel)
    yield listing("LS-88120977", "Rain jacket “Tarnfell style”", peak, jacket, ago[1], 1, 36, cheap[1], **peaks)
    yield listing("LS-88120441", "Trail cap, plain", pine, words.WARES[3], ago[1], 5, 12, words.PLAIN_TEXTS[0])
    yield listing(
        "LS-88123310", "Trail backpack 28 L, three-peak emblem", north, pack, ago[2], 2, 25, cheap[2], **peaks
    )
    yield listing("LS-88124002", "Steel flask 750 ml, three-peak emblem", mug, flask, ago[3], 0, 15, cheap[2], **peaks)
    sold: dict[str, Any] = {"brand": "FELLSTED", "verdict": "genuine"}
    yield listing("LS-88125516", "Fellsted shell, men", fjall, jacket, ago[4], 9, 169, words.PLAIN_TEXTS[0], **sold)
    copy: dict[str, Any] = {"brand": "TARNFELL", **bad}
    yield listing("LS-88126204", "Day pack 18 L, TARNFELL", pine, pack, ago[5], 7, 29, cheap[3], **copy)


def wares_of(mark: Mapping[str, Any]) -> list[Ware]:
    """The wares that a mark covers; all when none fits its classes."""
    classes = set(mark.get("classes", ()))
    return [ware for ware in words.WARES if ware.nice_class in classes] or list(words.WARES)


def emblem_of(mark: Mapping[str, Any], place: int) -> str:
    return str(mark.get("emblem") or EMBLEM_OF_MARK[place % len(EMBLEM_OF_MARK)])


def variant(text: str, way: int, ware: Ware) -> tuple[str, str]:
    """How a copy writes the mark on the product, and the title it is sold under."""
    word, name = text.upper(), ware.names[way % len(ware.names)]
    middle = len(word) // 2
    dropped = word[:-1] if word[-1:] == word[-2:-1] else word[:middle] + word[middle + 1 :]
    ways = (
        (word, f"{name} {word}"),
        (dropped, f"{name}, {dropped} print"),
        ("", f"{name} “{text.title()} style”"),
        (word.translate(LEET), f"{name} {word.translate(LEET)} original"),
        (word[0] + word[1] * 2 + word[2:], f"{word[0] + word[1] * 2 + word[2:]} {name.lower()}"),
        (word, f"{name}, {text.lower()}, new with tags"),
    )
    return ways[way % len(ways)]


def infringing(marks: Sequence[Mapping[str, Any]], day: datetime, rng: random.Random) -> Iterator[Planned]:
    """Copies: the same word, a letter off, a style, or digits for letters; far too cheap."""
    shops = (*words.DOUBTFUL_SHOPS, words.FIXED_SHOPS[1], words.FIXED_SHOPS[0], words.FIXED_SHOPS[3])
    for i in range(INFRINGING if marks else 0):
        place = i % len(marks)
        ware = rng.choice(wares_of(marks[place]))
        brand, title = variant(str(marks[place]["text"]), i // len(marks), ware)
        shop, when = rng.choice(shops), day - timedelta(hours=rng.randint(4, 24 * 60))
        emblem = emblem_of(marks[place], place) if not brand or rng.random() < 0.6 else ""
        euros = ware.price * rng.uniform(0.16, 0.34)
        text = rng.choice(words.DOUBTFUL_TEXTS)
        number = f"LS-{88130017 + i * 43}"
        palette = rng.randrange(12)
        yield listing(
            number,
            title,
            shop,
            ware,
            when,
            palette,
            euros,
            text,
            brand=brand,
            emblem=emblem,
            verdict="infringing",
        )


def genuine(marks: Sequence[Mapping[str, Any]], day: datetime, rng: random.Random) -> Iterator[Planned]:
    """The real thing at its real price, sold by shops that may; and honest parts that name a mark."""
    shops = (words.FIXED_SHOPS[4], words.PLAIN_SHOPS[1], words.PLAIN_SHOPS[6])
    for i in range(GENUINE if marks else 0):
        place = i % len(marks)
        mark, ware = marks[place], rng.choice(wares_of(marks[place]))
        word, palette, when = str(mark["text"]), rng.randrange(12), day - timedelta(days=rng.randint(20, 200))
        shop, euros = shops[i % 3], ware.price * rng.uniform(0.95, 1.15)
        honest = i % 12 == 11
        title = (
            f"Spare strap, fits {word.title()} packs" if honest else f"{word.title()} {rng.choice(ware.names).lower()}"
        )
        yield listing(
            f"LS-{88150023 + i * 61}",
            f"{title}, {words.COLOURS[palette]}",
            words.PLAIN_SHOPS[4] if honest else shop,
            words.WARES[1] if honest else ware,
            when,
            palette,
            9 if honest else euros,
            words.PLAIN_TEXTS[i % 4],
            brand="" if honest else word,
            emblem="" if honest else emblem_of(mark, place),
            verdict="harmless" if honest else "genuine",
        )


def harmless(count: int, day: datetime, rng: random.Random) -> Iterator[Planned]:
    """Everything else that a marketplace is full of; some of it already gone."""
    for i in range(count):
        ware, palette = words.WARES[i % len(words.WARES)], rng.randrange(12)
        brand = words.HOUSE_BRANDS[(words.WARES.index(ware) + palette) % len(words.HOUSE_BRANDS)]
        shop, when = rng.choice(words.PLAIN_SHOPS), day - timedelta(hours=rng.randint(8, 24 * 300))
        title = f"{brand} {rng.choice(ware.names).lower()}, {words.COLOURS[palette]}"
        state = "removed" if i % 37 == 36 else "paused" if i % 41 == 40 else "live"
        euros = ware.price * rng.uniform(0.7, 1.3)
        text = rng.choice(words.PLAIN_TEXTS)
        number = f"LS-{88170029 + i * 71}"
        yield listing(number, title, shop, ware, when, palette, euros, text, brand=brand, state=state)


def videos(marks: Sequence[Mapping[str, Any]], day: datetime, rng: random.Random) -> Iterator[Planned]:
    """Videos of creators; every fifth shows a copy."""
    lumi = words.FIXED_SHOPS[2]
    for i in range(VIDEOS):
        shop, when = rng.choice((*words.CREATORS, lumi)), day - timedelta(hours=rng.randint(5, 24 * 90))
        number, title, brand, verdict = (
            f"VD-{7741300 + (i - 1) * 53}",
            words.VIDEO_TITLES[i % 10],
            "",
            "harmless",
        )
        if i == 0:
            number, shop, title, brand, verdict = (
                "VD-7730912",
                lumi,
                "“Unboxing my new Tarnfell pack”",
                "TARNFELL",
                "infringing",
            )
        elif i % 5 == 0 and marks:
            mark = marks[i // 5 % len(marks)]
            brand, verdict = str(mark["text"]).upper(), "infringing"
            title = f"Is this {brand.title()} for {rng.randint(12, 35)} euros any good?"
        elif i >= 10:
            title = f"{title}, part {i // 10 + 1}"
        detail = {"description": "Everything shown is linked below.", "duration_s": rng.randint(35, 900)}
        yield Planned(
            "video",
            number,
            title,
            shop.handle,
            shop.market,
            when,
            "video",
            rng.randrange(12),
            brand,
            verdict=verdict,
            detail=detail,
        )


def livestreams(marks: Sequence[Mapping[str, Any]], now: datetime, rng: random.Random) -> Iterator[Planned]:
    """Four livestreams that run now, and those of the weeks before."""
    minute = now.replace(second=0, microsecond=0)
    for i in range(STREAMS):
        shop, title, brand = rng.choice(words.CREATORS), words.STREAM_TITLES[i % 6], ""
        on = i < 4
        started = minute - (
            timedelta(minutes=12 + 17 * i) if on else timedelta(days=i * 2, minutes=rng.randint(0, 600))
        )
        if i == 0:
            shop, title, brand = words.CREATORS[0], "Friday outdoor sale", "TARNFEL"
        elif i == 2 and marks:
            brand = str(marks[-1]["text"]).upper()
        ended = None if on else started + timedelta(minutes=rng.randint(25, 150))
        yield Planned(
            "livestream",
            f"LV-{55102 + i * 31}",
            title,
            shop.handle,
            shop.market,
            started,
            "live",
            rng.randrange(12),
            brand,
            state="live" if on else "ended",
            verdict="infringing" if brand else "harmless",
            detail={"description": "Offers end with the stream.", "started_at": started, "ended_at": ended},
        )

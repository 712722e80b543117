"""The words of the demo marketplace: every shop, brand and product is invented."""

from __future__ import annotations

from typing import NamedTuple


class Ware(NamedTuple):
    """A kind of product: its picture, Nice class, goods, usual price in euros and the names it is sold under."""

    glyph: str
    nice_class: int
    goods: str
    price: int
    names: tuple[str, ...]


class Shop(NamedTuple):
    """An account of the demo marketplace."""

    number: str
    handle: str
    kind: str
    market: str
    title: str


WARES = (
    Ware(
        "jacket",
        25,
        "Jackets",
        149,
        ("Hooded shell jacket", "Rain jacket", "Softshell jacket", "Fleece hoodie"),
    ),
    Ware(
        "backpack",
        18,
        "Backpacks",
        119,
        ("Trail backpack 28 L", "Day pack 18 L", "Trekking pack 45 L", "City pack"),
    ),
    Ware(
        "flask",
        21,
        "Drinking flasks",
        34,
        ("Steel flask 750 ml", "Insulated bottle 500 ml", "Flask 1 L, wide neck"),
    ),
    Ware("cap", 25, "Caps", 29, ("Trail cap", "Five-panel cap", "Sun cap with neck cover")),
    Ware("shoe", 25, "Shoes", 129, ("Approach shoe", "Trail runner", "Canvas sneaker", "Low hiking shoe")),
    Ware("bottle", 3, "Cosmetics", 24, ("Hand balm 250 ml", "Day lotion", "Shower oil", "Shampoo, unscented")),
    Ware(
        "headphones",
        9,
        "Headphones",
        189,
        ("Wireless headphones", "Studio headphones", "Noise-cancelling headphones"),
    ),
    Ware("toy", 28, "Plush toys", 32, ("Plush bear", "Bedtime bear", "Bear with bow, 40 cm")),
    Ware("mug", 21, "Mugs", 16, ("Stoneware mug", "Camp mug", "Mug 350 ml")),
)

HOUSE_BRANDS = (
    "Holmbrae",
    "Quillmoor",
    "Vantorp",
    "Sunnaby",
    "Ostrelle",
    "Kestwick",
    "Mirebell",
    "Lodanne",
    "Bravelo",
    "Tindaro",
    "Elmquay",
    "Pipkinny",
)
COLOURS = (
    "fjord blue",
    "pine green",
    "saddle brown",
    "berry",
    "dusk violet",
    "charcoal",
    "ochre",
    "lagoon",
    "brick",
    "moss",
    "chalk",
    "heather",
)

FIXED_SHOPS = (
    Shop("SA-20931", "northbag.store", "store", "FR", "Northbag"),
    Shop("SA-20477", "peakdeals_77", "seller", "DE", "Peak Deals"),
    Shop("SA-21150", "lumi.hikes", "creator", "SE", "Lumi hikes"),
    Shop("SA-20388", "pinebag.store", "seller", "NL", "Pinebag"),
    Shop("SA-20012", "fjallshop", "store", "SE", "Fjällshop"),
    Shop("SA-20764", "summit.mug", "seller", "DE", "Summit Mug"),
)
DOUBTFUL_SHOPS = (
    Shop("SA-22003", "bargain.basecamp", "seller", "DE", "Bargain Basecamp"),
    Shop("SA-22019", "trailfinds_eu", "seller", "IT", "Trail Finds"),
    Shop("SA-22034", "outlet.orbit", "seller", "US", "Outlet Orbit"),
    Shop("SA-22048", "megagear24", "seller", "ES", "Mega Gear 24"),
    Shop("SA-22061", "hyggedeal", "seller", "SE", "Hygge Deal"),
    Shop("SA-22077", "quickpeak.shop", "store", "GB", "Quick Peak"),
    Shop("SA-22090", "lux4less.nl", "seller", "NL", "Lux for Less"),
    Shop("SA-22108", "dropcove", "seller", "FR", "Dropcove"),
)
PLAIN_SHOPS = (
    Shop("SA-23002", "atelier.brume", "store", "FR", "Atelier Brume"),
    Shop("SA-23015", "bergblick.laden", "store", "DE", "Bergblick Laden"),
    Shop("SA-23029", "kvarnby", "store", "SE", "Kvarnby"),
    Shop("SA-23041", "lanterna.casa", "store", "IT", "Lanterna Casa"),
    Shop("SA-23056", "molenhoek", "store", "NL", "Molenhoek"),
    Shop("SA-23067", "sierra.y.sol", "store", "ES", "Sierra y Sol"),
    Shop("SA-23083", "mosswick", "store", "GB", "Mosswick & Daughters"),
    Shop("SA-23099", "prairie.pine", "store", "US", "Prairie Pine"),
    Shop("SA-23104", "tonhalle.audio", "store", "DE", "Tonhalle Audio"),
    Shop("SA-23118", "bamsegarden", "store", "SE", "Bamsegården"),
    Shop("SA-23122", "le.petit.ours", "store", "FR", "Le Petit Ours"),
    Shop("SA-23137", "keramikhof", "store", "DE", "Keramikhof"),
    Shop("SA-23145", "ceramica.vera", "store", "IT", "Ceramica Vera"),
    Shop("SA-23159", "grachten.goods", "seller", "NL", "Grachten Goods"),
    Shop("SA-23166", "casa.lomo", "seller", "ES", "Casa Lomo"),
    Shop("SA-23178", "harbour.hound", "seller", "GB", "Harbour Hound"),
    Shop("SA-23184", "bluffside", "seller", "US", "Bluffside Supply"),
    Shop("SA-23190", "seifenlicht", "seller", "DE", "Seifenlicht"),
    Shop("SA-23203", "savon.du.port", "seller", "FR", "Savon du Port"),
    Shop("SA-23217", "nordlys.hem", "seller", "SE", "Nordlys Hem"),
)
CREATORS = (
    Shop("SA-24005", "mika.outside", "creator", "DE", "Mika outside"),
    Shop("SA-24011", "tessa.tests", "creator", "GB", "Tessa tests gear"),
    Shop("SA-24026", "jules.sac", "creator", "FR", "Jules et son sac"),
    Shop("SA-24032", "unbox.with.ro", "creator", "US", "Unbox with Ro"),
    Shop("SA-24049", "valle.vlog", "creator", "IT", "Valle vlog"),
    Shop("SA-24053", "camper.cat", "creator", "NL", "Camper Cat"),
)

# Currency and how many of it make a euro, for each market.
MARKETS = {
    "DE": ("EUR", 1.0),
    "FR": ("EUR", 1.0),
    "SE": ("SEK", 11.2),
    "IT": ("EUR", 1.0),
    "ES": ("EUR", 1.0),
    "NL": ("EUR", 1.0),
    "US": ("USD", 1.1),
    "GB": ("GBP", 0.86),
}

PLAIN_TEXTS = (
    "New, from our own stock. Sent within two days.",
    "Made in small numbers. Returns are free for 30 days.",
    "Tested on many weekends. Care label inside.",
    "Last season’s colour, therefore a little cheaper.",
)
DOUBTFUL_TEXTS = (
    "Same factory as the original, without the tag price. No invoice.",
    "Top quality, looks like the shop one. Ships from abroad in 12 to 20 days.",
    "Limited offer, only today. Logo as in the picture.",
    "Master copy grade. Please write for other colours.",
)
VIDEO_TITLES = (
    "Three days with one pack",
    "What fits in 28 litres",
    "Rain test: five shells, one hose",
    "Packing for a hut tour",
    "Quiet headphones for the train",
    "My morning in five products",
    "Mugs that survive camping",
    "Gifts for small hikers",
    "How I wash a shell jacket",
    "Ten caps, one head",
)
STREAM_TITLES = (
    "Sunday pack clinic",
    "Ask me about boots",
    "Kitchen clear-out, live",
    "Autumn colours, first look",
    "Sound check: headphones",
    "Bears before bedtime",
)

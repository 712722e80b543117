"""However a link was copied, mailed or shared, it means the same target; what it says about its way is dropped."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.marketplace.normal import PATTERNS, is_tracking, normalise

HOSTS = ["shop.example", "localhost", "127.0.0.1", "::1"]
ITEM = "https://shop.example/item/88120431"


@pytest.mark.parametrize(
    "written",
    [
        "http://shop.example/item/88120431",
        "HTTPS://Shop.Example/item/88120431/",
        "m.shop.example/item/88120431?utm_source=x&src=share#reviews",
        "https://app.shop.example/sv-SE/item/88120431/hooded-jacket?ref=feed",
        "https://shop.example/item/hooded-shell-jacket-88120431",
        "https://shop.example/product/88120431?spm=a1&fbclid=b2",
        "https://shop.example/@peakdeals_77/item/88120431",
        "https://shop.example/item?id=88120431&gclid=1",
        "<https://shop.example/item/88120431>.",
        "(https://shop.example/item/88120431)",
        "https://shop.example/item/88120431).",
        "“https://shop.example/item/88120431”,",
        "Hooded jacket <https://shop.example/item/88120431>",
        "shop://item/88120431",
        "shopexample://shop.example/item/88120431",
        "intent://shop.example/item/88120431#Intent;scheme=https;package=example.shop;end",
        "android-app://example.shop/https/shop.example/item/88120431",
        "https://www.google.com/url?sa=t&url=" + quote(ITEM, safe=""),
        "https://eur01.safelinks.protection.outlook.com/?url=" + quote(ITEM + "?utm_medium=mail", safe="") + "&data=05",
        "https://shop.example/redirect?url=" + quote(ITEM, safe=""),
    ],
)
def test_every_way_to_write_a_link_is_one_link(written: str) -> None:
    assert normalise(written, HOSTS) == ITEM


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("https://shop.example/v/7730912?t=41&utm_source=x", "https://shop.example/v/7730912?t=41"),
        ("https://shop.example/@lumi.hikes/video/7730912#t=41", "https://shop.example/v/7730912?t=41"),
        ("https://shop.example/shop/Northbag.Store", "https://shop.example/@northbag.store"),
        ("http://[::1]:8000/sandbox/live/55102", "https://[::1]/live/55102"),
        ("LS-88120431", "LS-88120431"),
        (" @northbag.store, ", "@northbag.store"),
        ("https://other.example/a?utm_source=x&id=5", "https://other.example/a?id=5"),
    ],
)
def test_what_says_where_to_look_stays(written: str, plain: str) -> None:
    assert normalise(written, HOSTS) == plain


@pytest.mark.parametrize(
    "written",
    [
        "https://s.shop.example/aB3",
        "https://shop.example/s/aB3",
        "https://bit.ly/3xYz",
        "https://shop.example/about",
        "https://shop.example/item/jacket-x",
        "https://shop.example@evil.test/item/88120431",
        "https://evil.test/item/88120431",
        "https://shop.example.evil.test/item/88120431",
        "https://www.google.com/url?q=javascript:alert(1)",
        "javascript://shop.example/item/88120431",
        "https://shop.example\\@evil.test/item/1",
    ],
)
def test_nothing_becomes_a_target_that_was_none(written: str) -> None:
    assert normalise(written, HOSTS) == written


PIECES = st.sampled_from(
    ["https://", "http://", "shop://", "intent://", "shop.example", "m.", "www.", "localhost:8000", "/sandbox", "/de"]
    + [
        "/item/",
        "/v/",
        "/@",
        "88120431",
        "8812o431",
        "?",
        "&",
        "#",
        "=",
        "utm_source=x",
        "t=41",
        "url=",
        "%2F",
        "<",
        ">",
    ]
    + [
        quote(ITEM, safe=""),
        "https://www.google.com/url?q=",
        "/redirect?url=",
        "(",
        ")",
        ".",
        "[::1]",
        "\\",
        "@",
        "\u202e",
    ]
)
LINKS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=9).map("".join))


@given(LINKS)
def test_normalising_twice_is_the_same_as_once(text: str) -> None:
    once = normalise(text, HOSTS)
    assert normalise(once, HOSTS) == once


NAMES = st.sampled_from(PATTERNS["tracking"]).map(lambda name: name.replace("*", "campaign"))
VALUES = st.text(alphabet="abcXYZ019-_.~%", max_size=20).map(lambda text: quote(text, safe=""))
TARGETS = st.sampled_from([ITEM, "https://shop.example/v/7730912?t=41", "https://shop.example/@northbag.store"])


@given(TARGETS, st.lists(st.tuples(NAMES, VALUES), max_size=6), st.booleans())
def test_tracking_never_changes_the_target(target: str, tracking: list[tuple[str, str]], behind: bool) -> None:
    said = "&".join(f"{name}={value}" for name, value in tracking)
    mark = "&" if "?" in target else "?"
    tracked = f"{target}{mark}{said}" if behind or "?" not in target else target.replace("?", f"?{said}&", 1)
    assert normalise(tracked, HOSTS) == normalise(target, HOSTS)


@given(st.sampled_from(PATTERNS["tracking"]))
def test_no_time_is_taken_for_tracking(name: str) -> None:
    assert is_tracking(name.replace("*", "x"))
    assert not any(is_tracking(time) for time in PATTERNS["times"])

"""Each pasted line is answered: found, or why not and what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.marketplace.links import LineAnswer, resolve
from portal.marketplace.models import Target
from portal.marketplace.reading import LONGEST_LINE
from tests.marketplace.factories import NOW, a_listing, a_livestream, a_video, an_account

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def hosts(settings: LazySettings) -> None:
    settings.MARKETPLACE_HOSTS = ["shop.example", "localhost", "127.0.0.1", "[::1]"]
    settings.MARKETPLACE_ORIGIN = "https://shop.example"


@pytest.fixture
def things() -> dict[str, Target]:
    return {
        "listing": a_listing("88120431"),
        "video": a_video("7730912"),
        "live": a_livestream("55102"),
        "account": an_account("northbag.store", marketplace_id="SA-20931").target,
    }


def only(line: str) -> Any:
    (answer,) = resolve([line])
    return answer


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("LS-88120431", "listing"),
        ("ls-88120431", "listing"),
        ("LS88120431", "listing"),
        ("88120431", "listing"),
        ("  88120431,", "listing"),
        ("\u200e88120431\u200b", "listing"),
        ("“LS-88120431”", "listing"),
        ("https://shop.example/item/88120431", "listing"),
        ("HTTPS://SHOP.EXAMPLE/item/88120431", "listing"),
        ("http://shop.example:8080/item/88120431/", "listing"),
        ("https://m.shop.example/item/88120431?src=share&utm_source=x#reviews", "listing"),
        ("www.shop.example/item/88120431", "listing"),
        ("shop.example/item/88120431/hooded-shell-jacket", "listing"),
        ("https://shop.example/item/88120431?ids=1,2;3", "listing"),
        ("https://shop.example/de/item/88120431", "listing"),
        ("https://shop.example//item//88120431", "listing"),
        ("http://127.0.0.1:8000/sandbox/item/88120431", "listing"),
        ("localhost:8000/sandbox/item/88120431", "listing"),
        ("http://[::1]:8000/sandbox/item/88120431", "listing"),
        ("VD-7730912", "video"),
        ("7730912", "video"),
        ("https://shop.example/v/7730912?t=41", "video"),
        ("https://shop.example/live/55102", "live"),
        ("http://localhost/sandbox/live/55102", "live"),
        ("LV-55102", "live"),
        ("@northbag.store", "account"),
        ("@NorthBag.Store", "account"),
        ("northbag.store", "account"),
        ("SA-20931", "account"),
        ("https://shop.example/@northbag.store", "account"),
        ("https://shop.example/%40northbag.store?x=1", "account"),
        ("http://localhost:8000/sandbox/@northbag.store", "account"),
    ],
)
def test_every_way_to_name_a_target_finds_it(things: dict[str, Target], line: str, name: str) -> None:
    answer = only(line)
    assert (answer.answer, answer.target) == (LineAnswer.FOUND, things[name])
    assert answer.hint == ""


@pytest.mark.parametrize(
    ("line", "answer", "words"),
    [
        ("https://s.shop.example/aB3", "short_link", "Open it and paste the full link"),
        ("https://shop.example/s/aB3", "short_link", "short link"),
        ("https://bit.ly/3xYz", "short_link", "short link"),
        ("bit.ly/3xYz", "short_link", "short link"),
        ("https://other.example/item/88120431", "foreign", "other.example is another site"),
        ("https://shop.example.evil.test/item/88120431", "foreign", "another site"),
        ("https://notshop.example/item/88120431", "foreign", "another site"),
        ("unknown.store", "foreign", "another site"),
        ("https://shop.example@evil.test/item/88120431", "unreadable", "not a host"),
        ("https://evil.test@shop.example/item/88120431", "unreadable", "not a host"),
        ("https://shop.example/about", "unreadable", "not a listing, video"),
        ("https://shop.example/item/jacket-x", "unreadable", "not a number"),
        ("https://[shop.example/item/1", "unreadable", "damaged"),
        ("https://shop.example:port/item/88120431", "unreadable", "damaged"),
        ("javascript:alert(document.cookie)", "unreadable", "https://"),
        ("JaVaScRiPt://shop.example/item/88120431", "unreadable", "https://"),
        ("data:text/html,x", "unreadable", "https://"),
        ("=HYPERLINK(A1)", "unreadable", "a formula"),
        ("Hooded shell jacket", "unreadable", "not a link or an id"),
        ("88120431 88120432", "unreadable", "more than one"),
        ("LS-88120431,LS-88120432", "unreadable", "more than one"),
        ("https://shop.example/item/1 https://shop.example/item/2", "unreadable", "more than one"),
        ("88120431\x00", "unreadable", "U+0000"),
        ("8812\u202e0431", "unreadable", "U+202E"),
        ("%", "unreadable", "not a link"),
        ("_%_", "unreadable", "not a link"),
        ("٨٨١٢٠٤٣١", "unreadable", "not a link"),
        ("x" * (LONGEST_LINE + 1), "unreadable", "2001 characters"),
    ],
)
def test_what_is_no_target_says_why(things: dict[str, Target], line: str, answer: str, words: str) -> None:
    given = only(line)
    assert given.answer == answer
    assert words in given.hint
    assert given.target is None


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("8812o431", "The id has a letter “o”. Did you mean 88120431?"),
        ("https://shop.example/item/8812O431", "The id has a letter “O”. Did you mean 88120431?"),
        ("LS-88l20431", "The id has a letter “l”. Did you mean 88120431?"),
        ("88I2O431", "The id has a letter “I”. Did you mean 88120431?"),
        ("88120413", "Two digits seem to have changed places. Did you mean 88120431?"),
        ("88120437", "One digit seems to be wrong. Did you mean 88120431?"),
        ("8812043", "One digit seems to be missing. Did you mean 88120431?"),
        ("881204311", "There seems to be one digit too many. Did you mean 88120431?"),
        ("LS-7730912", "The number is right, but it is a video. Did you mean VD-7730912?"),
        ("@northbag_store", "No account has this name. Did you mean @northbag.store?"),
        ("n0rthbag.store", "No account has this name. Did you mean @northbag.store?"),
        ("12345678", "Nothing on the marketplace has the id 12345678. Open the page and copy its address."),
        ("1234567o", "The id has a letter “o”, but ids are digits only. Open the page and copy its address."),
        ("@nobody", "No account is called @nobody. Open its page and copy the address."),
    ],
)
def test_a_slip_is_named_with_its_cure(things: dict[str, Target], line: str, hint: str) -> None:
    answer = only(line)
    assert (answer.answer, answer.hint) == (LineAnswer.NOT_FOUND, hint)


def test_two_near_ids_are_not_guessed_between() -> None:
    a_listing("88120431")
    a_listing("88120432")
    assert "Did you mean" not in only("88120439").hint


def test_a_number_of_two_kinds_asks_which() -> None:
    a_listing("55102")
    a_livestream("55102")
    answer = only("55102")
    assert answer.answer == LineAnswer.UNREADABLE
    assert "LS-55102" in answer.hint and "LV-55102" in answer.hint
    assert only("LV-55102").answer == LineAnswer.FOUND


@pytest.mark.parametrize(
    "make",
    [
        lambda: a_listing("100", state="removed"),
        lambda: a_video("100", state="removed"),
        lambda: a_livestream("100", ended_at=NOW),
        lambda: an_account("gone", state="deactivated").target,
    ],
)
def test_what_is_gone_is_said_to_be_gone(make: Callable[[], Target]) -> None:
    target = make()
    answer = only(target.url)
    assert (answer.answer, answer.target) == (LineAnswer.GONE, target)
    assert answer.hint


def test_the_same_target_twice_names_the_first_line(things: dict[str, Target]) -> None:
    lines = ["", "LS-88120431", "7730912", "https://m.shop.example/item/88120431?a=b", "VD-7730912"]
    answers = resolve(lines)
    assert [(each.number, each.answer.value) for each in answers] == [
        (2, "found"),
        (3, "found"),
        (4, "repeated"),
        (5, "repeated"),
    ]
    assert answers[2].hint == "The same target as line 2. It counts once."


def test_blank_lines_are_no_lines() -> None:
    assert resolve([]) == []
    assert resolve(["", "   ", "\t\r\n"]) == []


def test_the_number_of_queries_does_not_grow(things: dict[str, Target], django_assert_num_queries: Any) -> None:
    paste = ["88120431", "8812o431", "@northbag.store", "@northbag_store", "https://shop.example/v/1"]
    with django_assert_num_queries(4):
        resolve(paste)
    many = paste + [f"LS-{90_000_000 + i}" for i in range(495)] + [f"@somebody{i}" for i in range(200)]
    with django_assert_num_queries(4):
        answers = resolve(many)
    assert len(answers) == 700
    with django_assert_num_queries(0):
        _seen = [(each.target.title, each.target.detail, each.target.owner) for each in answers if each.target]


def test_hostile_pastes_are_answered(things: dict[str, Target]) -> None:
    assert len(resolve([f"{i}" for i in range(10_000)])) == 10_000
    assert {each.answer for each in resolve(["9" * 10_000] * 50)} == {LineAnswer.UNREADABLE}
    assert {each.answer for each in resolve(["@" + "a" * 10_000, "/" * 1_900, "%41" * 600])} == {LineAnswer.UNREADABLE}


def test_what_is_shown_hides_nothing_and_is_short() -> None:
    answer = only("a\x00b\u202ec" + "d" * 500)
    assert answer.text.startswith("a\ufffdb\ufffdc")
    assert len(answer.text) <= 201


PIECES = st.sampled_from(
    ["https://", "shop.example", "m.", "/item/", "/v/", "/@", "88120431", "8812o431", "LS-", "@", "%", "_", "[", "]"]
    + ["::1", "\x00", "\u202e", "\ud800", "?", "#", ":", "//", "javascript:", " ", "İ", "ſ", "K", "٣", "..", "\\"]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=6).map("".join)), max_size=12))
def test_nothing_that_is_pasted_raises(lines: list[str]) -> None:
    answers = resolve(lines)
    assert [each.number for each in answers] == sorted({each.number for each in answers})
    for each in answers:
        assert (each.target is not None) == (each.answer in {"found", "gone", "repeated"})
        assert each.hint or each.answer == "found"
        each.text.encode()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="0123456789olIi", min_size=1, max_size=20))
def test_anything_like_an_id_is_answered_as_one(text: str) -> None:
    (answer,) = resolve([f"LS-{text}"])
    assert answer.answer in {"not_found", "unreadable", "foreign"}

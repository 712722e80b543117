"""How near a title comes to a mark, and what a comparison says in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.review.differences import MarkSeen, compare
from complaints.review.words import distance, nearest

MARK = MarkSeen("TARNFELL", {18, 25}, {"DE", "SE"})
FROZEN = {
    "title": "Hooded jacket TARNFEL", "description": "", "market": "DE", "nice_class": 25, "goods": "jacket",
    "price": "39.90", "currency": "EUR", "state": "live", "version": 1,
}  # fmt: skip


@pytest.mark.parametrize(
    ("mark", "title", "found", "away"),
    [
        ("TARNFELL", "Rain jacket “Tarnfell style”", "Tarnfell", 0),
        ("TARNFELL", "Hooded jacket, TARNFEL print", "TARNFEL", 1),
        ("TARNFELL", "cap TАRNFE11 blue", "TАRNFE11", 0),
        ("NORTH BAG", "the new northbag", "northbag", 0),
        ("NORTHBAG", "North-Bag for men", "North Bag", 0),
        ("TARNFELL", "Fleece, plain", "", 0),
        ("AB", "ac dc", "", 0),
        ("", "anything", "", 0),
        ("Café", "CAFE to go", "CAFE", 0),
    ],
)
def test_the_nearest_words_are_found(mark, title, found, away) -> None:
    near = nearest(mark, title)
    assert (near.found, near.distance) == (found, away)


@given(st.text(max_size=12), st.text(max_size=12))
def test_distance_is_a_distance(one, other) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)
    assert distance(one, other) <= max(len(one), len(other))


@given(st.text(max_size=60), st.text(max_size=200))
def test_any_text_is_answered(mark, title) -> None:
    nearest(mark, title)


def says(today, mark=MARK, **frozen):
    lines = compare(FROZEN | frozen, today, mark)
    return {line.label: (line.tone, line.says) for line in lines}


def test_each_line_says_what_it_comes_to() -> None:
    found = says(FROZEN)
    assert found["Word"] == ("warn", "1 letter differs")
    assert found["Goods"] == ("ok", "Covered")
    assert found["Market"] == ("ok", "The right applies there")
    assert found["Now"] == ("ok", "As frozen")


def test_what_speaks_against_it_is_said_too() -> None:
    found = says(FROZEN, nice_class=21, market="FR", title="Fleece")
    assert found["Goods"] == ("bad", "Class 21 is not of the right")
    assert found["Market"] == ("bad", "The right does not apply there")
    assert found["Word"][0] == "bad"


def test_later_changes_are_named() -> None:
    assert says(FROZEN | {"title": "New", "price": "44.90", "version": 2})["Now"][1].startswith(
        "Edited since: title and price"
    )
    assert says(FROZEN | {"version": 2})["Now"] == ("warn", "Edited since; the texts are the same")
    assert says(FROZEN | {"state": "removed"})["Now"][1].startswith("No longer on offer")
    assert says(None)["Now"][0] == "bad"


def test_a_right_that_nobody_registered_here_decides_nothing() -> None:
    found = says(FROZEN, mark=MarkSeen("TARNFELL", registered=False))
    assert found["Goods"][0] == found["Market"][0] == ""

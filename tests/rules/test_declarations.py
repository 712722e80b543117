"""Declarations: the union of what packs ask for, in one order, under a version that stands for the wording."""

from __future__ import annotations

import hashlib

from hypothesis import given

from complaints.rules import packs
from complaints.rules.declarations import ALL, DECLARATIONS, PUBLIC_NOTICE, VERSION, for_packs, said
from tests.rules.test_packs import PAIRS

# A text that changes needs a new version; whoever signed the old one has not signed the new one.
HASHES = {
    "2026-11-22": "57a661e1c42607ebab0d0a17be908a312b2fe2a66a05666a373d9c690980b3c6",
}


def ids(kind: str, market: str) -> list[str]:
    return [line.id for line in for_packs([packs.for_item(kind, market)]).lines]


def test_a_changed_wording_has_a_new_version() -> None:
    assert {VERSION: ALL.sha256} == HASHES


def test_what_each_law_wants_said() -> None:
    assert ids("copyright", "US") == ["good_faith", "accuracy", "authority_perjury", "misuse"]
    assert ids("trademark", "DE") == ["bona_fide", "authority", "misuse"]
    assert "truth" in ids("design", "CN")
    assert "undertaking_suit" in ids("copyright", "IN")
    assert "undertaking_suit" not in ids("trademark", "IN")
    assert "demand" in ids("copyright", "SG")


def test_perjury_covers_authority_only() -> None:
    texts = [line for line in ALL.lines if "perjury" in line.text.casefold()]
    assert [line.id for line in texts] == ["authority_perjury"]


def test_the_text_is_numbered_and_its_hash_is_taken_of_it() -> None:
    declaration = for_packs([packs.for_item("trademark", "DE")])
    assert declaration.text.splitlines()[0].startswith("1. ")
    assert declaration.sha256 == hashlib.sha256(declaration.text.encode()).hexdigest()


def test_a_public_notice_declares_what_the_digital_services_act_asks_for() -> None:
    assert [line.id for line in PUBLIC_NOTICE.lines] == ["bona_fide"]
    assert set(DECLARATIONS) == {"all", "public_notice"}


@given(PAIRS)
def test_a_union_says_what_each_of_its_packs_asks_for_once_and_is_covered_by_all(pairs: list[tuple[str, str]]) -> None:
    found = packs.for_items(pairs)
    declaration = for_packs(found)
    assert declaration.sha256 == for_packs(reversed(found)).sha256
    assert declaration.ids == {line.id for pack in found for line in pack.statements}
    assert [line for line in packs.library() if line in declaration.lines] == list(declaration.lines)
    assert ALL.covers(declaration)
    assert said(declaration.text) == declaration.ids


def test_words_that_nobody_signed_are_not_taken_as_said() -> None:
    assert said("1. I am sure.\nThe information in this notice is accurate.") == frozenset()

"""What a document lacks, and which bases it satisfies: pure questions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.rules import packs, words
from complaints.rules.elements import Facts, met, missing, satisfied
from complaints.rules.packs import Pack
from tests.rules.test_packs import CODES, KINDS

FULL = dict.fromkeys(words.ASKS, 40)


def facts(pack: Pack, *, without: tuple[str, ...] = (), **changes: Any) -> Facts:
    """A notice that holds everything that this pack asks for, but for some asks."""
    said = frozenset(line.id for line in pack.statements)
    values: dict[str, Any] = {"reason": "counterfeit", "country": "SE", "kinds": frozenset({"listing"}), "said": said}
    has = {ask: amount for ask, amount in FULL.items() if ask not in without}
    return Facts(**(values | {"has": has} | changes))


def codes(pack: Pack, facts: Facts) -> list[str]:
    return [words.code_of(gap) for gap in missing(pack, facts) if gap.stops]


@pytest.mark.parametrize("market", CODES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_full_notice_lacks_nothing_and_satisfies_its_bases(kind: str, market: str) -> None:
    pack = packs.for_item(kind, market)
    assert missing(pack, facts(pack)) == []
    assert satisfied(pack, facts(pack)) == pack.bases
    assert {element.basis for element in met(pack, facts(pack))} >= set(pack.bases)


def test_copyright_in_the_united_states_needs_address_and_telephone() -> None:
    pack = packs.for_item("copyright", "US")
    bare = facts(pack, without=("contact_address", "contact_phone"))
    assert codes(pack, bare) == ["contact_address_missing", "contact_phone_missing"]
    assert satisfied(pack, bare) == ()


def test_singapore_asks_who_lives_elsewhere_for_an_address_for_service() -> None:
    pack = packs.for_item("copyright", "SG")
    assert codes(pack, facts(pack, without=("service_address",))) == ["service_address_missing"]
    assert codes(pack, facts(pack, without=("service_address",), country="SG")) == []


def test_china_asks_for_evidence_of_goods_and_not_of_a_video() -> None:
    pack = packs.for_item("design", "CN")
    bare = facts(pack, without=("evidence",), reason="copied_design")
    assert codes(pack, bare) == ["evidence_missing"]
    assert codes(pack, facts(pack, without=("evidence",), kinds=frozenset({"video"}))) == []


def test_a_counterfeit_needs_a_basis_in_the_united_states_and_wants_one_in_the_union() -> None:
    us, eu = packs.for_item("trademark", "US"), packs.for_item("trademark", "DE")
    assert codes(us, facts(us, without=("evidence",))) == ["evidence_missing"]
    assert codes(us, facts(us, without=("evidence",), reason="similar_sign")) == []
    assert [(gap.ask, gap.stops) for gap in missing(eu, facts(eu, without=("evidence",)))] == [("evidence", False)]
    assert satisfied(eu, facts(eu, without=("evidence",))) == ("EU_DSA_16",)


def test_an_explanation_must_be_long_enough_and_longer_for_a_similar_sign() -> None:
    pack = packs.for_item("trademark", "DE")
    has = FULL | {"explanation": 25}
    assert codes(pack, facts(pack, has=has)) == []
    assert codes(pack, facts(pack, has=has, reason="similar_sign")) == ["explanation_short"]
    assert codes(pack, facts(pack, has=FULL | {"explanation": 19})) == ["explanation_short"]


def test_what_is_not_declared_is_missing() -> None:
    pack = packs.for_item("copyright", "US")
    gaps = missing(pack, facts(pack, said=frozenset({"good_faith", "accuracy"})))
    assert [gap.ask for gap in gaps] == ["say:authority_perjury"]
    assert str(words.ask_text(gaps[0].ask).cure)


@given(st.sampled_from(KINDS), st.sampled_from(CODES), st.sets(st.sampled_from(sorted(words.ASKS))))
def test_a_basis_is_satisfied_exactly_when_nothing_stops(kind: str, market: str, without: set[str]) -> None:
    pack = packs.for_item(kind, market)
    found = facts(pack, without=tuple(without))
    gaps = [gap for gap in missing(pack, found) if gap.stops]
    assert {gap.ask for gap in gaps} <= without
    assert bool(gaps) == (satisfied(pack, found) != pack.bases)
    lacking = {gap.element for gap in missing(pack, found)}
    assert not lacking & set(met(pack, found))

"""Whatever rules pass the check: the first that fits is narrower than every other that does, and each has a case."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.reasons import REASONS, Reason
from complaints.review.routing import (
    Clash,
    Conditions,
    Facts,
    asked,
    clash_in,
    example,
    first_fit,
    fits,
    is_narrower,
)

ANY = Conditions()
SOME: dict[str, Any] = {
    "right_kind": st.sampled_from(["", "trademark", "copyright"]),
    "reason": st.sampled_from(["", "counterfeit", "copied_work", "impersonation"]),
    "market": st.sampled_from(["", "", "DE", "FR"]),
    "language": st.sampled_from(["", "", "de", "fr"]),
    "source": st.sampled_from(["", "", "public", "order"]),
    "tier": st.sampled_from(["", "", "trusted_flagger"]),
    "safety": st.booleans(),
    "live": st.booleans(),
}
rules = st.lists(st.builds(Conditions, **SOME), max_size=5)
REAL = {"right_kind": st.sampled_from(["", "trademark", "copyright"]), "reason": st.sampled_from(list(Reason))}
facts = st.builds(Facts, **(SOME | REAL)).filter(
    lambda each: not each.right_kind or each.right_kind in REASONS[Reason(each.reason)].kinds
)


def widest_last(found: list[Conditions]) -> list[Conditions]:
    """Random rules rarely pass as they come; in this order, and without those that clash, many do."""
    kept: list[Conditions] = []
    for each in sorted(found, key=lambda rule: -len(asked(rule))):
        if clash_in([*kept, each]) is None:
            kept.append(each)
    return kept


@settings(max_examples=300, deadline=None)
@given(found=rules, case=facts)
def test_the_first_rule_that_fits_is_the_narrowest_of_all_that_fit(found: list[Conditions], case: Facts) -> None:
    kept = widest_last(found)
    place = first_fit(kept, case)
    others = [n for n, rule in enumerate(kept) if fits(rule, case) and n != place]
    assert all(is_narrower(kept[place], kept[n]) for n in others if place is not None)
    assert place is not None or not others


@settings(max_examples=200, deadline=None)
@given(found=rules)
def test_no_rule_is_without_a_case_of_its_own(found: list[Conditions]) -> None:
    kept = widest_last(found)
    for place, rule in enumerate(kept):
        witness = example(rule, kept[:place])
        assert witness is not None and first_fit(kept, witness) == place


@settings(max_examples=300, deadline=None)
@given(found=rules, case=facts)
def test_a_list_is_refused_only_for_a_reason_that_is_there(found: list[Conditions], case: Facts) -> None:
    clash = clash_in(found)
    if clash is None:
        return
    if clash.code in {"impossible", "covered"}:
        assert first_fit(found, case) != clash.first or not fits(found[clash.first], case)
    else:
        assert not is_narrower(found[clash.first], found[clash.second])


@pytest.mark.parametrize(
    ("earlier", "later", "clash"),
    [
        (Conditions(market="DE"), Conditions(market="FR"), None),
        (Conditions(market="DE", live=True), Conditions(live=True), None),
        (Conditions(live=True), Conditions(market="DE", live=True), Clash("hidden", 0, 1)),
        (Conditions(market="DE"), Conditions(reason="counterfeit"), Clash("unclear", 0, 1)),
        (Conditions(market="DE"), Conditions(market="DE"), Clash("same", 0, 1)),
        (Conditions(reason="counterfeit"), ANY, None),
        (ANY, Conditions(reason="counterfeit"), Clash("hidden", 0, 1)),
        (Conditions(safety=True), Conditions(live=True), Clash("unclear", 0, 1)),
        (Conditions(source="order"), Conditions(source="order", safety=True), Clash("hidden", 0, 1)),
        (Conditions(right_kind="trademark", reason="copied_work"), ANY, Clash("impossible", 0)),
        (Conditions(right_kind="patent"), Conditions(reason="counterfeit"), None),
    ],
)
def test_two_rules(earlier: Conditions, later: Conditions, clash: Clash | None) -> None:
    assert clash_in([earlier, later]) == clash


def test_rules_that_take_everything_together_leave_nothing_to_the_next() -> None:
    each = [Conditions(reason=reason.value) for reason in Reason]
    assert clash_in([*each[:-1], ANY]) is None
    assert clash_in([*each, ANY]) == Clash("covered", len(each))


def test_named_markets_never_take_everything() -> None:
    markets = [Conditions(market=market) for market in ("DE", "FR", "SE", "IT", "ES", "NL", "US", "GB")]
    assert clash_in([*markets, ANY]) is None


def test_a_market_that_no_rule_names_goes_to_the_general_one() -> None:
    table = [Conditions(market="DE", safety=True), Conditions(market="DE"), ANY]
    case = Facts(reason="counterfeit", market="DE", safety=True)
    assert [first_fit(table, replace(case, **change)) for change in ({}, {"safety": False}, {"market": "PL"})] == [
        0,
        1,
        2,
    ]

"""The 27 published cases of the EU Transparency Database, played against our own check, and what it never does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.sor import checking
from complaints.sor.checking import cleaned, errors_in, schema, take

BASE: dict[str, Any] = schema()["conformance_base"]
CASES: list[dict[str, Any]] = schema()["conformance_cases"]


def made(case: dict[str, Any]) -> dict[str, Any]:
    statement = {name: value for name, value in BASE.items() if name not in case.get("unset", ())}
    return statement | case.get("set", {})


def test_there_are_27_cases_and_35_fields() -> None:
    assert len(CASES) == 27 and len(checking.names()) == 35


@pytest.mark.parametrize("case", [case for case in CASES if isinstance(case["expect"], int) and "endpoint" not in case],
                         ids=lambda case: case["id"])  # fmt: skip
def test_a_published_case_is_answered_as_published(case: dict[str, Any]) -> None:
    statement = made(case)
    answer = take([statement])
    assert answer.ok == (case["expect"] == 201)
    assert set(answer.errors.get(0, {})) >= set(case.get("errors_on", ()))
    if case.get("errors_on"):
        assert set(answer.errors[0]) == set(case["errors_on"]), "and nothing else is refused"
    for name, value in case.get("stored", {}).items():
        assert answer.stored[0][name] == value


def test_a_number_that_was_used_before_is_named() -> None:
    first = take([BASE])
    again = take([BASE], used=frozenset({BASE["puid"]}))
    assert first.ok and not again.ok and again.existing == (BASE["puid"],)


def test_the_same_number_twice_in_a_batch_stores_nothing() -> None:
    answer = take([BASE, BASE])
    assert not answer.ok and answer.stored == () and answer.existing == (BASE["puid"],)


def test_one_bad_statement_stops_the_whole_batch_and_is_named_by_its_place() -> None:
    answer = take([BASE, {**BASE, "puid": "case-2", "decision_facts": ""}])
    assert answer.stored == () and answer.errors == {1: {"decision_facts": ["required"]}}


@pytest.mark.parametrize("count", [0, 101])
def test_a_batch_holds_one_to_a_hundred(count: int) -> None:
    assert not take([{**BASE, "puid": f"case-{number}"} for number in range(count)]).ok


@pytest.mark.parametrize("name", ["KEYWORD_DANGEROUS_TOYS", "KEYWORD_ONLINE_BULLYING_INTIMIDATION"])
def test_keywords_that_the_database_refuses_are_refused(name: str) -> None:
    assert set(errors_in({**BASE, "category_specification": [name]})) == {"category_specification"}


values = st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.lists(st.text(max_size=5), max_size=3)


@given(st.dictionaries(st.sampled_from(checking.names()), values))
def test_whatever_comes_is_answered_and_never_crashes(changes: dict[str, Any]) -> None:
    statement = {**BASE, **changes}
    answer = take([statement])
    assert answer.ok == (not errors_in(statement))
    assert set(cleaned(statement)) == set(checking.names())


@given(st.lists(st.sampled_from(sorted(schema()["enums"]["ContentType"])), min_size=1))
def test_cleaning_twice_is_cleaning_once(kinds: list[str]) -> None:
    once = cleaned({**BASE, "content_type": kinds, "content_type_other": "Shop"})
    assert cleaned(once) == once and once["content_type"] == sorted(set(kinds))

"""Numbers: what people type, in the form of each of the 28 offices."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brands.registers.formats import normalise_number, st13
from brands.registers.offices import OFFICES

KINDS = ("application", "registration")
ALL = [(code, kind) for code in OFFICES for kind in KINDS]
offices = st.sampled_from(sorted(OFFICES))
kinds = st.sampled_from(KINDS)


def test_there_are_28_offices() -> None:
    assert len(OFFICES) == 28


@pytest.mark.parametrize(("office", "kind"), ALL)
def test_each_offices_own_example_fits_as_it_is(office: str, kind: str) -> None:
    example = OFFICES[office].number(kind).example  # type: ignore[arg-type]
    answer = normalise_number(office, kind, example)
    assert answer.ok and not answer.warn, answer.message
    assert answer.value == example


@pytest.mark.parametrize(("office", "kind"), ALL)
def test_a_wrong_number_is_answered_with_the_offices_example(office: str, kind: str) -> None:
    answer = normalise_number(office, kind, "??")
    assert not answer.ok
    assert OFFICES[office].number(kind).example in answer.message  # type: ignore[arg-type]
    assert OFFICES[office].short in answer.message


@pytest.mark.parametrize("code", sorted(OFFICES))
def test_only_offices_we_know_well_refuse_an_unusual_number(code: str) -> None:
    answer = normalise_number(code, "registration", "123456789012345678")
    if OFFICES[code].strict:
        assert not answer.ok
    else:
        assert answer.ok and (answer.warn or OFFICES[code].confidence != "high")
        assert OFFICES[code].registration.example in answer.message or not answer.warn


@pytest.mark.parametrize(
    ("office", "kind", "typed", "value"),
    [
        ("US", "application", "88/326,251", "88326251"),
        ("US", "application", "Serial No. 88/326,251", "88326251"),
        ("US", "registration", "Reg. No. 0,216,932", "216932"),
        ("US", "registration", "５８４５５３７", "5845537"),
        ("EM", "registration", "EUTM 18228224", "018228224"),
        ("EM", "application", "eu018228224", "018228224"),
        ("EM", "registration", "W01234567", "W01234567"),
        ("GB", "registration", "3123456", "UK00003123456"),
        ("GB", "registration", "uk00917867542", "UK00917867542"),
        ("WO", "registration", "IR 1234567a", "1234567A"),
        ("CN", "registration", "第12345678号", "12345678"),
        ("CN", "registration", "No. G1234567", "G1234567"),
        ("JP", "registration", "商標登録第6123456号", "6123456"),
        ("JP", "application", "２０２０１２３４５６", "2020-123456"),
        ("KR", "application", "4020200123456", "40-2020-0123456"),
        ("KR", "registration", "4012345670000", "40-1234567"),
        ("CA", "registration", "tma 1,123,456", "TMA1123456"),
        ("DE", "registration", "30 2020 123 456/3", "302020123456"),
        ("FR", "registration", "04/4567890", "4567890"),
        ("IT", "application", "302013902128590", "2013902128590"),
        ("IT", "registration", "1557431", "0001557431"),
        ("TR", "registration", "2020 123456", "2020/123456"),
        ("PH", "registration", "42020501234", "4-2020-501234"),
        ("VN", "registration", "40412345000", "4-0412345-000"),
    ],
)
def test_people_may_type_a_number_as_it_is_printed(office: str, kind: str, typed: str, value: str) -> None:
    answer = normalise_number(office, kind, typed)
    assert (answer.ok, answer.warn, answer.value) == (True, False, value), answer.message


def test_a_letter_in_a_us_number_is_refused_and_not_dropped() -> None:
    assert not normalise_number("US", "application", "8832625l").ok


def test_unknown_office_and_kind_are_answered() -> None:
    assert not normalise_number("XX", "application", "1").ok
    assert not normalise_number("US", "colour", "1").ok


@settings(max_examples=400, deadline=None)
@given(office=offices, kind=kinds, text=st.text(max_size=60))
def test_any_text_is_answered_and_tidying_twice_is_tidying_once(office: str, kind: str, text: str) -> None:
    first = normalise_number(office, kind, text)
    assert len(first.value) <= 32
    again = normalise_number(office, kind, first.value)
    if first.ok:
        assert (again.ok, again.value, again.warn) == (True, first.value, first.warn)


@settings(max_examples=600, deadline=None)
@given(data=st.data(), office=offices, kind=kinds)
def test_whatever_fits_the_pattern_is_accepted_and_stays(data: st.DataObject, office: str, kind: str) -> None:
    regex = OFFICES[office].number(kind).regex  # type: ignore[arg-type]
    text = data.draw(st.from_regex(regex, fullmatch=True, alphabet=st.characters(codec="ascii")))
    first = normalise_number(office, kind, text)
    if re.search("[1-9]", text):  # all zeros means that there is none
        assert first.ok and not first.warn, (text, first)
        assert normalise_number(office, kind, first.value) == first


@settings(max_examples=300, deadline=None)
@given(
    office=offices,
    kind=kinds,
    noise=st.lists(st.sampled_from(["EU", "UK", "G", "NO.", " ", "0", "7", "-", "/", "号", "W", "ß"]), max_size=30),
)
def test_prefixes_in_any_number_do_not_break_it(office: str, kind: str, noise: list[str]) -> None:
    first = normalise_number(office, kind, "".join(noise))
    if first.ok:
        assert normalise_number(office, kind, first.value).value == first.value


@pytest.mark.parametrize(
    ("office", "number", "key"),
    [
        ("IT", "302013902128590", "IT502013902128590"),
        ("US", "75354221", "US500000075354221"),
        ("EM", "18228224", "EM500000018228224"),
        ("US", "88/326,251", "US500000088326251"),
        ("JP", "2020-123456", "JP502020000123456"),
        ("US", "", ""),
        ("XX", "1", ""),
    ],
)
def test_the_key_across_registers(office: str, number: str, key: str) -> None:
    assert st13(office, number) == key


def test_numbers_that_differ_by_a_letter_have_different_keys() -> None:
    keys = {st13("CN", number) for number in ("1234567", "1234567A", "G1234567")}
    assert len(keys) == 3
    assert st13("KR", "40-2020-0123456") != st13("KR", "41-2020-0123456")

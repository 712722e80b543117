"""Numbers of all 28 offices, from each office's own examples: however they are typed, one number comes out."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from brands.registers.formats import normalise_number, st13
from brands.registers.offices import OFFICES
from brands.registers.records import RecordFacts, record_key

KINDS = ("application", "registration")
EXAMPLES = [(code, kind, office.number(kind).example) for code, office in OFFICES.items() for kind in KINDS]  # type: ignore[arg-type]
SPACES = st.sampled_from(["", " ", "  ", "\t", "\N{NO-BREAK SPACE}", "\N{IDEOGRAPHIC SPACE}"])
LABELS = st.sampled_from(["", "No. ", "Nr. ", "Reg. No. ", "Serial No. ", "#", "Application: "])
SEPARATED = {"TR"}  # a space stands between year and number there, so that spaces elsewhere mean something


def test_all_offices_and_both_kinds_are_tried() -> None:
    assert len(OFFICES) == 28 and len(EXAMPLES) == 56


def full_width(text: str) -> str:
    """Digits, letters and slashes as typed on an East Asian keyboard."""
    return "".join(
        chr(ord(sign) + 0xFEE0) if sign.isascii() and (sign.isalnum() or sign == "/") else sign for sign in text
    )


@st.composite
def typed(draw: st.DrawFn, code: str, example: str) -> str:
    """The example as somebody might type it: case, width, spaces, separators, a label, the office's code."""
    text = example
    if draw(st.booleans()):
        text = text.lower()
    if "-" in text:
        text = text.replace("-", draw(st.sampled_from(["-", "", "/", " - "])))
    if draw(st.booleans()):
        text = full_width(text)
    if code not in SEPARATED:
        text = "".join(sign + (draw(SPACES) if draw(st.integers(0, 3)) == 0 else "") for sign in text)
    return draw(SPACES) + draw(LABELS) + text + draw(SPACES)


@settings(max_examples=1500)
@given(data=st.data(), chosen=st.sampled_from(EXAMPLES))
def test_an_example_may_be_typed_in_many_ways(data: st.DataObject, chosen: tuple[str, str, str]) -> None:
    code, kind, example = chosen
    text = data.draw(typed(code, example))
    assume(unicodedata.normalize("NFKC", text).upper().strip())
    answer = normalise_number(code, kind, text)
    assert (answer.ok, answer.warn, answer.value) == (True, False, example), (text, answer)


@pytest.mark.parametrize(("code", "kind", "example"), EXAMPLES)
def test_an_example_with_the_offices_code_before_it_is_the_example(code: str, kind: str, example: str) -> None:
    for text in (f"{code} {example}", f"{code}{example}", f"{code.lower()}-{example}"):
        answer = normalise_number(code, kind, text)
        known = code == "TH" and kind == "registration"  # letters before the number are part of a number there
        assert answer.ok and (answer.value == example or known), (text, answer)


@settings(max_examples=800)
@given(chosen=st.sampled_from(EXAMPLES), text=st.text(max_size=40))
def test_normalising_twice_is_normalising_once(chosen: tuple[str, str, str], text: str) -> None:
    code, kind, example = chosen
    for written in (text, example + text, text + example):
        first = normalise_number(code, kind, written)
        if first.ok:
            again = normalise_number(code, kind, first.value)
            assert (again.ok, again.warn, again.value) == (True, first.warn, first.value)


@settings(max_examples=800)
@given(data=st.data(), chosen=st.sampled_from(EXAMPLES))
def test_a_damaged_example_is_refused_or_warned_of_as_far_as_the_office_is_known(
    data: st.DataObject, chosen: tuple[str, str, str]
) -> None:
    """A high confidence refuses what does not fit its pattern; a lower one may only warn; nothing passes in silence."""
    code, kind, example = chosen
    place = data.draw(st.integers(0, len(example)))
    junk = data.draw(st.sampled_from(["§", "€", "??", "<b>", "'", "ж", "QQQQQ", "0123456789012345"]))
    answer = normalise_number(code, kind, example[:place] + junk + example[place:])
    office = OFFICES[code]
    fits = bool(re.fullmatch(office.number(kind).regex, answer.value, re.ASCII))  # type: ignore[arg-type]
    if office.confidence == "high":
        assert answer.ok == fits and not answer.warn
    else:
        assert not answer.ok or answer.warn == (not fits)
    assert answer.message


@pytest.mark.parametrize(
    "junk", ["", " ", "-", "?", "none", "§§§", "DROP TABLE", "\x00", "0" * 200, "🙂", "½", "１２\n３x" * 20]
)
@pytest.mark.parametrize("code", OFFICES)
def test_junk_is_never_a_number_without_a_word(code: str, junk: str) -> None:
    for kind in KINDS:
        answer = normalise_number(code, kind, junk)
        assert not answer.ok or answer.warn or re.fullmatch(OFFICES[code].number(kind).regex, answer.value)  # type: ignore[arg-type]


@pytest.mark.parametrize("code", OFFICES)
def test_the_st13_number_of_an_example_has_17_characters(code: str) -> None:
    key = st13(code, OFFICES[code].application.example)
    assert re.fullmatch(rf"{code}50(?:0000|(?:19|20)\d\d)[0-9A-Z]{{9}}", key), key


def test_st13_numbers_of_all_examples_differ() -> None:
    keys = {st13(code, office.application.example) for code, office in OFFICES.items()}
    assert len(keys) == 28


@settings(max_examples=800)
@given(data=st.data(), code=st.sampled_from(sorted(OFFICES)))
def test_numbers_that_differ_in_a_digit_have_different_keys(data: st.DataObject, code: str) -> None:
    regex = OFFICES[code].application.regex
    drawn = data.draw(st.from_regex(regex, fullmatch=True, alphabet=st.characters(codec="ascii")))
    first = normalise_number(code, "application", drawn).value
    places = [place for place, sign in enumerate(first) if sign.isdigit()]
    assume(places)
    place, digit = data.draw(st.sampled_from(places)), data.draw(st.sampled_from("0123456789"))
    second = first[:place] + digit + first[place + 1 :]
    assume(second != first and normalise_number(code, "application", second).value == second)
    assume(re.fullmatch(regex, second, re.ASCII) and re.search("[1-9]", first))
    assert st13(code, first) != st13(code, second), (first, second)
    assert len(st13(code, first)) <= 32


@settings(max_examples=200)
@given(codes=st.lists(st.sampled_from(sorted(OFFICES)), min_size=2, max_size=2, unique=True))
def test_one_number_at_two_offices_has_two_keys(codes: list[str]) -> None:
    one, two = (st13(code, "1234567") for code in codes)
    assert one != two


def test_a_record_is_found_under_the_key_of_its_office() -> None:
    from datetime import date

    for code, office in OFFICES.items():
        facts = RecordFacts(office=code, application_number=office.application.example, as_of=date(2026, 1, 1))
        assert record_key(facts) == st13(code, office.application.example)

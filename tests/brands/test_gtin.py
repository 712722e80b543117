"""Product identifiers: the check digit, the one form, and what people paste."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brands.gtin import LENGTHS, check_digit, read_gtin, read_gtins, same_form, shown

# The examples of GS1's own pages on check digits and of common packages.
GENUINE = {
    "6291041500213": "06291041500213",
    "4006381333931": "04006381333931",
    "036000291452": "00036000291452",
    "96385074": "00000096385074",
    "10614141000415": "10614141000415",
    " 4006381-333931 ": "04006381333931",
    "0 36000 29145 2": "00036000291452",
    "4006381\u2013333931": "04006381333931",
}


@pytest.mark.parametrize(("typed", "kept"), GENUINE.items())
def test_a_gtin_of_any_length_has_one_form(typed: str, kept: str) -> None:
    answer = read_gtin(typed)
    assert answer.ok and answer.value == kept
    assert same_form(typed) == kept


@pytest.mark.parametrize(
    ("typed", "code", "word"),
    [
        ("4006381333932", "gtin_check_digit", "would have to be 1"),
        ("00000000", "gtin_check_digit", "no product"),
        ("123456789", "gtin_length", "has 9 digits"),
        ("", "gtin_not_digits", "digits only"),
        ("400638133393X", "gtin_not_digits", "digits only"),
        ("４００６３８１３３３９３１", "gtin_not_digits", "digits only"),
        ("٤٠٠٦٣٨١٣٣٣٩٣١", "gtin_not_digits", "digits only"),
        ("4.00638E+12", "gtin_rounded", "format the column as text"),
        ("4,00638E+12", "gtin_rounded", "format the column as text"),
        ("=HYPERLINK(1)", "gtin_not_digits", "digits only"),
        ("9" * 5000, "gtin_length", "has 5000 digits"),
    ],
)
def test_what_is_no_gtin_is_said_in_words(typed: str, code: str, word: str) -> None:
    answer = read_gtin(typed)
    assert not answer.ok and answer.value == "" and answer.code == code and word in answer.message
    assert len(answer.message) < 200 and same_form(typed) == ""


def test_several_are_read_once_each() -> None:
    good, bad = read_gtins("4006381333931, 04006381333931;\n96385074\n96385075")
    assert good == ["04006381333931", "00000096385074"] and len(bad) == 1
    assert shown(good) == "4006381333931, 96385074"


@given(st.sampled_from(LENGTHS), st.integers(1, 10**13 - 1))
def test_every_number_with_its_check_digit_is_taken_and_no_single_slip_is(length: int, body: int) -> None:
    digits = str(body).zfill(length - 1)[-(length - 1) :]
    if not digits.strip("0"):
        return
    whole = digits + check_digit(digits)
    assert read_gtin(whole).value == whole.zfill(14)
    for place in range(length):
        other = str((int(whole[place]) + 1) % 10)
        assert not read_gtin(whole[:place] + other + whole[place + 1 :]).ok

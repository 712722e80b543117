"""A CSV file gives its lines, or says what to change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.errors import Refused
from portal.marketplace.csv_lines import read_lines
from portal.marketplace.links import resolve


@pytest.mark.parametrize(
    "data",
    [
        b"link\nLS-1\nLS-2\n",
        b"\xef\xbb\xbflink\r\nLS-1\r\nLS-2\r\n",
        b"\xef\xbb\xbfURL;note\nLS-1;a, b\nLS-2;\n",
        b'title,id\n"A; b, c",LS-1\nd,LS-2\n',
        b"note\t Id \nx\tLS-1\n\nx\tLS-2",
        b"\n\nlink,id\nLS-1,9\nLS-2,9\n",
    ],
)
def test_each_usual_shape_is_read(data: bytes) -> None:
    assert read_lines(data) == ["LS-1", "LS-2"]


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "empty_file", "empty"),
        (b" \r\n", "empty_file", "empty"),
        (b"\xef\xbb\xbf", "empty_file", "empty"),
        (b"link\nJ\xe4cke", "not_utf8", "Byte 7 "),
        ("link\nx".encode("utf-16"), "not_utf8", "UTF-16"),
        (b"name,price\nx,1", "bad_header", "“name”, “price”"),
        (b"LS-88120431\nLS-2", "bad_header", "“LS-88120431”"),
        (b"link\n\n  \n", "no_lines", "no lines"),
        (b"link\n" + b"LS-1\n" * 501, "too_many_lines", "501 lines"),
        (b"link\n" + b"x" * 2_000_001, "too_big", "2 MB"),
        (b"link\n" + b'"' + b"x" * 200_000, "bad_row", "Row"),
    ],
)
def test_what_cannot_be_used_says_what_to_change(data: bytes, code: str, words: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_lines(data)
    assert refusal.value.code == code
    assert words in str(refusal.value)


def test_exactly_500_lines_pass() -> None:
    assert len(read_lines(b"id\n" + b"LS-1\n" * 500)) == 500


@pytest.mark.django_db
def test_a_formula_is_data_and_is_answered() -> None:
    lines = read_lines(b'link\n"=HYPERLINK(""https://evil.test"")"\n=1+1')
    assert [each.answer.value for each in resolve(lines)] == ["unreadable", "unreadable"]


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    try:
        lines = read_lines(b"link,note\n" + data)
    except Refused:
        return
    assert lines and all(line.strip() for line in lines)

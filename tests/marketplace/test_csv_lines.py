"""A CSV file gives its lines, or says what to change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.errors import Refused
from portal.marketplace.csv_lines import is_table, read_lines
from portal.marketplace.links import resolve

LINES = ["LS-1 12:30–14:05 | a, b", "LS-2"]


@pytest.mark.parametrize(
    "data",
    [
        b'target,from,to,note\nLS-1,12:30,14:05,"a, b"\nLS-2,,,\n',
        b"\xef\xbb\xbfURL;FROM;TO;Note\r\nLS-1;12:30;14:05;a, b\r\nLS-2;;;\r\n",
        "sep=;\r\nlink;start;end;comment\r\nLS-1;750;845;a, b\r\nLS-2\r\n".encode("utf-16"),
        "target\tfrom\tto\tnote\nLS-1\t12:30\t14:05\ta, b\n\nLS-2".encode("utf-16-le"),
        b'title,id,from,to,note\n"A; b, c",LS-1,12:30-14:05,,"a, b"\nd,LS-2\n',
        b'note\t Id \tFrom\tto\n"a,\n b"\tLS-1\t0:12:30\t0:14:05\n\n\tLS-2',
        b'LS-1,12:30,14:05,"a, b"\nLS-2',
    ],
)
def test_each_usual_shape_is_read(data: bytes) -> None:
    assert read_lines(data) == LINES


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "empty_file", "empty"),
        (b" \r\n", "empty_file", "empty"),
        (b"\xef\xbb\xbf", "empty_file", "empty"),
        (b"name,price\nx,1", "bad_header", "“name”, “price”"),
        (b"link\n\n  \n", "no_lines", "no lines"),
        (b"link\n" + b"x" * 2_000_001, "too_big", "2 MB"),
        (b"PK\x03\x04" + b"\0" * 40, "not_csv", "save it as"),
        (b"\x89PNG\r\n\x1a\n" + b"\xff" * 50, "not_csv", "save it as"),
    ],
)
def test_what_cannot_be_used_says_what_to_change(data: bytes, code: str, words: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_lines(data)
    assert refusal.value.code == code
    assert words in str(refusal.value)


@pytest.mark.parametrize(
    "wrong",
    [
        b'"LS-371,12:30,14:05,the mark is never closed',
        b"LS-371,12:3x,,",
        b"LS-371,12:30,,J\xe4cke",
        b"LS-371\0,,,",
        b"not a link,,,",
        b'LS-371,,,"' + b"x" * 140_000 + b'"',
        b",,,only a note",
    ],
)
def test_one_wrong_row_spoils_no_other(wrong: bytes) -> None:
    rows = [b"LS-%d,00:01,00:02,n" % number for number in range(1, 501)]
    rows[370] = wrong
    lines = read_lines(b"target,from,to,note\n" + b"\n".join(rows))
    assert len(lines) == 500
    assert [line for number, line in enumerate(lines, 1) if number != 371] == [
        f"LS-{number} 00:01–00:02 | n" for number in range(1, 501) if number != 371
    ]


def test_more_than_500_lines_are_all_there() -> None:
    assert len(read_lines(b"id\n" + b"LS-1\n" * 620)) == 620


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("target;from\nLS-1;1:00", True),
        ("link\nLS-1", True),
        ("https://shop.example/item/1,2\nLS-1", False),
        ("LS-1\nLS-2", False),
        ("", False),
    ],
)
def test_a_paste_with_a_header_is_a_table(text: str, table: bool) -> None:
    assert is_table(text) is table


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
    assert lines and all(line.strip() and len(line.splitlines()) == 1 for line in lines)

"""A line says its target, from when to when, and a note; kept and read again it says the same."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.marketplace import times, written
from portal.marketplace.times import Span
from portal.marketplace.written import Written


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("12:30", Span(750)),
        ("00:12:30-00:14:05", Span(750, 845)),
        ("0:41 – 1:10", Span(41, 70)),
        ("1h2m3s", Span(3723)),
        ("90s", Span(90)),
        ("12:30 to 14:05", Span(750, 845)),
        ("12:30-12:30", Span(750)),
        ("75:00", Span(4500)),
        ("14:05-12:30", None),
        ("12:75", None),
        ("1:75:00", None),
        ("25:00:00", None),
        ("750", None),
        ("noon", None),
        ("", None),
        ("1:00-2:00-3:00", None),
    ],
)
def test_times_are_read_as_people_write_them(text: str, span: Span | None) -> None:
    assert times.span(text) == span


@pytest.mark.parametrize(
    ("link", "span"),
    [
        ("https://shop.example/v/7?t=750", Span(750)),
        ("https://shop.example/v/7?t=12m30s", Span(750)),
        ("https://shop.example/v/7?x=1#t=750", Span(750)),
        ("https://shop.example/v/7?start=750&end=845", Span(750, 845)),
        ("https://shop.example/v/7#t=10,20", Span(10, 20)),
        ("https://shop.example/v/7?t=soon", None),
        ("https://shop.example/v/7", None),
        ("https://[shop.example/v/7?t=1", None),
    ],
)
def test_a_link_may_carry_the_time_itself(link: str, span: Span | None) -> None:
    assert times.in_link(link) == span
    assert written.read(link).span == span


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("VD-7 12:30", Written("VD-7", Span(750))),
        ("VD-7 00:12:30-00:14:05 | the label", Written("VD-7", Span(750, 845), "the label")),
        ("https://shop.example/v/7?t=5 0:41-1:10", Written("https://shop.example/v/7?t=5", Span(41, 70))),
        ("VD-7\t12:30\t14:05\tthe label", Written("VD-7", Span(750, 845), "the label")),
        ("VD-7\t750\t845", Written("VD-7", Span(750, 845))),
        ('VD-7,0:41,1:10,"a, b"', Written("VD-7", Span(41, 70), "a, b")),
        ("VD-7;0:41;;", Written("VD-7", Span(41))),
        ("VD-7 12:3x", Written("VD-7", None, "", "12:3x")),
        ("VD-7 1:10-0:41 | why", Written("VD-7", None, "why", "1:10-0:41")),
        ("VD-7\tnoon\t\twhy", Written("VD-7", None, "why", "noon")),
        ("LS-1,LS-2", Written("LS-1,LS-2")),
        ("https://shop.example/item/1?ids=1,2;3", Written("https://shop.example/item/1?ids=1,2;3")),
        ("Hooded shell jacket", Written("Hooded shell jacket")),
    ],
)
def test_a_line_is_taken_apart(line: str, said: Written) -> None:
    assert written.read(line) == said


CELLS = st.text(alphabet="LSVD-7:|1230 \t,;.\"'hmsxä–-@/?=&#", max_size=30)


@given(st.one_of(CELLS, st.lists(CELLS, min_size=2, max_size=5).map("\t".join)))
@example("VD-7 | | 12:30")
@example("a | b\tc")
def test_a_line_that_is_kept_says_the_same_when_it_is_read_again(line: str) -> None:
    said = written.read(line.strip())
    assert written.read(str(said)) == said
    assert len(str(said).splitlines()) <= 1


@given(CELLS, CELLS, CELLS, CELLS)
def test_four_cells_come_back_from_the_line_that_they_make(target: str, begin: str, end: str, note: str) -> None:
    said = written.of_cells(target, begin, end, note)
    if said.target and not {"|", "\t", ",", ";", '"'} & set(said.target) and " " not in said.target:
        assert written.read(str(said)) == said


@given(st.integers(0, times.LONGEST), st.integers(0, times.LONGEST))
def test_every_span_is_read_back_from_its_words(begin: int, end: int) -> None:
    span = Span(begin, end) if end > begin else Span(begin)
    assert times.span(str(span)) == span

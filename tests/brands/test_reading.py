"""What people type in one field, read into values: goods by class, numbers, codes, days."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brands import reading
from brands.declaration import ClassEntry
from brands.registers.formats import plain_number
from brands.registers.nice import CLASSES, EDITION, edition_at, edition_for, edition_named
from brands.registers.technical import earliest_of, ipc, locarno, partial_day
from portal.errors import Refused


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        ("25: Clothing; footwear", ClassEntry(25, "Clothing; footwear")),
        ("Class 025 - Clothing", ClassEntry(25, "Clothing")),
        ("25) Clothing (not shoes)", ClassEntry(25, "Clothing (not shoes)")),
        ("9. (Software)", ClassEntry(9, "(Software)")),
        ("25 (11-2017): Clothing", ClassEntry(25, "Clothing", "NCL 11-2017")),
        ("25(NCL 11-2017):", ClassEntry(25, "", "NCL 11-2017")),
        (f"25 (before {EDITION}): Clothing", ClassEntry(25, "Clothing", f"before {EDITION}")),
    ],
)
def test_goods_are_read_line_by_line(line: str, entry: ClassEntry) -> None:
    assert reading.read_goods(f"\n{line}\n\n") == [entry]
    assert reading.read_goods(reading.write_goods([entry])) == [entry]


@pytest.mark.parametrize("line", ["Clothing", "46: x", "0: x", "25", "25 (clothing): x", "25 (14-2030): x", "٢٥: x"])
def test_goods_without_a_class_are_refused_with_the_line(line: str) -> None:
    with pytest.raises(Refused) as refusal:
        reading.read_goods(line)
    assert refusal.value.field == "goods"


@given(st.sampled_from(sorted(CLASSES)), st.text(max_size=40), st.sampled_from(["", "NCL 11-2017", EDITION]))
def test_goods_that_were_written_are_read_again(number: int, goods: str, edition: str) -> None:
    plain = " ".join(goods.split())
    assert reading.read_goods(reading.write_goods([ClassEntry(number, goods, edition)])) == [
        ClassEntry(number, plain, edition)
    ]


@given(st.text(max_size=80))
def test_any_text_is_goods_or_refused(text: str) -> None:
    try:
        entries = reading.read_goods(text)
    except Refused:
        return
    assert all(entry.number in CLASSES for entry in entries)


@pytest.mark.parametrize(
    ("text", "edition"),
    [
        ("11-2017", "NCL 11-2017"),
        ("ncl 13-2026", EDITION),
        ("01-1963", "NCL 1-1963"),
        ("", ""),
        ("14-2026", ""),
        ("13-2027", ""),
        ("11", ""),
        ("11-17", ""),
        ("11-1950", ""),
    ],
)
def test_editions_are_known_or_none(text: str, edition: str) -> None:
    assert edition_named(text) == edition


@given(st.one_of(st.none(), st.dates()))
def test_the_edition_of_every_filing_is_one_that_can_be_named(day: date | None) -> None:
    assert edition_named(edition_for(day)) == edition_for(day)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2-4", "02-04"),
        ("02-04", "02-04"),
        (" 32.1 ", "32-01"),
        ("99-00", "99-00"),
        ("33-01", ""),
        ("00-01", ""),
        ("", ""),
    ],
)
def test_locarno_classes(text: str, code: str) -> None:
    assert locarno(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a43b 13/14", "A43B 13/14"),
        ("A43B13/14", "A43B 13/14"),
        ("H04L", "H04L"),
        ("I04L", ""),
        ("A43B 13", ""),
        ("", ""),
    ],
)
def test_ipc_classes(text: str, code: str) -> None:
    assert ipc(text) == code


@pytest.mark.parametrize(
    ("text", "day"),
    [("2019", "2019"), ("2019-5", "2019-05"), (" 2019-05-07 ", "2019-05-07"), ("2019-13", ""), ("2019-02-30", ""),
     ("19", ""), ("0000", ""), ("May 2019", "")],
)  # fmt: skip
def test_days_may_be_known_in_part(text: str, day: str) -> None:
    assert partial_day(text) == day
    first = earliest_of(day)
    assert (first is None) == (day == "") and (first is None or first.isoformat().startswith(day))


@given(st.text(max_size=200))
def test_any_text_is_a_number_or_refused_and_a_number_stays(text: str) -> None:
    answer = plain_number(text)
    assert len(answer.value) <= 32
    if answer.ok:
        assert plain_number(answer.value).value == answer.value and any(sign.isdigit() for sign in answer.value)


@pytest.mark.parametrize("text", ["22.4.2020", "2020-4-22", "2020-02-30", "20200422", "tomorrow"])
def test_a_day_in_another_form_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        reading.read_day(text, "filing_date")
    assert refusal.value.field == "filing_date"
    assert reading.read_day(" 2020-04-22 ", "x") == date(2020, 4, 22) and reading.read_day("", "x") is None


@pytest.mark.parametrize(
    ("filed", "edition"),
    [
        ("1985-06-01", "before NCL 5"),
        ("1995-02-07", "NCL 6"),
        ("2006-12-31", "NCL 8"),
        ("2007-01-01", "NCL 9"),
        ("2012-05-01", "NCL 10"),
        ("2013-01-01", "NCL 10-2013"),
        ("2016-12-31", "NCL 10-2016"),
        ("2020-01-01", "NCL 11-2020"),
        ("2025-12-31", "NCL 12-2025"),
        ("2026-01-01", "NCL 13-2026"),
        ("2031-01-01", "NCL 13-2026"),
    ],
)
def test_the_edition_of_a_filing_is_that_of_its_day(filed: str, edition: str) -> None:
    assert edition_at(date.fromisoformat(filed)) == edition

"""The USPTO's daily file: streamed in constant memory, its document type allowed, everything dangerous refused."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given, settings

from brands.registers import bulk, tsdr_json
from brands.registers.errors import Unreadable
from brands.registers.records import digest
from brands.registers.safe_xml import Watched, root_of, verify
from brands.registers.statuses import RegisterStatus
from tests.brands import composed as c
from tests.brands.test_register_formats import marks

GENUINE = c.genuine("genuine-sn70011210-case-file.xml").decode()


def read(data: bytes) -> list[bulk.BulkCase]:
    verify(io.BytesIO(data))
    return list(bulk.read(io.BytesIO(data), source="apc240502.xml"))


def test_genuine_case_file_of_samson() -> None:
    """A record of 1884 with its chain in reverse, a padded number and a US class as primary class."""
    (case,) = read(c.daily(GENUINE))
    facts = case.facts
    assert (facts.application_number, facts.registration_number) == ("70011210", "11210")
    assert (facts.mark_text, facts.mark_kind, facts.status) == ("SAMSON", "combined", RegisterStatus.REGISTERED)
    assert (facts.filing_date, facts.status_date) == (date(1884, 4, 7), date(2013, 12, 14))
    assert facts.as_of == date(2018, 7, 7)
    assert [owner.sequence for owner in facts.owners] == [42, 43]
    assert (facts.owner_name, facts.owners[0].country) == ("SAMSON ROPE TECHNOLOGIES, INC.", "US")
    assert [(entry.number, entry.goods) for entry in facts.classes] == [(22, "CORDS, LINES, [ TWINES, ] AND ROPES")]
    assert facts.source == "apc240502.xml (TX)"


@settings(max_examples=60)
@given(mark=marks)
def test_composed_daily_file_and_json_of_one_mark_give_the_same_facts(mark: c.Mark) -> None:
    (case,) = read(c.daily(c.case_file(mark)))
    (facts,) = tsdr_json.parse(c.tsdr(mark), as_of=date(2024, 5, 2))
    assert digest(case.facts) == digest(facts)
    assert case.facts.partial_dates == facts.partial_dates


def test_composed_registration_of_zeros_means_none() -> None:
    (case,) = read(c.daily(c.case_file(c.Mark(registration="0000000", registered="", status="630"))))
    assert (case.facts.registration_number, case.facts.registration_date) == ("", None)
    assert case.facts.status is RegisterStatus.APPLICATION_FILED


def test_composed_registration_of_zeros_is_no_registered_mark() -> None:
    (case,) = read(c.daily(c.case_file(c.Mark(registration="0000000", status="700"))))
    assert case.facts.status is RegisterStatus.UNKNOWN and case.facts.status_code == "700"
    (dead,) = read(c.daily(c.case_file(c.Mark(registration="0000000", status="710"))))
    assert dead.facts.status is RegisterStatus.DEAD_CANCELLED


def test_composed_action_keys_are_kept() -> None:
    new, changed, other = (c.case_file(c.Mark(serial=f"9000000{n}")) for n in (1, 2, 3))
    cases = read(c.daily_groups(("NA", (new,)), ("TX", (changed,)), ("IB", (other,))))
    assert [case.action for case in cases] == ["NA", "TX", "IB"]
    assert cases[2].facts.source.endswith("(IB)")


def test_composed_case_file_that_says_only_its_status_is_read() -> None:
    lean = (
        "<case-file><serial-number>73000001</serial-number><registration-number>0000000</registration-number>"
        "<transaction-date>20240502</transaction-date><case-file-header><filing-date>19730101</filing-date>"
        "<status-code>602</status-code></case-file-header><correspondent/></case-file>"
    )
    (case,) = read(c.daily(lean))
    assert case.facts.status is RegisterStatus.DEAD_WITHDRAWN_REFUSED
    assert (case.facts.owners, case.facts.classes, case.facts.mark_kind) == ((), (), "")


def test_composed_case_file_without_a_serial_is_named_and_the_others_are_read() -> None:
    cases = read(c.daily(c.case_file(c.Mark(serial="")), c.case_file(c.Mark())))
    assert cases[0].facts is None and "serial number" in cases[0].problem
    assert cases[1].facts is not None


def test_composed_madrid_mark_of_series_79() -> None:
    group = (
        "<international-registration><international-registration-number>1234567</international-registration-number>"
        "</international-registration>"
    )
    (case,) = read(c.daily(c.case_file(c.Mark(serial="79123456"), group)))
    assert (case.facts.basis, case.facts.international_number) == ("madrid", "1234567")


@pytest.mark.parametrize(
    ("doctype", "code"),
    [
        ('<!DOCTYPE trademark-applications-daily [<!ENTITY a "aaa"><!ENTITY b "&a;&a;">]>', "entities"),
        ('<!DOCTYPE trademark-applications-daily SYSTEM "http://127.0.0.1/x.dtd">', "entities"),
        ('<!DOCTYPE trademark-applications-daily PUBLIC "a" "http://127.0.0.1/x.dtd">', "entities"),
        ('<!DOCTYPE trademark-applications-daily [<!ENTITY e SYSTEM "file:///etc/passwd">]>', "entities"),
        ('<!DOCTYPE trademark-applications-daily [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>', "entities"),
        (
            '<!DOCTYPE trademark-applications-daily [<!NOTATION n SYSTEM "n"><!ENTITY e SYSTEM "x" NDATA n>]>',
            "entities",
        ),
    ],
)
def test_entities_and_references_are_refused_by_both_passes(doctype: str, code: str) -> None:
    data = c.daily(c.case_file(c.Mark()), doctype=doctype)
    for work in (verify, lambda stream: list(bulk.read(stream)), root_of):
        with pytest.raises(Unreadable) as caught:
            work(io.BytesIO(data))
        assert caught.value.code == code


def test_the_inline_document_type_of_the_office_is_allowed() -> None:
    assert b"<!ELEMENT" in c.daily() and root_of(io.BytesIO(c.daily())) == ("", bulk.ROOT)
    assert len(read(c.daily(c.case_file(c.Mark())))) == 1


@pytest.mark.parametrize("part", [0.2, 0.5, 0.9, 0.999])
def test_composed_file_that_breaks_off_is_noticed_before_anything_is_read(part: float) -> None:
    data = c.daily(*(c.case_file(c.Mark(serial=str(90_000_001 + n))) for n in range(20))).rstrip()
    with pytest.raises(Unreadable, match="cut off"):
        verify(io.BytesIO(data[: int(len(data) * part)]))


def test_one_case_file_may_not_fill_the_memory() -> None:
    huge = c.case_file(c.Mark(words="W" * 200_000))
    stream = Watched(io.BytesIO(c.daily(huge)), limit=100_000)
    with pytest.raises(Unreadable, match="larger than any record"):
        list(bulk.read(stream))


class Endless:
    """A daily file of so many case files that is never in memory as a whole."""

    def __init__(self, count: int) -> None:
        self.parts = self._parts(count)
        self.rest = b""

    def _parts(self, count: int) -> Iterator[bytes]:
        head, _cut, tail = c.daily("CUT").partition(b"CUT")
        yield head
        for number in range(count):
            yield c.case_file(c.Mark(serial=str(90_000_001 + number))).encode()
        yield tail

    def read(self, size: int = -1) -> bytes:
        while len(self.rest) < size and (part := next(self.parts, b"")):
            self.rest += part
        data, self.rest = self.rest[:size], self.rest[size:]
        return data


def peak(count: int, *, keep: bool = False) -> int:
    """The most memory, in bytes, that reading so many case files takes; with `keep` they are held on to."""
    kept: list[bulk.BulkCase] = []
    tracemalloc.start()
    try:
        read = 0
        for case in bulk.read(Endless(count)):
            read += case.facts is not None
            kept += [case] if keep else []
        assert read == count
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_from_a_thousand_to_ten_thousand_case_files() -> None:
    peak(50)  # imports and caches are paid for
    """What is left is when the collector happens to run: an empty element alone would take over 200 bytes a record."""
    small, large = peak(1_000), peak(10_000)
    assert large - small < 9_000 * 60, (small, large)
    assert large < 2_000_000


def test_memory_would_be_seen_to_grow_if_case_files_were_kept() -> None:
    peak(50)
    assert peak(500, keep=True) > peak(500) + 500 * 1_000

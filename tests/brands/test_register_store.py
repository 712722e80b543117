"""Taking facts over: one writer, every reading kept, nothing newer or foreign overwritten."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from brands import registry
from brands.models import IPRight, RecordClass, RegisterReading, RegisterRecord
from brands.registers import euipo, st66, st96, tsdr_json
from brands.registers.records import ClassFacts, RecordFacts, digest, record_key
from brands.registers.statuses import RegisterStatus
from portal.errors import Refused
from portal.ledger import events
from portal.ledger.models import Event
from tests.brands import composed as c
from tests.brands import factories as f

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
DAY = date(2024, 5, 2)


def facts(as_of: date = DAY, **changes: Any) -> RecordFacts:
    (found,) = tsdr_json.parse(c.tsdr(c.Mark(**changes)), as_of=as_of, source="USPTO TSDR sn90000001")
    return found


def columns(record: RegisterRecord) -> dict[str, Any]:
    record.refresh_from_db()
    return {field.name: getattr(record, field.attname) for field in record._meta.concrete_fields}


def test_a_new_record_is_kept_whole_with_its_reading() -> None:
    reading = registry.store(facts=facts(), now=NOW)
    record = RegisterRecord.objects.get()
    assert (reading.result, reading.record, reading.format) == ("new", record, "tsdr_json")
    assert (record.st13, record.status, record.status_code) == ("US500000090000001", "registered", "700")
    assert (record.owner_name, record.former_owners) == ("Tarnfell Outdoor AB", ["Tarnfell AB"])
    assert [owner["sequence"] for owner in record.owners] == [10, 30, 31]
    assert (record.as_of, record.read_at, record.source) == (DAY, NOW, "USPTO TSDR sn90000001")
    assert record.facts_sha256 == digest(facts()) == reading.facts_sha256
    assert list(record.classes.values_list("number", "goods")) == [(25, "Jackets")]
    assert record.classes.get().edition.startswith("before")
    assert reading.facts["partial_dates"] == {"first_use:25": "20200600"}


def test_the_record_gives_back_the_facts_that_it_was_made_from() -> None:
    for came in (facts(), facts(designs=["24.15.25"], drawing="3", classes=[]), *euipo.parse(c.euipo(), as_of=DAY)):
        record = registry.store(facts=came, now=NOW).record
        record.refresh_from_db()
        held = registry.held_facts(record)
        assert digest(held) == digest(came)
        RegisterReading.objects.all().delete()
        RegisterRecord.objects.all().delete()


def test_the_same_again_moves_only_the_dates() -> None:
    record = registry.store(facts=facts(), now=NOW).record
    before = columns(record)
    later = NOW + timedelta(days=3)
    reading = registry.store(facts=facts(as_of=DAY + timedelta(days=3)), now=later)
    after = columns(record)
    assert reading.result == "same" and reading.facts == {}
    assert {name for name in before if before[name] != after[name]} == {"as_of", "read_at"}
    assert (after["as_of"], after["read_at"]) == (DAY + timedelta(days=3), later)
    assert RegisterReading.objects.count() == 2


@pytest.mark.parametrize(("parse", "write"), [(st66.parse, c.st66), (st96.parse, c.st96), (tsdr_json.parse, c.tsdr)])
def test_composed_formats_of_one_mark_are_the_same_record(parse: Any, write: Any) -> None:
    registry.store(facts=facts(), now=NOW)
    (came,) = parse(write(c.Mark()), as_of=DAY)
    assert registry.store(facts=came, now=NOW).result == "same"
    assert RegisterRecord.objects.count() == 1


def test_genuine_readings_of_one_record_stand_in_the_order_of_their_claims() -> None:
    (newer,) = st96.parse(c.genuine("genuine-sn76044902-st96.xml"))
    (older,) = st66.parse(c.genuine("genuine-sn76044902-st66.xml"))
    record = registry.store(facts=newer, now=NOW).record
    before = columns(record)
    assert registry.store(facts=older, now=NOW).result == "older"
    assert columns(record) == before, "nothing of the older file was taken over"
    assert [reading.status for reading in record.readings.order_by("id")] == ["registered", "registered"]


def test_what_changed_is_taken_over_with_its_classes() -> None:
    record = registry.store(facts=facts(), now=NOW).record
    came = facts(status="710", classes=[(9, "Games", ""), (25, "Hats", "")], as_of=DAY + timedelta(days=1))
    assert registry.store(facts=came, now=NOW).result == "changed"
    record.refresh_from_db()
    assert record.status == "dead_cancelled"
    assert list(record.classes.order_by("number").values_list("number", "goods")) == [(9, "Games"), (25, "Hats")]
    assert RecordClass.objects.count() == 2


def test_another_marks_record_under_the_number_is_noted_and_refused() -> None:
    record = registry.store(facts=facts(), now=NOW).record
    before = columns(record)
    came = facts(registration="7999999", words="STOLEN", as_of=DAY + timedelta(days=1))
    assert registry.store(facts=came, now=NOW).result == "refused"
    assert columns(record) == before
    assert record.readings.last().facts["registration_number"] == "7999999", "what was said is kept"


OTHER = {"words": "ZEBRA PUMP", "owners": [(10, "Zebra Pump LLC")], "status": "710"}


@pytest.mark.parametrize(
    ("came", "result"),
    [
        ({**OTHER, "filed": "", "registered": "", "registration": ""}, "refused"),
        ({**OTHER, "filed": "20010101", "registered": ""}, "refused"),
        ({**OTHER, "words": "", "filed": "20010101", "registered": ""}, "refused"),
        (OTHER, "changed"),  # the dates agree
        ({"owners": [(31, "Zebra Pump LLC")], "filed": "", "registered": ""}, "changed"),  # assigned
        ({"words": "ZEBRA PUMP", "filed": "", "registered": ""}, "changed"),  # amended
        ({**OTHER, "words": "TARNFELL OUTDOOR", "filed": "", "registered": ""}, "changed"),  # both, and alike
        ({**OTHER, "owners": [(30, "Tarnfell Outdoor AB"), (31, "Zebra Pump LLC")], "filed": ""}, "changed"),
    ],
)
def test_composed_facts_of_a_clearly_other_mark_under_the_serial_are_refused_and_amendments_are_not(
    came: dict[str, Any], result: str
) -> None:
    record = registry.store(facts=facts(), now=NOW).record
    before = columns(record)
    assert registry.store(facts=facts(**came, as_of=DAY + timedelta(days=1)), now=NOW).result == result
    assert (columns(record) == before) is (result == "refused")


def test_a_second_serial_with_a_registration_number_that_is_taken_is_noted_and_refused() -> None:
    record = registry.store(facts=facts(), now=NOW).record
    reading = registry.store(facts=facts(serial="90000002", words="ZEBRA PUMP"), now=NOW)
    assert (reading.result, reading.record) == ("refused", record)
    assert reading.facts["application_number"] == "90000002" and RegisterRecord.objects.count() == 1


def test_a_us_registration_without_a_number_is_unknown_until_the_number_is_there() -> None:
    record = registry.store(facts=facts(registration=""), now=NOW).record
    assert record.status == "unknown"
    assert registry.store(facts=facts(as_of=DAY + timedelta(days=1)), now=NOW).result == "changed"
    record.refresh_from_db()
    assert record.status == "registered"
    short = replace(facts(as_of=DAY + timedelta(days=2)), registration_number="")
    assert registry.store(facts=short, now=NOW).result == "same", "a short file names no number, and erases none"


def test_facts_of_another_mark_than_asked_are_refused() -> None:
    record = registry.store(facts=facts(), now=NOW).record
    other = facts(serial="90000002", registration="7000002")
    before = columns(record)
    assert registry.store(facts=other, now=NOW, asked=record.st13).result == "refused"
    assert columns(record) == before and RegisterRecord.objects.count() == 1
    with pytest.raises(Refused):
        registry.store(facts=other, now=NOW, asked="US500000012345678")


def test_facts_without_a_number_are_refused() -> None:
    nameless = replace(facts(), application_number="", registration_number="")
    with pytest.raises(Refused):
        registry.store(facts=nameless, now=NOW)
    assert not RegisterRecord.objects.exists()


def test_a_claim_from_the_future_is_one_of_today() -> None:
    assert registry.store(facts=facts(as_of=date(2031, 1, 1)), now=NOW).record.as_of == NOW.date()


def test_an_unknown_status_is_taken_over_and_never_live() -> None:
    record = registry.store(facts=facts(), now=NOW).record
    registry.store(facts=facts(status="999", as_of=DAY + timedelta(days=1)), now=NOW)
    record.refresh_from_db()
    assert (record.status, record.status_code) == (RegisterStatus.UNKNOWN, "999")


def test_long_words_are_cut_for_the_column_and_do_not_change_each_time() -> None:
    long = "W" * 300
    assert registry.store(facts=facts(words=long), now=NOW).result == "new"
    assert registry.store(facts=facts(words=long), now=NOW).result == "same"
    assert RegisterReading.objects.first().facts["mark_text"] == long


def test_a_madrid_mark_has_one_row_for_each_designated_office() -> None:
    (eu,) = euipo.parse(c.euipo("W01234567", markBasis="INTERNATIONAL_TRADEMARK"), as_of=DAY)
    us = replace(facts(serial="79123456"), international_number="1234567")
    keys = [registry.store(facts=came, now=NOW).record.st13 for came in (eu, us)]
    assert keys == ["WO500000001234567/EM", "WO500000001234567/US"]


def test_a_madrid_record_learns_its_international_number_later_and_stays_one_row() -> None:
    record = registry.store(facts=facts(serial="79123456"), now=NOW).record
    assert record.st13 == "US500000079123456"
    named = replace(facts(serial="79123456"), international_number="1234567")
    assert registry.store(facts=named, now=NOW).result == "changed"
    record.refresh_from_db()
    assert record.st13 == record_key(named) == "WO500000001234567/US"
    assert registry.store(facts=facts(serial="79123456"), now=NOW).result == "same"
    assert RegisterRecord.objects.count() == 1


def test_a_changed_record_tells_those_who_lean_on_it_and_nobody_else(run_outbox: Callable[[], Any]) -> None:
    record = registry.store(facts=facts(), now=NOW).record
    assert not Event.objects.filter(kind="record.changed").exists()
    by = f.actor()
    right = f.draft(by, application_number="90000001", registration_number="7000001")
    assert right.record == record
    registry.store(facts=facts(status="710", as_of=DAY + timedelta(days=1)), now=NOW)
    (event,) = Event.objects.filter(kind="record.changed")
    assert event.stream == ("record", str(record.pk))
    assert set(event.payload["changed"]) == {"status", "status_code"}
    assert not events.verify(("record", record.pk))
    registry.store(facts=facts(status="710", as_of=DAY + timedelta(days=2)), now=NOW)
    assert Event.objects.filter(kind="record.changed").count() == 1, "the same again is no news"
    run_outbox()


def test_a_new_record_tells_a_right_that_named_its_number_before() -> None:
    f.draft(f.actor(), application_number="90000001", registration_number="7000001")
    assert IPRight.objects.get().record is None
    registry.store(facts=facts(), now=NOW)
    assert Event.objects.get(kind="record.changed").payload["changed"] == ["new"]


# --- many at once


def many(count: int, **changes: Any) -> list[RecordFacts]:
    return [facts(serial=str(90_000_001 + n), registration=str(7_000_001 + n), **changes) for n in range(count)]


def test_many_are_stored_like_one_by_one() -> None:
    first = list(registry.store_all(facts=many(7), now=NOW, batch=3))
    assert [reading.result for reading in first] == ["new"] * 7
    assert [reading.record.application_number for reading in first] == [str(90_000_001 + n) for n in range(7)]
    later = [*many(3), *(replace(one, status=RegisterStatus.DEAD_EXPIRED, status_code="900") for one in many(7)[3:])]
    again = list(registry.store_all(facts=later, now=NOW, batch=3))
    assert [reading.result for reading in again] == ["same"] * 3 + ["changed"] * 4
    assert RegisterRecord.objects.filter(status="dead_expired").count() == 4
    assert RegisterReading.objects.count() == 14


def test_a_record_that_stands_twice_in_a_file_meets_itself() -> None:
    twice = [facts(), facts(status="710", as_of=DAY + timedelta(days=1)), facts()]
    found = list(registry.store_all(facts=twice, now=NOW))
    assert [reading.result for reading in found] == ["new", "changed", "older"]
    assert RegisterRecord.objects.get().status == "dead_cancelled"


def test_many_cost_a_bounded_number_of_queries() -> None:
    def queries(count: int) -> int:
        RegisterReading.objects.all().delete()
        RegisterRecord.objects.all().delete()
        with CaptureQueriesContext(connection) as caught:
            list(registry.store_all(facts=many(count), now=NOW))
        return len(caught)

    few, lots = queries(10), queries(200)
    assert lots < few * 6, (few, lots)


def test_classes_hold_the_words_of_the_register_until_it_says_others() -> None:
    record = registry.store(facts=facts(), now=NOW).record
    lean = replace(facts(as_of=DAY + timedelta(days=1)), classes=(ClassFacts(25), ClassFacts(18)))
    registry.store(facts=lean, now=NOW)
    assert list(record.classes.order_by("number").values_list("number", "goods")) == [(18, ""), (25, "Jackets")]


@pytest.mark.django_db(transaction=True)
def test_two_who_read_a_new_record_at_the_same_moment_make_one() -> None:
    """On a real database, with a connection each: whoever is second meets the row of the first."""
    start, results = threading.Barrier(2), []

    def read() -> None:
        start.wait()
        try:
            results.append(registry.store(facts=facts(), now=NOW).result)
        finally:
            connection.close()

    threads = [threading.Thread(target=read) for _time in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["new", "same"]
    assert RegisterRecord.objects.count() == 1 and RecordClass.objects.count() == 1

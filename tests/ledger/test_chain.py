"""Streams of events: they grow by whole links, and a broken link is found and named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.actors import SYSTEM
from portal.ledger import events, outbox, seal
from portal.ledger.canonical import NotPlainJson, canonical, check_plain, link_hash
from portal.ledger.models import Event, OutboxMessage, StreamHead
from tests.ledger.factories import NOW, STREAM, a_subscription, a_task, make_chain, make_event


@pytest.fixture
def unsealed(db: None) -> Iterator[None]:
    """What somebody with full rights on the database could do."""
    seal.unseal(connection)
    yield
    seal.seal(connection)


@pytest.mark.django_db
def test_a_chain_that_nobody_touched_is_whole() -> None:
    first, second, third = make_chain(3)
    assert (first.prev_hash, second.prev_hash, third.prev_hash) == ("", first.hash, second.hash)
    assert [event.seq for event in Event.objects.order_by("seq")] == [1, 2, 3]
    assert events.verify(STREAM) == events.verify_all() == []


@pytest.mark.django_db
def test_streams_do_not_share_numbers() -> None:
    assert make_event(stream=("right", 1)).seq == make_event(stream=("right", 2)).seq == 1
    assert make_event(stream=("right", "1")).seq == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"payload": {"number": 99}},
        {"kind": "test.other"},
        {"actor": "user:1"},
        {"at": NOW + timedelta(microseconds=1)},
    ],
)
def test_a_changed_event_is_named(unsealed: None, change: dict[str, Any]) -> None:
    middle = make_chain(3)[1]
    Event.objects.filter(pk=middle.pk).update(**change)
    assert [(link.seq, link.reason) for link in events.verify(STREAM)] == [(2, "its content is not what was hashed")]


@pytest.mark.django_db
def test_a_changed_event_with_a_new_hash_breaks_the_next_link(unsealed: None) -> None:
    middle = make_chain(3)[1]
    forged = link_hash(
        stream=middle.stream, seq=2, kind="x", at=middle.at, actor="system", payload={}, prev=middle.prev_hash
    )
    Event.objects.filter(pk=middle.pk).update(kind="x", payload={}, hash=forged)
    assert [link.seq for link in events.verify(STREAM)] == [3]


@pytest.mark.django_db
@pytest.mark.parametrize(("gone", "named"), [(1, 1), (2, 2), (3, 3)])
def test_a_removed_event_is_named_also_at_the_end(unsealed: None, gone: int, named: int) -> None:
    make_chain(3)
    Event.objects.filter(seq=gone).delete()
    assert events.verify(STREAM)[0].seq == named


@pytest.mark.django_db
def test_a_missing_head_is_found() -> None:
    make_chain(2)
    StreamHead.objects.all().delete()
    assert [str(link) for link in events.verify_all()] == ["complaint:7 #2: the head of the stream is missing"]


@pytest.mark.django_db
def test_the_command_names_the_first_broken_link(unsealed: None) -> None:
    make_chain(3)
    make_chain(2, stream=("right", 1))
    Event.objects.filter(stream_kind="right", seq=2).update(kind="forged")
    with pytest.raises(CommandError, match="right:1 #2: its content") as caught:
        call_command("verify_ledger")
    assert caught.value.returncode == 1


@pytest.mark.django_db
def test_the_command_says_that_all_is_whole_and_misses_triggers(capsys: pytest.CaptureFixture[str]) -> None:
    make_chain(3)
    answer = StringIO()
    call_command("verify_ledger", stdout=answer)
    assert answer.getvalue() == "1 chains with 3 events are whole.\n"
    seal.unseal(connection)
    with pytest.raises(CommandError, match="triggers"):
        call_command("verify_ledger")
    seal.seal(connection)


RAW = [
    "UPDATE ledger_event SET kind = 'forged'",
    "DELETE FROM ledger_event",
    "UPDATE ledger_event SET hash = hash WHERE seq = 1",
]


@pytest.mark.django_db
@pytest.mark.parametrize("statement", RAW)
def test_raw_sql_cannot_change_or_remove_an_event(statement: str) -> None:
    make_chain(2)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert events.verify_all() == []


@pytest.mark.django_db
def test_replacing_and_truncating_are_refused_too() -> None:
    event = make_event()
    columns = "id, stream_kind, stream_id, seq, kind, at, actor, payload, prev_hash, hash"
    statement = (
        "TRUNCATE ledger_event CASCADE"
        if connection.vendor == "postgresql"
        else f"INSERT OR REPLACE INTO ledger_event ({columns}) SELECT {columns} FROM ledger_event"
    )
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Event.objects.get().hash == event.hash


@pytest.mark.django_db
def test_the_orm_cannot_change_or_remove_an_event() -> None:
    event = make_event()
    event.kind = "forged"
    for attempt in (event.save, event.delete, Event.objects.all().delete, lambda: Event.objects.update(kind="x")):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            attempt()
    assert events.verify_all() == []


@pytest.mark.django_db(transaction=True)
def test_appending_outside_a_transaction_is_refused() -> None:
    with pytest.raises(events.OutsideTransaction):
        events.append(stream=STREAM, kind="test.happened", actor=SYSTEM, payload={}, now=NOW)
    assert not StreamHead.objects.exists()


def append_and_fail() -> None:
    with transaction.atomic():
        events.append(stream=STREAM, kind="test.happened", actor=SYSTEM, payload={}, now=NOW)
        raise ZeroDivisionError


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_caller_leaves_neither_event_nor_message() -> None:
    with a_subscription("test.happened", "test.handle"), pytest.raises(ZeroDivisionError):
        append_and_fail()
    assert not Event.objects.exists()
    assert not OutboxMessage.objects.exists()
    assert not StreamHead.objects.exists()


@pytest.mark.django_db
def test_subscribers_are_told_once_each() -> None:
    told: list[int] = []
    with a_task("test.handle", lambda event_id: told.append(event_id)), a_subscription("test.happened", "test.handle"):
        events.subscribe("test.happened", "test.handle")
        event = make_event()
        make_event(kind="test.else")
        outbox.run_until_empty()
    assert told == [event.pk]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "value",
    [1.5, Decimal("1.5"), NOW, {1}, b"x", object(), {1: "x"}, [{"a": [float("nan")]}], "a\x00", "\ud800", {"\x00": 1}],
)
def test_payloads_are_plain_json_or_refused(value: Any) -> None:
    with pytest.raises(NotPlainJson, match="payload"):
        make_event(value=value)
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_naive_times_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"), transaction.atomic():
        events.append(stream=STREAM, kind="x", actor=SYSTEM, payload={}, now=NOW.replace(tzinfo=None))


def test_a_commitment_can_be_opened_only_with_its_salt() -> None:
    salt, digest = events.commit_text("Åsa Öberg")
    assert events.matches_commitment("Åsa Öberg", salt=salt, digest=digest)
    assert not events.matches_commitment("Åsa", salt=salt, digest=digest)
    assert events.commit_text("Åsa Öberg")[1] != digest


text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=8,
)
link = st.fixed_dictionaries(
    {
        "stream": st.tuples(text, text),
        "seq": st.integers(1, 2**31 - 1),
        "kind": text,
        "at": st.datetimes(timezones=st.timezones()),
        "actor": text,
        "payload": st.dictionaries(text, plain, max_size=3),
        "prev": text,
    }
)


@given(link, st.data())
def test_the_hash_changes_when_any_field_changes(original: dict[str, Any], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(original)))
    changed = {**original, name: data.draw(link)[name]}
    same = canonical(_spelt(original)) == canonical(_spelt(changed))
    assert (link_hash(**original) == link_hash(**changed)) is same


@given(st.dictionaries(text, plain, max_size=4))
def test_the_order_of_keys_does_not_matter_and_plain_json_passes(payload: dict[str, Any]) -> None:
    check_plain(payload)
    assert canonical(dict(reversed(payload.items()))) == canonical(payload)


@pytest.mark.django_db
@given(st.dictionaries(text, plain, max_size=4))
def test_whatever_was_appended_verifies_after_a_round_through_the_database(payload: dict[str, Any]) -> None:
    with transaction.atomic():
        event = make_event(stream=("property", 1), value=payload)
        assert event.pk
        assert events.verify(("property", 1)) == []
        transaction.set_rollback(True)


def _spelt(fields: dict[str, Any]) -> dict[str, Any]:
    return {**fields, "at": fields["at"].timestamp()}

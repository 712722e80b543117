"""The outbox: nothing without its cause, nothing lost, nothing twice, and one bad message stops no other."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from portal.ledger import bell, outbox, upkeep
from portal.ledger.models import OutboxMessage, OutboxState, StreamHead, Tick
from tests.ledger.factories import NOW, a_task, state_of


def fail(**_: object) -> None:
    raise RuntimeError("the sink is closed")


def enqueue_and_fail() -> None:
    with transaction.atomic():
        outbox.enqueue("test.x", number=1)
        raise ZeroDivisionError


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_caller_leaves_nothing_queued() -> None:
    with pytest.raises(ZeroDivisionError):
        enqueue_and_fail()
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db
def test_a_message_is_run_with_its_ids_and_done() -> None:
    seen: list[int] = []
    with a_task("test.x", lambda number: seen.append(number)):
        message = outbox.enqueue("test.x", number=5)
        assert outbox.run_until_empty() == 1
        assert outbox.run_until_empty() == 0
    assert seen == [5]
    assert state_of(message) == OutboxState.DONE
    assert message.done_at
    assert message.attempts == 1


@pytest.mark.django_db
def test_keywords_of_a_newer_release_are_ignored() -> None:
    seen: list[int] = []
    with a_task("test.x", lambda number: seen.append(number)):
        outbox.enqueue("test.x", number=5, colour="blue")
        outbox.run_until_empty()
    assert seen == [5]


@pytest.mark.django_db
def test_what_one_message_queues_is_run_too() -> None:
    seen: list[str] = []
    with a_task("test.a", lambda: outbox.enqueue("test.b")), a_task("test.b", lambda: seen.append("b")):
        outbox.enqueue("test.a")
        assert outbox.run_until_empty() == 2
    assert seen == ["b"]


@pytest.mark.django_db
def test_a_failure_is_tried_again_later_and_leaves_no_half_effect() -> None:
    def half(number: int) -> None:
        StreamHead.objects.create(stream_kind="half", stream_id=str(number))
        raise RuntimeError("the sink is closed")

    with time_machine.travel(NOW, tick=False) as clock, a_task("test.x", half):
        message = outbox.enqueue("test.x", number=1)
        outbox.run_until_empty()
        assert state_of(message) == OutboxState.WAITING
        assert message.last_error == "RuntimeError: the sink is closed"
        assert timedelta(seconds=7) < message.not_before - NOW <= outbox.FIRST_PAUSE
        assert not StreamHead.objects.exists()
        assert outbox.run_until_empty() == 0
        clock.shift(outbox.FIRST_PAUSE)
        assert outbox.run_until_empty() == 1
        assert message.attempts < OutboxMessage.objects.get().attempts == 2


def test_pauses_double_with_jitter_up_to_a_limit() -> None:
    for attempts in range(1, 30):
        whole = min(outbox.FIRST_PAUSE * 2 ** (attempts - 1), outbox.LONGEST_PAUSE)
        assert whole / 2 <= outbox.pause_after(attempts) <= whole


@pytest.mark.django_db
def test_after_twelve_tries_a_message_is_dead_and_can_be_revived() -> None:
    with time_machine.travel(NOW, tick=False) as clock, a_task("test.x", fail):
        message = outbox.enqueue("test.x")
        for _ in range(20):
            outbox.run_until_empty()
            clock.shift(outbox.LONGEST_PAUSE)
        assert state_of(message) == OutboxState.DEAD
        assert message.attempts == outbox.MAX_ATTEMPTS
        assert outbox.revive(ids=[message.pk]) == 1
        assert state_of(message) == OutboxState.WAITING
        assert message.attempts == 0


@pytest.mark.django_db
def test_a_poisonous_message_does_not_stop_the_others() -> None:
    seen: list[int] = []
    with a_task("test.poison", fail), a_task("test.x", lambda number: seen.append(number)):
        for number in range(60):
            outbox.enqueue("test.poison" if number % 10 == 0 else "test.x", number=number)
        outbox.enqueue("test.nobody-knows")
        outbox.run_until_empty()
    assert len(seen) == 54
    assert OutboxMessage.objects.filter(state=OutboxState.WAITING).count() == 7


@pytest.mark.django_db
def test_a_lease_that_ran_out_gives_the_message_back() -> None:
    seen: list[int] = []
    with time_machine.travel(NOW, tick=False) as clock, a_task("test.x", lambda number: seen.append(number)):
        message = outbox.enqueue("test.x", number=1)
        assert len(outbox.claim(limit=10, now=timezone.now())) == 1  # and the process is killed here
        assert outbox.run_until_empty() == 0
        clock.shift(outbox.LEASE)
        assert outbox.run_until_empty() == 1
    assert seen == [1]
    assert state_of(message) == OutboxState.DONE
    assert message.attempts == 2


@pytest.mark.django_db
def test_who_lost_the_lease_has_no_effect() -> None:
    with time_machine.travel(NOW, tick=False) as clock:

        def slow(number: int) -> None:
            StreamHead.objects.create(stream_kind="slow", stream_id=str(StreamHead.objects.count()))
            if not overtaken:
                overtaken.append(number)
                clock.shift(outbox.LEASE)
                outbox.drain()  # another worker, meanwhile

        overtaken: list[int] = []
        with a_task("test.x", slow, atomic=True):
            message = outbox.enqueue("test.x", number=1)
            outbox.drain()
    assert state_of(message) in {OutboxState.DONE, OutboxState.LEASED}
    assert StreamHead.objects.count() <= 1


@pytest.mark.django_db
def test_a_message_that_kills_its_worker_each_time_is_buried() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        message = outbox.enqueue("test.x")
        for _ in range(outbox.MAX_ATTEMPTS):
            assert outbox.claim(limit=10, now=timezone.now())
            clock.shift(outbox.LEASE)
        assert not outbox.claim(limit=10, now=timezone.now())
        assert outbox.bury_lost(timezone.now()) == 1
    assert state_of(message) == OutboxState.DEAD
    assert "worker was lost" in message.last_error


@pytest.mark.django_db
def test_running_a_message_again_has_no_second_effect() -> None:
    seen: list[int] = []
    with a_task("test.x", lambda number: seen.append(number)):
        message = outbox.enqueue("test.x", number=1)
        for _ in range(3):  # as when a broker delivers the same ids again
            outbox.drain(ids=[message.pk])
    assert seen == [1]


@pytest.mark.django_db
def test_a_key_queues_once() -> None:
    first = outbox.enqueue("test.x", key="k", number=1)
    second = outbox.enqueue("test.x", key="k", number=2)
    assert first.pk == second.pk
    assert OutboxMessage.objects.get().kwargs == {"number": 1}
    outbox.enqueue("test.x")
    outbox.enqueue("test.x")
    assert OutboxMessage.objects.count() == 3


@pytest.mark.django_db
def test_nothing_runs_before_its_time() -> None:
    seen: list[str] = []
    with time_machine.travel(NOW, tick=False) as clock, a_task("test.x", lambda: seen.append("x")):
        outbox.enqueue("test.x", not_before=NOW + timedelta(minutes=5))
        assert outbox.run_until_empty() == 0
        assert outbox.next_due() == NOW + timedelta(minutes=5)
        clock.shift(timedelta(minutes=5))
        assert outbox.run_until_empty() == 1
    assert outbox.next_due() is None


@pytest.mark.django_db(transaction=True)
def test_threads_never_run_one_message_twice() -> None:
    total, runs, lock = 120, Counter[int](), threading.Lock()

    def count(number: int) -> None:
        with lock:
            runs[number] += 1

    def work() -> None:
        try:
            while outbox.drain(limit=7):
                pass
        finally:
            connection.close()

    with a_task("test.x", count):
        with transaction.atomic():
            for number in range(total):
                outbox.enqueue("test.x", number=number)
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert runs == Counter(range(total))
    assert OutboxMessage.objects.filter(state=OutboxState.DONE, attempts=1).count() == total


@pytest.mark.django_db
def test_a_period_is_served_once_however_many_loops_look() -> None:
    outbox.tick("test.tick", every=timedelta(minutes=1))(lambda: None)
    try:
        with time_machine.travel(NOW, tick=False) as clock:
            for _ in range(3):
                outbox.queue_due_ticks(timezone.now())
            assert OutboxMessage.objects.filter(task="test.tick").count() == 1
            clock.shift(timedelta(minutes=-10))
            outbox.queue_due_ticks(timezone.now())
            assert OutboxMessage.objects.filter(task="test.tick").count() == 1
            clock.shift(timedelta(minutes=11))
            outbox.queue_due_ticks(timezone.now())
            assert OutboxMessage.objects.filter(task="test.tick").count() == 2
            assert Tick.objects.filter(name="test.tick").count() == 1
    finally:
        del outbox._tasks["test.tick"], outbox._ticks["test.tick"]


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_serve_a_period_once() -> None:
    outbox.tick("test.tick", every=timedelta(hours=1))(lambda: None)
    start = threading.Barrier(4)

    def look() -> None:
        try:
            start.wait(10)
            outbox.queue_due_ticks(NOW)
        finally:
            connection.close()

    try:
        threads = [threading.Thread(target=look) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert OutboxMessage.objects.filter(task="test.tick").count() == 1
    finally:
        del outbox._tasks["test.tick"], outbox._ticks["test.tick"]


@pytest.mark.django_db
def test_done_messages_are_forgotten_after_seven_days_and_only_they() -> None:
    with time_machine.travel(NOW, tick=False) as clock, a_task("test.x", lambda: None), a_task("test.f", fail):
        outbox.enqueue("test.x")
        outbox.enqueue("test.f")
        outbox.run_until_empty()
        clock.shift(upkeep.KEEP_DONE - timedelta(minutes=1))
        upkeep.forget_done()
        assert OutboxMessage.objects.count() == 2
        clock.shift(timedelta(minutes=2))
        upkeep.forget_done()
        upkeep.forget_done()
        assert OutboxMessage.objects.get().task == "test.f"


@pytest.mark.django_db(transaction=True)
def test_the_bell_rings_once_per_transaction_and_not_for_what_was_rolled_back() -> None:
    with transaction.atomic():
        first = outbox.enqueue("test.x")
        second = outbox.enqueue("test.x")
        with pytest.raises(ZeroDivisionError):
            enqueue_and_fail()
        third = outbox.enqueue("test.x")
        bells = [hook[1] for hook in connection.run_on_commit if isinstance(hook[1], bell.Bell)]
        assert [pk for one in bells for pk in one.ids] == [first.pk, second.pk, third.pk]
        assert len(bells) == 1
        bell.wake.clear()
    assert bell.wake.is_set()


@pytest.mark.django_db(transaction=True)
def test_a_dead_broker_does_not_reach_the_caller(settings: object) -> None:
    from portal.celery import app

    settings.CELERY_BROKER_URL = "redis://127.0.0.1:9/0"  # type: ignore[attr-defined]
    app.conf.update(broker_url="redis://127.0.0.1:9/0")
    with transaction.atomic():
        for number in range(60):
            outbox.enqueue("test.x", number=number)
    assert OutboxMessage.objects.filter(state=OutboxState.WAITING).count() == 60

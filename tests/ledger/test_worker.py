"""The loop: it hears the bell, survives errors, starts once and stops when asked."""

from __future__ import annotations

import threading
import time

import pytest
from django.core.management import call_command, get_commands
from django.db import OperationalError, connection

from portal.ledger import outbox, tasks, worker
from portal.ledger.models import OutboxMessage, OutboxState
from tests.ledger.factories import a_task


def wait_until_done(count: int, seconds: float = 15) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if OutboxMessage.objects.filter(task="test.x", state=OutboxState.DONE).count() == count:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.django_db(transaction=True)
def test_the_thread_starts_once_hears_the_bell_and_stops() -> None:
    with a_task("test.x", lambda: None):
        try:
            assert worker.start_embedded()
            assert not worker.start_embedded()
            for count in (1, 2):
                outbox.enqueue("test.x")
                assert wait_until_done(count)
        finally:
            worker.stop_embedded()
    assert not [thread for thread in threading.enumerate() if thread.name == "outbox"]


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_waited_for() -> None:
    def locked() -> None:
        raise OperationalError("database is locked")

    with a_task("test.x", locked):
        outbox.enqueue("test.x")
        assert worker.one_round() <= worker.SWEEP_SECONDS  # the message waits for its next try
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_outboxmessage RENAME TO ledger_away")
    try:
        assert worker.one_round() == worker.PAUSE_AFTER_ERROR_SECONDS
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE ledger_away RENAME TO ledger_outboxmessage")


@pytest.mark.django_db(transaction=True)
def test_celery_tasks_may_come_twice_and_late() -> None:
    seen: list[int] = []
    with a_task("test.x", lambda number: seen.append(number)):
        ids = [outbox.enqueue("test.x", number=number).pk for number in range(3)]
        assert tasks.drain_ids(ids=ids[:2]) == 2
        assert tasks.drain_ids(ids=ids[:2]) == 0
        assert tasks.drain_ids(ids=[*ids, 999_999], colour="of a newer release") == 1
        assert tasks.drain_ids(ids=[]) == 0
        tasks.sweep()
    assert seen == [0, 1, 2]


@pytest.mark.django_db(transaction=True)
def test_work_once_does_what_is_due() -> None:
    with a_task("test.x", lambda: None):
        message = outbox.enqueue("test.x")
        call_command("work", "--once")
    message.refresh_from_db()
    assert message.state == OutboxState.DONE


def test_runserver_is_ours() -> None:
    assert get_commands()["runserver"] == "portal.ledger"

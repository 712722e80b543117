"""A real Celery worker, in a process of its own, works off what this process queued."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from portal.bootstrap import BASE
from portal.ledger import outbox
from portal.ledger.models import OutboxMessage, OutboxState
from tests.faults import celery_tasks

pytestmark = [pytest.mark.celery, pytest.mark.django_db(transaction=True)]
MESSAGES = 60
STARTED_WITHIN = 60.0  # seconds
DONE_WITHIN = 60.0  # seconds


@pytest.fixture(autouse=True)
def broker() -> Iterator[None]:
    """Demands a broker, and leaves no message in it."""
    if not settings.CELERY_BROKER_URL:
        pytest.fail("Set CELERY_BROKER_URL, such as redis://127.0.0.1:6379/9, to a broker that nobody else uses.")
    from portal.celery import app

    app.control.purge()
    yield
    app.control.purge()


def test_a_worker_in_another_process_does_what_was_queued(tmp_path: Path) -> None:
    with worker(tmp_path) as process:
        queue(tmp_path, range(MESSAGES))
        wait_until(lambda: done() == MESSAGES, process, DONE_WITHIN)
    runs = signatures(tmp_path)
    assert len(runs) == MESSAGES
    assert os.getpid() not in runs.values()


def test_messages_of_a_lost_broker_are_found_by_the_sweep(tmp_path: Path) -> None:
    from portal.celery import app

    queue(tmp_path, range(5))
    app.control.purge()
    assert done() == 0
    with worker(tmp_path) as process:
        app.send_task("ledger.sweep", retry=False)
        wait_until(lambda: done() == 5, process, DONE_WITHIN)
    assert len(signatures(tmp_path)) == 5


def test_nothing_is_rung_for_what_was_rolled_back(tmp_path: Path) -> None:
    with transaction.atomic():
        outbox.enqueue("tests.sign", folder=str(tmp_path), number=1)
        transaction.set_rollback(True)
    with worker(tmp_path) as process:
        queue(tmp_path, [2])
        wait_until(lambda: done() == 1, process, DONE_WITHIN)
    assert {name.split("-")[0] for name in signatures(tmp_path)} == {"2"}


def queue(folder: Path, numbers: Any) -> None:
    (folder / "runs").mkdir(exist_ok=True)
    with transaction.atomic():
        for number in numbers:
            outbox.enqueue("tests.sign", folder=str(folder / "runs"), number=number)


def done() -> int:
    return OutboxMessage.objects.filter(task="tests.sign", state=OutboxState.DONE).count()


def signatures(folder: Path) -> dict[str, int]:
    return {path.name: int(path.read_text()) for path in (folder / "runs").iterdir()}


@contextmanager
def worker(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Runs a worker on the database of this test, and ends it by its own process id."""
    environment = {**os.environ, "DATABASE_URL": database_url(), "RIGHTSDESK_VAR": str(folder / "var")}
    command = [sys.executable, "-m", "celery", "-A", "portal", "worker", "--include", celery_tasks.__name__]
    log = folder / "worker.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--concurrency", "2", "--loglevel", "INFO", "--hostname", f"test-{os.getpid()}@%h"],
            cwd=BASE,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until(lambda: b" ready." in log.read_bytes(), process, STARTED_WITHIN)
            yield process
        except BaseException:
            print(log.read_text()[-4000:])
            raise
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_until(come_true: Callable[[], bool], process: subprocess.Popen[bytes], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not come_true():
        assert process.poll() is None, "the worker ended by itself"
        assert time.monotonic() < until, f"not within {seconds:.0f} s"
        time.sleep(0.1)


def database_url() -> str:
    """Gives the address of the database that this test uses, for another process."""
    wanted = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{wanted['NAME']}"
    secret = f":{wanted['PASSWORD']}" if wanted["PASSWORD"] else ""
    return f"postgres://{wanted['USER']}{secret}@{wanted['HOST']}:{wanted['PORT']}/{wanted['NAME']}"

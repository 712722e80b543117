"""Plain functions that make events and tasks for tests of the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from portal.accounts.actors import SYSTEM
from portal.ledger import events, outbox
from portal.ledger.models import Event, OutboxMessage

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
STREAM = ("complaint", 7)


def make_event(*, stream: tuple[str, int | str] = STREAM, kind: str = "test.happened", **payload: Any) -> Event:
    """Appends one event in a transaction of its own."""
    with transaction.atomic():
        return events.append(stream=stream, kind=kind, actor=SYSTEM, payload=payload, now=NOW)


def make_chain(length: int = 3, stream: tuple[str, int | str] = STREAM) -> list[Event]:
    """Appends several events to one stream."""
    return [make_event(stream=stream, number=number) for number in range(length)]


@contextmanager
def a_task(name: str, function: Callable[..., object], *, atomic: bool = True) -> Iterator[None]:
    """Registers a task for the length of a test."""
    outbox.task(name, atomic=atomic)(function)
    try:
        yield
    finally:
        del outbox._tasks[name]


@contextmanager
def a_subscription(kind: str, name: str) -> Iterator[None]:
    """Subscribes a task to a kind of event for the length of a test."""
    events.subscribe(kind, name)
    try:
        yield
    finally:
        events._subscribers[kind].remove(name)


def state_of(message: OutboxMessage) -> str:
    """The state in the database."""
    message.refresh_from_db()
    return message.state

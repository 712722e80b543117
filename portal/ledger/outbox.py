"""What must be done after a commit: rows that are queued with the change, leased, run, retried and at last buried.

A message runs at least once. An atomic task (the default) commits its effects together with its receipt, so effects in
the database happen once; a task that reaches the outside world declares `atomic=False` and must bear running twice.
"""

from __future__ import annotations

import inspect
import logging
import random
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from portal.ledger import bell
from portal.ledger.canonical import check_plain
from portal.ledger.models import OutboxMessage, OutboxState, Tick

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=120)
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(hours=6)
MAX_ATTEMPTS = 12
F_ = TypeVar("F_", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Task:
    """A registered function, the keywords it knows, and whether its effects commit together with its receipt."""

    run: Callable[..., object]
    atomic: bool
    knows: frozenset[str] | None

    def __call__(self, kwargs: dict[str, Any]) -> None:
        """Runs with the keywords it knows; others come from a newer release and are ignored."""
        self.run(**{name: value for name, value in kwargs.items() if self.knows is None or name in self.knows})


class UnknownTask(LookupError):
    """This process has no such task: an older release, or a room that did not register it in ready()."""


class LeaseLost(RuntimeError):
    """The lease ran out while the task ran, and somebody else has the message now; our effects are rolled back."""


_tasks: dict[str, Task] = {}
_ticks: dict[str, timedelta] = {}


def task(name: str, *, atomic: bool = True) -> Callable[[F_], F_]:
    """Registers a function that takes ids by keyword and may be run twice; handlers of events take `event_id`."""

    def register(function: F_) -> F_:
        parameters = inspect.signature(function).parameters.values()
        open_ended = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)
        knows = None if open_ended else frozenset(parameter.name for parameter in parameters)
        _tasks[name] = Task(function, atomic, knows)
        return function

    return register


def tick(name: str, every: timedelta) -> Callable[[F_], F_]:
    """Makes the task `name` due once per period, whoever looks first; as a decorator it registers the task as well."""
    _ticks[name] = every

    def register(function: F_) -> F_:
        return function if name in _tasks else task(name)(function)

    return register


def enqueue(
    task: str, *, key: str | None = None, not_before: datetime | None = None, **kwargs: int | str | bool | None
) -> OutboxMessage:
    """Queues a task in the caller's transaction and rings the bell on commit.

    A `key` that was used before (done rows are kept for seven days) gives back that message and queues nothing.
    """
    check_plain(kwargs, task)
    values = {"task": task, "kwargs": kwargs, "not_before": not_before or timezone.now()}
    if key is None:
        message, new = OutboxMessage.objects.create(**values), True
    else:
        message, new = OutboxMessage.objects.get_or_create(key=key, defaults=values)
    if new:
        bell.ring_on_commit(message.pk)
    return message


def claim(*, limit: int, now: datetime, ids: Sequence[int] | None = None) -> list[OutboxMessage]:
    """Leases up to `limit` messages that are due, or whose lease ran out; no two callers get the same one."""
    if ids is not None and not ids:
        return []
    moment = connection.ops.adapt_datetimefield_value(now)
    chosen = f"AND id IN ({', '.join(['%s'] * len(ids))})" if ids is not None else ""
    due = f"""SELECT id FROM ledger_outboxmessage
        WHERE state IN ('waiting', 'leased') AND attempts < %s AND not_before <= %s
          AND (state = 'waiting' OR lease_until <= %s) {chosen}
        ORDER BY not_before, id LIMIT %s"""  # noqa: S608 - only placeholders are put in
    postgres = connection.vendor == "postgresql"
    which = f"id = ANY(ARRAY({due} FOR UPDATE SKIP LOCKED))" if postgres else f"id IN ({due})"
    statement = f"""UPDATE ledger_outboxmessage SET state = 'leased', lease_until = %s, attempts = attempts + 1
        WHERE {which} RETURNING *"""  # noqa: S608 - the statement above
    until = connection.ops.adapt_datetimefield_value(now + LEASE)
    with transaction.atomic():
        rows = list(OutboxMessage.objects.raw(statement, [until, MAX_ATTEMPTS, moment, moment, *(ids or ()), limit]))
    return sorted(rows, key=lambda row: (row.not_before, row.pk))


def drain(limit: int = 50, *, ids: Sequence[int] | None = None) -> int:
    """Runs what is due now, at most `limit` messages (of `ids`, when given); says how many it tried."""
    messages = claim(limit=limit, now=timezone.now(), ids=ids)
    for message in messages:
        _run(message)
    return len(messages)


def run_until_empty(limit: int = 10_000) -> int:
    """Runs everything that is due, and what that makes due; for tests and commands. Later retries stay queued."""
    total = 0
    while count := drain():
        total += count
        if total >= limit:
            raise RuntimeError(f"{total} messages were run and more keep coming")
    return total


def sweep() -> int:
    """Does one whole round: queues due ticks, buries what keeps killing its worker, runs everything that is due."""
    queue_due_ticks(timezone.now())
    bury_lost(timezone.now())
    total = 0
    while count := drain():
        total += count
    return total


def next_due() -> datetime | None:
    """When the nearest open message becomes due (None: nothing is open)."""
    waiting = OutboxMessage.objects.filter(state=OutboxState.WAITING, attempts__lt=MAX_ATTEMPTS)
    return waiting.order_by("not_before").values_list("not_before", flat=True).first()


def queue_due_ticks(now: datetime) -> int:
    """Queues each periodic task whose period has not been served; of many processes one wins each period."""
    served = dict(Tick.objects.values_list("name", "slot"))
    queued = 0
    for name, every in _ticks.items():
        slot = int(now.timestamp() // every.total_seconds())
        if served.get(name, -1) < slot:
            queued += _queue_tick(name, slot)
    return queued


def _queue_tick(name: str, slot: int) -> int:
    with transaction.atomic():
        Tick.objects.get_or_create(name=name)
        won = Tick.objects.filter(name=name, slot__lt=slot).update(slot=slot)
        if won:
            enqueue(name, key=f"tick:{name}:{slot}")
    return won


def bury_lost(now: datetime) -> int:
    """Gives up messages whose last allowed attempt never came back: they took their worker down each time."""
    lost = OutboxMessage.objects.filter(state=OutboxState.LEASED, lease_until__lte=now, attempts__gte=MAX_ATTEMPTS)
    count = lost.update(state=OutboxState.DEAD, last_error="The worker was lost while it ran this.")
    if count:
        log.error("%d messages of the outbox were given up: their worker was lost each time.", count)
    return count


def revive(*, ids: Sequence[int]) -> int:
    """Queues dead messages again with a fresh count of attempts, and rings the bell."""
    dead = OutboxMessage.objects.filter(pk__in=ids, state=OutboxState.DEAD)
    with transaction.atomic():
        chosen = list(dead.select_for_update().values_list("pk", flat=True))
        OutboxMessage.objects.filter(pk__in=chosen).update(
            state=OutboxState.WAITING, attempts=0, not_before=timezone.now(), lease_until=None
        )
        for pk in chosen:
            bell.ring_on_commit(pk)
    return len(chosen)


def _run(message: OutboxMessage) -> None:
    if not _keep_lease(message):
        return
    try:
        _perform(message)
    except LeaseLost:
        log.warning("The lease of outbox message %d (%s) was lost.", message.pk, message.task)
    except Exception as error:
        _put_back(message, error)


def _keep_lease(message: OutboxMessage) -> bool:
    """Renews a lease that is half used, as those at the end of a long batch are; False when it was lost."""
    now = timezone.now()
    if message.lease_until is not None and message.lease_until - now > LEASE / 2:
        return True
    return bool(_ours(message).update(lease_until=now + LEASE))


def _perform(message: OutboxMessage) -> None:
    known = _tasks.get(message.task)
    if known is None:
        raise UnknownTask(message.task)
    with transaction.atomic() if known.atomic else nullcontext():
        known(message.kwargs)
        done = _ours(message).update(state=OutboxState.DONE, done_at=timezone.now(), lease_until=None, last_error="")
        if not done:
            raise LeaseLost(message.pk)


def _put_back(message: OutboxMessage, error: Exception) -> None:
    dead = message.attempts >= MAX_ATTEMPTS
    _ours(message).update(
        state=OutboxState.DEAD if dead else OutboxState.WAITING,
        not_before=F("not_before") if dead else timezone.now() + pause_after(message.attempts),
        lease_until=None,
        last_error=f"{type(error).__name__}: {error}".replace("\x00", "")[:1000],
    )
    level, outcome = (logging.ERROR, "given up") if dead else (logging.WARNING, "to be tried again")
    log.log(level, "Outbox message %d (%s) failed, %s.", message.pk, message.task, outcome, exc_info=error)


def _ours(message: OutboxMessage) -> Any:
    """The row, while our lease holds: `attempts` grows with each lease, so it tells ours from a later one."""
    return OutboxMessage.objects.filter(pk=message.pk, state=OutboxState.LEASED, attempts=message.attempts)


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many failures: doubling from 15 s to 6 h, between half and all of it by chance."""
    whole = min(FIRST_PAUSE * (1 << (attempts - 1)), LONGEST_PAUSE)
    return whole * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing

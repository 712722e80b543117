"""The doorbell of the outbox: rung after a commit, heard by a thread of this process, by Celery, or by nobody.

Losing a ring loses nothing: the rows are the queue, and a sweep finds what nobody was told about.
"""

from __future__ import annotations

import logging
import threading

from django.conf import settings
from django.db import transaction

log = logging.getLogger(__name__)
wake = threading.Event()
BATCH = 25


class Bell:
    """Rings once for all messages that were queued one after the other in the same transaction."""

    def __init__(self, first: int) -> None:
        self.ids = [first]

    def __call__(self) -> None:
        ring(self.ids)


def ring_on_commit(message_id: int) -> None:
    """Rings for this message when the transaction commits; a rolled back savepoint takes its ring along."""
    connection = transaction.get_connection()
    hooks = connection.run_on_commit
    if connection.in_atomic_block and hooks:
        savepoints, hook = hooks[-1][0], hooks[-1][1]
        if isinstance(hook, Bell) and savepoints == set(connection.savepoint_ids):
            hook.ids.append(message_id)
            return
    transaction.on_commit(Bell(message_id), robust=True)


def ring(ids: list[int]) -> None:
    """Wakes the embedded thread and, where there is a broker, sends the ids in batches; never raises."""
    if settings.EMBEDDED_WORKER:
        wake.set()
    if not settings.CELERY_BROKER_URL:
        return
    try:
        _send(ids)
    except Exception as error:  # whatever a broken broker raises; the sweep will find the rows
        log.warning("No broker (%s): %d messages wait for the sweep.", type(error).__name__, len(ids))


def _send(ids: list[int]) -> None:
    from portal.celery import app

    for start in range(0, len(ids), BATCH):
        app.send_task("ledger.drain_ids", kwargs={"ids": ids[start : start + BATCH]}, retry=False)

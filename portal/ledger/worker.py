"""The loop that works the outbox off: in a thread of a serving process, or as a process of its own (`manage.py work`).

Started by gunicorn's post_worker_init, by `runserver` and by a Celery worker; never by AppConfig.ready().
"""

from __future__ import annotations

import atexit
import logging
import os
import threading

from django.db import DatabaseError, InterfaceError, connections
from django.utils import timezone

from portal.ledger import bell, outbox

log = logging.getLogger(__name__)
SWEEP_SECONDS = 30.0
PAUSE_AFTER_ERROR_SECONDS = 5.0
GOODBYE_SECONDS = 5.0

_lock = threading.Lock()
_stop = threading.Event()
_thread: threading.Thread | None = None
_owner = 0


def start_embedded() -> bool:
    """Starts the thread of this process once; True when it was started now, False when it runs already."""
    global _thread, _owner
    with _lock:
        if _thread is not None and _thread.is_alive() and _owner == os.getpid():
            return False
        _stop.clear()
        _thread = threading.Thread(target=work_for_ever, args=(_stop,), name="outbox", daemon=True)
        _owner = os.getpid()
        _thread.start()
        atexit.register(stop_embedded)
    return True


def stop_embedded() -> None:
    """Asks the thread to stop and waits a moment; what it leaves unfinished comes back when its lease ends."""
    _stop.set()
    bell.wake.set()
    if _thread is not None and _owner == os.getpid() and _thread is not threading.current_thread():
        _thread.join(GOODBYE_SECONDS)


def work_for_ever(stop: threading.Event) -> None:
    """Sweeps when the bell rings, when something becomes due, and every 30 s; survives a database that is away."""
    while not stop.is_set():
        bell.wake.clear()
        pause = one_round()
        if not stop.is_set():
            bell.wake.wait(pause)


def one_round() -> float:
    """Does one sweep, gives the connection back, and says how many seconds the next one may wait."""
    try:
        outbox.sweep()
        return _seconds_to_next()
    except (DatabaseError, InterfaceError) as error:
        log.warning("The outbox waits for the database: %s", error)
    except Exception:
        log.exception("The outbox loop stumbled")
    finally:
        connections.close_all()
    return PAUSE_AFTER_ERROR_SECONDS


def _seconds_to_next() -> float:
    due = outbox.next_due()
    if due is None:
        return SWEEP_SECONDS
    return min(SWEEP_SECONDS, max(0.05, (due - timezone.now()).total_seconds()))

"""The Celery application; it only rings the bell for the outbox (see portal/ledger/bell.py).

Start a worker with `celery -A portal.celery worker`. It needs no beat: its own thread
sweeps every 30 seconds.
"""

from __future__ import annotations

import os

from celery import Celery
from celery.signals import worker_ready, worker_shutting_down

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
app = Celery("rightsdesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.broker_transport_options = {"socket_connect_timeout": 2, "socket_timeout": 15}
app.autodiscover_tasks()


@worker_ready.connect
def start_sweeping(**_: object) -> None:
    """Starts the sweeping thread in the worker's main process."""
    from portal.ledger.worker import start_embedded

    start_embedded()


@worker_shutting_down.connect
def stop_sweeping(**_: object) -> None:
    """Lets the sweeping thread finish the message in hand."""
    from portal.ledger.worker import stop_embedded

    stop_embedded()

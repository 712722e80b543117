"""How gunicorn serves the site: `gunicorn -c python:portal.gunicorn portal.wsgi`.

Address and number of processes are gunicorn's own: PORT or --bind, WEB_CONCURRENCY or --workers.
"""

from __future__ import annotations

from typing import Any

worker_class = "gthread"
threads = 4
timeout = 60
graceful_timeout = 30
keepalive = 5
limit_request_line = 4094
errorlog = "-"
control_socket_disable = True  # nothing outside the process may steer it, and no file is left in a home folder


def post_worker_init(worker: Any) -> None:
    """Starts the outbox thread in each serving process, once the application is loaded there."""
    from django.conf import settings

    from portal.ledger.worker import start_embedded

    if settings.EMBEDDED_WORKER:
        start_embedded()


def worker_exit(server: Any, worker: Any) -> None:
    """Lets the outbox thread finish the message in hand."""
    from portal.ledger.worker import stop_embedded

    stop_embedded()

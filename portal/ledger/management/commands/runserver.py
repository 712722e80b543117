"""`runserver` with the outbox thread beside it, so that one command gives the whole product."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from whitenoise.runserver_nostatic.management.commands.runserver import Command as WhiteNoiseCommand

from portal.ledger.worker import start_embedded


class Command(WhiteNoiseCommand):
    def inner_run(self, *args: Any, **options: Any) -> None:
        """Serves in the process that really serves: the reloader's child, or the only one with --noreload."""
        if settings.EMBEDDED_WORKER:
            start_embedded()
        super().inner_run(*args, **options)

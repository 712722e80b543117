"""`work`: runs the outbox as a process of its own, with or without a broker."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.ledger import bell, outbox
from portal.ledger.worker import work_for_ever


class Command(BaseCommand):
    help = "Does what is queued: mail, measures, checks by the clock. Runs until stopped; any number may run."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            self.stdout.write(f"{outbox.sweep()} messages were run.")
            return
        stop = threading.Event()

        def goodbye(number: int, frame: object) -> None:
            stop.set()
            bell.wake.set()

        signal.signal(signal.SIGTERM, goodbye)
        signal.signal(signal.SIGINT, goodbye)
        work_for_ever(stop)

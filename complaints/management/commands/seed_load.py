"""`seed_load`: writes many cases in bulk, to see how pages and queues bear them."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.test.utils import override_settings
from django.utils import timezone

from complaints.bench.load import seed_load


class Command(BaseCommand):
    help = "Writes N complaints of M invented organisations straight into the tables, for load tests."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--complaints", type=int, required=True, metavar="N", help="how many complaints")
        parser.add_argument("--organisations", type=int, default=10, metavar="M", help="of how many organisations")
        parser.add_argument("--yes", action="store_true", help="do it outside development too")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted, tenants = options["complaints"], options["organisations"]
        if not settings.DEBUG and not options["yes"]:
            raise CommandError(
                "This fills the database with invented cases; outside development add --yes.", returncode=1
            )
        if wanted < 1 or not 1 <= tenants <= 10_000:
            raise CommandError("Ask for 1 complaint or more, and 1 to 10,000 organisations.", returncode=1)
        begun = time.perf_counter()
        with override_settings(DEBUG=False):  # development keeps a copy of every statement
            load = seed_load(complaints=wanted, organisations=tenants, now=timezone.now())
        seconds, rows = time.perf_counter() - begun, load.written.total()
        for table, count in sorted(load.written.items()):
            self.stdout.write(f"{count:>10,}  {table}")
        self.stdout.write(
            f"{wanted:,} complaints, {rows:,} rows in {seconds:.1f} s: {rows / seconds:,.0f} rows a second."
        )

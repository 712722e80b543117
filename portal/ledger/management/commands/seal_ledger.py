"""`seal_ledger`: puts the triggers back that make the database refuse to change what is written once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from portal.ledger import seal


class Command(BaseCommand):
    help = "Creates the triggers that protect events, snapshots, manifests and frozen files, where they are missing."

    def handle(self, *args: Any, **options: Any) -> None:
        missing = seal.missing(connection)
        seal.seal(connection)
        self.stdout.write(f"{len(missing)} triggers were missing; all are in place.")

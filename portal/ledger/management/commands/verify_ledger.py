"""`verify_ledger`: says whether every chain of events is whole."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from portal.ledger import events
from portal.ledger.models import Event, StreamHead
from portal.ledger.seal import is_sealed


class Command(BaseCommand):
    help = "Checks every chain of events and the triggers that protect them; ends with 1 when one is broken."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = events.verify_all()
        if broken:
            first = f"The ledger is broken in {len(broken)} places. The first: {broken[0]}"
            raise CommandError(first, returncode=1)
        if not is_sealed(connection):
            raise CommandError("The chains are whole, but the triggers that protect them are missing.", returncode=1)
        chains, links = StreamHead.objects.count(), Event.objects.count()
        self.stdout.write(f"{chains} chains with {links} events are whole.")

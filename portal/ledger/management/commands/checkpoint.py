"""`checkpoint`: makes the checkpoint of today now, instead of waiting for the worker."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from portal.ledger import checkpoints


class Command(BaseCommand):
    help = "Writes today's signed checkpoint of all chains into RIGHTSDESK_CHECKPOINT_DIR, unless it is there."

    def handle(self, *args: Any, **options: Any) -> None:
        made = checkpoints.make(now=timezone.now())
        self.stdout.write(f"{made.left_to}: {made.heads} chains, root {made.root}, key {made.key_id}")

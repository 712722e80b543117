"""What the ledger does for itself by the clock."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from portal.ledger import checkpoints
from portal.ledger.models import OutboxMessage, OutboxState
from portal.ledger.outbox import task, tick

KEEP_DONE = timedelta(days=7)
AT_ONCE = 5_000


@tick("ledger.forget_done", every=timedelta(hours=1))
def forget_done() -> None:
    """Deletes messages that were done more than seven days ago, a limited number each hour; events stay."""
    old = OutboxMessage.objects.filter(state=OutboxState.DONE, done_at__lt=timezone.now() - KEEP_DONE)
    chosen = list(old.order_by("done_at", "id").values_list("pk", flat=True)[:AT_ONCE])
    OutboxMessage.objects.filter(pk__in=chosen).delete()


@tick("ledger.checkpoint", every=timedelta(days=1))
@task("ledger.checkpoint", atomic=False)
def make_checkpoint() -> None:
    """Carries the signed heads of all chains out of the database, once a day."""
    checkpoints.make(now=timezone.now())

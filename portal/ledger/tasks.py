"""What Celery may ask of the ledger: run these messages now, or sweep."""

from __future__ import annotations

from celery import shared_task

from portal.ledger import outbox


@shared_task(name="ledger.drain_ids", ignore_result=True)
def drain_ids(*, ids: list[int], **_: object) -> int:
    """Runs those of the messages that are still due; ids that somebody else has or had are skipped."""
    return outbox.drain(limit=len(ids), ids=ids)


@shared_task(name="ledger.sweep", ignore_result=True)
def sweep(**_: object) -> int:
    """Does one whole round of the outbox."""
    return outbox.sweep()

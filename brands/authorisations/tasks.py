"""When authorisations are looked at: once a day, and when a member is an agent no longer; safe to run twice."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from brands.registry import ending
from portal.ledger.events import subscribe
from portal.ledger.models import Event
from portal.ledger.outbox import task, tick


@tick("brands.announce_ends", every=timedelta(days=1))
@task("brands.announce_ends")
def announce_ends() -> None:
    """Tells both sides of authorisations that end soon or have ended."""
    ending.announce(now=timezone.now())


@task("brands.end_of_agent")
def end_of_agent(event_id: int) -> None:
    """Ends the authorisations of a member who left or has another role."""
    membership = Event.objects.get(pk=event_id).payload.get("membership")
    if isinstance(membership, int):
        ending.end_of_agent(membership_id=membership, now=timezone.now())


for _kind in ("organisation.member_removed", "organisation.role_changed"):
    subscribe(_kind, "brands.end_of_agent")

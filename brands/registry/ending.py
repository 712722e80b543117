"""How authorisations come to their end by the clock: both sides are warned, and told once. Nothing has to be undone."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from brands.models import Authorisation, AuthorisationState
from brands.registry.authorising import end, tell
from portal.accounts.actors import SYSTEM
from portal.accounts.models import Membership, Role

WARNINGS = (30, 7)  # days before the last one
A_ROUND = 500


def announce(*, now: datetime) -> int:
    """Warns of what ends within 30 and 7 days, and tells of what has ended. Says of how many; again it finds none."""
    return sum(_warn(days, now) for days in WARNINGS) + _tell_of_the_past(now)


def end_of_agent(*, membership_id: int, now: datetime) -> int:
    """Ends what lets a member act who is an agent no longer, so that it does not come back with the role."""
    membership = Membership.objects.filter(pk=membership_id).first()
    if membership is None or (membership.is_active and membership.role == Role.AGENT):
        return 0
    held = Authorisation.objects.filter(member=membership, state=AuthorisationState.ACTIVE.value)
    going = list(held.filter(expires_on__gte=now.date()).order_by("id"))
    for row in going:
        end(actor=SYSTEM, authorisation=row, now=now)
    return len(going)


def _warn(days: int, now: datetime) -> int:
    """Warns once a step; an authorisation that never had so many days left is not warned of them."""
    last = now.date() + timedelta(days=days)
    unwarned = Q(warned_days=None) | Q(warned_days__gt=days)
    near = Authorisation.objects.in_force(now.date()).filter(unwarned, expires_on__lte=last)
    warned = 0
    for pk in near.order_by("id").values_list("pk", flat=True)[:A_ROUND]:
        warned += _warn_of(pk, days, now)
    return warned


def _warn_of(pk: int, days: int, now: datetime) -> bool:
    with transaction.atomic():
        row: Authorisation | None = Authorisation.objects.select_for_update().in_force(now.date()).filter(pk=pk).first()
        if row is None or (row.warned_days is not None and row.warned_days <= days):
            return False
        row.warned_days = days
        row.save(update_fields=["warned_days"])
        had_more = row.granted_at is not None and row.granted_at.date() < row.expires_on - timedelta(days=days)
        left = (row.expires_on - now.date()).days
        if had_more and not any(left <= closer < days for closer in WARNINGS):
            tell(SYSTEM, row, "authorisation.ending", now, days=left)
            return True
    return False


def _tell_of_the_past(now: datetime) -> int:
    told = 0
    for pk in Authorisation.objects.over(now.date()).order_by("id").values_list("pk", flat=True)[:A_ROUND]:
        with transaction.atomic():
            row = Authorisation.objects.select_for_update().over(now.date()).filter(pk=pk).first()
            if row is not None:
                row.end_told_at = now
                row.save(update_fields=["end_told_at"])
                tell(SYSTEM, row, "authorisation.over", now)
                told += 1
    return told

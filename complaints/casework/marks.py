"""Marks: an open complaint whose ground has shifted waits, visibly, for another look.

What stands is asked of the facts each time, so that one reason that goes does not take another one with it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from brands.models import IPRight, RightState
from complaints import listed, states
from complaints.models import Complaint
from complaints.steps import lock, log
from portal.accounts.actors import SYSTEM

Mark = Complaint.Mark
UNDECIDED = (states.ItemState.OPEN, states.ItemState.ASKED, states.ItemState.HELD)


def follow(*, complaint_id: int, now: datetime) -> bool:
    """Gives a complaint that is with the desk the gravest mark that stands, or none; False where it has it already."""
    with transaction.atomic():
        complaint = lock(SYSTEM, complaint_id)
        why = "" if complaint.is_draft or complaint.is_closed else standing(complaint, now)
        if complaint.is_draft or complaint.is_closed or complaint.marked_for == why:
            return False
        before, complaint.marked_for = complaint.marked_for, why
        complaint.marked_at = now if why else None
        complaint.updated_at = now
        complaint.version += 1
        complaint.save(update_fields=["marked_at", "marked_for", "updated_at", "version"])
        log(complaint, "complaint.marked" if why else "complaint.unmarked", SYSTEM, now, why=why or before)
    return True


def standing(complaint: Complaint, now: datetime) -> str:
    """The gravest reason to look again that is there today, "" for none."""
    bound = complaint.items.exclude(right=None).values("right")
    rights = IPRight.objects.filter(Q(pk__in=bound) | Q(complaints=complaint)).distinct()
    if rights.filter(state=RightState.SUSPENDED).exists():
        return Mark.RIGHT_SUSPENDED.value
    if rights.to_explain().exists():
        return Mark.RIGHT_DIFFERS.value
    return Mark.AUTHORISED_SELLER.value if _offered_by_listed(complaint, now) else ""


def _offered_by_listed(complaint: Complaint, now: datetime) -> bool:
    """Whether an item that is not decided is offered by an account that the brand lists."""
    items = list(complaint.items.filter(state__in=UNDECIDED).for_pages().select_related("target__listing"))
    for item in items:
        item.complaint = complaint
    return bool(listed.of_items(items, complaint.organisation, now.date()))

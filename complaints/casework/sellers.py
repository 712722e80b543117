"""What follows for open complaints when a brand lists a seller, or does so no more."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from brands.models import AuthorisedSeller
from complaints import listed, states
from complaints.casework import marks
from complaints.models import Complaint, Item

UNDECIDED = (states.ItemState.OPEN, states.ItemState.ASKED, states.ItemState.HELD)


def follow_seller(*, seller: AuthorisedSeller, now: datetime) -> int:
    """Marks open complaints about an account that is listed, takes the mark off where it is no more; says how many.

    A complaint that waits for another look for a graver reason keeps that mark.
    """
    changed = 0
    for complaint in _open_about(seller):
        items = list(complaint.items.filter(state__in=UNDECIDED).for_pages().select_related("target__listing"))
        for item in items:
            item.complaint = complaint
        is_listed = bool(listed.of_items(items, complaint.organisation, now.date()))
        if is_listed and not complaint.marked_for:
            changed += marks.mark(complaint_id=complaint.pk, why=Complaint.Mark.AUTHORISED_SELLER, now=now)
        elif not is_listed and complaint.marked_for == Complaint.Mark.AUTHORISED_SELLER:
            changed += marks.unmark(complaint_id=complaint.pk, why=Complaint.Mark.AUTHORISED_SELLER, now=now)
    return changed


def _open_about(seller: AuthorisedSeller) -> QuerySet[Complaint]:
    """Complaints of this organisation that are with the desk and report something of this account."""
    theirs = Q(target__owner=seller.account_id) | Q(target=seller.account_id)
    items = Item.objects.filter(theirs, state__in=UNDECIDED)
    found: QuerySet[Complaint] = Complaint.objects.with_desk().filter(organisation=seller.organisation_id)
    return found.filter(pk__in=items.values("complaint")).select_related("organisation", "right").order_by("id")

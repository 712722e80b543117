"""What follows for open complaints when a brand lists a seller, or does so no more."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from brands.models import AuthorisedSeller
from complaints.casework import marks
from complaints.models import Complaint, Item


def follow_seller(*, seller: AuthorisedSeller, now: datetime) -> int:
    """Marks open complaints about an account that is listed, takes the mark off where it is no more; says how many.

    A complaint that waits for another look for a graver reason keeps that mark.
    """
    found = _open_about(seller).values_list("pk", flat=True)
    return sum(marks.follow(complaint_id=pk, now=now) for pk in found)


def _open_about(seller: AuthorisedSeller) -> QuerySet[Complaint]:
    """Complaints of this organisation that are with the desk and report something of this account."""
    theirs = Q(target__owner=seller.account_id) | Q(target=seller.account_id)
    items = Item.objects.filter(theirs, state__in=marks.UNDECIDED)
    found: QuerySet[Complaint] = Complaint.objects.with_desk().filter(organisation=seller.organisation_id)
    return found.filter(pk__in=items.values("complaint")).order_by("id")

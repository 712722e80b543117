"""Which open complaints lean on a right: while there are any, it cannot be taken back."""

from __future__ import annotations

from django.db.models import Q

from brands.models import IPRight
from complaints import states
from complaints.models import Complaint, Item

OPEN_ITEMS = (states.ItemState.OPEN, states.ItemState.ASKED, states.ItemState.HELD)


def open_on(right: IPRight) -> int:
    """Counts the complaints with the desk that were filed under this right, or have an undecided item bound to it."""
    bound = Item.objects.filter(right=right, state__in=OPEN_ITEMS).values("complaint")
    return Complaint.objects.with_desk().filter(Q(right=right) | Q(pk__in=bound)).count()

"""What both parties' pasts look like from the desk: what became of a complainant's items, what was decided before."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef, Q

from complaints.models import Complaint, Decision, Item
from complaints.querysets import is_mended
from complaints.states import ItemState
from portal.accounts.actors import Actor
from portal.marketplace.models import Account

SHOWN = 6


def of_reporter(complaint: Complaint) -> dict[str, int]:
    """Counts what became of the items that this complainant reported, in all their cases, by state.

    A rejection that a later complaint mends is counted as `mended` and not as rejected; `decided` leaves it out too.
    """
    theirs = Complaint.objects.filed()
    if complaint.organisation_id:
        theirs = theirs.filter(organisation=complaint.organisation_id)
    else:
        theirs = theirs.filter(source="public", notifier__email=complaint.notifier.email)
    counts = {str(state): Count("id", filter=Q(state=state)) for state in ItemState}
    counts["mended"] = Count("id", filter=Q(is_mended("complaint"), state=ItemState.REJECTED))
    counted = Item.objects.filter(complaint__in=theirs).aggregate(**counts)
    counted["rejected"] -= counted["mended"]
    return counted | {"decided": counted["accepted"] + counted["rejected"]}


def of_account(account: Account, actor: Actor) -> list[Decision]:
    """The newest decisions that took effect against this account, still stand, and that `actor` may see."""
    against = Item.objects.filter(
        Q(target__owner=account) | Q(target=account.target_id),
        decision=OuterRef("pk"),
        state__in=[ItemState.ACCEPTED, ItemState.REJECTED],
    )
    found = Decision.objects.filter(Exists(against), complaint__in=Complaint.objects.visible_to(actor))
    found = found.select_related("complaint")
    return list(found.order_by("-decided_at", "-id")[:SHOWN])

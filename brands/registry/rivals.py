"""Other claims on the same mark: finding them, and keeping a conflict open until staff settle it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from brands import writing
from brands.models import IPRight, RegisterRecord, RightConflict, RightKind, RightState
from brands.models.right import SuspendedFor
from brands.registry.common import tell
from portal.accounts.actors import SYSTEM
from portal.errors import Conflict

CLAIMING = (RightState.IN_REVIEW.value, RightState.APPROVED.value, RightState.SUSPENDED.value)


def rivals_of(right: IPRight) -> QuerySet[IPRight]:
    """Claims of other organisations on the same mark that are with the desk or were accepted; first verified first.

    Two claims meet by a number, or by the record that they lean on or whose numbers they name, whatever the basis.
    """
    if right.kind == RightKind.COPYRIGHT:
        return IPRight.objects.none()
    found: QuerySet[IPRight] = (
        IPRight.objects.filter(_meets(right) | _meets_by_record(right), kind=right.kind, state__in=CLAIMING)
        .exclude(organisation=right.organisation_id)
        .exclude(pk__in=_at_peace_with(right))
        .order_by("verified_at", "id")
    )
    return found


def _meets(mark: IPRight | RegisterRecord) -> Q:
    """Claims that name a number of this right or record."""
    found = Q(pk__in=[])
    for name in ("registration_number", "application_number", "international_number"):
        if mark.office and (number := getattr(mark, name)):
            found |= Q(**{name: number}, office=mark.office)
    return found


def _meets_by_record(right: IPRight) -> Q:
    """Claims on the record that this right claims, by link or by a number of the record's."""
    record = right.claimed_record or (writing.record_for(right) if right.office else None)
    if record is None:
        return Q(pk__in=[])
    return Q(record=record) | Q(duplicate_of__record=record) | _meets(record)


def _at_peace_with(right: IPRight) -> QuerySet[IPRight]:
    """Claims that staff have let go on beside this one, such as a licensee's, or suspended in its favour."""
    settled = RightConflict.objects.filter(kept=right, state=RightConflict.State.SETTLED).values("pk")
    kept = RightConflict.kept.through.objects.filter(rightconflict__in=settled).values("ipright")
    lost = RightConflict.rights.through.objects.filter(rightconflict__in=settled).values("ipright")
    return IPRight.objects.filter(Q(pk__in=kept) | Q(pk__in=lost, suspended_for=SuspendedFor.CONFLICT))


def find(*, right: IPRight, now: datetime) -> RightConflict | None:
    """Opens a conflict, or adds this claim to the open one, where another organisation claims the mark; else None."""
    claims = IPRight.objects.filter(pk=right.pk, state__in=CLAIMING).select_related("record", "duplicate_of__record")
    right = claims.first() or right  # as it is now, whatever the caller has read
    if right.state not in CLAIMING or not rivals_of(right).exists():
        return None
    with transaction.atomic():
        keys = [right.pk, *rivals_of(right).values_list("pk", flat=True)]
        # in one order, whoever looks: two who find each other at the same moment wait for each other once
        list(IPRight.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("id"))
        rivals = list(rivals_of(right))
        if not rivals:
            return None
        conflict = _open_between([right, *rivals]) or _new(right, now)
        known = set(conflict.rights.values_list("pk", flat=True))
        for row in sorted((right, *rivals), key=lambda each: each.pk):
            if row.pk not in known:
                conflict.rights.add(row)
                tell(SYSTEM, row, "right.conflict", {"conflict": conflict.pk}, now)
    return conflict


def _open_between(rights: list[IPRight]) -> RightConflict | None:
    """The open conflict that one of them is part of: claims may name the mark by different numbers."""
    found = RightConflict.objects.filter(state=RightConflict.State.OPEN, rights__in=rights)
    return found.order_by("id").first()


def _new(right: IPRight, now: datetime) -> RightConflict:
    found, _created = RightConflict.objects.get_or_create(
        office=right.office,
        number=right.number,
        state=RightConflict.State.OPEN,
        defaults={"record": right.claimed_record, "found_at": now},
    )
    return found


def conflicts_of(right: IPRight) -> QuerySet[RightConflict]:
    """The open conflicts that this right is part of."""
    return RightConflict.objects.filter(rights=right, state=RightConflict.State.OPEN)


def refuse_in_conflict(row: IPRight) -> None:
    """Raises Conflict while another organisation's claim on the same mark is not settled."""
    if conflicts_of(row).exists():
        text = _("Another organisation claims this mark too. Settle the conflict first; it is linked on this page.")
        raise Conflict("right_in_conflict", text)

"""Other claims on the same mark: finding them, and keeping a conflict open until staff settle it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from brands.models import IPRight, RightConflict, RightKind, RightState
from brands.models.right import SuspendedFor
from brands.registry.common import tell
from portal.accounts.actors import SYSTEM
from portal.errors import Conflict

CLAIMING = (RightState.IN_REVIEW.value, RightState.APPROVED.value, RightState.SUSPENDED.value)


def rivals_of(right: IPRight) -> QuerySet[IPRight]:
    """Claims of other organisations on the same mark that are with the desk or were accepted; first verified first."""
    if right.kind == RightKind.COPYRIGHT:
        return IPRight.objects.none()
    same = Q(pk__in=[])
    if right.record_id:
        same |= Q(record=right.record_id)
    if right.office and right.registration_number:
        same |= Q(office=right.office, registration_number=right.registration_number)
    if right.office and right.application_number:
        same |= Q(office=right.office, application_number=right.application_number)
    if right.international_number:
        same |= Q(office=right.office, international_number=right.international_number)
    found: QuerySet[IPRight] = (
        IPRight.objects.filter(same, kind=right.kind, basis=right.basis, state__in=CLAIMING)
        .exclude(organisation=right.organisation_id)
        .exclude(pk__in=_at_peace_with(right))
        .order_by("verified_at", "id")
    )
    return found


def _at_peace_with(right: IPRight) -> QuerySet[IPRight]:
    """Claims that staff have let go on beside this one, such as a licensee's, or suspended in its favour."""
    settled = RightConflict.objects.filter(kept=right, state=RightConflict.State.SETTLED).values("pk")
    kept = RightConflict.kept.through.objects.filter(rightconflict__in=settled).values("ipright")
    lost = RightConflict.rights.through.objects.filter(rightconflict__in=settled).values("ipright")
    return IPRight.objects.filter(Q(pk__in=kept) | Q(pk__in=lost, suspended_for=SuspendedFor.CONFLICT))


def find(*, right: IPRight, now: datetime) -> RightConflict | None:
    """Opens a conflict, or adds this claim to the open one, where another organisation claims the mark; else None."""
    with transaction.atomic():
        rivals = list(rivals_of(right).select_for_update(of=("self",)))
        if not rivals:
            return None
        conflict, _new = RightConflict.objects.get_or_create(
            office=right.office,
            number=right.number,
            state=RightConflict.State.OPEN,
            defaults={"record": right.record, "found_at": now},
        )
        known = set(conflict.rights.values_list("pk", flat=True))
        for row in (right, *rivals):
            if row.pk not in known:
                conflict.rights.add(row)
                tell(SYSTEM, row, "right.conflict", {"conflict": conflict.pk}, now)
    return conflict


def conflicts_of(right: IPRight) -> QuerySet[RightConflict]:
    """The open conflicts that this right is part of."""
    return RightConflict.objects.filter(rights=right, state=RightConflict.State.OPEN)


def refuse_in_conflict(row: IPRight) -> None:
    """Raises Conflict while another organisation's claim on the same mark is not settled."""
    if conflicts_of(row).exists():
        text = _("Another organisation claims this mark too. Settle the conflict first; it is linked on this page.")
        raise Conflict("right_in_conflict", text)

"""Takes measures back: what never left is cancelled, what left is reversed by a measure of its own, and read back."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import states, steps
from complaints.enforcement.carrying import move, queue_send
from complaints.models import Decision, Measure
from complaints.states import MeasureState
from portal.accounts.actors import SYSTEM, Actor

_NEVER_LEFT = frozenset({MeasureState.PENDING, MeasureState.REFUSED})
_GONE = frozenset({MeasureState.CANCELLED, MeasureState.UNDONE})


@transaction.atomic
def undo(
    *, measures: Iterable[Measure], actor: Actor, now: datetime, because: str, decision: Decision | None = None
) -> list[Measure]:
    """Takes these measures back and returns the new ones that reverse them; what is taken back already stays as it is.

    `because` is a code for the log ("superseded", "put_back"), `decision` the one that asks for it; without one the
    reversal belongs to the decision that is undone. Where another measure asks for the same of a target, it stays.
    Raises Forbidden for everybody but seniors and the system.
    """
    steps.require(actor, states.Who.SENIOR, states.Who.SYSTEM)
    asked = [measure.pk for measure in measures]
    for case in sorted(set(Measure.objects.filter(pk__in=asked).values_list("decision__complaint", flat=True))):
        steps.lock(SYSTEM, case)
    locked = Measure.objects.select_for_update(of=("self",)).filter(pk__in=asked)
    found = [
        take_back(measure, actor=actor, now=now, because=because, decision=decision, besides=asked)
        for measure in locked.select_related("target", "item", "decision__complaint").order_by("id")
    ]
    return [measure for measure in found if measure is not None]


def take_back(
    measure: Measure,
    *,
    actor: Actor,
    now: datetime,
    because: str,
    decision: Decision | None = None,
    besides: Collection[int] = (),
) -> Measure | None:
    """Takes one locked measure back; gives the measure that reverses it, or None where nothing has to be reversed."""
    left = measure.sent_at is not None
    if measure.state in _GONE and not (left and measure.state == MeasureState.CANCELLED):
        return None
    if measure.reverses_id is not None and measure.state in {MeasureState.CONFIRMED, MeasureState.SETTLED}:
        return None
    measure.check_at = None
    if not left and measure.state in _NEVER_LEFT:
        move(measure, "cancel", actor, now, because=because)
        return None
    if measure.reverses_id is not None:
        move(measure, "undo", actor, now, because=because)
        return None
    back = Measure.objects.create(
        decision=decision or measure.decision,
        item=measure.item,
        target=measure.target,
        action=measure.action,
        reverses=measure,
        created_at=now,
    )
    move(measure, "undo", actor, now, because=because, reversed_by=back.pk)
    if not keep_for_another(back, actor, now, besides):
        queue_send(back)
    return back


def keep_for_another(back: Measure, actor: Actor, now: datetime, besides: Collection[int] = ()) -> bool:
    """Cancels a reversal where another measure that stands does the same to the same target; says whether it did."""
    if back.reverses is None or not _asked_by_another(back.reverses, besides):
        return False
    back.detail = _("Another decision asks for the same, so it stays.")
    move(back, "keep", actor, now)
    return True


def _asked_by_another(measure: Measure, besides: Collection[int]) -> bool:
    """Says whether a measure that stands, and is not taken back with this one, does the same to the same target."""
    same = Measure.objects.filter(target=measure.target_id, action=measure.action, reverses__isnull=True)
    return same.exclude(pk=measure.pk).exclude(pk__in=besides).exclude(state__in=_GONE).exists()

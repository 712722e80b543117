"""What the clocks of a case do when the case itself moves: stand still with it, go on, are met, are over.

Nothing is logged here: what moved the case is in its chain at the same moment and says it already.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from complaints import legal
from complaints.models import Clock, Complaint, Item
from complaints.rules import clocks, effects
from complaints.states import UNDECIDED, ClockState, ComplaintState, ItemState

ANSWER = "own.answer"
QUESTION = "question:"
ACCOUNT = "account:"
_LIVE = frozenset({ClockState.RUNNING, ClockState.PAUSED})
_FIELDS = ["state", "earliest_at", "due_at", "paused_at", "paused_why", "ended_at", "ended_why"]


def follow(complaint: Complaint, now: datetime) -> None:
    """Brings the clocks of a locked case in line with its state, and its due time with them; saves the clocks."""
    found = list(complaint.clocks.order_by("id"))
    live = [clock for clock in found if clock.state in _LIVE]
    if not live:
        return
    before = {clock.pk: _values(clock) for clock in live}
    _end_questions(complaint, live, now)
    if complaint.is_closed:
        _close(complaint, live, now)
    else:
        _keep_needed(complaint, live, now)
        _stand_still_or_go_on(complaint, live, now)
        complaint.due_at = earliest(found) or complaint.due_at
    Clock.objects.bulk_update([clock for clock in live if _values(clock) != before[clock.pk]], _FIELDS)


def earliest(found: Iterable[Clock]) -> datetime | None:
    """Says when a case is due: by the first of its clocks about deciding; one that stands still only if all do."""
    about = [clock for clock in found if clock.rule in effects.deciding()]
    going = [clock.due_at for clock in about if clock.state in {ClockState.RUNNING, ClockState.RUN_OUT}]
    still = [clock.due_at for clock in about if clock.state == ClockState.PAUSED]
    return min(going or still, default=None)


def end(clock: Clock, state: ClockState, now: datetime, why: str = "") -> None:
    """Ends a clock; the caller saves it."""
    clock.state, clock.ended_at, clock.ended_why = state, now, why
    clock.paused_at, clock.paused_why = None, ""


def stand_still(clock: Clock, why: str, now: datetime) -> None:
    """Stops a running clock for a while; the caller saves it."""
    clock.state, clock.paused_at, clock.paused_why = ClockState.PAUSED, now, why


def go_on(clock: Clock, now: datetime) -> None:
    """Lets a clock go on: both ends move by the time that it stood still. The caller saves it."""
    stood = now - (clock.paused_at or now)
    clock.due_at = clocks.move(clock.rule, clock.due_at, stood)
    if clock.earliest_at is not None:
        clock.earliest_at = clocks.move(clock.rule, clock.earliest_at, stood, begins=True)
    clock.state, clock.paused_at, clock.paused_why = ClockState.RUNNING, None, ""


def _values(clock: Clock) -> list[object]:
    return [getattr(clock, name) for name in _FIELDS]


def _stand_still_or_go_on(complaint: Complaint, live: Sequence[Clock], now: datetime) -> None:
    """While nothing but an answer is awaited, the clocks about deciding stand still."""
    waiting = complaint.state == ComplaintState.WAITING
    for clock in live:
        if clock.rule not in effects.deciding():
            continue
        if waiting and clock.state == ClockState.RUNNING:
            stand_still(clock, Clock.Pause.QUESTION, now)
        elif not waiting and clock.state == ClockState.PAUSED and clock.paused_why == Clock.Pause.QUESTION:
            go_on(clock, now)


def _keep_needed(complaint: Complaint, live: Sequence[Clock], now: datetime) -> None:
    """Ends a law's clock once the items that it is about are decided, though others of the case are not."""
    of_law = [clock for clock in live if clock.rule in effects.deciding() and clocks.is_law(clock.rule)]
    if not of_law:
        return
    needed = effects.on_filing(legal.pairs_of(complaint, UNDECIDED), document_of(complaint))
    for clock in of_law:
        if clock.rule not in needed:
            end(clock, ClockState.MET, now)


def _close(complaint: Complaint, live: Sequence[Clock], now: datetime) -> None:
    """A decision meets the clocks about deciding; those about what was taken down go on, if anything was."""
    withdrawn = complaint.state == ComplaintState.WITHDRAWN
    stands = complaint.items.filter(state=ItemState.ACCEPTED).exists()
    for clock in live:
        conduct = effects.conduct_of(clock.rule)
        if clock.state not in _LIVE:
            continue
        if conduct.decides and not withdrawn:
            end(clock, ClockState.MET, now)
        elif conduct.decides:
            end(clock, ClockState.STOPPED, now, Clock.End.TAKEN_BACK)
        elif conduct.starts == effects.Start.FILED and not stands:
            end(clock, ClockState.STOPPED, now, Clock.End.CLOSED)


def _end_questions(complaint: Complaint, live: Sequence[Clock], now: datetime) -> None:
    """A question is over when none of its items waits any more: answered, or all of them taken back."""
    open_ones = {clock: int(clock.subject.removeprefix(QUESTION)) for clock in live if clock.rule == ANSWER}
    if not open_ones:
        return
    rows = Item.messages.through.objects.filter(message__in=open_ones.values())
    states = list(rows.values_list("message", "item__state"))
    for clock, message in open_ones.items():
        mine = {state for pk, state in states if pk == message}
        if ItemState.ASKED in mine:
            continue
        if mine <= {ItemState.WITHDRAWN}:
            end(clock, ClockState.STOPPED, now, Clock.End.TAKEN_BACK)
        else:
            end(clock, ClockState.MET, now)


def document_of(complaint: Complaint) -> str:
    """Names the document of the rule packs that a case came as."""
    return "authority_order" if complaint.source == Complaint.Source.ORDER else "notice"

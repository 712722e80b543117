"""May this happen? Every state and every step between states, once: pages, API, reports and docs read these tables.

A step is (from, verb, to, who, event). A verb that finds no row for what it is asked refuses, writes nothing and tells
nobody. Complaint state is not stepped: it is derived from its items and its claim (see `derive`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Who(StrEnum):
    """The parts that people and programs play in a case."""

    COMPLAINANT = "complainant"
    REVIEWER = "reviewer"
    SENIOR = "senior"
    SYSTEM = "system"


class ComplaintState(StrEnum):
    DRAFT = "draft"
    UNCONFIRMED = "unconfirmed"
    QUEUED = "queued"
    IN_REVIEW = "in_review"
    WAITING = "waiting"
    HELD = "held"
    ACCEPTED = "accepted"
    PARTIALLY_ACCEPTED = "partially_accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class ItemState(StrEnum):
    OPEN = "open"
    ASKED = "asked"
    HELD = "held"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class MeasureState(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    PARTIAL = "partial"
    CONTRADICTED = "contradicted"
    SETTLED = "settled"
    CANCELLED = "cancelled"
    UNDONE = "undone"


class ClockState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    STOPPED = "stopped"
    RUN_OUT = "run_out"


@dataclass(frozen=True, slots=True)
class Shown:
    """How a state is shown: a word and a tone (ok, warn, bad, info or plain); never a colour alone."""

    label: Promise
    tone: str
    meaning: Promise


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a table: from `source` the `verb` leads to `target`, done by one of `who`, logged as `event`."""

    source: StrEnum
    verb: str
    target: StrEnum
    who: frozenset[Who]
    event: str


def _steps(*rows: tuple[StrEnum, str, StrEnum, Iterable[Who], str]) -> tuple[Step, ...]:
    return tuple(Step(source, verb, target, frozenset(who), event) for source, verb, target, who, event in rows)


_REVIEWER = (Who.REVIEWER, Who.SENIOR)

ITEM_STEPS = _steps(
    (ItemState.OPEN, "ask", ItemState.ASKED, _REVIEWER, "complaint.asked"),
    (ItemState.ASKED, "answer", ItemState.OPEN, [Who.COMPLAINANT], "complaint.answered"),
    (ItemState.ASKED, "give_up", ItemState.OPEN, [Who.SYSTEM], "complaint.unanswered"),
    (ItemState.OPEN, "accept", ItemState.ACCEPTED, _REVIEWER, "complaint.decided"),
    (ItemState.OPEN, "reject", ItemState.REJECTED, _REVIEWER, "complaint.decided"),
    (ItemState.OPEN, "hold", ItemState.HELD, _REVIEWER, "complaint.held"),
    (ItemState.HELD, "confirm", ItemState.ACCEPTED, [Who.SENIOR], "complaint.decided"),
    (ItemState.HELD, "send_back", ItemState.OPEN, [Who.SENIOR], "complaint.sent_back"),
    (ItemState.OPEN, "withdraw", ItemState.WITHDRAWN, [Who.COMPLAINANT], "complaint.withdrawn"),
    (ItemState.ASKED, "withdraw", ItemState.WITHDRAWN, [Who.COMPLAINANT], "complaint.withdrawn"),
    (ItemState.HELD, "withdraw", ItemState.WITHDRAWN, [Who.COMPLAINANT], "complaint.withdrawn"),
    # Deciding again: a new decision supersedes the one that stands; `restore` puts that one back when a held one is not
    # confirmed.
    (ItemState.ACCEPTED, "accept_again", ItemState.ACCEPTED, [Who.SENIOR], "complaint.decided"),
    (ItemState.REJECTED, "accept_again", ItemState.ACCEPTED, [Who.SENIOR], "complaint.decided"),
    (ItemState.ACCEPTED, "reject_again", ItemState.REJECTED, [Who.SENIOR], "complaint.decided"),
    (ItemState.REJECTED, "reject_again", ItemState.REJECTED, [Who.SENIOR], "complaint.decided"),
    (ItemState.HELD, "reject_again", ItemState.REJECTED, [Who.SENIOR], "complaint.decided"),
    (ItemState.REJECTED, "hold_again", ItemState.HELD, [Who.SENIOR], "complaint.held"),
    (ItemState.HELD, "hold_again", ItemState.HELD, [Who.SENIOR], "complaint.held"),
    (ItemState.HELD, "restore", ItemState.REJECTED, [Who.SENIOR], "complaint.restored"),
)

_DESK = (Who.REVIEWER, Who.SENIOR)
_MENDABLE = (MeasureState.REFUSED, MeasureState.PARTIAL, MeasureState.CONTRADICTED)
_UNDOING = (Who.SENIOR, Who.SYSTEM)
_NEVER_LEFT = (MeasureState.PENDING, MeasureState.REFUSED)
_MAY_HAVE_LEFT = (
    MeasureState.PENDING,
    MeasureState.SENT,
    MeasureState.CONFIRMED,
    *_MENDABLE,
    MeasureState.SETTLED,
    MeasureState.CANCELLED,
)
# Nothing more is asked of the marketplace for these.
MEASURE_DONE = frozenset({MeasureState.CONFIRMED, MeasureState.SETTLED, MeasureState.CANCELLED, MeasureState.UNDONE})

MEASURE_STEPS = _steps(
    (MeasureState.PENDING, "send", MeasureState.SENT, [Who.SYSTEM], "measure.sent"),
    (MeasureState.PENDING, "refuse", MeasureState.REFUSED, [Who.SYSTEM], "measure.refused"),
    (MeasureState.SENT, "confirm", MeasureState.CONFIRMED, [Who.SYSTEM], "measure.confirmed"),
    (MeasureState.SENT, "halve", MeasureState.PARTIAL, [Who.SYSTEM], "measure.partial"),
    (MeasureState.SENT, "contradict", MeasureState.CONTRADICTED, [Who.SYSTEM], "measure.contradicted"),
    *((state, "retry", MeasureState.PENDING, _DESK, "measure.retried") for state in _MENDABLE),
    *((state, "settle", MeasureState.SETTLED, _DESK, "measure.settled") for state in _MENDABLE),
    *((state, "confirm", MeasureState.CONFIRMED, [Who.SYSTEM], "measure.confirmed") for state in _MENDABLE),
    # Undoing: what never left is cancelled; what left is undone by a measure of its own, or kept for another decision.
    *((state, "cancel", MeasureState.CANCELLED, _UNDOING, "measure.cancelled") for state in _NEVER_LEFT),
    *((state, "undo", MeasureState.UNDONE, _UNDOING, "measure.undone") for state in _MAY_HAVE_LEFT),
    (MeasureState.PENDING, "keep", MeasureState.CANCELLED, _UNDOING, "measure.kept"),
)

# Between filing and deciding, clocks follow the case itself (see casework/clocks.py): the system's steps.
_KEEPERS = (Who.SENIOR, Who.SYSTEM)

CLOCK_STEPS = _steps(
    (ClockState.RUNNING, "pause", ClockState.PAUSED, _KEEPERS, "clock.paused"),
    (ClockState.PAUSED, "resume", ClockState.RUNNING, _KEEPERS, "clock.resumed"),
    (ClockState.RUNNING, "meet", ClockState.MET, _KEEPERS, "clock.met"),
    (ClockState.PAUSED, "meet", ClockState.MET, _KEEPERS, "clock.met"),
    (ClockState.RUNNING, "stop", ClockState.STOPPED, _KEEPERS, "clock.stopped"),
    (ClockState.PAUSED, "stop", ClockState.STOPPED, _KEEPERS, "clock.stopped"),
    (ClockState.RUNNING, "run_out", ClockState.RUN_OUT, [Who.SYSTEM], "clock.run_out"),
)

COMPLAINT_SHOWN: dict[ComplaintState, Shown] = {
    ComplaintState.DRAFT: Shown(_("Draft"), "", _("Not sent yet. Only your organisation sees it.")),
    ComplaintState.UNCONFIRMED: Shown(_("Not confirmed"), "warn", _("Waiting for the sender to confirm the address.")),
    ComplaintState.QUEUED: Shown(_("Queued"), "", _("Received and waiting for a reviewer.")),
    ComplaintState.IN_REVIEW: Shown(_("In review"), "info", _("A reviewer is working on it.")),
    ComplaintState.WAITING: Shown(_("Question asked"), "warn", _("The reviewer asked a question.")),
    ComplaintState.HELD: Shown(_("Held"), "info", _("Decided, and waiting for a second person to confirm.")),
    ComplaintState.ACCEPTED: Shown(_("Accepted"), "ok", _("Every item was accepted.")),
    ComplaintState.PARTIALLY_ACCEPTED: Shown(_("Partially accepted"), "warn", _("Some items were accepted.")),
    ComplaintState.REJECTED: Shown(_("Rejected"), "bad", _("No item was accepted.")),
    ComplaintState.WITHDRAWN: Shown(_("Taken back"), "", _("You took it back. It does not count against you.")),
}

ITEM_SHOWN: dict[ItemState, Shown] = {
    ItemState.OPEN: Shown(_("Open"), "", _("Not decided yet.")),
    ItemState.ASKED: Shown(_("Question"), "warn", _("The reviewer waits for an answer.")),
    ItemState.HELD: Shown(_("Held"), "info", _("Waits for a second person.")),
    ItemState.ACCEPTED: Shown(_("Accepted"), "ok", _("The measure follows.")),
    ItemState.REJECTED: Shown(_("Rejected"), "bad", _("No measure was taken.")),
    ItemState.WITHDRAWN: Shown(_("Taken back"), "", _("Taken back by the complainant.")),
}

MEASURE_SHOWN: dict[MeasureState, Shown] = {
    MeasureState.PENDING: Shown(_("Waiting to be sent"), "", _("It leaves within seconds.")),
    MeasureState.SENT: Shown(_("Being carried out"), "info", _("The marketplace took it on; not confirmed yet.")),
    MeasureState.CONFIRMED: Shown(_("Carried out"), "ok", _("Read back from the marketplace and confirmed.")),
    MeasureState.REFUSED: Shown(_("Refused"), "bad", _("The marketplace refused to carry it out.")),
    MeasureState.PARTIAL: Shown(_("Half carried out"), "warn", _("Only a part took effect.")),
    MeasureState.CONTRADICTED: Shown(_("Not as reported"), "bad", _("Reported as done, but still on offer.")),
    MeasureState.SETTLED: Shown(_("Settled by hand"), "", _("Closed by the desk with a note.")),
    MeasureState.CANCELLED: Shown(_("Cancelled"), "", _("It never left: a later decision made it needless.")),
    MeasureState.UNDONE: Shown(_("Taken back"), "", _("A later decision takes it back by a measure of its own.")),
}

CLOCK_SHOWN: dict[ClockState, Shown] = {
    ClockState.RUNNING: Shown(_("Running"), "info", _("It goes on.")),
    ClockState.PAUSED: Shown(_("Stands still"), "", _("It goes on where it stopped.")),
    ClockState.MET: Shown(_("Met"), "ok", _("What it waited for was done.")),
    ClockState.STOPPED: Shown(_("Stopped"), "", _("It was ended and nothing comes of it.")),
    ClockState.RUN_OUT: Shown(_("Run out"), "warn", _("Its time is over.")),
}

UNDECIDED = (ItemState.OPEN, ItemState.ASKED, ItemState.HELD)
DECIDED = frozenset({ItemState.ACCEPTED, ItemState.REJECTED})
CLOSED = frozenset(
    {
        ComplaintState.ACCEPTED,
        ComplaintState.PARTIALLY_ACCEPTED,
        ComplaintState.REJECTED,
        ComplaintState.WITHDRAWN,
    }
)
WITH_DESK = frozenset({ComplaintState.QUEUED, ComplaintState.IN_REVIEW, ComplaintState.WAITING, ComplaintState.HELD})

# Until a second person confirms, a held decision is the desk's own: outside it, nothing is decided yet.
COMPLAINT_TOLD = {state: state for state in ComplaintState} | {ComplaintState.HELD: ComplaintState.IN_REVIEW}
ITEM_TOLD = {state: state for state in ItemState} | {ItemState.HELD: ItemState.OPEN}


def told_as(told: ComplaintState) -> list[ComplaintState]:
    """The states that are told outside the desk as this one."""
    return [state for state, outside in COMPLAINT_TOLD.items() if outside == told]


def find(steps: Iterable[Step], source: str, verb: str, who: Iterable[Who]) -> Step | None:
    """Returns the step that one of `who` may take from `source` by `verb`, or None."""
    parts = frozenset(who)
    return next((s for s in steps if s.source == source and s.verb == verb and s.who & parts), None)


def derive(items: Iterable[str], *, claimed: bool) -> ComplaintState:
    """Derives a filed complaint's state from the states of its items and whether a reviewer holds it."""
    states = {ItemState(state) for state in items}
    if ItemState.OPEN in states:
        return ComplaintState.IN_REVIEW if claimed else ComplaintState.QUEUED
    if ItemState.ASKED in states:
        return ComplaintState.WAITING
    if ItemState.HELD in states:
        return ComplaintState.HELD
    if states <= {ItemState.WITHDRAWN}:
        return ComplaintState.WITHDRAWN
    decided = states - {ItemState.WITHDRAWN}
    if decided == {ItemState.ACCEPTED}:
        return ComplaintState.ACCEPTED
    return ComplaintState.PARTIALLY_ACCEPTED if ItemState.ACCEPTED in decided else ComplaintState.REJECTED

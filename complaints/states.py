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
    (ItemState.OPEN, "accept", ItemState.ACCEPTED, _REVIEWER, "complaint.decided"),
    (ItemState.OPEN, "reject", ItemState.REJECTED, _REVIEWER, "complaint.decided"),
    (ItemState.OPEN, "hold", ItemState.HELD, _REVIEWER, "complaint.held"),
    (ItemState.HELD, "confirm", ItemState.ACCEPTED, [Who.SENIOR], "complaint.decided"),
    (ItemState.HELD, "send_back", ItemState.OPEN, [Who.SENIOR], "complaint.sent_back"),
    (ItemState.OPEN, "withdraw", ItemState.WITHDRAWN, [Who.COMPLAINANT], "complaint.withdrawn"),
    (ItemState.ASKED, "withdraw", ItemState.WITHDRAWN, [Who.COMPLAINANT], "complaint.withdrawn"),
    (ItemState.HELD, "withdraw", ItemState.WITHDRAWN, [Who.COMPLAINANT], "complaint.withdrawn"),
)

_DESK = (Who.REVIEWER, Who.SENIOR)
_MENDABLE = (MeasureState.REFUSED, MeasureState.PARTIAL, MeasureState.CONTRADICTED)

MEASURE_STEPS = _steps(
    (MeasureState.PENDING, "send", MeasureState.SENT, [Who.SYSTEM], "measure.sent"),
    (MeasureState.PENDING, "refuse", MeasureState.REFUSED, [Who.SYSTEM], "measure.refused"),
    (MeasureState.SENT, "confirm", MeasureState.CONFIRMED, [Who.SYSTEM], "measure.confirmed"),
    (MeasureState.SENT, "halve", MeasureState.PARTIAL, [Who.SYSTEM], "measure.partial"),
    (MeasureState.SENT, "contradict", MeasureState.CONTRADICTED, [Who.SYSTEM], "measure.contradicted"),
    *((state, "retry", MeasureState.PENDING, _DESK, "measure.retried") for state in _MENDABLE),
    *((state, "settle", MeasureState.SETTLED, _DESK, "measure.settled") for state in _MENDABLE),
    *((state, "confirm", MeasureState.CONFIRMED, [Who.SYSTEM], "measure.confirmed") for state in _MENDABLE),
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

"""The clocks of a case as each reader may see them: name, kind, from when until when, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from complaints import following, legal
from complaints.models import Clock, Complaint
from complaints.rules import clock_words, clocks, effects
from complaints.states import ClockState
from portal.accounts.actors import Actor

_LIVE = {ClockState.RUNNING, ClockState.PAUSED}


@dataclass(frozen=True, slots=True)
class Line:
    """One clock. `ended_why` and `paused_why` are words, "" where there is nothing to say."""

    clock: Clock
    name: str
    kind: str
    basis: str
    effect: str
    is_service_level: bool
    acts_alone: bool

    @property
    def is_live(self) -> bool:
        return self.clock.state in _LIVE

    @property
    def is_paused(self) -> bool:
        return self.clock.state == ClockState.PAUSED

    @property
    def paused_why(self) -> str:
        return str(Clock.Pause(self.clock.paused_why).label) if self.clock.paused_why else ""

    @property
    def ended_why(self) -> str:
        return str(Clock.End(self.clock.ended_why).label) if self.clock.ended_why else ""

    def seconds_used(self, now: datetime) -> tuple[float, float]:
        """How much of it is used, and how much there is, in seconds; never more than all."""
        whole = (self.clock.due_at - self.clock.started_at).total_seconds()
        until = self.clock.ended_at or self.clock.paused_at or now
        used = (until - self.clock.started_at).total_seconds()
        return max(0.0, min(used, whole)), max(0.0, whole)


def of_complaint(complaint: Complaint, actor: Actor) -> list[Line]:
    """Lists the clocks that this reader may see, those that run first, the next to end on top."""
    found = sorted(complaint.clocks.all(), key=lambda clock: (clock.state not in _LIVE, clock.due_at, clock.pk))
    return [line_of(clock) for clock in (_covered(complaint, found, actor) if actor.is_bound else found)]


def of_account(complaint: Complaint, account_id: int | None) -> list[Line]:
    """Lists the clocks of a case that are about one account, for who holds it."""
    about = complaint.clocks.filter(subject=f"{following.ACCOUNT}{account_id}").order_by("due_at", "id")
    return [line_of(clock) for clock in about]


def line_of(clock: Clock) -> Line:
    rule = clocks.find(clock.rule)
    return Line(
        clock=clock,
        name=clock_words.name_of(clock.rule),
        kind=clock_words.kind_of(clock.rule),
        basis=rule.legal_basis if clocks.is_law(clock.rule) else "",
        effect=clock_words.effect_in_words(clock.rule),
        is_service_level=rule.is_service_level,
        acts_alone=clock.rule in effects.automatic(),
    )


def _covered(complaint: Complaint, found: list[Clock], actor: Actor) -> list[Clock]:
    """For an agent: clocks about the whole case, of laws about items that they may see, and of questions about such."""
    items = list(complaint.items.covered(actor).select_related("right", "target"))
    pairs = set(legal.pairs_of_items(complaint, items))
    asked = set(complaint.messages.filter(items__in=items).values_list("pk", flat=True))

    def may_see(clock: Clock) -> bool:
        if clock.rule == following.ANSWER:
            return int(clock.subject.removeprefix(following.QUESTION)) in asked
        if clock.rule in effects.deciding() and not clocks.is_law(clock.rule):
            return True
        return any(effects.applies(clock.rule, *pair) for pair in pairs)

    return [clock for clock in found if may_see(clock)]

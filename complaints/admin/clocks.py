"""The clocks of a case, in words: for whom each runs, what is left, when it ends, and of which kind it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from complaints import clock_lines, following, legal
from complaints.admin import queue
from complaints.admin.rows import Row
from complaints.clock_lines import Line
from complaints.models import Clock as ClockRow
from complaints.models import Complaint, Item
from complaints.rules import clock_words, effects
from complaints.rules.clocks import LEASE
from complaints.rules.effects import Effect, Start
from complaints.states import ClockState, ItemState
from portal.accounts.actors import Actor
from portal.marketplace.models import Account
from portal.templatetags.rd import remaining

PAUSES = [(why.value, why.label) for why in ClockRow.Pause if why != ClockRow.Pause.QUESTION]
ENDS = [(why.value, why.label) for why in ClockRow.End if why != ClockRow.End.CLOSED]


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock; `used` and `max` are seconds, 0 for a clock that shows no bar. `presses` are a senior's buttons."""

    name: str
    left: str
    kind: str = ""
    at: datetime | None = None
    used: float = 0
    max: float = 0
    tone: str = ""
    earliest: datetime | None = None
    note: str = ""
    pk: int = 0
    presses: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a senior may start by hand: rules with their names, and accounts that something was taken down from."""

    rules: list[tuple[str, str]]
    accounts: list[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Board:
    """The clocks of a case; `offer` is None for who may start none. `pauses` and `ends` are reasons to choose from."""

    lines: list[Clock]
    offer: Offer | None
    pauses: Sequence[tuple[str, object]] = tuple(PAUSES)
    ends: Sequence[tuple[str, object]] = tuple(ENDS)


def of_case(case: Complaint, actor: Actor, is_mine: bool, holder: str, now: datetime) -> list[Clock]:
    """Lists the clocks of a case: those that run, the lease while somebody holds it, those that have ended."""
    lines = clock_lines.of_complaint(case, actor)
    keeper = actor.has_staff_role("senior")
    running = [_of_line(line, now, keeper=keeper) for line in lines if line.is_live]
    ended = [_of_line(line, now, keeper=keeper) for line in lines if not line.is_live]
    if not any(line.clock.rule in effects.deciding() for line in lines):
        running += _decide(case, now)
    return [*running, *_lease(case, is_mine, holder, now), *ended]


def _of_line(line: Line, now: datetime, *, keeper: bool) -> Clock:
    used, whole = line.seconds_used(now)
    return Clock(
        name=line.name,
        left=_left(line),
        kind=" · ".join(filter(None, (line.kind, line.basis))),
        at=line.clock.due_at if line.is_live else line.clock.ended_at,
        used=used if line.is_live else 0,
        max=whole if line.is_live else 0,
        tone=_tone(line, now),
        earliest=line.clock.earliest_at if line.is_live else None,
        note=_note(line),
        pk=line.clock.pk,
        presses=_presses(line) if keeper else frozenset(),
    )


def _left(line: Line) -> str:
    return remaining(line.clock.due_at) if line.clock.state == ClockState.RUNNING else str(line.clock.shown.label)


def _note(line: Line) -> str:
    if not line.is_live:
        conduct = effects.conduct_of(line.clock.rule)
        passed = line.clock.state == ClockState.RUN_OUT and conduct.effect == Effect.ESCALATE
        return _("A time set by law has passed: a senior looks at it.") if passed else line.ended_why
    return line.paused_why or line.effect


def _tone(line: Line, now: datetime) -> str:
    if line.clock.state == ClockState.RUN_OUT:
        return "bad"
    if line.clock.state != ClockState.RUNNING:
        return ""
    left = line.clock.due_at - now
    return "bad" if left < timedelta(0) else "warn" if left < queue.SOON else ""


def _presses(line: Line) -> frozenset[str]:
    """What a senior may do with a clock by hand; those that follow the case are ended by it alone."""
    clock, conduct = line.clock, effects.conduct_of(line.clock.rule)
    if not line.is_live:
        return frozenset()
    found = {"clock_pause"} if clock.state == ClockState.RUNNING else {"clock_resume"}
    if clock.paused_why == ClockRow.Pause.QUESTION:
        found = set()
    if not conduct.decides and conduct.starts != Start.ASKED:
        found |= {"clock_stop", "clock_meet"}
    return frozenset(found)


def _decide(case: Complaint, now: datetime) -> list[Clock]:
    """The due time of a case that has no clock about deciding."""
    if case.due_at is None or case.submitted_at is None:
        return []
    left, tone = queue.due_in_words(case), queue.due_tone(case, now)
    return [Clock(_("Decision"), left, _("Service level"), at=case.due_at, tone=tone)]


def _lease(case: Complaint, is_mine: bool, holder: str, now: datetime) -> list[Clock]:
    if not holder or case.claim_until is None:
        return []
    left = case.claim_until - now
    return [
        Clock(
            name=_("Your lease") if is_mine else _("Lease of %s") % holder,
            left=remaining(case.claim_until),
            used=(LEASE - left).total_seconds(),
            max=LEASE.total_seconds(),
            tone="warn" if left < timedelta(minutes=10) else "",
        )
    ]


def board(case: Complaint, items: Sequence[Item], actor: Actor, is_mine: bool, holder: str, now: datetime) -> Board:
    """Gives the clocks of a case, and for a senior what can be started by hand."""
    return Board(of_case(case, actor, is_mine, holder, now), offered(case, items, actor))


def offered(case: Complaint, items: Sequence[Item], actor: Actor) -> Offer | None:
    """Gives the clocks that a senior may start in this case; None where there is none."""
    if not actor.has_staff_role("senior"):
        return None
    rules = [(rule, clock_words.name_of(rule)) for rule in effects.by_hand(legal.pairs_of_items(case, items))]
    sellers: dict[int, Account] = {
        seller.pk: seller for item in items if item.state == "accepted" and (seller := item.target.seller)
    }
    return Offer(rules, [(pk, str(seller)) for pk, seller in sellers.items()]) if rules else None


def flag_unanswered(case: Complaint, rows: Iterable[Row]) -> None:
    """Marks the items whose question ran out of time: they are open again, and no answer came."""
    questions = [clock for clock in case.clocks.all() if clock.rule == following.ANSWER]
    late = [clock.subject for clock in questions if clock.state == ClockState.RUN_OUT]
    if not late:
        return
    asked = [int(subject.removeprefix(following.QUESTION)) for subject in late]
    found = set(case.items.filter(state=ItemState.OPEN, messages__in=asked).values_list("pk", flat=True))
    for row in rows:
        if row.item.pk in found:
            row.flags.append(("warn", _("No answer came")))

"""The clocks of a case: start, pause, resume, meet, stop, run out.

Filing, asking, answering and deciding move the clocks themselves (following.py) and are logged under their own names;
what a person does to one clock, and every clock that runs out, is an event of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import errors, following, legal, states
from complaints.casework import running_out
from complaints.models import Clock, Complaint, Item, Message
from complaints.rules import calendars, clocks, effects
from complaints.rules.clocks import NoSuchRule, Span
from complaints.rules.effects import Effect, Start
from complaints.states import ClockState, Who
from complaints.steps import lock, log, parts_of, require, settle
from portal.accounts.actors import SYSTEM, Actor

logger = logging.getLogger(__name__)


def begin(complaint: Complaint, items: Sequence[Item], now: datetime, *, live: bool) -> dict[str, str]:
    """Starts the clocks of a case that is being filed and sets its due time; gives rule and end for the filing's event.

    `live` when a livestream among the items is on air. A rule whose calendar lacks the year is left out and reported to
    the log: no complaint is turned away for it, and our own service level needs no calendar.
    """
    of_law = effects.on_filing(legal.pairs_of_items(complaint, items), following.document_of(complaint))
    rows = [row for rule in (clocks.decide_rule(live=live), *of_law) if (row := _row(complaint, rule, now))]
    Clock.objects.bulk_create(rows)
    complaint.due_at = following.earliest(rows)
    return {row.rule: row.due_at.isoformat() for row in rows}


def _row(complaint: Complaint, rule: str, now: datetime) -> Clock | None:
    try:
        span = clocks.run(rule, now)
    except calendars.YearMissing as gap:
        logger.error("%s: %s does not run. %s", complaint.reference, rule, gap)
        return None
    return _clock(complaint, rule, now, span)


def _clock(complaint: Complaint, rule: str, started_at: datetime, span: Span, subject: str = "") -> Clock:
    return Clock(
        complaint=complaint,
        rule=rule,
        started_at=started_at,
        earliest_at=span.earliest,
        due_at=span.due,
        zone=span.zone,
        subject=subject,
    )


def begin_question(message: Message, now: datetime) -> Clock:
    """Starts the clock of a question, which ends when its answer is due; the question's event says so."""
    span = clocks.run(following.ANSWER, now)
    clock = _clock(message.complaint, following.ANSWER, now, span, f"{following.QUESTION}{message.pk}")
    clock.save(force_insert=True)
    return clock


@transaction.atomic
def start(
    *, actor: Actor, complaint_id: int, rule: str, now: datetime, started_at: datetime | None = None, subject: str = ""
) -> Clock:
    """Starts a clock that a person, or a counter-notice, sets going; `started_at` is when what it counts from happened.

    `subject` is "account:<pk>" for a clock that puts back what one account offers. Raises Refused for a rule that does
    not apply here or starts by itself, and when there is nothing to put back; Conflict when it runs or ran already.
    """
    require(actor, Who.SENIOR, Who.SYSTEM)
    complaint = lock(actor, complaint_id)
    began = started_at or now
    _check_rule(complaint, rule)
    if not (complaint.submitted_at or now) <= began <= now:
        raise errors.refused("start_unlikely", _("It cannot start before the filing or in the future."), "started_at")
    if complaint.clocks.filter(rule=rule, subject=subject).exists():
        raise errors.Conflict("clock_exists", _("This clock runs, or ran, in this case already."))
    try:
        clock = _clock(complaint, rule, began, clocks.run(rule, began), subject)
    except calendars.YearMissing as gap:
        raise errors.refused("calendar_missing", str(gap), "rule") from gap
    if effects.conduct_of(rule).effect == Effect.PUT_BACK and not running_out.to_put_back(clock):
        text = _("Nothing of this account was taken down under this rule.")
        raise errors.refused("nothing_to_put_back", text, "subject")
    clock.save(force_insert=True)
    span = {"started": began.isoformat(), "due": clock.due_at.isoformat()}
    log(complaint, "clock.started", actor, now, **_facts(clock), **span)
    return clock


def _check_rule(complaint: Complaint, rule: str) -> None:
    try:
        conduct = effects.conduct_of(rule)
    except NoSuchRule:
        raise errors.refused("clock_unknown", _("There is no such clock."), "rule") from None
    if conduct.starts != Start.BY_HAND:
        raise errors.refused("clock_not_by_hand", _("This clock is not started by hand."), "rule")
    if rule not in effects.by_hand(legal.pairs_of(complaint)):
        raise errors.refused("clock_not_here", _("No item of this case falls under this rule."), "rule")


@transaction.atomic
def pause(*, actor: Actor, clock_id: int, because: str, now: datetime) -> Clock:
    """Lets a clock stand still. `because` is one of Clock.Pause but a question, which does so itself."""
    clock = _lock(actor, clock_id)
    if because not in set(Clock.Pause) - {Clock.Pause.QUESTION}:
        raise errors.refused("reason_unknown", _("Say why it stands still."), "because")
    event = _step(clock, "pause", actor)
    following.stand_still(clock, because, now)
    return _keep(clock, event, actor, now, because=because)


@transaction.atomic
def resume(*, actor: Actor, clock_id: int, now: datetime) -> Clock:
    """Lets it go on: both ends move by the time that it stood still. One that waits for an answer goes on with it."""
    clock = _lock(actor, clock_id)
    if clock.paused_why == Clock.Pause.QUESTION:
        raise errors.Conflict("waits_for_answer", _("It goes on when the question is answered."))
    event = _step(clock, "resume", actor)
    following.go_on(clock, now)
    if clock.rule == following.ANSWER:
        asked = Message.objects.filter(pk=int(clock.subject.removeprefix(following.QUESTION)))
        asked.update(answer_by=clock.due_at)
    return _keep(clock, event, actor, now, due=clock.due_at.isoformat())


@transaction.atomic
def meet(*, actor: Actor, clock_id: int, now: datetime) -> Clock:
    """Notes that what the clock waited for was done. Clocks that follow the case are met by it alone."""
    clock = _lock(actor, clock_id)
    _refuse_followers(clock)
    event = _step(clock, "meet", actor)
    following.end(clock, ClockState.MET, now)
    return _keep(clock, event, actor, now)


@transaction.atomic
def stop(*, actor: Actor, clock_id: int, because: str, now: datetime) -> Clock:
    """Ends a clock before its time, and nothing comes of it. `because` is one of Clock.End, such as a court action."""
    clock = _lock(actor, clock_id)
    _refuse_followers(clock)
    if because not in set(Clock.End):
        raise errors.refused("reason_unknown", _("Say why it is stopped."), "because")
    event = _step(clock, "stop", actor)
    following.end(clock, ClockState.STOPPED, now, because)
    return _keep(clock, event, actor, now, because=because)


@transaction.atomic
def run_out(*, clock_id: int, now: datetime, actor: Actor = SYSTEM) -> bool:
    """Ends a clock whose time has come, with its effect; False when it has not come, or was seen to already."""
    require(actor, Who.SYSTEM)
    clock = _lock(actor, clock_id)
    if not Clock.objects.run_out_by(now).filter(pk=clock.pk).exists():
        return False
    event = _step(clock, "run_out", actor)
    following.end(clock, ClockState.RUN_OUT, now)
    _keep(clock, event, actor, now, effect=running_out.effect_of(clock).value)
    running_out.carry_out(clock, now)
    return True


def _lock(actor: Actor, clock_id: int) -> Clock:
    """Locks the case first, then its clock. Raises Forbidden but for seniors and the system, NotFound for none."""
    require(actor, Who.SENIOR, Who.SYSTEM)
    case = Clock.objects.filter(pk=clock_id).values_list("complaint", flat=True).first()
    if case is None:
        raise errors.no_such_complaint()
    complaint = lock(actor, case)
    clock: Clock = Clock.objects.select_for_update(of=("self",)).get(pk=clock_id)
    clock.complaint = complaint
    return clock


def _step(clock: Clock, verb: str, actor: Actor) -> str:
    row = states.find(states.CLOCK_STEPS, clock.state, verb, parts_of(actor))
    if row is None:
        raise errors.step_refused(verb, str(clock.shown.label))
    return row.event


def _refuse_followers(clock: Clock) -> None:
    conduct = effects.conduct_of(clock.rule)
    if conduct.decides or conduct.starts == Start.ASKED:
        raise errors.refused("clock_follows_case", _("This clock follows the case: answer or decide, and it ends."))


def _keep(clock: Clock, event: str, actor: Actor, now: datetime, **payload: str) -> Clock:
    fields = ("state", "earliest_at", "due_at", "paused_at", "paused_why", "ended_at", "ended_why")
    clock.save(update_fields=fields)
    settle(clock.complaint, now)
    log(clock.complaint, event, actor, now, **_facts(clock), **payload)
    return clock


def _facts(clock: Clock) -> dict[str, int | str]:
    return {"clock": clock.pk, "rule": clock.rule, "subject": clock.subject}


def due(now: datetime) -> Iterable[Clock]:
    """Lists the clocks whose time has come, longest ago first."""
    return Clock.objects.run_out_by(now).order_by("due_at", "id")[:500]

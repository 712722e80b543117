"""The clocks of a case, in words: for whom each runs, what is left, when it ends, and of which kind it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from complaints.admin import queue
from complaints.models import Complaint, Message
from complaints.rules.clocks import ANSWER_WITHIN, LEASE
from portal.templatetags.rd import remaining


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock; `used` and `max` are seconds, 0 for a clock that shows no bar."""

    name: str
    left: str
    kind: str = ""
    at: datetime | None = None
    used: float = 0
    max: float = 0
    tone: str = ""


def of_case(case: Complaint, talk: Sequence[Message], is_mine: bool, holder: str, now: datetime) -> list[Clock]:
    """Lists the clocks of a case: deciding, the lease while somebody holds it, the complainant's answer."""
    found = [_decide(case, now), _lease(case, is_mine, holder, now), _answer(case, talk, now)]
    return [clock for clock in found if clock]


def _decide(case: Complaint, now: datetime) -> Clock | None:
    if case.due_at is None or case.submitted_at is None:
        return None
    until = case.paused_at or case.decided_at or now
    whole = case.due_at - case.submitted_at
    return Clock(
        name=_("Decide"),
        left=queue.due_in_words(case),
        kind=_("Service level"),
        at=case.due_at,
        used=(until - case.submitted_at).total_seconds(),
        max=whole.total_seconds(),
        tone=queue.due_tone(case, now),
    )


def _lease(case: Complaint, is_mine: bool, holder: str, now: datetime) -> Clock | None:
    if not holder or case.claim_until is None:
        return None
    left = case.claim_until - now
    return Clock(
        name=_("Your lease") if is_mine else _("Lease of %s") % holder,
        left=remaining(case.claim_until),
        used=(LEASE - left).total_seconds(),
        max=LEASE.total_seconds(),
        tone="warn" if left < timedelta(minutes=10) else "",
    )


def _answer(case: Complaint, talk: Sequence[Message], now: datetime) -> Clock:
    """The newest question's clock; nothing happens by itself when it runs out."""
    name = _("Complainant’s answer")
    question = next((message for message in talk if message.from_desk), None)
    if question is None or question.answer_by is None:
        return Clock(name, _("Not asked"))
    if case.paused_at is None:
        return Clock(name, _("Answered"))
    return Clock(
        name=name,
        left=remaining(question.answer_by),
        kind=_("Nothing happens by itself"),
        at=question.answer_by,
        used=(now - question.created_at).total_seconds(),
        max=ANSWER_WITHIN.total_seconds(),
    )

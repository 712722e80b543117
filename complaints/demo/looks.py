"""Second looks in the demo: the senior has looked at most of the sample, mostly of one mind, and some wait."""

from __future__ import annotations

from datetime import datetime, timedelta

from complaints import casework
from complaints.demo.accounts import Cast
from complaints.models import SecondLook
from complaints.reasons import Ground, Outcome

LEFT, ODD = 3, 7


def look_again(people: Cast, now: datetime) -> None:
    """Draws a tenth of what was decided, and answers all but the last three; each seventh answer differs."""
    casework.draw_second_looks(since=now - timedelta(days=80), until=now, now=now, share=0.1, seed=1)
    senior = people.staff("senior")
    rows = list(SecondLook.objects.exclude(first_by=senior.user).select_related("decision").order_by("id"))
    for number, look in enumerate(rows[: max(0, len(rows) - LEFT)], 1):
        outcome, ground = look.decision.outcome, look.decision.ground
        if number % ODD == 0 or ground == Ground.ABUSE:
            outcome, ground = _other(outcome)
        casework.record_look(actor=senior, look_id=look.pk, outcome=outcome, ground=ground, now=now)


def _other(outcome: str) -> tuple[str, str]:
    if outcome == Outcome.ACCEPTED:
        return Outcome.REJECTED.value, Ground.MARK_NOT_SEEN.value
    return Outcome.ACCEPTED.value, Ground.COUNTERFEIT.value

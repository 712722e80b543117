"""Numbers for a dashboard: what is open, what waits for the reader, what was decided and how fast."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.utils import timezone
from django.utils.formats import date_format

from complaints.models import Complaint, Item, Measure, Message
from complaints.states import ComplaintState
from portal.accounts.actors import Actor

WEEKS = 7
MONTH = timedelta(days=28)
SAMPLE = 2_000
MOST_WAITING = 20
OUTCOMES = (ComplaintState.ACCEPTED, ComplaintState.PARTIALLY_ACCEPTED, ComplaintState.REJECTED)


@dataclass(frozen=True, slots=True)
class Figures:
    """`to_decision` and `to_removal` are medians over four weeks, None where nothing was decided or removed."""

    open_complaints: int
    open_items: int
    decided: int
    accepted: int
    partially: int
    rejected: int
    to_decision: timedelta | None
    to_removal: timedelta | None


def figures(actor: Actor, now: datetime) -> Figures:
    """Counts what this actor may see."""
    mine = Complaint.objects.visible_to(actor)
    month = mine.filter(decided_at__gte=now - MONTH).closed()
    by_state = Counter(month.values_list("state", flat=True))
    return Figures(
        open_complaints=mine.with_desk().count(),
        open_items=Item.objects.filter(complaint__in=mine.with_desk()).open().count(),
        decided=sum(count for state, count in by_state.items() if state != ComplaintState.WITHDRAWN),
        accepted=by_state[ComplaintState.ACCEPTED],
        partially=by_state[ComplaintState.PARTIALLY_ACCEPTED],
        rejected=by_state[ComplaintState.REJECTED],
        to_decision=_median(month.exclude(state=ComplaintState.WITHDRAWN), "submitted_at", "decided_at"),
        to_removal=_median(
            Measure.objects.filter(decision__complaint__in=month, confirmed_at__isnull=False),
            "created_at",
            "confirmed_at",
        ),
    )


def _median(rows: Any, start: str, end: str) -> timedelta | None:
    spans = list(rows.order_by("-id").annotate(span=F(end) - F(start)).values_list("span", flat=True)[:SAMPLE])
    return median(spans) if spans else None


def by_week(actor: Actor, now: datetime) -> list[tuple[date, dict[str, int]]]:
    """Counts decided complaints a week, oldest first: the Monday, and the number of each outcome in OUTCOMES."""
    today = timezone.localtime(now).date()
    monday = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    decided = Complaint.objects.visible_to(actor).closed().filter(decided_at__date__gte=monday)
    counts: Counter[tuple[int, str]] = Counter()
    for moment, state in decided.values_list("decided_at", "state"):
        counts[((timezone.localtime(moment).date() - monday).days // 7, state)] += 1
    return [
        (monday + timedelta(weeks=week), {state.value: counts[(week, state)] for state in OUTCOMES})
        for week in range(WEEKS)
    ]


def per_week(actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """Gives the weeks for the chart: rows of {label, parts: [(class, number)]}."""
    return [
        {"label": date_format(monday, "j M"), "parts": list(zip("abc", counts.values(), strict=True))}
        for monday, counts in by_week(actor, now)
    ]


def waiting(actor: Actor) -> list[Any]:
    """Lists complaints with a question for this actor's organisation, nearest answer first."""
    found = Complaint.objects.visible_to(actor).waiting_for_complainant().for_lists()
    questions = Message.objects.filter(complaint=OuterRef("pk"), kind=Message.Kind.QUESTION).order_by(
        "-created_at", "-id"
    )
    asked = found.annotate(answer_by=Subquery(questions.values("answer_by")[:1]))
    return list(asked.order_by("answer_by", "id")[:MOST_WAITING])

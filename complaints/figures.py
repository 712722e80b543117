"""Numbers for a dashboard: what is open, what waits for the reader, what was decided and how fast."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.formats import date_format

from complaints.models import Complaint, Item, Measure, Message
from complaints.querysets import ComplaintQuerySet, readable
from complaints.states import UNDECIDED, ComplaintState
from portal.accounts.actors import Actor
from portal.accounts.models import Organisation

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
    month = mine.filter(decided_at__gte=now - MONTH).closed().counted()
    by_state = Counter(month.values_list("state", flat=True))
    return Figures(
        open_complaints=mine.with_desk().count(),
        open_items=Item.objects.filter(complaint__in=mine.with_desk(), state__in=UNDECIDED).covered(actor).count(),
        decided=sum(count for state, count in by_state.items() if state != ComplaintState.WITHDRAWN),
        accepted=by_state[ComplaintState.ACCEPTED],
        partially=by_state[ComplaintState.PARTIALLY_ACCEPTED],
        rejected=by_state[ComplaintState.REJECTED],
        to_decision=_median(month.exclude(state=ComplaintState.WITHDRAWN), "submitted_at", "decided_at"),
        to_removal=_median(_carried_out(actor, month), "created_at", "confirmed_at"),
    )


def _carried_out(actor: Actor, complaints: ComplaintQuerySet) -> Any:
    measures = Measure.objects.filter(decision__complaint__in=complaints, confirmed_at__isnull=False)
    return measures.filter(item__in=Item.objects.covered(actor)) if actor.is_bound else measures


def _median(rows: Any, start: str, end: str) -> timedelta | None:
    spans = list(rows.order_by("-id").annotate(span=F(end) - F(start)).values_list("span", flat=True)[:SAMPLE])
    return median(spans) if spans else None


def by_week(actor: Actor, now: datetime) -> list[tuple[date, dict[str, int]]]:
    """Counts decided complaints a week, oldest first: the Monday, and the number of each outcome in OUTCOMES."""
    today = timezone.localtime(now).date()
    monday = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    decided = Complaint.objects.visible_to(actor).closed().filter(decided_at__date__gte=monday).counted()
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


@dataclass(frozen=True, slots=True)
class Record:
    """What became of the complaints that an agency filed, for whomever: its own record, and nobody else's."""

    filed: int
    accepted: int
    partially: int
    rejected: int


def record_of(agency: Organisation) -> Record:
    """Counts by the agency that filed. A principal's figures count by `organisation`; neither passes to the other."""
    filed = Complaint.objects.filed().filter(agency=agency)
    counts = dict(filed.order_by().values_list("state").annotate(number=Count("pk")))
    return Record(
        filed=sum(counts.values()),
        accepted=counts.get(ComplaintState.ACCEPTED, 0),
        partially=counts.get(ComplaintState.PARTIALLY_ACCEPTED, 0),
        rejected=filed.filter(state=ComplaintState.REJECTED).counted().count(),
    )


def open_by_principal(actors: Sequence[Actor]) -> dict[int, int]:
    """Counts what is with the desk for each principal, as the agency may see it, in one query: {principal: number}."""
    seen = Q(pk__in=[])
    for actor in actors:
        seen |= readable(actor)
    rows = Complaint.objects.with_desk().filter(seen).order_by().values_list("organisation")
    return dict(rows.annotate(number=Count("pk")))

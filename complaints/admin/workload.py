"""Who holds what, how old the queue is, and what was decided: read in a number of queries that nothing makes grow."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from complaints.admin import queue
from complaints.casework import places
from complaints.models import Complaint, Decision, Recusal, ReviewerProfile
from portal.accounts.actors import Actor
from portal.accounts.models import StaffRole, User
from portal.ledger.models import Event

SHOWN_HELD = 500
TAKEN = ("complaint.claimed", "complaint.handed_over")
# How long a case has waited: under four hours, under a day, under two, longer.
AGES = (timedelta(hours=4), timedelta(hours=24), timedelta(hours=48))


@dataclass(slots=True)
class Held:
    """One case in somebody's hands; `since` is None where its chain does not say."""

    case: Complaint
    mark: str
    tone: str
    since: datetime | None


@dataclass(slots=True)
class Line:
    """One reviewer."""

    person: User
    place: ReviewerProfile
    cap: int
    away: bool
    held: list[Held] = field(default_factory=list)
    today: int = 0
    week: int = 0
    recusals: int = 0

    @property
    def is_full(self) -> bool:
        return len(self.held) >= self.cap


@dataclass(slots=True)
class Waiting:
    """What waits for one skill and language, by age; `takers` can take it (not whether they have room)."""

    skill: str
    language: str
    total: int
    ages: list[int]
    overdue: int
    first_due: datetime | None
    takers: int


def lines(actor: Actor, now: datetime) -> list[Line]:
    """Gives a line for each reviewer that the reader may see: all for leads, policy and auditors, else their own."""
    people = places.desk_people()
    if not sees_all(actor):
        people = people.filter(pk=actor.user.pk if actor.user else 0)
    found = {person.pk: _line(person, now) for person in people}
    for case, since in _held(actor, list(found), now):
        held = Held(case, queue.mark_of(case), queue.due_tone(case, now), since)
        found[case.claimed_by_id].held.append(held)
    for row in _decided(list(found), now):
        line = found[row["decided_by"]]
        line.today, line.week = row["today"], row["week"]
    standing = Recusal.objects.filter(user__in=list(found), ended_at__isnull=True)
    for pk, count in standing.order_by().values_list("user").annotate(n=Count("pk")):
        found[pk].recusals = count
    return list(found.values())


def sees_all(actor: Actor) -> bool:
    return actor.has_staff_role(StaffRole.SENIOR, StaffRole.POLICY, StaffRole.AUDITOR)


def _line(person: User, now: datetime) -> Line:
    place = places.place_of(person)
    away = place.away_until is not None and place.away_until > now
    return Line(person, place, places.cap_of(place), away)


def _held(actor: Actor, people: list[int], now: datetime) -> list[tuple[Any, datetime | None]]:
    """The cases in these hands, what is worked on first in front, and since when."""
    rows = places.held_by(people, now).visible_to(actor).select_related("right", "notifier", "organisation")
    cases = list(rows.order_by("rank_at", "id")[:SHOWN_HELD])
    chains = [str(case.pk) for case in cases]
    taken = Event.objects.filter(stream_kind="complaint", stream_id__in=chains, kind__in=TAKEN).order_by()
    since = dict(taken.values_list("stream_id").annotate(at=Max("at")))
    return [(case, since.get(str(case.pk))) for case in cases]


def _decided(people: list[int], now: datetime) -> Any:
    """How many cases each decided something in: today in the reader's zone, and in the last seven days."""
    start = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    recent = Decision.objects.filter(decided_by__in=people, decided_at__gte=min(start, now - timedelta(days=7)))
    return (
        recent.order_by()
        .values("decided_by")
        .annotate(
            today=Count("complaint", distinct=True, filter=Q(decided_at__gte=start)),
            week=Count("complaint", distinct=True, filter=Q(decided_at__gte=now - timedelta(days=7))),
        )
    )


def waiting(actor: Actor, now: datetime) -> list[Waiting]:
    """Counts the queue by skill, language and age in one query; what asks for more comes after what asks for less."""
    first, second, third = (now - age for age in AGES)
    rows = (
        Complaint.objects.visible_to(actor)
        .queue()
        .order_by()
        .values("skill", "language")
        .annotate(
            total=Count("pk"),
            young=Count("pk", filter=Q(submitted_at__gt=first)),
            day=Count("pk", filter=Q(submitted_at__lte=first, submitted_at__gt=second)),
            two=Count("pk", filter=Q(submitted_at__lte=second, submitted_at__gt=third)),
            old=Count("pk", filter=Q(submitted_at__lte=third)),
            overdue=Count("pk", filter=Q(due_at__lt=now, paused_at__isnull=True)),
            first_due=Min("due_at"),
        )
        .order_by("skill", "language")
    )
    here = [places.place_of(person) for person in places.desk_people()]
    here = [place for place in here if place.away_until is None or place.away_until <= now]
    return [
        Waiting(
            row["skill"],
            row["language"],
            row["total"],
            [row["young"], row["day"], row["two"], row["old"]],
            row["overdue"],
            row["first_due"],
            sum(places.fits(place, Complaint(skill=row["skill"], language=row["language"])) for place in here),
        )
        for row in rows
    ]


def skills_known() -> list[str]:
    """Every skill that somebody has, for the form of a rule."""
    found: Counter[str] = Counter()
    for skills in ReviewerProfile.objects.values_list("skills", flat=True):
        found.update(skills)
    return sorted(found)


def names_of(events: list[Event]) -> dict[str, str]:
    """The names behind the actors of some events."""
    ids: dict[str, int] = defaultdict(int)
    ids.update({event.actor: int(event.actor[5:]) for event in events if event.actor.startswith("user:")})
    names = {user.pk: user.get_short_name() for user in User.objects.filter(pk__in=ids.values())}
    return {actor: names.get(pk, actor) for actor, pk in ids.items()}

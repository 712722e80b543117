"""What waits at the desk: the queue, its views and their numbers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.models import Complaint, Item, Measure
from complaints.review import priority
from complaints.states import ComplaintState
from portal.accounts.actors import Actor
from portal.accounts.models import User
from portal.marketplace.models import TargetKind, TargetState
from portal.templatetags.rd import remaining

SOON = timedelta(hours=4)
VIEWS: dict[str, Promise] = {
    "queue": gettext_lazy("Free to take"),
    "yours": gettext_lazy("Yours now"),
    "others": gettext_lazy("With others"),
    "held": gettext_lazy("For a second person"),
    "waiting": gettext_lazy("Waiting for an answer"),
    "marked": gettext_lazy("To look at again"),
}
# Beyond this many nothing is counted: a number that large says "many", whatever it is.
MOST_COUNTED = 1000
IN_QUEUE = Q(state__in=[ComplaintState.QUEUED, ComplaintState.IN_REVIEW])
HINTS: dict[str, Promise] = {
    "queue": gettext_lazy("Nobody holds these. What is worked on first stands first."),
    "yours": gettext_lazy("Claimed by you; a lease runs for an hour."),
    "others": gettext_lazy("Another reviewer holds these now."),
    "held": gettext_lazy("Decided, and not in effect until a senior reviewer who did not decide confirms."),
    "waiting": gettext_lazy("The clock stands still until the complainant answers."),
    "marked": gettext_lazy("The ground has shifted: a right was suspended, or the seller was listed as authorised."),
}


def condition(view: str, actor: Actor, now: datetime) -> Q:
    """Says which cases stand in a view of the desk."""
    mine = Q(claimed_by=actor.user, claim_until__gt=now)
    free = Q(claimed_by__isnull=True) | Q(claim_until__lte=now)
    return {
        "queue": IN_QUEUE & free,
        "yours": mine,
        "others": IN_QUEUE & ~free & ~Q(claimed_by=actor.user),
        "held": Q(state=ComplaintState.HELD),
        "waiting": Q(state=ComplaintState.WAITING),
        "marked": ~Q(marked_for=""),
    }[view]


class Number(Subquery):
    """How many rows a queryset has; slice it, and it counts no further."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) _counted)"
    output_field = IntegerField()


def counts(actor: Actor, now: datetime) -> dict[str, int]:
    """Counts every view of the desk in one query, each up to `MOST_COUNTED` + 1, however many wait."""
    seen = Complaint.objects.visible_to(actor).with_desk().order_by()
    found = {view: seen.filter(condition(view, actor, now)).values("pk")[: MOST_COUNTED + 1] for view in VIEWS}
    me = User.objects.filter(pk=actor.user.pk if actor.user else 0)
    row: Any = me.values(**{view: Number(rows) for view, rows in found.items()}).get()
    return dict(row)


def cases(view: str, actor: Actor, now: datetime) -> QuerySet[Complaint]:
    """Lists a view's cases, what is worked on first in front, with all that a row shows."""
    found = Complaint.objects.visible_to(actor).with_desk().filter(condition(view, actor, now))
    listed: QuerySet[Complaint] = with_totals(found).order_by("rank_at", "id")
    return listed


def in_hand(actor: Actor, now: datetime) -> Complaint | None:
    """Gives the case that this person holds and has not decided to the end, the first one; None with free hands."""
    mine = Complaint.objects.visible_to(actor).filter(condition("yours", actor, now), state=ComplaintState.IN_REVIEW)
    found: Complaint | None = mine.order_by("rank_at", "id").first()
    return found


def with_totals(cases: Any) -> Any:
    """Adds `item_total` and `live_total` (livestreams on air) row by row, so that a page of a long list stays cheap."""
    items = Item.objects.filter(complaint=OuterRef("pk")).order_by().values("complaint")
    live = items.filter(target__kind=TargetKind.LIVESTREAM, target__state=TargetState.LIVE)
    return cases.select_related("organisation", "agency", "right__family", "notifier", "claimed_by", "rule").annotate(
        item_total=_count(items), live_total=_count(live)
    )


def _count(items: QuerySet[Any, Any]) -> Coalesce:
    return Coalesce(Subquery(items.annotate(n=Count("id")).values("n"), output_field=IntegerField()), 0)


def beside(actor: Actor, now: datetime) -> list[Complaint]:
    """Lists the queue as it stands beside a case: what is the actor's or free, first things first."""
    found = Complaint.objects.visible_to(actor).filter(IN_QUEUE)
    mine = condition("queue", actor, now) | condition("yours", actor, now)
    return list(with_totals(found.filter(mine)).order_by("rank_at", "id")[:7])


def to_mend(actor: Actor) -> QuerySet[Measure]:
    """Lists the measures of all cases that did not go as asked, oldest first."""
    return (
        Measure.objects.to_mend()
        .filter(decision__complaint__in=Complaint.objects.visible_to(actor))
        .select_related("target", "decision__complaint")
        .order_by("created_at", "id")
    )


def due_tone(case: Complaint, now: datetime) -> str:
    """The tone of a due time: bad when it is past, warn when it is soon, plain else and while it is paused."""
    if case.due_at is None or case.paused_at is not None or case.is_closed:
        return ""
    if case.due_at < now:
        return "bad"
    return "warn" if case.due_at - now < SOON else ""


def due_in_words(case: Complaint) -> str:
    """Says what is left to decide: "1 h 50 min left", "Paused", "Closed"."""
    if case.is_closed:
        return _("Closed")
    return _("Paused") if case.paused_at else remaining(case.due_at)


def why_there(case: Complaint) -> list[str]:
    """Says what moves a case ahead of its due time: "2 h earlier: a livestream is on air"."""
    return priority.in_words(case.rank_why, case.rule.name if case.rule else "")


def mark_of(case: Complaint) -> str:
    """Names the mark of a case, also for a picture without words."""
    return case.mark_text or (case.right.title if case.right else "") or _("a mark without words")


def decided_today(actor: Actor, now: datetime) -> int:
    """Counts the cases that this person decided something in, since the day began in their zone."""
    start = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    found = Complaint.objects.filter(decisions__decided_by=actor.user, decisions__decided_at__gte=start)
    return int(found.aggregate(n=Count("id", distinct=True))["n"])

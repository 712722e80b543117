"""What the sample of second looks says by policy version, and how long each stage of a case takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.casework.sampling import choices
from complaints.models import Complaint
from complaints.review.agreement import Agreement, agreement, percentile
from portal.ledger.models import Event

MOST = 2000


@dataclass(frozen=True, slots=True)
class ByPolicy:
    """Agreement under one policy version: on the outcome alone, and on the ground."""

    version: str
    outcome: Agreement
    ground: Agreement


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage with its number of cases, median and 95th percentile, in hours."""

    label: Promise
    cases: int
    median: float
    p95: float


# A stage runs from the first event of one kind to the first of another; what was asked of the complainant is in it.
STAGES: tuple[tuple[Promise, str, str], ...] = (
    (_("Waiting for a reviewer"), "complaint.submitted", "complaint.claimed"),
    (_("From first claim to first decision"), "complaint.claimed", "complaint.decided"),
    (_("From filing to first decision"), "complaint.submitted", "complaint.decided"),
    (_("From decision to everything carried out"), "complaint.decided", "complaint.enforced"),
)


def by_policy() -> list[ByPolicy]:
    """The agreement of first and second reviewers, newest policy version first."""
    outcomes: dict[str, list[tuple[str, str]]] = defaultdict(list)
    grounds: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for version, first, second in choices():
        outcomes[version].append((first[0], second[0]))
        grounds[version].append((first[1], second[1]))
    return [
        ByPolicy(version, agreement(outcomes[version]), agreement(grounds[version]))
        for version in sorted(outcomes, reverse=True)
    ]


def stages(since: datetime) -> list[Stage]:
    """How long the stages of the newest 2,000 cases decided since then took; a stage that no case had is left out."""
    decided = Complaint.objects.filed().filter(decided_at__gte=since).order_by("-decided_at", "-id")
    ids = [str(pk) for pk in decided.values_list("pk", flat=True)[:MOST]]
    first = _first_of_each(ids)
    found = []
    for label, start, end in STAGES:
        hours = sorted(_hours(first.values(), start, end))
        if hours:
            found.append(Stage(label, len(hours), percentile(hours, 0.5), percentile(hours, 0.95)))
    return found


def _first_of_each(ids: Sequence[str]) -> dict[str, dict[str, datetime]]:
    kinds = {kind for _label, *ends in STAGES for kind in ends}
    events = Event.objects.filter(stream_kind="complaint", stream_id__in=ids, kind__in=kinds).order_by("seq")
    found: dict[str, dict[str, datetime]] = defaultdict(dict)
    for stream, kind, at in events.values_list("stream_id", "kind", "at"):
        found[stream].setdefault(kind, at)
    return found


def _hours(cases: Iterable[dict[str, datetime]], start: str, end: str) -> list[float]:
    whole = [(case[start], case[end]) for case in cases if start in case and end in case]
    return [(after - before).total_seconds() / 3600 for before, after in whole if after >= before]

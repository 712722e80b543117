"""A case's events with the names of who did them: what the desk sees, and nobody outside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.models import Complaint
from complaints.timeline import WORDS as TOLD
from complaints.timeline import Entry
from portal.accounts.models import User
from portal.ledger.models import Event

MOST = 200
# Who holds a case concerns the desk alone: these stand on no timeline outside it.
WORDS: dict[str, Callable[[Event], tuple[str, str]]] = {
    **TOLD,
    "complaint.extended": lambda e: (_("Lease extended"), ""),
    "complaint.released": lambda e: (_("Back in the queue"), ""),
    "complaint.handed_over": lambda e: (_("Handed over to a colleague"), ""),
    "complaint.returned": lambda e: (_("Taken back from its reviewer, for the queue"), ""),
}


def told(complaint: Complaint, most: int = MOST, *, reader: User | None = None) -> list[Entry]:
    """Tells the newest events of a case with names, newest first; runs of one measure event become one line.

    People who are read already, the `reader` among them, are not asked for again.
    """
    found = Event.objects.filter(stream_kind="complaint", stream_id=str(complaint.pk)).order_by("-seq")[:most]
    events = list(reversed(found))
    known = [complaint.created_by, complaint.claimed_by, reader]
    return list(reversed(_lines(events, _names(events, [person for person in known if person]))))


def _names(events: Sequence[Event], known: Sequence[User]) -> dict[str, str]:
    ids = {int(event.actor[5:]) for event in events if event.actor.startswith("user:")}
    others = ids - {person.pk for person in known}
    people = [*known, *(User.objects.filter(pk__in=others) if others else ())]
    return {f"user:{user.pk}": user.get_short_name() for user in people}


def _lines(events: Sequence[Event], names: Mapping[str, str]) -> list[Entry]:
    lines: list[Entry] = []
    for is_measure, run in groupby(events, key=lambda event: event.kind.startswith("measure.")):
        if is_measure:
            lines += _measures(list(run), names)
        else:
            lines += [_line(event, names) for event in run if event.kind in WORDS]
    return lines


def _line(event: Event, names: Mapping[str, str], count: int = 0) -> Entry:
    title, detail = WORDS[event.kind](event)
    if count:
        detail = ngettext("%d target", "%d targets", count) % count
    return Entry(title, " · ".join(part for part in (_who(event.actor, names), detail) if part), event.at)


def _measures(run: Sequence[Event], names: Mapping[str, str]) -> list[Entry]:
    """Tells a run of measure events by kind and person, each with its number, by the time of its last."""
    told: dict[tuple[str, str], list[Event]] = {}
    for event in run:
        if event.kind in WORDS:
            told.setdefault((event.kind, event.actor), []).append(event)
    lines = [_line(alike[-1], names, len(alike)) for alike in told.values()]
    return sorted(lines, key=lambda line: line.at)


def _who(actor: str, names: Mapping[str, str]) -> str:
    if actor.startswith("key:"):
        return _("API key")
    return {"system": "", "public": _("Public form")}.get(actor, names.get(actor, ""))

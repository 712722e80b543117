"""What happened, in words: a case's events as a reader of one side may see them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.models import Clock, Complaint, Item, Measure
from complaints.reasons import GROUNDS, Ground, Outcome
from complaints.rules import clock_words
from portal.accounts.actors import Actor
from portal.ledger.models import Event


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline, in the form that `{% timeline %}` draws."""

    title: str
    detail: str
    at: datetime
    tone: str = "done"


def _items(event: Event) -> str:
    count = len(event.payload.get("items", []))
    return ngettext("%d item", "%d items", count) % count if count else ""


def _decided(event: Event) -> tuple[str, str]:
    ground = GROUNDS[Ground(event.payload["ground"])]
    count = len(event.payload["items"])
    if event.payload["outcome"] == Outcome.ACCEPTED:
        title = ngettext("%d item accepted", "%d items accepted", count)
    else:
        title = ngettext("%d item rejected", "%d items rejected", count)
    detail = _("%(ground)s, confirmed by a second person") if event.payload.get("confirmed") else "%(ground)s"
    if event.payload.get("supersedes"):
        title = _("Decided again: %s") % title
    return title % count, detail % {"ground": ground.label}


def _marked(event: Event) -> str:
    why = event.payload.get("why", "")
    return str(Complaint.Mark(why).label) if why in Complaint.Mark.values else ""


def _clock_why(event: Event, reasons: type[Clock.Pause] | type[Clock.End]) -> str:
    return f"{clock_words.name_of(event.payload['rule'])}: {reasons(event.payload['because']).label}"


WORDS: dict[str, Callable[[Event], tuple[str, str]]] = {
    "notice.received": lambda e: (_("Notice received"), _("Waiting for the sender's address to be confirmed")),
    "complaint.submitted": lambda e: (_("Filed, acknowledged and frozen as evidence"), _items(e)),
    "complaint.claimed": lambda e: (_("Claimed by a reviewer"), ""),
    "complaint.asked": lambda e: (_("The reviewer asked a question"), _items(e)),
    "complaint.unanswered": lambda e: (_("No answer came; a reviewer decides on what there is"), _items(e)),
    "complaint.answered": lambda e: (_("The question was answered"), _items(e)),
    "complaint.decided": _decided,
    "complaint.withdrawn": lambda e: (_("Taken back"), _items(e)),
    "complaint.marked": lambda e: (_("Waits for another look"), _marked(e)),
    "complaint.unmarked": lambda e: (_("Looked at again"), _("What made it wait is settled")),
    "complaint.enforced": lambda e: (_("All measures carried out and confirmed"), ""),
    "complaint.responded": lambda e: (_("The other side answered; the desk reads it"), ""),
    "clock.started": lambda e: (_("A clock was started"), clock_words.name_of(e.payload["rule"])),
    "clock.paused": lambda e: (_("A clock stands still"), _clock_why(e, Clock.Pause)),
    "clock.resumed": lambda e: (_("A clock goes on"), clock_words.name_of(e.payload["rule"])),
    "clock.met": lambda e: (_("A clock was met"), clock_words.name_of(e.payload["rule"])),
    "clock.stopped": lambda e: (_("A clock was stopped"), _clock_why(e, Clock.End)),
    "clock.run_out": lambda e: (_("A clock ran out"), clock_words.name_of(e.payload["rule"])),
    "measure.sent": lambda e: (_("Measure sent to the marketplace"), ""),
    "measure.confirmed": lambda e: (_("Measure carried out, read back and confirmed"), ""),
    "measure.refused": lambda e: (_("The marketplace refused the measure; the desk is on it"), ""),
    "measure.partial": lambda e: (_("Measure half carried out; the desk is on it"), ""),
    "measure.contradicted": lambda e: (_("Reported as done, but still on offer; the desk is on it"), ""),
    "measure.retried": lambda e: (_("Measure sent again"), ""),
    "measure.settled": lambda e: (_("Measure settled by the desk"), ""),
    "measure.cancelled": lambda e: (_("Measure cancelled before it left"), ""),
    "measure.undone": lambda e: (_("Measure is taken back"), ""),
    "measure.kept": lambda e: (_("Measure stays: another decision asks for the same"), ""),
}


def chain_of(complaint: Complaint) -> QuerySet[Event]:
    """The chain of a complaint."""
    return Event.objects.filter(stream_kind="complaint", stream_id=str(complaint.pk))


def events_of(complaint: Complaint) -> list[Event]:
    """Lists the chain of a complaint, oldest first."""
    return list(chain_of(complaint).order_by("seq"))


def entries(events: Iterable[Event]) -> list[Entry]:
    """Turns events into lines, newest first; measures in a row are told once a kind, with their number."""
    lines: list[Entry] = []
    for is_measure, group in groupby((event for event in events if event.kind in WORDS), key=_is_measure):
        run = list(group)
        lines += _folded(run) if is_measure else map(_entry, run)
    lines.reverse()
    return [replace(lines[0], tone="now"), *lines[1:]] if lines else []


def _is_measure(event: Event) -> bool:
    return event.kind.startswith("measure.")


def _entry(event: Event) -> Entry:
    title, detail = WORDS[event.kind](event)
    return Entry(title, detail, event.at)


def _folded(run: Sequence[Event]) -> list[Entry]:
    """One line a kind, where the kind was last seen."""
    number = Counter(event.kind for event in run)
    last = {event.kind: event for event in run}
    lines = []
    for kind, event in sorted(last.items(), key=lambda pair: pair[1].seq):
        entry = _entry(event)
        many = ngettext("%d target", "%d targets", number[kind]) % number[kind]
        lines.append(replace(entry, detail=many) if number[kind] > 1 else entry)
    return lines


def of_complaint(complaint: Complaint, actor: Actor) -> list[Entry]:
    """Gives the timeline of a whole complaint, newest first; for an agent what concerns items that they may see."""
    return entries(seen_by(complaint, actor))


def seen_by(complaint: Complaint, actor: Actor) -> list[Event]:
    """Lists the events that this reader may see, oldest first, each with those of its items alone."""
    events = events_of(complaint)
    if actor.grants is None:
        return events
    items = set(complaint.items.covered(actor).values_list("pk", flat=True))
    measures = set(Measure.objects.filter(item__in=items).values_list("pk", flat=True))
    return [_narrowed(event, items) for event in events if _touches(event, items, measures)]


def _touches(event: Event, items: set[int], measures: set[int]) -> bool:
    if "measure" in event.payload:
        return event.payload["measure"] in measures
    return "items" not in event.payload or bool(items & set(event.payload["items"]))


def _narrowed(event: Event, items: set[int]) -> Event:
    """The event with fewer items, to be read and never saved."""
    if "items" in event.payload:
        event.payload = {**event.payload, "items": [pk for pk in event.payload["items"] if pk in items]}
    return event


def events_of_item(item: Item, actor: Actor) -> list[Event]:
    """Lists what concerned one item and its measures, oldest first, as this reader may see it."""
    measures = set(item.measures.values_list("pk", flat=True))
    return [event for event in seen_by(item.complaint, actor) if _concerns(event, item.pk, measures)]


def of_item(item: Item, actor: Actor) -> list[Entry]:
    """Gives the timeline of one item, newest first."""
    return entries(events_of_item(item, actor))


def _concerns(event: Event, item_id: int, measures: set[int]) -> bool:
    if "measure" in event.payload:
        return event.payload["measure"] in measures
    return item_id in event.payload.get("items", [item_id])

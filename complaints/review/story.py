"""A case's events with the names of who did them: what the desk sees, and nobody outside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.models import Complaint
from complaints.timeline import WORDS, Entry
from portal.accounts.models import User
from portal.ledger.models import Event

MOST = 200


def told(complaint: Complaint, most: int = MOST) -> list[Entry]:
    """Tells the newest events of a case with names, newest first; runs of one measure event become one line."""
    found = Event.objects.filter(stream_kind="complaint", stream_id=str(complaint.pk)).order_by("-seq")[:most]
    events = list(reversed(found))
    return list(reversed(_lines(events, _names(events))))


def _names(events: Sequence[Event]) -> dict[str, str]:
    ids = {int(event.actor[5:]) for event in events if event.actor.startswith("user:")}
    return {f"user:{user.pk}": user.get_short_name() for user in User.objects.filter(pk__in=ids)}


def _lines(events: Sequence[Event], names: Mapping[str, str]) -> list[Entry]:
    lines: list[Entry] = []
    run, last = 1, ("", "")
    for event in events:
        if event.kind not in WORDS:
            continue
        title, detail = WORDS[event.kind](event)
        same = (event.kind, event.actor) == last and event.kind.startswith("measure.")
        run = run + 1 if same else 1
        if same:
            lines.pop()
            detail = ngettext("%d target", "%d targets", run) % run
        who = _who(event.actor, names)
        lines.append(Entry(title, " · ".join(part for part in (who, detail) if part), event.at))
        last = (event.kind, event.actor)
    return lines


def _who(actor: str, names: Mapping[str, str]) -> str:
    if actor.startswith("key:"):
        return _("API key")
    return {"system": "", "public": _("Public form")}.get(actor, names.get(actor, ""))

"""The history of a right, told from its events: newest first, the desk under one name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from brands.models import Authorisation, IPRight, Verification
from brands.registers.renewals import LABELS
from brands.states import EVENT_LABELS
from portal.accounts.actors import Actor
from portal.accounts.models import Membership, User
from portal.ledger.models import Event


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline."""

    title: str
    detail: str
    at: datetime
    tone: str


def history_of(right: IPRight, actor: Actor) -> list[Entry]:
    """What happened to the right, in three queries; staff read names, members those of colleagues and of agencies."""
    events = list(Event.objects.filter(stream_kind="right", stream_id=str(right.pk)).order_by("-seq"))
    names = _names(right, actor, {event.actor for event in events})
    kept = {row.pk: row.reason for row in Verification.objects.filter(right=right)}
    return [
        Entry(
            title=str(EVENT_LABELS.get(event.kind, event.kind)),
            detail=_detail(event, names, kept),
            at=event.at,
            tone="now" if place == 0 else "done",
        )
        for place, event in enumerate(events)
    ]


def _detail(event: Event, names: dict[str, str], kept: dict[int, str]) -> str:
    who = names.get(event.actor) or (_("by an API key") if event.actor.startswith("key:") else _("by the desk"))
    if event.kind == "right.renewal_near":
        return _deadline(event)
    parts = [who, _deadline(event), kept.get(event.payload.get("verification", 0), "")]
    return " · ".join(part for part in parts if part)


def _deadline(event: Event) -> str:
    """Which deadline an event about renewals is about; "" for every other event."""
    if "rule" not in event.payload or "due" not in event.payload:
        return ""
    due = date_format(date.fromisoformat(event.payload["due"]), "j M Y")
    return _("%(what)s, due on %(due)s") % {"what": LABELS[event.payload["rule"]], "due": due}


def _names(right: IPRight, actor: Actor, references: set[str]) -> dict[str, str]:
    ids = {int(reference[5:]) for reference in references if reference.startswith("user:")}
    if actor.is_staff:
        people = User.objects.filter(pk__in=ids)
    else:
        agencies = Authorisation.objects.filter(organisation=right.organisation_id).exclude(granted_at=None)
        ours = Q(organisation=right.organisation_id) | Q(organisation__in=agencies.values("agency"))
        members = Membership.objects.filter(ours, user__in=ids)
        people = User.objects.filter(pk__in=members.values("user"))
    return {f"user:{user.pk}": user.get_full_name() for user in people}

"""The history of a right, told from its events: newest first, the desk under one name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from brands.models import IPRight, Verification
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
    """What happened to the right, in three queries; staff read names, members read those of their colleagues only."""
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
    parts = [who, kept.get(event.payload.get("verification", 0), "")]
    return " · ".join(part for part in parts if part)


def _names(right: IPRight, actor: Actor, references: set[str]) -> dict[str, str]:
    ids = {int(reference[5:]) for reference in references if reference.startswith("user:")}
    if actor.is_staff:
        people = User.objects.filter(pk__in=ids)
    else:
        members = Membership.objects.filter(organisation_id=right.organisation_id, user__in=ids)
        people = User.objects.filter(pk__in=members.values("user"))
    return {f"user:{user.pk}": user.get_full_name() for user in people}

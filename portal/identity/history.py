"""What became of an organisation's check, told from its events: newest first, the desk under one name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.actors import Actor
from portal.accounts.models import Membership, Organisation, User
from portal.identity.models import IdentityCheck
from portal.ledger.models import Event

LABELS: dict[str, Promise] = {
    "organisation.created": gettext_lazy("Set up"),
    "organisation.submitted": gettext_lazy("Sent to the desk"),
    "organisation.approved": gettext_lazy("Verified by the desk"),
    "organisation.rejected": gettext_lazy("Rejected by the desk"),
    "organisation.suspended": gettext_lazy("Suspended by the desk"),
    "organisation.reinstated": gettext_lazy("Reinstated by the desk"),
    "organisation.reopened": gettext_lazy("Back to the desk, as its owner changed"),
    "organisation.reach_changed": gettext_lazy("Address or telephone changed"),
    "organisation.document_deleted": gettext_lazy("A document was deleted, as its time was over"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline."""

    title: str
    detail: str
    at: datetime
    tone: str


def history_of(organisation: Organisation, actor: Actor) -> list[Entry]:
    """What happened, in four queries; staff read names, members read those of their colleagues only."""
    rows = Event.objects.filter(stream_kind="organisation", stream_id=str(organisation.pk), kind__in=list(LABELS))
    events = list(rows.order_by("-seq"))
    names = _names(organisation, actor, {event.actor for event in events})
    reasons = dict(IdentityCheck.objects.filter(organisation=organisation).values_list("pk", "reason"))
    return [
        Entry(
            title=str(LABELS[event.kind]),
            detail=_detail(event, names, reasons),
            at=event.at,
            tone="now" if place == 0 else "done",
        )
        for place, event in enumerate(events)
    ]


def _detail(event: Event, names: dict[str, str], reasons: dict[int, str]) -> str:
    by_itself = _("by the clock") if event.actor == "system" else _("by the desk")
    parts = [names.get(event.actor) or by_itself, reasons.get(event.payload.get("check", 0), "")]
    return " · ".join(part for part in parts if part)


def _names(organisation: Organisation, actor: Actor, references: set[str]) -> dict[str, str]:
    ids = {int(reference[5:]) for reference in references if reference.startswith("user:")}
    people = User.objects.filter(pk__in=ids)
    if not actor.is_staff:
        members = Membership.objects.filter(organisation=organisation, user__in=ids)
        people = people.filter(pk__in=members.values("user"))
    return {f"user:{user.pk}": user.get_full_name() for user in people}

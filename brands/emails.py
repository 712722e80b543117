"""Mails about rights, to the people who look after them; handlers run from the outbox and may run twice."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from brands.models import IPRight, RightConflict, Verification
from portal.accounts.models import Membership, Role
from portal.ledger.events import subscribe
from portal.ledger.mail import deliver_mail
from portal.ledger.models import Event
from portal.ledger.outbox import task

KINDS = (
    "right.submitted",
    "right.approved",
    "right.rejected",
    "right.suspended",
    "right.reinstated",
    "right.reopened",
    "right.differs",
    "right.agrees",
    "right.owner_accepted",
    "right.conflict",
    "right.conflict_settled",
)
TELL = "brands.tell_right"


def listen() -> None:
    """Called once the apps are ready."""
    for kind in KINDS:
        subscribe(kind, TELL)


@task(TELL)
def tell_right(event_id: int) -> None:
    """Mails what happened to a right to the administrators and rights owners of its organisation."""
    event = Event.objects.get(pk=event_id)
    if event.payload.get("one_of_many"):  # who sent them saw them all answered on one page
        return
    right = IPRight.objects.select_related("organisation", "family").get(pk=int(event.stream_id))
    context = {"right": right, "path": reverse("brands:right", args=[right.public_id]), "reason": _reason(event)}
    for membership in readers_of(right):
        user = membership.user
        deliver_mail(
            event=event,
            to_email=user.email,
            template=f"emails/brands/{event.kind}",
            context={**context, "user": user},
            language=user.language or "en",
        )


def readers_of(right: IPRight) -> Iterable[Membership]:
    """Who is told: active administrators and rights owners, oldest member first."""
    people = Membership.objects.filter(organisation=right.organisation, is_active=True, user__is_active=True)
    people = people.filter(role__in=[Role.ADMINISTRATOR, Role.RIGHTS_OWNER])
    return people.select_related("user").order_by("created_at", "id")


def _reason(event: Event) -> str:
    """The words of this very decision, not of a later one."""
    if conflict := event.payload.get("conflict"):
        return RightConflict.objects.get(pk=conflict).reason
    kept = Verification.objects.filter(pk=event.payload.get("verification")).first()
    return kept.reason if kept else ""

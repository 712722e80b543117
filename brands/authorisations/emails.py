"""Mails about authorisations: each side is told from the event in its own chain. Handlers may run twice."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from brands.models import Authorisation
from portal.accounts.models import Membership, User
from portal.ledger.events import subscribe
from portal.ledger.mail import deliver_mail
from portal.ledger.models import Event
from portal.ledger.outbox import task

KINDS = (
    "authorisation.asked",
    "authorisation.granted",
    "authorisation.refused",
    "authorisation.ended",
    "authorisation.ending",
    "authorisation.over",
)


@task("brands.tell_authorisation")
def tell_authorisation(event_id: int) -> None:
    """Mails what happened to an authorisation to the administrators of one side and, among members, to the agent."""
    event = Event.objects.get(pk=event_id)
    rows = Authorisation.objects.select_related("organisation", "agency", "member__user")
    row = rows.get(pk=event.payload["authorisation"])
    tenant = int(event.stream_id)
    for user, is_agent in _readers(row, tenant):
        deliver_mail(
            event=event,
            to_email=user.email,
            template=f"emails/authorisations/{event.kind}",
            context={
                "row": row,
                "principal": row.principal_for(tenant),
                "user": user,
                "to_principal": tenant == row.organisation_id and not is_agent,
                "days": event.payload.get("days", 0),
                "path": reverse("authorisations:one", args=[row.public_id]),
            },
            language=user.language or "en",
        )


def _readers(row: Authorisation, tenant: int) -> Iterator[tuple[User, bool]]:
    """Who is told on this side, and whether they are the agent."""
    agent = row.member.user if row.member is not None and tenant == row.organisation_id else None
    people = Membership.objects.administrators().filter(organisation=tenant).select_related("user")
    for membership in people.order_by("created_at", "id"):
        if membership.user != agent:
            yield membership.user, False
    if agent is not None and agent.is_active:
        yield agent, True


for _kind in KINDS:
    subscribe(_kind, "brands.tell_authorisation")

"""Mails about renewals: one digest a day for an organisation, and what the desk made of a declared renewal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse

from brands.models import IPRight, Renewal, RenewalReminder
from brands.renewals.reading import Row, of_right
from portal.accounts.models import Membership, Role
from portal.ledger.events import subscribe
from portal.ledger.mail import deliver_mail
from portal.ledger.models import Event
from portal.ledger.outbox import task

DIGEST, ANSWERED = "brands.mail_renewals_near", "brands.mail_renewal_answered"
MOST_LINES = 50


@task(DIGEST)
def mail_renewals_near(event_id: int) -> None:
    """Mails today's reminders of an organisation to its administrators and rights owners, soonest first."""
    event = Event.objects.get(pk=event_id)
    listed = _rows(event)
    context = {"rows": listed[:MOST_LINES], "more": max(0, len(listed) - MOST_LINES), "count": len(listed)}
    if listed:
        _tell(event, int(event.stream_id), "renewals_near", {**context, "link": _link("brands:renewals")})


@task(ANSWERED)
def mail_renewal_answered(event_id: int) -> None:
    """Mails what the desk decided about a declared renewal."""
    event = Event.objects.get(pk=event_id)
    renewal = Renewal.objects.select_related("right__family").get(pk=event.payload["renewal"])
    context = {"renewal": renewal, "right": renewal.right}
    link = _link("brands:right", renewal.right.public_id)
    _tell(event, renewal.right.organisation_id, event.kind.partition(".")[2], {**context, "link": link})


def _rows(event: Event) -> list[Row]:
    """The deadlines that this digest is about, as they stand on its day; what was done since is left out."""
    reminders = RenewalReminder.objects.filter(pk__in=event.payload["reminders"])
    wanted = {(row.right_id, row.rule, row.due_on) for row in reminders}
    rights = IPRight.objects.filter(pk__in={right for right, _rule, _due in wanted}).select_related("brand", "family")
    listed = [row for right in rights for row in of_right(right, event.at.date())]
    open_ones = [row for row in listed if row.renewal is None]
    found = [row for row in open_ones if (row.right.pk, row.deadline.rule, row.deadline.due) in wanted]
    return sorted(found, key=lambda row: (row.deadline.due, row.right.pk, row.deadline.rule))


def _tell(event: Event, organisation_id: int, template: str, context: dict[str, Any]) -> None:
    for membership in _readers(organisation_id):
        user = membership.user
        deliver_mail(
            event=event,
            to_email=user.email,
            template=f"emails/renewals/{template}",
            context={**context, "user": user},
            language=user.language or "en",
        )


def _readers(organisation_id: int) -> Iterable[Membership]:
    """Active administrators and rights owners, oldest member first."""
    people = Membership.objects.filter(organisation=organisation_id, is_active=True, user__is_active=True)
    people = people.filter(role__in=[Role.ADMINISTRATOR, Role.RIGHTS_OWNER])
    return people.select_related("user").order_by("created_at", "id")


def _link(name: str, *args: object) -> str:
    return settings.ORIGIN + reverse(name, args=args)


subscribe("organisation.renewals_near", DIGEST)
subscribe("right.renewed", ANSWERED)
subscribe("right.renewal_refused", ANSWERED)

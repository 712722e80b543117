"""Mails about authorised sellers: to the brand when somebody asks, to who asked when it answers or ends it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from brands.models import AuthorisedSeller
from portal.accounts.models import Membership, Role
from portal.ledger.events import subscribe
from portal.ledger.mail import deliver_mail
from portal.ledger.models import Event
from portal.ledger.outbox import task

ASKED, ANSWERED = "brands.mail_seller_asked", "brands.mail_seller_answered"


@task(ASKED)
def mail_seller_asked(event_id: int) -> None:
    """Tells the administrators and rights owners of a brand that a seller asks to be listed."""
    event, row = _of(event_id)
    people = Membership.objects.filter(organisation=row.organisation, is_active=True, user__is_active=True)
    people = people.filter(role__in=[Role.ADMINISTRATOR, Role.RIGHTS_OWNER]).select_related("user")
    link = settings.ORIGIN + reverse("sellers:one", args=[row.public_id])
    for membership in people.order_by("created_at", "id"):
        user = membership.user
        _tell(event, row, user.email, user.language, {"link": link, "user": user})


@task(ANSWERED)
def mail_seller_answered(event_id: int) -> None:
    """Tells who asked what the brand answered, and that an entry which came of it has ended; others did not ask."""
    event, row = _of(event_id)
    user = row.asked_by
    if event.payload.get("changed"):
        return
    if user is None or not user.is_active or not row.account.holders.filter(pk=user.pk).exists():
        return
    link = settings.ORIGIN + reverse("selling:list")
    _tell(event, row, user.email, user.language, {"link": link, "user": user})


def _of(event_id: int) -> tuple[Event, AuthorisedSeller]:
    event = Event.objects.get(pk=event_id)
    rows = AuthorisedSeller.objects.select_related("organisation", "brand", "right__family", "account", "asked_by")
    return event, rows.get(pk=event.payload["seller"])


def _tell(event: Event, row: AuthorisedSeller, address: str, language: str, context: dict[str, Any]) -> None:
    deliver_mail(
        event=event,
        to_email=address,
        template=f"emails/sellers/{event.kind.partition('.')[2]}",
        context={"row": row, **context},
        language=language or "en",
    )


subscribe("seller.asked", ASKED)
for kind in ("seller.listed", "seller.refused", "seller.ended"):
    subscribe(kind, ANSWERED)

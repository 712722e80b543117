"""Mails about an organisation's standing and about requests to recover it; they may run twice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse

from portal.accounts.models import Organisation, User
from portal.identity.models import IdentityCheck, RecoveryRequest
from portal.ledger.mail import deliver_mail
from portal.ledger.models import Event

TELL, TELL_ASKER, WARN = "identity.tell_administrators", "identity.tell_asker", "identity.warn_of_recovery"
KINDS = (
    "organisation.submitted",
    "organisation.approved",
    "organisation.rejected",
    "organisation.suspended",
    "organisation.reinstated",
    "organisation.reopened",
)


def tell_administrators(*, event_id: int) -> None:
    """Mails what became of the check to the organisation's administrators."""
    event, organisation = _event(event_id)
    check = IdentityCheck.objects.filter(pk=event.payload.get("check", 0)).first()
    context = {"organisation": organisation, "reason": check.reason if check else "", "path": reverse("identity:page")}
    for user in administrators_of(organisation):
        _mail(event, user.email, user, f"emails/identity/{event.kind}", context)


def warn_of_recovery(*, event_id: int) -> None:
    """Tells everybody who could know better that somebody asks to become administrator."""
    event, organisation = _event(event_id)
    asked = RecoveryRequest.objects.select_related("asked_by").get(pk=event.payload["request"])
    context = {"organisation": organisation, "request": asked}
    people = list(administrators_of(organisation))
    for user in people:
        _mail(event, user.email, user, f"emails/identity/{event.kind}", context)
    if organisation.register_contact and organisation.register_contact not in {user.email for user in people}:
        _mail(event, organisation.register_contact, None, f"emails/identity/{event.kind}", context)


def tell_asker(*, event_id: int) -> None:
    """Tells who asked what was decided; one who is no member of the organisation hears of a refusal nothing."""
    event, organisation = _event(event_id)
    asked = RecoveryRequest.objects.select_related("asked_by").get(pk=event.payload["request"])
    granted = asked.state == RecoveryRequest.State.APPROVED
    if not granted and not organisation.memberships.active().filter(user=asked.asked_by).exists():
        return
    context = {"organisation": organisation, "reason": asked.reason, "path": reverse("accounts:organisation")}
    _mail(event, asked.asked_by.email, asked.asked_by, f"emails/identity/{event.kind}", context)


def administrators_of(organisation: Organisation) -> Iterable[User]:
    """Who runs it today, oldest member first."""
    rows = organisation.memberships.administrators().select_related("user").order_by("created_at", "id")
    return [row.user for row in rows]


def _event(event_id: int) -> tuple[Event, Organisation]:
    event = Event.objects.get(pk=event_id)
    return event, Organisation.objects.get(pk=int(event.stream_id))


def _mail(event: Event, address: str, user: User | None, template: str, context: dict[str, Any]) -> None:
    language = (user.language if user else "") or settings.LANGUAGE_CODE
    deliver_mail(event=event, to_email=address, template=template, context={**context, "user": user}, language=language)

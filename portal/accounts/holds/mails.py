"""Who is told of a hold by mail, at once and at its end. Handlers run from the outbox and may run twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse

from portal.accounts import record
from portal.accounts.holds import links, people, words
from portal.accounts.models import Hold, HoldKind, HoldState, User, fold_email


@dataclass(frozen=True, slots=True)
class Reader:
    """One address that is told, in whose language, and the link with which they stop it ("" for who has none)."""

    email: str
    language: str
    link: str = ""


def mail_started(*, event_id: int) -> None:
    """Tells every administrator who was there before and the register contact, of its change the old and the new."""
    event, hold = _of(event_id)
    for reader in _once([*_witnesses(hold), *_contacts(hold)]):
        _send(event, hold, reader, "hold.started")


def mail_approved(*, event_id: int) -> None:
    """Tells the same people that a second person agreed, while it can still be stopped."""
    event, hold = _of(event_id)
    if hold.is_open:
        for reader in _once([*_witnesses(hold), *_contacts(hold)]):
            _send(event, hold, reader, "hold.approved")


def mail_ended(*, event_id: int) -> None:
    """Tells everybody how it ended: administrators, who started it, whom it is about, and the contacts."""
    event, hold = _of(event_id)
    template = "hold.stopped" if hold.state == HoldState.STOPPED else "hold.released"
    for reader in _once([*_everybody(hold), *_contacts(hold)]):
        _send(event, hold, Reader(reader.email, reader.language), template)


def _of(event_id: int) -> tuple[Any, Hold]:
    event = record.event_of(event_id)
    return event, Hold.objects.for_words().get(pk=event.payload["hold"])


def _witnesses(hold: Hold) -> Iterator[Reader]:
    """The administrators of before; a member whose factor was lost as well, for it is their account."""
    people_told = {row.user_id: row.user for row in people.existing(hold.organisation).select_related("user")}
    if hold.kind == HoldKind.SECOND_FACTOR_LOST and hold.membership is not None:
        people_told.setdefault(hold.membership.user_id, hold.membership.user)
    for user in people_told.values():
        yield Reader(user.email, _language(user), links.stop_link(hold, user))


def _contacts(hold: Hold) -> Iterator[Reader]:
    """The register contact, a witness of every hold; of its own change the new one as well, who has no say."""
    old, new = links.contact_of(hold), ""
    if hold.kind == HoldKind.CONTACT_CHANGED:
        new = fold_email(hold.change.get("to", ""))
    if old:
        yield Reader(old, settings.LANGUAGE_CODE, links.stop_link(hold, old))
    if new:
        yield Reader(new, settings.LANGUAGE_CODE)


def _once(readers: list[Reader]) -> Iterator[Reader]:
    """Each address once, the first time that it comes: an individual may be their own register contact."""
    seen: set[str] = set()
    for reader in readers:
        address = fold_email(reader.email)
        if address not in seen:
            seen.add(address)
            yield reader


def _everybody(hold: Hold) -> Iterator[Reader]:
    told = {row.user_id: row.user for row in people.existing(hold.organisation).select_related("user")}
    about = hold.membership.user if hold.membership is not None else None
    for user in (about, hold.started_by):
        if user is not None and user.is_active and not user.is_staff:
            told.setdefault(user.pk, user)
    for user in told.values():
        yield Reader(user.email, _language(user))


def _language(user: User) -> str:
    return user.language or settings.LANGUAGE_CODE


def _send(event: Any, hold: Hold, reader: Reader, template: str) -> None:
    record.deliver_mail(
        event=event,
        to_email=reader.email,
        template=f"emails/accounts/{template}",
        context={
            "hold": hold,
            "organisation": hold.organisation.name,
            "words": words.Told(hold),
            "link": reader.link,
            "page": settings.ORIGIN + reverse("accounts:organisation"),
            "hours": settings.HOLD_HOURS,
        },
        language=reader.language,
    )

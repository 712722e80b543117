"""What is said to somebody whose powers rest: until when at the earliest, and what it takes."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor, held
from portal.accounts.models import Membership
from portal.errors import Forbidden

CODE = "on_hold"


def words(until: datetime, *, approved: bool = False) -> str:
    """Says in the reader's zone when the rest may end and what is needed; until then nothing but reading goes.

    `approved` says that a second person has agreed, so that nothing but time is missing.
    """
    if approved:
        return _of_approved(until)
    if until <= timezone.now():
        return _("A change in your organisation waits for a second person to approve it. Until then you can only read.")
    text = _(
        "A change in your organisation is on hold. It ends on %(until)s at the earliest, and not before a second "
        "person has approved it. Until then you can only read."
    )
    return text % {"until": moment(until)}


def _of_approved(until: datetime) -> str:
    if until <= timezone.now():
        return _(
            "A change in your organisation was approved and takes effect in a moment. Until then you can only read."
        )
    text = _(
        "A change in your organisation is on hold. A second person has approved it, and it takes effect on %(until)s. "
        "Until then you can only read."
    )
    return text % {"until": moment(until)}


def moment(until: datetime) -> str:
    """Gives a moment in the reader's zone with its name, for texts that stand alone."""
    local = timezone.localtime(until)
    return f"{date_format(local, 'j M Y, H:i')} {local.tzname()}"


def refusal(until: datetime, *, approved: bool = False) -> Forbidden:
    """The one answer to everything that somebody at rest wants to change (HTTP 403)."""
    return Forbidden(CODE, words(until, approved=approved))


def check(actor: Actor) -> None:
    """Raises Forbidden while this actor rests."""
    if actor.held_until is not None:
        raise refusal(actor.held_until, approved=actor.held_approved)


def refusal_of(membership: Membership) -> Forbidden | None:
    """The refusal that holds for this membership as it is in the database now; None where nothing rests."""
    until, approved = held(membership)
    return refusal(until, approved=approved) if until is not None else None


def check_member(membership: Membership) -> None:
    """Raises Forbidden while this membership rests, read anew: for verbs that have it locked."""
    found = refusal_of(membership)
    if found is not None:
        raise found

"""Holds as an administrator reads them: what is open, what ended lately, and which buttons are theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.accounts.actors import Actor
from portal.accounts.holds import people
from portal.accounts.holds.words import Told, name_of, subject_name
from portal.accounts.models import Hold, HoldKind, MembershipQuerySet, Organisation

SHOWN_FOR = timedelta(days=30)
MOST_SHOWN = 20


__all__ = ["Row", "Told", "roles_on_hold", "row", "rows", "subject_name"]


@dataclass(frozen=True, slots=True)
class Row:
    """One hold with its words and what this reader may do; `is_own` is one that they started, and may take back."""

    hold: Hold
    told: Told
    started_by: str
    may_approve: bool
    may_stop: bool
    is_own: bool


def roles_on_hold(organisation: Organisation) -> MembershipQuerySet:
    """Keeps the members whose role nobody changes before the hold about it is settled."""
    kinds = (*people.NEWCOMERS, HoldKind.ADMINISTRATOR_REMOVED)
    held = Hold.objects.open().filter(kind__in=kinds, membership__isnull=False)
    return organisation.memberships.filter(pk__in=held.values("membership"))


def row(hold: Hold, actor: Actor) -> Row:
    """Gives one hold as this actor reads it."""
    return Row(
        hold=hold,
        told=Told(hold),
        started_by=name_of(hold.started_by),
        may_approve=hold.is_open and hold.approved_at is None and people.may_approve(actor, hold),
        may_stop=hold.is_open and people.may_stop(actor, hold),
        is_own=actor.user is not None and actor.user.pk == hold.started_by_id,
    )


def rows(actor: Actor, now: datetime) -> list[Row]:
    """Gives the organisation's open holds, oldest first, then those that ended in the last 30 days."""
    mine = Hold.objects.visible_to(actor).for_words()
    ended = mine.filter(ended_at__gt=now - SHOWN_FOR).order_by("-ended_at", "-id")
    found = [*mine.open().order_by("ends_at", "id")[:MOST_SHOWN], *ended[:MOST_SHOWN]]
    return [row(hold, actor) for hold in found]

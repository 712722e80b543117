"""The secret address of a calendar feed: one for each person and organisation, shown once, kept as a hash."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from brands.models import CalendarFeed
from portal.accounts import rest
from portal.accounts.actors import Actor, ActorKind, for_principal, member_actor_for
from portal.accounts.models import Organisation, User
from portal.errors import Forbidden
from portal.ledger.canonical import JSON
from portal.ledger.events import append


def make_feed(*, actor: Actor, now: datetime) -> tuple[CalendarFeed, str]:
    """Makes a feed and gives its token, this once; a feed that was there ends. Raises Forbidden for keys and staff."""
    user, organisation = _person(actor)
    rest.check(actor)
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        _end(actor, user, organisation, now)
        feed = CalendarFeed.objects.create(
            organisation=organisation, user=user, token_hash=digest(token), created_at=now
        )
        _tell(actor, feed, "calendar.feed_made", now)
    return feed, token


def revoke_feed(*, actor: Actor, now: datetime) -> bool:
    """Ends this person's feed; False where there was none."""
    user, organisation = _person(actor)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        return _end(actor, user, organisation, now)


def find_feed(*, token: str, now: datetime) -> tuple[CalendarFeed, Actor] | None:
    """The feed of this token and who reads by it today.

    None alike for one that never was, was revoked, or whose person may read nothing of the organisation any more.
    """
    feed = CalendarFeed.objects.filter(token_hash=digest(token), revoked_at=None)
    found = feed.select_related("organisation", "user").first()
    actor = _reader(found) if found is not None else None
    if found is None or actor is None:
        return None
    CalendarFeed.objects.filter(pk=found.pk).update(last_read_at=now)
    return found, actor


def digest(token: str) -> str:
    """What the table keeps of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _reader(feed: CalendarFeed) -> Actor | None:
    """Who this person is for the organisation today: a member, or an agent of it with an authorisation in force."""
    user = feed.user
    if not user.is_active or user.is_staff:
        return None
    for membership in user.active_memberships():
        membership.user = user
        actor: Actor | None = member_actor_for(membership)
        if actor is not None and membership.organisation_id != feed.organisation_id:
            actor = for_principal(actor, feed.organisation)
        if actor is not None and (actor.grants is None or actor.grants) and _for(actor, feed):
            return actor
    return None


def _for(actor: Actor, feed: CalendarFeed) -> bool:
    return actor.can_read and actor.organisation is not None and actor.organisation.pk == feed.organisation_id


def _person(actor: Actor) -> tuple[User, Organisation]:
    if actor.kind is not ActorKind.MEMBER or actor.user is None or actor.organisation is None:
        raise Forbidden("person_needed", _("A calendar feed belongs to a person of the organisation."))
    if actor.organisation.is_agency:
        raise Forbidden("principal_missing", _("Choose a principal first: an agency never acts for itself."))
    return actor.user, actor.organisation


def _end(actor: Actor, user: User, organisation: Organisation, now: datetime) -> bool:
    open_one = CalendarFeed.objects.filter(user=user, organisation=organisation, revoked_at=None).first()
    if open_one is None:
        return False
    open_one.revoked_at = now
    open_one.save(update_fields=["revoked_at"])
    _tell(actor, open_one, "calendar.feed_revoked", now)
    return True


def _tell(actor: Actor, feed: CalendarFeed, kind: str, now: datetime) -> None:
    payload: dict[str, JSON] = {"feed": feed.pk, "user": feed.user_id}
    append(stream=("organisation", feed.organisation_id), kind=kind, actor=actor, payload=payload, now=now)

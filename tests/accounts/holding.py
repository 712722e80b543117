"""Organisations in which something is on hold, made through the verbs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from portal.accounts import tenants
from portal.accounts.actors import Actor, ActorKind
from portal.accounts.invitations import token_for
from portal.accounts.models import Hold, HoldKind, Membership, Organisation, Role, User
from tests.accounts.factories import actor_for_member, make_member, make_organisation, make_user

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOURS = timedelta(hours=72)
LONG_AGO = NOW - timedelta(days=400)


def administrators(count: int, organisation: Organisation | None = None) -> list[Membership]:
    """Makes so many administrators of one organisation, all of them long in their role."""
    tenant = organisation or make_organisation()
    made = [make_member(tenant) for _each in range(count)]
    tenant.memberships.update(created_at=LONG_AGO, role_since=LONG_AGO)
    return made


def person(user: User) -> Actor:
    return Actor(kind=ActorKind.MEMBER, user=user)


def promote(by: Membership, member: Membership | None = None, now: datetime = NOW) -> Hold:
    """Makes a member administrator, which begins a hold."""
    newcomer = member or make_member(by.organisation, Role.RIGHTS_OWNER)
    tenants.change_role(actor=actor_for_member(by), membership_id=newcomer.pk, role=Role.ADMINISTRATOR, now=now)
    return Hold.objects.get(membership=newcomer, kind=HoldKind.ADMINISTRATOR_ADDED, state="open")


def invite_administrator(by: Membership, email: str = "new@example.test", now: datetime = NOW) -> Hold:
    """Invites an administrator, who accepts."""
    sent = tenants.invite(actor=actor_for_member(by), email=email, role=Role.ADMINISTRATOR, now=now)
    user = User.objects.filter(email=email).first() or make_user(email)
    joined = tenants.accept_invitation(actor=person(user), token=token_for(sent.public_id), now=now)
    return Hold.objects.get(membership=joined, state="open")


def demote(by: Membership, member: Membership, role: str = "", now: datetime = NOW) -> Hold:
    """Asks for an administrator to be removed, or to get another role."""
    actor = actor_for_member(by)
    if role:
        tenants.change_role(actor=actor, membership_id=member.pk, role=role, now=now)
    else:
        tenants.remove_member(actor=actor, membership_id=member.pk, now=now)
    return Hold.objects.get(membership=member, kind=HoldKind.ADMINISTRATOR_REMOVED, state="open")


def again(membership: Membership) -> Membership:
    """Reads a membership anew, with its person and organisation."""
    return Membership.objects.select_related("user", "organisation").get(pk=membership.pk)

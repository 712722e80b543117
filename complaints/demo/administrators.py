"""What the administrators of the demo do beside cases: a partner and a deputy join, single sign-on is prepared."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from complaints.demo.accounts import Cast
from portal.accounts import holds, sso, tenants
from portal.accounts.actors import Actor, ActorKind
from portal.accounts.invitations import token_for
from portal.accounts.models import Hold, Role, SignOn
from portal.accounts.sso.plans import Plan

REASON = "The owner confirmed it by telephone, on the number of the company register."


def partner_joins(people: Cast, now: datetime) -> Hold:
    """The owner invites a partner; as there was no other administrator, a senior of the desk was the second person."""
    hold = _join(people, "owner", "partner", now)
    holds.approve(actor=people.staff("senior"), hold=hold, reason=REASON, now=now + timedelta(hours=20))
    return holds.release(hold=hold, now=hold.ends_at)


def deputy_waits(people: Cast, now: datetime) -> Hold:
    """The partner has invited a deputy, who can only read until the owner approves it, or stops it."""
    return _join(people, "partner", "deputy", now - timedelta(hours=6))


def plan_single_sign_on(people: Cast, now: datetime) -> SignOn:
    """The owner has typed in the company's provider; it stays off, as nobody answers at its address to try it with."""
    plan = Plan(
        name="tarnfell",
        issuer="https://id.tarnfell.example",
        client_id="rightsdesk",
        client_secret=secrets.token_urlsafe(32),
        mapping={"brand-protection": Role.RIGHTS_OWNER.value, "legal": Role.VIEWER.value},
    )
    return sso.set_up(actor=people.member("owner"), plan=plan, now=now)


def _join(people: Cast, by: str, name: str, now: datetime) -> Hold:
    guest, role = people.user(name), Role.ADMINISTRATOR.value
    invitation = tenants.invite(actor=people.member(by), email=guest.email, role=role, now=now)
    joined = tenants.accept_invitation(
        actor=Actor(kind=ActorKind.MEMBER, user=guest),
        token=token_for(invitation.public_id),
        now=now + timedelta(minutes=50),
    )
    return Hold.objects.open().get(membership=joined)

"""Who was there before a change, who may agree to it and who may stop it: read anew each time."""

from __future__ import annotations

from portal.accounts.actors import Actor, ActorKind
from portal.accounts.models import Hold, HoldKind, Membership, MembershipQuerySet, Organisation, Role, StaffRole

# Whose own role is what rests: they were no administrators before.
NEWCOMERS = (HoldKind.ADMINISTRATOR_ADDED, HoldKind.ADMINISTRATOR_RECOVERED)


def awake(members: MembershipQuerySet) -> MembershipQuerySet:
    """Keeps members whose powers do not rest."""
    return members.exclude(pk__in=Hold.objects.resting().values("membership"))


def existing(organisation: Organisation) -> MembershipQuerySet:
    """The administrators who are told and may stop: all but those whose own role is on hold."""
    new = Hold.objects.open().filter(kind__in=NEWCOMERS, membership__isnull=False)
    return organisation.memberships.administrators().exclude(pk__in=new.values("membership"))


def approvers(hold: Hold) -> MembershipQuerySet:
    """The administrators who may agree: neither who started it, nor whom it is about, nor anybody at rest.

    Nor who stands behind it: the people who run the sign-in whose groups have asked for it.
    """
    others = awake(hold.organisation.memberships.administrators()).exclude(user__in=hold.change.get("barred", ()))
    if hold.membership_id is not None:
        others = others.exclude(pk=hold.membership_id)
    return others if hold.started_by_id is None else others.exclude(user=hold.started_by_id)


def needs_desk(hold: Hold) -> bool:
    """Says whether a senior of the desk has to agree, because no other administrator can."""
    return not approvers(hold).exists()


def membership_of(actor: Actor, organisation: Organisation) -> Membership | None:
    """The actor's own active membership today; None for staff, keys, agencies' people and strangers."""
    if actor.kind != ActorKind.MEMBER or actor.user is None:
        return None
    return organisation.memberships.active().filter(user=actor.user, user__is_active=True).first()


def may_approve(actor: Actor, hold: Hold) -> bool:
    """Says whether this actor may be the second person."""
    if actor.is_staff and actor.user is not None:
        return actor.has_staff_role(StaffRole.SENIOR) and actor.user.pk != hold.started_by_id and needs_desk(hold)
    own = membership_of(actor, hold.organisation)
    return own is not None and approvers(hold).filter(pk=own.pk).exists()


def may_stop(actor: Actor, hold: Hold) -> bool:
    """Says whether this actor may stop it: a senior of the desk, whom it is about, an administrator of before.

    Somebody who is to be removed stays a witness of everything else; whoever rests for another reason is none.
    """
    if actor.is_staff:
        return actor.has_staff_role(StaffRole.SENIOR)
    own = membership_of(actor, hold.organisation)
    if own is None:
        return False
    if own.pk == hold.membership_id:
        return True
    suspect = Hold.objects.resting().exclude(kind=HoldKind.ADMINISTRATOR_REMOVED).filter(membership=own)
    return own.role == Role.ADMINISTRATOR and not suspect.exists()

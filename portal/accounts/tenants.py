"""The verbs of tenants: make an organisation, invite, join, change a role, remove, switch."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts import record
from portal.accounts.actors import Actor, ActorKind
from portal.accounts.inputs import check_organisation, check_role, plain_address
from portal.accounts.invitations import hash_of, token_for, verified_addresses
from portal.accounts.models import (
    INVITATION_LIFE,
    Invitation,
    Membership,
    Organisation,
    Role,
    User,
)
from portal.errors import Conflict, Forbidden, NotFound, Refused

INVITATIONS_A_DAY = 100
INVITATIONS_A_DAY_TO_ONE = 5
ORGANISATIONS_EACH = 20


def create_organisation(*, actor: Actor, name: str, country: str, kind: str, now: datetime) -> Organisation:
    """Makes an organisation and its first administrator; raises Refused or Forbidden."""
    user = _person(actor)
    name = " ".join(unicodedata.normalize("NFC", name).split())
    check_organisation(name, country, kind)
    if user.active_memberships().count() >= ORGANISATIONS_EACH:
        raise Refused("too_many_organisations", _("You belong to as many organisations as one account may."))
    with transaction.atomic():
        organisation = Organisation.objects.create(name=name, country=country, kind=kind, created_at=now)
        membership = Membership.objects.create(
            organisation=organisation, user=user, role=Role.ADMINISTRATOR, created_at=now
        )
        payload = {"kind": kind, "country": country, "user": user.pk, "membership": membership.pk}
        _append(organisation, "organisation.created", actor, payload, now)
    return organisation


def invite(*, actor: Actor, email: str, role: str, now: datetime) -> Invitation:
    """Invites an address for 7 days, replacing an open invitation; raises Refused, Forbidden or Conflict.

    The answer is the same whether or not the address has an account.
    """
    address = plain_address(email)
    check_role(role)
    with transaction.atomic():
        organisation = _managed(actor)
        if any(member.email == address for member in _people(organisation)):
            raise Conflict("already_member", _("This address belongs to a member already."), "email")
        _check_pace(organisation, address, now)
        for open_one in organisation.invitations.filter(email=address, accepted_at=None, revoked_at=None):
            _revoke(open_one, actor, now)
        invitation = _new_invitation(organisation, _person(actor), address, role, now)
        invitation.email_salt, digest = record.commit_text(address)
        invitation.save(update_fields=["email_salt"])
        payload = {"invitation": invitation.pk, "role": role, "email": digest}
        _append(organisation, "organisation.invited", actor, payload, now)
    return invitation


def revoke_invitation(*, actor: Actor, public_id: UUID, now: datetime) -> Invitation:
    """Takes an invitation back; raises NotFound for one of another organisation, Conflict for an ended one."""
    with transaction.atomic():
        organisation = _managed(actor)
        invitation = organisation.invitations.select_for_update().filter(public_id=public_id).first()
        if invitation is None:
            raise NotFound("no_invitation", _("There is no such invitation."))
        if invitation.accepted_at or invitation.revoked_at:
            raise Conflict("invitation_ended", _("This invitation has ended already."))
        _revoke(invitation, actor, now)
    return invitation


def find_invitation(*, token: str, now: datetime) -> Invitation:
    """Gives the open invitation of a link; raises NotFound for an unknown one, Conflict for an ended one."""
    row = Invitation.objects.select_related("organisation", "invited_by").filter(token_hash=hash_of(token)).first()
    return _open_or_raise(row, now)


def accept_invitation(*, actor: Actor, token: str, now: datetime) -> Membership:
    """Makes the invited person a member; only an account with the invited address, verified, may accept."""
    user = _person(actor)
    with transaction.atomic():
        row = Invitation.objects.select_for_update().filter(token_hash=hash_of(token)).first()
        invitation = _open_or_raise(row, now)
        if invitation.email not in verified_addresses(user):
            raise Forbidden(
                "other_address",
                _("This invitation was sent to another address. Sign in with the account that has it."),
            )
        membership = _join(invitation, user, now)
        invitation.accepted_at = now
        invitation.save(update_fields=["accepted_at"])
        payload = {
            "invitation": invitation.pk,
            "membership": membership.pk,
            "user": user.pk,
            "role": membership.role,
        }
        _append(membership.organisation, "organisation.joined", actor, payload, now)
    return membership


def change_role(*, actor: Actor, membership_id: int, role: str, now: datetime) -> Membership:
    """Gives a member another role from their next request on; the last administrator keeps theirs."""
    check_role(role)
    with transaction.atomic():
        organisation = _managed(actor)
        membership = _member(organisation, membership_id)
        if membership.role == role:
            return membership
        _keep_an_administrator(organisation, membership)
        before, membership.role = membership.role, role
        membership.save(update_fields=["role"])
        payload = {"membership": membership.pk, "user": membership.user_id, "from": before, "to": role}
        _append(organisation, "organisation.role_changed", actor, payload, now)
    return membership


def remove_member(*, actor: Actor, membership_id: int, now: datetime) -> Membership:
    """Ends a membership: administrators any, everybody their own, nobody that of the last administrator."""
    with transaction.atomic():
        organisation, own = _own_membership(actor)
        membership = _member(organisation, membership_id)
        if own.role != Role.ADMINISTRATOR and own.pk != membership.pk:
            raise _not_administrator()
        _keep_an_administrator(organisation, membership)
        membership.is_active = False
        membership.save(update_fields=["is_active"])
        payload = {"membership": membership.pk, "user": membership.user_id, "left": own.pk == membership.pk}
        _append(organisation, "organisation.member_removed", actor, payload, now)
    return membership


def switch(*, actor: Actor, public_id: UUID) -> Membership:
    """Gives the membership to act for from now on; raises NotFound where this person is no member."""
    membership = _person(actor).active_memberships().filter(organisation__public_id=public_id).first()
    if membership is None:
        raise NotFound("no_organisation", _("There is no such organisation."))
    return membership


def _person(actor: Actor) -> User:
    if actor.is_staff:
        raise Forbidden("staff_account", _("Staff accounts do not belong to organisations."))
    if actor.kind != ActorKind.MEMBER or actor.user is None:
        raise Forbidden("sign_in", _("Sign in first."))
    return actor.user


def _own_membership(actor: Actor) -> tuple[Organisation, Membership]:
    """Locks the organisation and reads the actor's membership again: a lost role does not act."""
    user = _person(actor)
    organisation_id = actor.organisation.pk if actor.organisation else 0
    organisation = Organisation.objects.select_for_update().filter(pk=organisation_id).first()
    if organisation is None:
        raise NotFound("no_organisation", _("There is no such organisation."))
    own = organisation.memberships.active().filter(user=user).first()
    if own is None:
        raise NotFound("no_organisation", _("There is no such organisation."))
    return organisation, own


def _managed(actor: Actor) -> Organisation:
    organisation, own = _own_membership(actor)
    if own.role != Role.ADMINISTRATOR:
        raise _not_administrator()
    return organisation


def _not_administrator() -> Forbidden:
    return Forbidden("not_administrator", _("Only an administrator of the organisation may do this."))


def _member(organisation: Organisation, membership_id: int) -> Membership:
    membership = (
        organisation.memberships.active().select_related("user", "organisation").filter(pk=membership_id).first()
    )
    if membership is None:
        raise NotFound("no_member", _("There is no such member."))
    return membership


def _people(organisation: Organisation) -> list[User]:
    return list(User.objects.filter(memberships__organisation=organisation, memberships__is_active=True))


def _keep_an_administrator(organisation: Organisation, membership: Membership) -> None:
    if membership.role != Role.ADMINISTRATOR:
        return
    if not organisation.memberships.administrators().exclude(pk=membership.pk).exists():
        raise Conflict(
            "last_administrator",
            _("This is the last administrator. Make somebody else administrator first."),
            "role",
        )


def _open_or_raise(invitation: Invitation | None, now: datetime) -> Invitation:
    if invitation is None:
        raise NotFound("no_invitation", _("There is no such invitation."))
    if invitation.accepted_at:
        raise Conflict("invitation_used", _("This invitation has been used. Each works once."))
    if invitation.revoked_at:
        raise Conflict("invitation_revoked", _("This invitation was taken back. Ask for a new one."))
    if not invitation.is_pending(now):
        raise Conflict("invitation_expired", _("This invitation was open for 7 days and has ended. Ask for a new one."))
    return invitation


def _join(invitation: Invitation, user: User, now: datetime) -> Membership:
    membership, made = Membership.objects.select_for_update().get_or_create(
        organisation=invitation.organisation, user=user, defaults={"role": invitation.role, "created_at": now}
    )
    if not made:
        if membership.is_active:
            raise Conflict("already_member", _("You are a member of this organisation already."))
        membership.role, membership.is_active, membership.created_at = invitation.role, True, now
        membership.save(update_fields=["role", "is_active", "created_at"])
    return membership


def _new_invitation(organisation: Organisation, by: User, address: str, role: str, now: datetime) -> Invitation:
    public_id = uuid4()
    try:
        with transaction.atomic():
            return Invitation.objects.create(
                public_id=public_id,
                organisation=organisation,
                email=address,
                role=role,
                token_hash=hash_of(token_for(public_id)),
                invited_by=by,
                created_at=now,
                expires_at=now + INVITATION_LIFE,
            )
    except IntegrityError:
        raise Conflict("invitation_race", _("Somebody invited this address a moment ago."), "email") from None


def _revoke(invitation: Invitation, actor: Actor, now: datetime) -> None:
    invitation.revoked_at = now
    invitation.save(update_fields=["revoked_at"])
    payload = {"invitation": invitation.pk}
    _append(invitation.organisation, "organisation.invitation_revoked", actor, payload, now)


def _check_pace(organisation: Organisation, address: str, now: datetime) -> None:
    recent = organisation.invitations.filter(created_at__gt=now - timedelta(days=1))
    if recent.count() >= INVITATIONS_A_DAY:
        raise Refused("too_many_invitations", _("That was the last of 100 invitations for today. Go on tomorrow."))
    if recent.filter(email=address).count() >= INVITATIONS_A_DAY_TO_ONE:
        raise Refused("too_many_invitations", _("This address was invited 5 times today. Go on tomorrow."), "email")


def _append(organisation: Organisation, kind: str, actor: Actor, payload: Mapping[str, object], now: datetime) -> None:
    record.append(stream=("organisation", organisation.pk), kind=kind, actor=actor, payload=payload, now=now)

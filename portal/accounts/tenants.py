"""The verbs of tenants: make an organisation, invite, join, change a role, remove, switch."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts import holds, record, standing
from portal.accounts.actors import Actor, for_principal_named
from portal.accounts.asking import managed, member_of, not_administrator, own_membership, person
from portal.accounts.holds import people
from portal.accounts.holds.changes import end_membership, set_role
from portal.accounts.inputs import check_organisation, check_role, plain_address
from portal.accounts.invitations import hash_of, token_for, verified_addresses
from portal.accounts.models import (
    INVITATION_LIFE,
    HoldKind,
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
    user = _unbound(person(actor))
    name = " ".join(unicodedata.normalize("NFC", name).split())
    check_organisation(name, country, kind)
    if user.active_memberships().count() >= ORGANISATIONS_EACH:
        raise Refused("too_many_organisations", _("You belong to as many organisations as one account may."))
    with transaction.atomic():
        organisation = Organisation.objects.create(name=name, country=country, kind=kind, created_at=now)
        membership = Membership.objects.create(
            organisation=organisation, user=user, role=Role.ADMINISTRATOR, created_at=now, role_since=now
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
        organisation, _own = managed(actor)
        standing.check_organisation(organisation)
        if any(member.email == address for member in _people(organisation)):
            raise Conflict("already_member", _("This address belongs to a member already."), "email")
        _check_pace(organisation, address, now)
        for open_one in organisation.invitations.filter(email=address, accepted_at=None, revoked_at=None):
            _revoke(open_one, actor, now)
        invitation = _new_invitation(organisation, person(actor), address, role, now)
        invitation.email_salt, digest = record.commit_text(address)
        invitation.save(update_fields=["email_salt"])
        payload = {"invitation": invitation.pk, "role": role, "email": digest}
        _append(organisation, "organisation.invited", actor, payload, now)
    return invitation


def revoke_invitation(*, actor: Actor, public_id: UUID, now: datetime) -> Invitation:
    """Takes an invitation back; raises NotFound for one of another organisation, Conflict for an ended one."""
    with transaction.atomic():
        organisation, _own = managed(actor)
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
    user = _unbound(person(actor))
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
        if membership.role == Role.ADMINISTRATOR:
            holds.administrator_added(membership=membership, before="", started_by=invitation.invited_by, now=now)
    return membership


def change_role(*, actor: Actor, membership_id: int, role: str, now: datetime) -> Membership:
    """Gives a member another role from their next request on; the last administrator keeps theirs.

    A new administrator rests, and another administrator keeps the role until the hold that begins here is over.
    """
    check_role(role)
    with transaction.atomic():
        organisation, own = managed(actor)
        standing.check_organisation(organisation)
        membership = _settled(member_of(organisation, membership_id))
        if membership.role == role:
            return membership
        _keep_an_administrator(organisation, membership)
        if membership.role == Role.ADMINISTRATOR and membership.pk != own.pk:
            holds.administrator_leaving(membership=membership, role=role, started_by=own.user, now=now)
            return membership
        before = membership.role
        set_role(membership, role, actor, now)
        if role == Role.ADMINISTRATOR:
            holds.administrator_added(membership=membership, before=before, started_by=own.user, now=now)
    return membership


def remove_member(*, actor: Actor, membership_id: int, now: datetime) -> Membership:
    """Ends a membership: administrators any, everybody their own, nobody that of the last administrator.

    Another administrator stays, at rest, until the hold that begins here is over.
    """
    with transaction.atomic():
        organisation, own = own_membership(actor)
        membership = member_of(organisation, membership_id)
        mine = own.pk == membership.pk
        if own.role != Role.ADMINISTRATOR and not mine:
            raise not_administrator()
        _settled(membership)
        _keep_an_administrator(organisation, membership)
        if membership.role == Role.ADMINISTRATOR and not mine:
            holds.administrator_leaving(membership=membership, role="", started_by=own.user, now=now)
        else:
            end_membership(membership, actor, now, left=mine)
    return membership


def switch(*, actor: Actor, public_id: UUID) -> Membership:
    """Gives the membership to act for from now on; raises NotFound where this person is no member."""
    membership = person(actor).active_memberships().filter(organisation__public_id=public_id).first()
    if membership is None:
        raise NotFound("no_organisation", _("There is no such organisation."))
    return membership


def act_for(*, actor: Actor, public_id: UUID) -> Organisation:
    """Gives the principal to act for from now on; raises NotFound where no authorisation lets this agency do so."""
    found = for_principal_named(actor, public_id=public_id)
    if found is None or found.organisation is None:
        raise NotFound("no_principal", _("There is no such principal, or no authorisation to act for it."))
    return found.organisation


def _unbound(user: User) -> User:
    """Raises Forbidden in a session that a company opened: it acts for that company's organisation alone."""
    if user.bound_to is not None:
        text = _("You signed in with your company, which opens its own organisation only. Use another account.")
        raise Forbidden("company_session", text)
    return user


def _people(organisation: Organisation) -> list[User]:
    return list(User.objects.filter(memberships__organisation=organisation, memberships__is_active=True))


def _settled(membership: Membership) -> Membership:
    """Gives it back unless a hold about its role is open: that one is approved or stopped first."""
    kinds = (*people.NEWCOMERS, HoldKind.ADMINISTRATOR_REMOVED)
    if membership.holds.open().filter(kind__in=kinds).exists():
        raise Conflict(
            "hold_open", _("The role of this member is on hold. Approve the change or stop it first."), "role"
        )
    return membership


def _keep_an_administrator(organisation: Organisation, membership: Membership) -> None:
    if membership.role != Role.ADMINISTRATOR:
        return
    others = organisation.memberships.administrators().exclude(pk=membership.pk)
    if people.awake(others).exists():
        return
    if others.exists():
        text = _("The other administrators can only read at the moment. Settle what is on hold first.")
        raise Conflict("last_administrator", text, "role")
    text = _("This is the last administrator. Make somebody else administrator first.")
    raise Conflict("last_administrator", text, "role")


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
    dated = {"role": invitation.role, "created_at": now, "role_since": now}
    membership, made = Membership.objects.select_for_update().get_or_create(
        organisation=invitation.organisation, user=user, defaults=dated
    )
    if not made:
        if membership.is_active:
            raise Conflict("already_member", _("You are a member of this organisation already."))
        membership.role, membership.is_active = invitation.role, True
        membership.created_at = membership.role_since = now
        membership.save(update_fields=["role", "is_active", "created_at", "role_since"])
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

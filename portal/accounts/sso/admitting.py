"""The verb of each sign-in: the provider has said who it is and in which groups; the groups decide the role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import IntegrityError, transaction

from portal.accounts import record
from portal.accounts.actors import Actor, ActorKind
from portal.accounts.models import Organisation, SignOn, User
from portal.accounts.sso import roles, sessions
from portal.accounts.sso.claims import Claims
from portal.accounts.sso.groups import order_for, strongest


class Outcome(StrEnum):
    """What became of a sign-in; only `IN` goes on."""

    IN = "in"
    ENDED = "ended"
    NO_GROUP = "no_group"
    GROUPS_ELSEWHERE = "groups_elsewhere"
    SWITCHED_OFF = "switched_off"
    INACTIVE = "inactive"
    OTHER_KIND = "other_kind"
    NO_ADDRESS = "no_address"
    OTHER_DOMAIN = "other_domain"
    ADDRESS_TAKEN = "address_taken"


@dataclass(frozen=True, slots=True)
class Admission:
    """The outcome, whose account it is about, and the role from now on ("" for none)."""

    outcome: Outcome
    user: User | None = None
    role: str = ""


def admit(*, sign_on: SignOn, claims: Claims, now: datetime) -> Admission:
    """Gives the person behind verified claims the role that their groups come to, or takes it away.

    An account is found by the provider's subject alone, never by an address. One that the provider has not named before
    is made, with an address still to be confirmed, only where a group is mapped and the address is free and of a domain
    that the provider's settings name. Raises nothing for what a provider may say.
    """
    with transaction.atomic():
        locked = _locked(sign_on)
        if not locked.is_on:
            return Admission(Outcome.SWITCHED_OFF)
        if claims.groups is None:
            return Admission(Outcome.GROUPS_ELSEWHERE)
        user, refused = _account(locked, claims, now)
        if user is None or refused is not None:
            return Admission(refused or Outcome.NO_GROUP, user)
        change = roles.apply(sign_on=locked, user=user, groups=claims.groups, now=now)
        _tell(locked, user, change, now)
        if change.role:
            return Admission(Outcome.IN, user, change.role)
        if locked.is_for_staff:
            sessions.end_all(user)
        else:
            sessions.end_opened_by(locked, user=user)
        return Admission(Outcome.ENDED if change.before else Outcome.NO_GROUP, user)


def _locked(sign_on: SignOn) -> SignOn:
    """Locks the organisation before its sign-on, as every verb does that counts administrators."""
    if sign_on.organisation_id is not None:
        Organisation.objects.select_for_update().get(pk=sign_on.organisation_id)
    return SignOn.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=sign_on.pk)


def _account(sign_on: SignOn, claims: Claims, now: datetime) -> tuple[User | None, Outcome | None]:
    """Finds the account of this subject, or makes one; with why not, where it may not be used.

    Staff's is locked, for its role stands in it; a member's role stands under the lock of the organisation.
    """
    linked = SocialAccount.objects.filter(provider=sign_on.provider_id, uid=claims.subject).first()
    if linked is None:
        return _new_account(sign_on, claims)
    accounts = User.objects.select_for_update() if sign_on.is_for_staff else User.objects
    user = accounts.get(pk=linked.user_id)
    if not user.is_active:
        return user, Outcome.INACTIVE
    return user, None if may_carry(sign_on, user) else Outcome.OTHER_KIND


def may_carry(sign_on: SignOn, user: User) -> bool:
    """Says whether this account may be opened by this provider at all.

    A superuser's by none; staff's by that of the staff alone; and whoever is seller here as well, or belongs to an
    organisation and would become staff, needs an account of their own for it.
    """
    if user.is_superuser:
        return False
    if sign_on.is_for_staff:
        return not user.active_memberships().exists() and not user.marketplace_accounts.exists()
    return not user.is_staff and not user.marketplace_accounts.exists()


def _new_account(sign_on: SignOn, claims: Claims) -> tuple[User | None, Outcome | None]:
    groups = claims.groups or frozenset()
    if not strongest(sign_on.mapping, groups, order_for(staff=sign_on.is_for_staff)):
        return None, Outcome.NO_GROUP
    if not claims.email:
        return None, Outcome.NO_ADDRESS
    if not sign_on.domains.filter(domain=claims.email.rpartition("@")[2]).exists():
        return None, Outcome.OTHER_DOMAIN
    if is_taken(claims.email):
        return None, Outcome.ADDRESS_TAKEN
    try:
        with transaction.atomic():
            return _make(sign_on, claims), None
    except IntegrityError:  # the same person in two tabs, or somebody else signed up with the address just now
        return None, Outcome.ADDRESS_TAKEN


def is_taken(email: str) -> bool:
    """Says whether an account has this address, confirmed or not."""
    return User.objects.filter(email=email).exists() or EmailAddress.objects.filter(email__iexact=email).exists()


def _make(sign_on: SignOn, claims: Claims) -> User:
    user = User(email=claims.email, name=claims.name, language=settings.LANGUAGE_CODE)
    user.set_unusable_password()
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    SocialAccount.objects.create(user=user, provider=sign_on.provider_id, uid=claims.subject)
    return user


def _tell(sign_on: SignOn, user: User, change: roles.Change, now: datetime) -> None:
    actor = Actor(kind=ActorKind.MEMBER, user=user)
    payload = {
        "sign_on": sign_on.pk,
        "user": user.pk,
        "membership": change.membership_id,
        "from": change.before,
        "to": change.role,
    }
    if change.role or change.before:
        kind = "sso.signed_in" if change.role else "sso.ended"
        record.append(stream=sign_on.stream, kind=kind, actor=actor, payload=payload, now=now)
    if change.kept_last:
        record.append(stream=sign_on.stream, kind="sso.administrator_kept", actor=actor, payload=payload, now=now)

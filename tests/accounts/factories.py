"""Plain functions that make people and tenants for tests."""

from __future__ import annotations

import time
from datetime import timedelta
from itertools import count
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.utils import timezone

from brands.models import Authorisation, AuthorisationState, AuthorisedRight
from portal.accounts.actors import Actor, member_actor_for, staff_actor_for
from portal.accounts.grants import AgentVerb
from portal.accounts.models import (
    Membership,
    Organisation,
    OrganisationKind,
    OrganisationState,
    Role,
    StaffRole,
    User,
)

PASSWORD = "correct-horse-battery-9"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
_numbers = count(1)


def make_user(
    email: str = "", *, name: str = "", password: str = PASSWORD, verified: bool = True, **fields: object
) -> User:
    """Makes an account with a verified address and a known password."""
    number = next(_numbers)
    user = User.objects.create_user(
        email or f"person{number}@example.test", password, name=name or f"Person {number}", **fields
    )
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=verified)
    return user


def make_organisation(
    name: str = "",
    *,
    country: str = "SE",
    kind: str = OrganisationKind.RIGHTS_HOLDER,
    state: str = OrganisationState.APPROVED.value,
) -> Organisation:
    """Makes an organisation without members; verified, unless another state is asked for."""
    return Organisation.objects.create(
        name=name or f"Organisation {next(_numbers)}",
        country=country,
        kind=kind,
        state=state,
        verified_at=timezone.now(),
    )


def make_member(
    organisation: Organisation | None = None,
    role: str = Role.ADMINISTRATOR,
    *,
    user: User | None = None,
    is_active: bool = True,
    authorised: bool = True,
) -> Membership:
    """Makes a member, long in their role; without arguments also the organisation and the person.

    An agent gets an authorisation for everything, unless `authorised` is False.
    """
    made = Membership.objects.create(
        organisation=organisation or make_organisation(),
        user=user or make_user(),
        role=role,
        is_active=is_active,
        role_since=timezone.now() - timedelta(days=400),
    )
    if role == Role.AGENT and authorised and not made.organisation.is_agency:
        authorise(made.organisation, member=made)
    return made


def authorise(principal: Organisation, **changes: Any) -> Authorisation:
    """Grants an authorisation in force, for every right, country and verb unless `changes` say otherwise.

    Name the agent: `agency=` an organisation or `member=` a membership; `rights=` a list instead of all.
    """
    now = timezone.now()
    rights = changes.pop("rights", None)
    values: dict[str, Any] = {
        "organisation": principal,
        "all_rights": rights is None,
        "verbs": [verb.value for verb in AgentVerb],
        "starts_on": now.date(),
        "expires_on": now.date() + timedelta(days=365),
        "state": AuthorisationState.ACTIVE.value,
        "created_at": now,
        "granted_at": now,
        **changes,
    }
    values.setdefault("granted_by", make_user())
    made: Authorisation = Authorisation.objects.create(**values)
    for right in rights or []:
        AuthorisedRight.objects.create(authorisation=made, right=right)
    return made


def make_staff(
    staff_role: str = StaffRole.REVIEWER, email: str = "", *, second_factor: bool = True, **fields: Any
) -> User:
    """Makes a staff account that has a TOTP authenticator (secret: SECRET)."""
    user = make_user(email, staff_role=staff_role, **fields)
    if second_factor:
        give_totp(user)
    return user


def make_superuser(email: str = "", *, second_factor: bool = True) -> User:
    """Makes a superuser that has a TOTP authenticator."""
    user = make_user(email, is_superuser=True, is_staff=True)
    if second_factor:
        give_totp(user)
    return user


def give_totp(user: User, secret: str = SECRET) -> Authenticator:
    """Gives the account a TOTP authenticator with a known secret."""
    return TOTP.activate(user, secret).instance


def actor_for_member(membership: Membership) -> Actor:
    """Gives the actor of a membership, as a request of theirs would."""
    return member_actor_for(membership)


def staff_actor(user: User | None = None, staff_role: str = StaffRole.REVIEWER) -> Actor:
    """Gives the actor of a staff account; makes one when none is given."""
    return staff_actor_for(user or make_staff(staff_role))


def signed_in(client: Client, user: User, *, mfa: bool | None = None, fresh: bool = True) -> Client:
    """Signs the account in; staff as if they had given their second factor (mfa=False leaves it out).

    `fresh` marks the sign-in as confirmed a moment ago, so that pages behind `fresh_sign_in_required` open.
    """
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    records = [{"method": "password", "at": time.time(), "email": user.email}]
    if user.is_staff if mfa is None else mfa:
        records.append({"method": "mfa", "type": "totp", "at": time.time()})
    if fresh:
        records.append({"method": "password", "at": time.time(), "reauthenticated": True})
    else:
        records = [each | {"at": time.time() - 3600} for each in records]
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = records
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client

"""Organisations with people, and keys that they made."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from portal.accounts.actors import Actor, member_actor_for
from portal.accounts.models import Membership, Organisation, Role, User
from portal.api import keys
from portal.api.models import ApiKey, Scope


def organisation(name: str = "Tarnfell Outdoor AB") -> Organisation:
    return Organisation.objects.create(name=name, country="SE", kind="rights_holder")


def member(of: Organisation, email: str, role: str = Role.ADMINISTRATOR) -> Actor:
    user = User.objects.create_user(email, "correct horse 42")
    return member_actor_for(Membership.objects.create(organisation=of, user=user, role=role))


def key(
    actor: Actor, *scopes: str, now: datetime | None = None, life: timedelta | None = timedelta(days=30)
) -> tuple[ApiKey, str]:
    moment = now or timezone.now()
    assert actor.organisation is not None
    return keys.issue(
        actor=actor,
        organisation=actor.organisation,
        name="Warehouse import",
        scopes=scopes or [Scope.RIGHTS_READ, Scope.RIGHTS_WRITE],
        expires_at=moment + life if life else None,
        now=moment,
    )


def bearer(secret: str) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": f"Bearer {secret}"}

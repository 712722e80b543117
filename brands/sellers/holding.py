"""Who holds accounts of the marketplace, and what concerns those accounts."""

from __future__ import annotations

from brands.models import AuthorisedSeller
from brands.querysets import AuthorisedSellerQuerySet
from portal.accounts.actors import Actor, ActorKind
from portal.accounts.models import User


def holder(user: User) -> Actor:
    """Who asks: a person, for no organisation."""
    return Actor(kind=ActorKind.MEMBER, user=user)


def entries_of(user: User) -> AuthorisedSellerQuerySet:
    """Requests and entries about the accounts that this person holds, newest first."""
    found: AuthorisedSellerQuerySet = AuthorisedSeller.objects.filter(account__holders=user).for_lists()
    return found

"""What every template may ask: who reads, for which organisation, and what else they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from portal.accounts import grants
from portal.accounts.actors import Actor, acting_of, actor_of, memberships_of, own_actor_of
from portal.accounts.models import Organisation

MENU_LENGTH = 12


def reader(request: HttpRequest) -> dict[str, Any]:
    """Gives `actor`, `organisation`, `memberships` (lazily) and `nav`, the namespace of the page in hand.

    For an agency's member `acting` is the actor for the principal they chose, and `principals` (lazily) whom they may
    choose; `mine` is who they are at home.
    """
    actor = actor_of(request)
    mine, match = own_actor_of(request), request.resolver_match
    return {
        "actor": actor,
        "mine": mine,
        "acting": acting_of(request),
        "principals": lambda: _principals(mine),
        "organisation": actor.organisation,
        "memberships": lambda: memberships_of(request),
        "nav": match.namespace if match else "",
        "development": settings.DEBUG,
    }


def _principals(mine: Actor) -> Sequence[Organisation]:
    if mine.organisation is None or not mine.organisation.is_agency:
        return []
    return grants.source().principals(mine.organisation, timezone.now().date())[:MENU_LENGTH]

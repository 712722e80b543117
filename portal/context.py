"""What every template may ask: who reads, for which organisation, and what else they belong to."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portal.accounts.actors import actor_of


def reader(request: HttpRequest) -> dict[str, Any]:
    """Gives `actor`, `organisation`, `memberships` (lazily) and `nav`, the namespace of the page in hand."""
    actor = actor_of(request)
    match = request.resolver_match
    return {
        "actor": actor,
        "organisation": actor.organisation,
        "memberships": lambda: actor.user.active_memberships() if actor.user else [],
        "nav": match.namespace if match else "",
        "development": settings.DEBUG,
    }

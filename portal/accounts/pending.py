"""The invitation that a visitor came with, remembered while they sign up or in."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from portal.accounts.invitations import verified_addresses
from portal.accounts.models import Invitation, User

PENDING_KEY = "pending_invitation"


def remember(request: HttpRequest, invitation: Invitation) -> None:
    """Keeps which invitation this visitor opened; its token stays out of the session table."""
    request.session[PENDING_KEY] = str(invitation.public_id)


def forget(request: HttpRequest) -> None:
    """Forgets the invitation that was kept."""
    request.session.pop(PENDING_KEY, None)


def came_with_invitation(request: HttpRequest) -> bool:
    """Says whether this visitor opened the link of an invitation; one that was only sent takes nobody anywhere."""
    return PENDING_KEY in request.session


def pending_invitation(request: HttpRequest) -> Invitation | None:
    """Gives the open invitation this visitor came with, else one sent to a verified address of theirs."""
    waiting = Invitation.objects.pending(timezone.now()).select_related("organisation", "invited_by")
    kept = request.session.get(PENDING_KEY)
    found = waiting.filter(public_id=UUID(kept)).first() if kept else None
    if found is None and isinstance(request.user, User):
        found = waiting.filter(email__in=verified_addresses(request.user)).order_by("created_at", "id").first()
    return found

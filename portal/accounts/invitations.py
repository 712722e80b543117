"""Invitations: how a link is made, found again and mailed."""

from __future__ import annotations

import base64
import hashlib
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from portal.accounts import record
from portal.accounts.models import Invitation, User, fold_email


def token_for(public_id: UUID) -> str:
    """Gives the secret part of an invitation's link; made from the site's key, so that no table holds it."""
    mac = salted_hmac("accounts.invitation", public_id.bytes, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def hash_of(token: str) -> str:
    """Gives what the table keeps of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def link_to(invitation: Invitation) -> str:
    """Gives the local address of the page where an invitation is accepted."""
    return reverse("accounts:accept-invitation", args=[token_for(invitation.public_id)])


def verified_addresses(user: User) -> set[str]:
    """Gives the addresses that this person has shown to be theirs, folded."""
    rows = EmailAddress.objects.filter(user_id=user.pk, verified=True).values_list("email", flat=True)
    return {fold_email(email) for email in rows}


def mail_invitation(*, event_id: int) -> None:
    """Will mail the link of an invitation that still waits; the same mail with and without an account."""
    event = record.event_of(event_id)
    invitation = (
        Invitation.objects.select_related("organisation", "invited_by")
        .filter(pk=event.payload["invitation"], accepted_at=None, revoked_at=None)
        .first()
    )
    if invitation is None:
        return
    record.deliver_mail(
        event=event,
        to_email=invitation.email,
        template="emails/accounts/organisation.invited",
        context={
            "organisation": invitation.organisation.name,
            "invited_by": invitation.invited_by.get_full_name(),
            "role": invitation.get_role_display(),
            "link": f"{settings.ORIGIN}{link_to(invitation)}",
            "expires_at": invitation.expires_at,
        },
        language=invitation.invited_by.language or settings.LANGUAGE_CODE,
    )

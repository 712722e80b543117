"""A lost second factor: whoever removes the last one, by page or by API, can only read until that is settled."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_removed
from django.db import transaction
from django.utils import timezone

from portal.accounts import holds
from portal.accounts.models import User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def watch() -> None:
    """Listens to the sign-in library, which tells of each factor that is removed."""
    authenticator_removed.connect(_removed, dispatch_uid="accounts.factor_removed")


def count(user_id: int) -> int:
    """Counts the authenticator apps and passkeys of an account; recovery codes are none."""
    return int(Authenticator.objects.filter(user_id=user_id, type__in=FACTORS).count())


def _removed(*, user: User, authenticator: Authenticator, **_more: Any) -> None:
    """Starts the holds once nothing is left, in the transaction of the removal (see StaffSecondFactorMiddleware)."""
    if authenticator.type not in FACTORS:
        return
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)  # of two who remove the last two, one counts none
        if count(locked.pk) == 0:
            holds.second_factor_lost(user=locked, now=timezone.now())

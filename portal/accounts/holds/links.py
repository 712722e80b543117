"""The link that stops a hold with one click from the mail: signed, good while the hold is open, and for that alone."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from portal.accounts.holds import people
from portal.accounts.models import Hold, HoldKind, User, fold_email

_SALT = "accounts.hold.stop"


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose mail a link was in: an account, or the register contact, who needs none (`user` is None)."""

    hold: Hold
    user: User | None


def stop_link(hold: Hold, to: User | str) -> str:
    """Gives the whole address for one reader: an account, or the address of the register contact."""
    to_whom = to.pk if isinstance(to, User) else fold_email(to)
    token = signing.dumps([str(hold.public_id), to_whom], salt=_SALT)
    return settings.ORIGIN + reverse("accounts:hold-link", args=[token])


def find(token: str) -> Holder | None:
    """Finds what a link stops and whose it is; None for a forged one, and once its holder has no say any more."""
    try:
        public_id, to = signing.loads(token, salt=_SALT)
        found = Hold.objects.for_words().get(public_id=UUID(public_id))
    except (signing.BadSignature, ValueError, Hold.DoesNotExist):
        return None
    if isinstance(to, int):
        user = User.objects.filter(pk=to, is_active=True).first()
        return Holder(found, user) if user is not None and _has_a_say(found, user) else None
    return Holder(found, None) if to and to == contact_of(found) else None


def contact_of(hold: Hold) -> str:
    """Gives the register contact who is a witness, folded: the one of today, or of before where it is to change."""
    if hold.kind == HoldKind.CONTACT_CHANGED:
        return fold_email(hold.change.get("from", ""))
    return fold_email(hold.organisation.register_contact)


def _has_a_say(hold: Hold, user: User) -> bool:
    """Whether the mail of this person may stop it today; for a hold that has ended the page only says so."""
    if not hold.is_open:
        return True
    if hold.membership is not None and hold.membership.user_id == user.pk:
        return True
    return people.existing(hold.organisation).filter(user=user).exists()

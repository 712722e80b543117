"""The verbs of who signs in both ways: link an account that exists to a provider, and take that back."""

from __future__ import annotations

from datetime import datetime

from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.accounts import record
from portal.accounts.actors import Actor, ActorKind
from portal.accounts.models import SignOn, User
from portal.accounts.sso import sessions
from portal.accounts.sso.admitting import may_carry
from portal.errors import Conflict, Forbidden, NotFound, Refused


def link(*, actor: Actor, sign_on: SignOn, subject: str, now: datetime) -> SocialAccount:
    """Lets a provider open the account of who is signed in and has just signed in there as well.

    Staff link the staff's provider, everybody else that of an organisation. Raises Refused, Forbidden or Conflict.
    """
    with transaction.atomic():
        user = _person(actor)
        locked = SignOn.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=sign_on.pk)
        if not locked.is_on:
            raise Conflict("switched_off", _("This company’s sign-in is switched off."))
        if user.is_staff != locked.is_for_staff or not may_carry(locked, user):
            text = _("This account cannot be opened by that company. Ask for an account of its own.")
            raise Forbidden("other_kind", text)
        account = _linked(locked, user, subject)
        payload = {"sign_on": locked.pk, "user": user.pk}
        record.append(stream=locked.stream, kind="sso.linked", actor=actor, payload=payload, now=now)
    return account


def unlink(*, actor: Actor, sign_on: SignOn, now: datetime) -> None:
    """Lets the provider open this account no more; one that has no password would be shut for good, so it stays."""
    with transaction.atomic():
        user = _person(actor)
        rows = SocialAccount.objects.filter(provider=sign_on.provider_id, user_id=user.pk)
        if not rows.exists():
            raise NotFound("no_link", _("There is no such link."))
        if not user.has_usable_password() and sign_on.is_on:
            raise Refused("only_way_in", _("Your account has no password: this is your only way in."))
        sessions.end_opened_by(sign_on, user=user)
        rows.delete()
        payload = {"sign_on": sign_on.pk, "user": user.pk}
        record.append(stream=sign_on.stream, kind="sso.unlinked", actor=actor, payload=payload, now=now)


def is_company_only(user: User) -> bool:
    """Says whether this account has no password and a company's sign-in that is on: then it is the only way in."""
    return not user.has_usable_password() and SignOn.objects.on().of_user(user).exists()


def _person(actor: Actor) -> User:
    if actor.user is None or actor.kind not in {ActorKind.MEMBER, ActorKind.STAFF}:
        raise Forbidden("sign_in", _("Sign in first."))
    return User.objects.select_for_update().get(pk=actor.user.pk)


def _linked(sign_on: SignOn, user: User, subject: str) -> SocialAccount:
    theirs = SocialAccount.objects.filter(provider=sign_on.provider_id)
    if theirs.filter(uid=subject).exclude(user_id=user.pk).exists():
        raise Conflict("linked_elsewhere", _("This person of your company is linked to another account here."))
    found = theirs.filter(user_id=user.pk).first()
    if found is not None and found.uid != subject:
        raise Conflict(
            "linked_to_other", _("Your account is linked to another person of that company. Unlink it first.")
        )
    try:
        with transaction.atomic():
            return found or SocialAccount.objects.create(user=user, provider=sign_on.provider_id, uid=subject)
    except IntegrityError:
        raise Conflict(
            "linked_elsewhere", _("This person of your company is linked to another account here.")
        ) from None

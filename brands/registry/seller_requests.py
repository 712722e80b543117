"""What the holder of an account asks of a brand: to be listed as authorised seller, and to take that back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from brands.models import AuthorisedSeller, Brand, IPRight
from brands.registry.seller_terms import TEXT_LENGTH, save, step, tell
from brands.states import SellerState
from portal.accounts.actors import Actor, ActorKind
from portal.accounts.models import User
from portal.errors import Conflict, NotFound, Refused
from portal.files.models import StoredFile
from portal.marketplace.models import Account

ASKS_A_DAY = 20


def ask_to_be_listed(
    *, actor: Actor, account: Account, brand: Brand, message: str, now: datetime,
    right: IPRight | None = None, proof: StoredFile | None = None,
) -> AuthorisedSeller:  # fmt: skip
    """Asks a brand, as holder of an account, to be listed. Raises NotFound for an account that is not held.

    Raises Conflict while a request waits or the account is listed, Refused beyond ASKS_A_DAY.
    """
    user = _holder(actor, account)
    message = message.replace("\x00", "").strip()
    if not message:
        raise Refused("message_missing", _("Say why the brand should list you: since when, through whom."), "message")
    if len(message) > TEXT_LENGTH:
        raise Refused("too_long", _("Use at most 2,000 characters."), "message")
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        _refuse_to_ask(user, account, brand, now)
        row = _asked(user, account, brand, now, message=message, right=right, proof=proof)
        tell(actor, row, "seller.asked", now)
    return row


def take_request_back(*, actor: Actor, seller: AuthorisedSeller, now: datetime) -> AuthorisedSeller:
    """Takes a request back, as holder of its account; an answered one stays as it is."""
    with transaction.atomic():
        row: AuthorisedSeller | None = AuthorisedSeller.objects.select_for_update().filter(pk=seller.pk).first()
        if row is None:
            raise NotFound("seller_not_found", _("There is no such entry."))
        _holder(actor, row.account)
        if row.state != SellerState.ASKED:
            raise Conflict("already_answered", _("The brand has answered this request already."))
        step(row, "end")
        row.ended_at = now
        save(row, "state", "ended_at")
        tell(actor, row, "seller.request_ended", now)
    return row


def _holder(actor: Actor, account: Account) -> User:
    """Who holds the account. Raises NotFound alike for an account of others and for none."""
    user = actor.user if actor.kind is ActorKind.MEMBER else None
    if user is None or not account.holders.filter(pk=user.pk).exists():
        raise NotFound("account_not_found", _("You hold no such account."), "account")
    return user


def _refuse_to_ask(user: User, account: Account, brand: Brand, now: datetime) -> None:
    theirs = AuthorisedSeller.objects.filter(account=account, brand=brand)
    if theirs.filter(state=SellerState.ASKED.value).exists():
        raise Conflict("already_asked", _("You have asked this brand already; it has not answered yet."), "brand")
    if theirs.in_force(now.date()).filter(right=None, territories=[], gtins=[]).exists():
        raise Conflict("already_listed", _("This brand lists your account already."), "brand")
    if AuthorisedSeller.objects.filter(asked_by=user, created_at__gt=now - timedelta(days=1)).count() >= ASKS_A_DAY:
        raise Refused("too_many_requests", _("That was the last of 20 requests for today. Go on tomorrow."))


def _asked(user: User, account: Account, brand: Brand, now: datetime, **said: object) -> AuthorisedSeller:
    try:
        with transaction.atomic():
            made: AuthorisedSeller = AuthorisedSeller.objects.create(
                organisation_id=brand.organisation_id,
                brand=brand,
                account=account,
                state=SellerState.ASKED.value,
                starts_on=now.date(),
                asked_by=user,
                created_at=now,
                **said,
            )
    except IntegrityError:
        text = _("You have asked this brand already; it has not answered yet.")
        raise Conflict("already_asked", text, "brand") from None
    return made

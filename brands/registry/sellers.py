"""Authorised sellers: a brand lists accounts, answers those that ask, and ends what no longer holds.

To change an entry is to end it and to list another, so that what was in force on a day stays known.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from brands.models import AuthorisedSeller
from brands.registry.seller_terms import (
    TEXT_LENGTH,
    SellerTerms,
    checked,
    columns,
    refuse_beyond,
    refuse_twin,
    save,
    step,
    tell,
)
from brands.states import SellerState
from portal.accounts import rest, why
from portal.accounts.actors import Actor
from portal.accounts.grants import AgentVerb
from portal.accounts.models import Organisation, User
from portal.errors import Conflict, Forbidden, NotFound, Refused
from portal.ledger.events import commit_text
from portal.marketplace.models import Account


def list_seller(*, actor: Actor, account: Account, terms: SellerTerms, now: datetime) -> AuthorisedSeller:
    """Lists an account; from its first day on its offers under these rights cannot be reported by this organisation.

    Raises Refused, Forbidden, NotFound, or Conflict where the same is listed already.
    """
    organisation = _tenant(actor)
    with transaction.atomic():
        return _list(actor, organisation, account, terms, now)


def end_seller(*, actor: Actor, seller: AuthorisedSeller, now: datetime) -> AuthorisedSeller:
    """Ends an entry at once; ended twice is ended once."""
    _tenant(actor)
    with transaction.atomic():
        return _end(actor, seller, now)


def change_seller(*, actor: Actor, seller: AuthorisedSeller, terms: SellerTerms, now: datetime) -> AuthorisedSeller:
    """Ends an entry and lists its account on other terms, both at once; gives the new entry."""
    organisation = _tenant(actor)
    with transaction.atomic():
        before = _locked(actor, seller, now)
        if before.state != SellerState.LISTED:
            raise Conflict("wrong_state", _("Only an entry that is listed can be changed; list the account anew."))
        ended = _end(actor, before, now, changed=True)
        return _list(actor, organisation, ended.account, terms, now, asked_by=ended.asked_by)


def accept_seller(*, actor: Actor, seller: AuthorisedSeller, terms: SellerTerms, now: datetime) -> AuthorisedSeller:
    """Lists an account that asked, on these terms; its holder is told."""
    organisation = _tenant(actor)
    with transaction.atomic():
        row = _locked(actor, seller, now)
        terms = checked(actor, organisation, terms, now)
        step(row, "list")
        if terms.brand.pk != row.brand_id:
            raise Refused("other_brand", _("The seller asked for another brand."), "brand")
        refuse_twin(row.account, terms)
        for name, value in columns(terms).items():
            setattr(row, name, value)
        row.decided_by, row.decided_at = actor.user, now
        save(row, "state", "decided_by", "decided_at", *columns(terms))
        tell(actor, row, "seller.listed", now)
    return row


def refuse_seller(*, actor: Actor, seller: AuthorisedSeller, reason: str, now: datetime) -> AuthorisedSeller:
    """Says no to an account that asked, with a reason that its holder reads."""
    _tenant(actor)
    reason = reason.replace("\x00", "").strip()
    if not reason:
        raise Refused("reason_missing", _("Say why: the seller reads it."), "reason")
    if len(reason) > TEXT_LENGTH:
        raise Refused("too_long", _("Use at most 2,000 characters."), "reason")
    with transaction.atomic():
        row = _locked(actor, seller, now)
        step(row, "refuse")
        row.salt, digest = commit_text(reason)
        row.reason, row.decided_by, row.decided_at = reason, actor.user, now
        save(row, "state", "reason", "salt", "decided_by", "decided_at")
        tell(actor, row, "seller.refused", now, reason=digest)
    return row


def _list(
    actor: Actor,
    organisation: Organisation,
    account: Account,
    terms: SellerTerms,
    now: datetime,
    asked_by: User | None = None,
) -> AuthorisedSeller:
    terms = checked(actor, organisation, terms, now)
    refuse_twin(account, terms)
    made: AuthorisedSeller = AuthorisedSeller.objects.create(
        organisation=organisation,
        account=account,
        state=SellerState.LISTED.value,
        asked_by=asked_by,
        decided_by=actor.user,
        created_at=now,
        decided_at=now,
        **columns(terms),
    )
    tell(actor, made, "seller.listed", now)
    return made


def _end(actor: Actor, seller: AuthorisedSeller, now: datetime, *, changed: bool = False) -> AuthorisedSeller:
    """Ends it; `changed` says that another entry takes its place, so that nobody is told that it is over."""
    row = _locked(actor, seller, now)
    if row.state == SellerState.ENDED:
        return row
    step(row, "end")
    row.ended_at = now
    save(row, "state", "ended_at")
    tell(actor, row, "seller.ended", now, changed=changed)
    return row


def _tenant(actor: Actor) -> Organisation:
    """The organisation acted for. Raises Forbidden where the role, a hold or a missing authorisation says no."""
    rest.check(actor)
    if actor.organisation is not None and actor.organisation.is_agency:
        raise Forbidden("principal_missing", _("Choose a principal first: an agency never acts for itself."))
    if actor.organisation is None or not actor.may(AgentVerb.SELLERS):
        words = _("Your role can read authorised sellers but not change them.")
        raise Forbidden("role_may_not", why.not_this(actor, AgentVerb.SELLERS) if actor.is_bound else words)
    return actor.organisation


def _locked(actor: Actor, seller: AuthorisedSeller, now: datetime) -> AuthorisedSeller:
    """The row, locked, if this actor may change it. Raises NotFound, or Forbidden beyond an agent's authorisation."""
    rows = AuthorisedSeller.objects.select_for_update(of=("self",)).visible_to(actor)
    row: AuthorisedSeller | None = rows.filter(pk=seller.pk).first()
    if row is None:
        raise NotFound("seller_not_found", _("There is no such entry."))
    refuse_beyond(actor, row.right, tuple(row.territories), now.date(), kept=True)
    return row

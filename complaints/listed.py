"""Authorised sellers seen from a case: which reported items are offered by an account that the brand lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from brands.models import AuthorisedSeller, IPRight
from brands.sellers import authorisations_for, covering
from complaints.models import Decision, Item, StatementOfReasons
from portal.accounts.models import Organisation, User
from portal.marketplace.models import Target, TargetKind


def of_items(items: Sequence[Item], organisation: Organisation | None, today: date) -> dict[int, AuthorisedSeller]:
    """The entry in force that lets an item's account use the right it is reported under, by item; one query.

    What counts is the item as it was reported: its market and its GTIN then.
    """
    bound = {item.pk: right for item in items if (right := item.right or item.complaint.right) is not None}
    if organisation is None or not bound:
        return {}
    accounts = {item.pk: account_id(item.target) for item in items if item.pk in bound}
    listed = authorisations_for(
        filter(None, accounts.values()), organisation=organisation, rights=list(bound.values()), today=today
    )
    found = {pk: _entry(item, bound[pk], listed.get(accounts[pk] or 0, ())) for pk, item in _by_pk(items, bound)}
    return {pk: entry for pk, entry in found.items() if entry is not None}


def of_targets(targets: Sequence[Target], rights: Mapping[str, IPRight], today: date) -> dict[int, AuthorisedSeller]:
    """The entry that lets a target's account use the right of its market, by target; one query for all of them."""
    bound = {target.pk: rights[target.market] for target in targets if target.market in rights}
    if not bound:
        return {}
    listed = authorisations_for(
        filter(None, (account_id(target) for target in targets)),
        organisation=next(iter(bound.values())).organisation_id,
        rights=list(rights.values()),
        today=today,
    )
    found = {
        target.pk: covering(
            listed.get(account_id(target) or 0, ()),
            right=bound[target.pk],
            market=target.market,
            gtin=gtin_of(target),
        )
        for target in targets
        if target.pk in bound
    }
    return {pk: entry for pk, entry in found.items() if entry is not None}


def account_id(target: Target) -> int | None:
    """Who answers for a target: its owner, or the account itself."""
    return target.pk if target.kind == TargetKind.ACCOUNT else target.owner_id


def gtin_of(target: Target) -> str:
    """The product identifier that a listing gives; "" for every other kind."""
    return target.listing.gtin if target.kind == TargetKind.LISTING else ""


def right_of_decision(user: User, reference: str) -> IPRight | None:
    """The right under which a decision was made about an account of this person; None for every other number."""
    number = re.fullmatch(r"D-(\d{4})-0*(\d{1,15})", reference, re.ASCII)
    if number is None:
        return None
    told = StatementOfReasons.objects.to_holder(user.pk).filter(decision=int(number[2])).first()
    decision: Decision | None = told.decision if told else None
    if told is None or decision is None or decision.reference != reference:
        return None
    items = decision.items.select_related("target", "right__brand", "right__family").order_by("line", "id")
    theirs = [item for item in items if account_id(item.target) == told.account_id]
    return next((item.right for item in theirs if item.right), None) or decision.complaint.right


def _by_pk(items: Iterable[Item], wanted: Iterable[int]) -> list[tuple[int, Item]]:
    kept = set(wanted)
    return [(item.pk, item) for item in items if item.pk in kept]


def _entry(item: Item, right: IPRight, listed: Sequence[AuthorisedSeller]) -> AuthorisedSeller | None:
    content = item.snapshot.content if hasattr(item, "snapshot") else {}
    market = content.get("market", item.target.market)
    gtin = content["gtin"] if "gtin" in content else gtin_of(item.target)
    return covering(listed, right=right, market=market, gtin=gtin)

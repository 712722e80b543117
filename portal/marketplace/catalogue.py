"""The catalogue as we know it: what the marketplace tells us is written here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from portal.errors import Refused
from portal.marketplace.models import (
    STATES_OF,
    Account,
    AccountKind,
    Listing,
    Livestream,
    Target,
    TargetKind,
    TargetState,
    Video,
)

D = TypeVar("D", bound=models.Model)


def observe(*, target: Target, state: str, now: datetime) -> bool:
    """Lets our belief follow a confirmed reading; returns whether it changed. The given object follows too."""
    if state not in STATES_OF[target.kind]:
        raise Refused("state_does_not_fit", _("This kind of target cannot be in this state."), "state")
    with transaction.atomic():
        row = Target.objects.select_for_update().only("state").get(pk=target.pk)
        changed = row.state != state
        Target.objects.filter(pk=target.pk).update(state=state, observed_at=now)
    target.state, target.observed_at = state, now
    return changed


def create_account(
    *,
    marketplace_id: str,
    handle: str,
    now: datetime,
    account_kind: str = AccountKind.SELLER,
    title: str = "",
    market: str = "DE",
    state: str = TargetState.LIVE,
    description: str = "",
    contact_email: str = "",
) -> Account:
    """Writes an account as the marketplace describes it; the same id again updates it."""
    target = upsert_target(TargetKind.ACCOUNT, marketplace_id, title or handle, market, state, None, now)
    values = {
        "account_kind": account_kind,
        "handle": handle.lower(),
        "description": description,
        "contact_email": contact_email,
    }
    return upsert_detail(Account, target, values, now)


def create_listing(
    *,
    marketplace_id: str,
    title: str,
    now: datetime,
    owner: Account | None = None,
    market: str = "DE",
    state: str = TargetState.LIVE,
    description: str = "",
    price: Decimal | str = Decimal("19.90"),
    currency: str = "EUR",
    goods: str = "",
    nice_class: int | None = None,
    gtin: str = "",
) -> Target:
    """Writes a listing as the marketplace describes it; the same id again updates it, as a new version if changed."""
    target = upsert_target(TargetKind.LISTING, marketplace_id, title, market, state, owner, now)
    values = {
        "description": description,
        "price": Decimal(price),
        "currency": currency,
        "goods": goods,
        "nice_class": nice_class,
        "gtin": gtin,
    }
    upsert_detail(Listing, target, values, now)
    return target


def create_video(
    *,
    marketplace_id: str,
    title: str,
    now: datetime,
    owner: Account | None = None,
    market: str = "DE",
    state: str = TargetState.LIVE,
    description: str = "",
    duration_s: int = 60,
) -> Target:
    """Writes a video as the marketplace describes it; the same id again updates it."""
    target = upsert_target(TargetKind.VIDEO, marketplace_id, title, market, state, owner, now)
    upsert_detail(Video, target, {"description": description, "duration_s": duration_s}, now)
    return target


def create_livestream(
    *,
    marketplace_id: str,
    title: str,
    now: datetime,
    started_at: datetime,
    ended_at: datetime | None = None,
    owner: Account | None = None,
    market: str = "DE",
    state: str = "",
    description: str = "",
    pinned: Iterable[Target] = (),
) -> Target:
    """Writes a livestream as the marketplace describes it; without a state, one with an end is ended."""
    state = state or (TargetState.ENDED if ended_at else TargetState.LIVE)
    target = upsert_target(TargetKind.LIVESTREAM, marketplace_id, title, market, state, owner, now)
    values = {"description": description, "started_at": started_at, "ended_at": ended_at}
    upsert_detail(Livestream, target, values, now).pinned.set(pinned)
    return target


@transaction.atomic
def upsert_target(
    kind: str, marketplace_id: str, title: str, market: str, state: str, owner: Account | None, now: datetime
) -> Target:
    """Writes the row that all kinds share; a changed title, market or owner makes a new version."""
    values = {"title": title, "market": market, "owner": owner}
    fresh = {**values, "state": state, "created_at": now, "edited_at": now, "observed_at": now}
    target, created = Target.objects.select_for_update().get_or_create(
        kind=kind, marketplace_id=marketplace_id, defaults=fresh
    )
    if not created:
        changed = {name: value for name, value in values.items() if getattr(target, name) != value}
        if changed:
            edit(target, now, changed)
        observe(target=target, state=state, now=now)
    return target


def upsert_detail(model: type[D], target: Target, values: dict[str, Any], now: datetime) -> D:
    """Writes the row that only this kind has; a change makes a new version of the target."""
    detail, created = model._default_manager.get_or_create(target=target, defaults=values)
    changed = {name: value for name, value in values.items() if getattr(detail, name) != value}
    if changed and not created:
        model._default_manager.filter(pk=detail.pk).update(**changed)
        detail.refresh_from_db()
        edit(target, now, {})
    return detail


def edit(target: Target, now: datetime, changed: dict[str, Any]) -> None:
    """Makes a new version; `changed` is empty when only the detail changed."""
    for name, value in changed.items():
        setattr(target, name, value)
    target.version += 1
    target.edited_at = now
    target.save(update_fields=[*changed, "version", "edited_at"])

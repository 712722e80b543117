"""How a hold begins: what could hijack an organisation has a function for each kind, and one verb behind them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts import record
from portal.accounts.actors import SYSTEM, WORKING_ROLES, Actor, ActorKind
from portal.accounts.models import Hold, HoldKind, Membership, Organisation, Role, User
from portal.errors import Conflict

Facts = Mapping[str, str]
BARRED_FOR = timedelta(days=30)
# Changes that wait, of which an organisation has one at a time.
ONE_EACH = (HoldKind.OWNER_CHANGED, HoldKind.CONTACT_CHANGED)
# What nobody chooses to start again: it happens, or the desk does it.
NEVER_BARRED = (HoldKind.SECOND_FACTOR_LOST, HoldKind.ADMINISTRATOR_RECOVERED)


def start(
    *,
    organisation: Organisation,
    kind: HoldKind,
    membership: Membership | None,
    change: Mapping[str, Any],
    started_by: User | None,
    now: datetime,
    key_id: int | None = None,
) -> Hold:
    """Opens a hold and tells everybody who could stop it; the change itself is made, or kept waiting, by the caller.

    `membership` is whose powers rest, `key_id` the API key that rests. Raises Conflict while the same is on hold, and
    for 30 days after somebody else stopped the same of this starter, unless the desk has settled that.
    """
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        _refuse_second(organisation, kind, membership)
        _refuse_barred(organisation, kind, membership, started_by, now)
        hold = Hold.objects.create(
            organisation=organisation,
            kind=kind,
            membership=membership,
            key_id=key_id,
            change=dict(change),
            started_by=started_by,
            started_at=now,
            ends_at=now + timedelta(hours=settings.HOLD_HOURS),
        )
        actor = Actor(kind=ActorKind.MEMBER, user=started_by) if started_by else SYSTEM
        tell(hold, "hold.started", actor, now)
    return hold


def administrator_added(
    *, membership: Membership, before: str, started_by: User | None, now: datetime, barred: Collection[int] = ()
) -> Hold:
    """A member became administrator, or joined as one (`before` is ""): the role is theirs and rests.

    `barred` are accounts that cannot be the second person, for it was their word as well.
    """
    return start(
        organisation=membership.organisation,
        kind=HoldKind.ADMINISTRATOR_ADDED,
        membership=membership,
        change={"field": "role", "from": before, "to": Role.ADMINISTRATOR.value} | _barred(barred),
        started_by=started_by,
        now=now,
    )


def administrator_leaving(
    *, membership: Membership, role: str, started_by: User | None, now: datetime, barred: Collection[int] = ()
) -> Hold:
    """Somebody wants an administrator removed (`role` is "") or given another role: they stay, and rest."""
    return start(
        organisation=membership.organisation,
        kind=HoldKind.ADMINISTRATOR_REMOVED,
        membership=membership,
        change={"field": "role", "from": Role.ADMINISTRATOR.value, "to": role} | _barred(barred),
        started_by=started_by,
        now=now,
    )


def second_factor_lost(*, user: User, now: datetime, started_by: User | None = None) -> list[Hold]:
    """The last second factor of an account is gone: every membership with a working role rests, one hold each.

    `started_by` is who took it away, the person themselves unless said; a membership that rests for it already is
    left as it is.
    """
    with transaction.atomic():
        members = Membership.objects.active().filter(user=user, role__in=WORKING_ROLES).select_related("organisation")
        resting = Hold.objects.resting().filter(kind=HoldKind.SECOND_FACTOR_LOST).values("membership")
        return [
            start(
                organisation=member.organisation,
                kind=HoldKind.SECOND_FACTOR_LOST,
                membership=member,
                change={"field": "second_factor", "from": "on", "to": "off"},
                started_by=started_by or user,
                now=now,
            )
            for member in members.exclude(pk__in=resting).order_by("organisation_id")
        ]


def owner_changed(*, membership: Membership, before: Facts, after: Facts, now: datetime) -> Hold:
    """This administrator wants another name, country, form or number: the old ones stay, and who asked rests."""
    return start(
        organisation=membership.organisation,
        kind=HoldKind.OWNER_CHANGED,
        membership=membership,
        change={"field": "owner", "from": dict(before), "to": dict(after)},
        started_by=membership.user,
        now=now,
    )


def key_issued(*, membership: Membership, key_id: int, prefix: str, now: datetime) -> Hold | None:
    """Somebody made an API key: it rests when they are administrator since lately; None when it need not."""
    if not is_new_administrator(membership, now):
        return None
    return start(
        organisation=membership.organisation,
        kind=HoldKind.KEY_BY_NEW_ADMINISTRATOR,
        membership=None,
        change={"field": "key", "from": "", "to": prefix},
        started_by=membership.user,
        now=now,
        key_id=key_id,
    )


def is_new_administrator(membership: Membership, now: datetime) -> bool:
    """Says whether this administrator came lately; who founded the organisation, with nobody before them, did not."""
    if membership.role_since <= now - timedelta(days=settings.NEW_ADMINISTRATOR_DAYS):
        return False
    others = Membership.objects.filter(organisation_id=membership.organisation_id).exclude(pk=membership.pk)
    return others.filter(created_at__lt=membership.role_since).exists()


def tell(hold: Hold, kind: str, actor: Actor, now: datetime, **more: Any) -> None:
    """Appends to the chain of the organisation: ids, never names or addresses."""
    payload = {"hold": hold.pk, "kind": hold.kind, "membership": hold.membership_id, "key": hold.key_id, **more}
    record.append(stream=("organisation", hold.organisation_id), kind=kind, actor=actor, payload=payload, now=now)


def _refuse_second(organisation: Organisation, kind: HoldKind, membership: Membership | None) -> None:
    same = Hold.objects.open().filter(organisation=organisation, kind=kind)
    if kind not in ONE_EACH:
        same = same.filter(membership=membership, membership__isnull=False)
    if same.exists():
        raise Conflict(
            "hold_open", _("The same is on hold already. It has to be settled first, on your organisation’s page.")
        )


def _barred(accounts: Collection[int]) -> dict[str, Any]:
    return {"barred": sorted(accounts)} if accounts else {}


def _refuse_barred(
    organisation: Organisation, kind: HoldKind, membership: Membership | None, by: User | None, now: datetime
) -> None:
    if kind in NEVER_BARRED:
        return
    stopped = Hold.objects.to_look_at().filter(
        organisation=organisation, kind=kind, membership=membership, started_by=by, ended_at__gt=now - BARRED_FOR
    )
    if (stopped.exclude(ended_by=by) if by is not None else stopped).exists():
        raise Conflict(
            "hold_stopped_lately",
            _("Somebody stopped the same less than 30 days ago. Ask the desk to look at it before it is tried again."),
        )

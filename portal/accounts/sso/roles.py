"""What groups do to a role: given, changed or taken at once.

A new administrator rests, one who is to go rests too, and the last one is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from portal.accounts import holds, record
from portal.accounts.actors import SYSTEM
from portal.accounts.holds.changes import end_membership, set_role
from portal.accounts.holds.people import awake
from portal.accounts.models import Membership, Organisation, Role, SignOn, StaffRole, User
from portal.accounts.sso.groups import MEMBER_ORDER, STAFF_ORDER, strongest
from portal.errors import Conflict

RUN_BY = ("sso.set_up", "sso.changed", "sso.switched_on")


@dataclass(frozen=True, slots=True)
class Change:
    """The role before and from now on, "" for none; `kept_last`: an administrator stayed as there is no other."""

    before: str
    role: str
    membership_id: int | None = None
    kept_last: bool = False


def apply(*, sign_on: SignOn, user: User, groups: Iterable[str], now: datetime) -> Change:
    """Makes the role of a person what their groups say; the caller holds the locks of organisation and account."""
    if sign_on.organisation is None:
        return _of_staff(sign_on, user, groups)
    return _of_member(sign_on, sign_on.organisation, user, frozenset(groups), now)


def _of_staff(sign_on: SignOn, user: User, groups: Iterable[str]) -> Change:
    before, wanted = user.staff_role, strongest(sign_on.mapping, groups, STAFF_ORDER)
    if before != wanted:
        user.staff_role = StaffRole(wanted)
        user.save(update_fields=["staff_role"])
    return Change(before, wanted)


def _of_member(sign_on: SignOn, tenant: Organisation, user: User, groups: frozenset[str], now: datetime) -> Change:
    wanted = strongest(sign_on.mapping, groups, MEMBER_ORDER)
    row = tenant.memberships.select_for_update(of=("self",)).select_related("organisation", "user").filter(user=user)
    member = row.first()
    before = member.role if member is not None and member.is_active else ""
    if tenant.is_suspended and _is_more(wanted, before):
        wanted = before
    if before == wanted:
        return Change(before, wanted, member.pk if member else None)
    if member is not None and before == Role.ADMINISTRATOR and _is_last(tenant, member):
        return Change(before, before, member.pk, kept_last=True)
    if member is not None and before == Role.ADMINISTRATOR:
        _rests_until_agreed(sign_on, member, wanted, now)
        return Change(before, before, member.pk)
    if wanted == Role.ADMINISTRATOR and not _becomes_administrator(sign_on, tenant, user, member, before, now):
        # Somebody who could stop it has stopped it: the next strongest role counts until that is settled.
        wanted = strongest(sign_on.mapping, groups, MEMBER_ORDER[1:]) or before
    if wanted and wanted != Role.ADMINISTRATOR and wanted != before:
        member = _give(tenant, user, member, wanted, now)
    elif not wanted and before and member is not None:
        end_membership(member, SYSTEM, now, left=False)
    return Change(before, wanted, member.pk if member else _pk_of(tenant, user))


def _is_more(wanted: str, before: str) -> bool:
    """Says whether a role would be a new power; a suspended organisation gives none."""
    order = (*MEMBER_ORDER, "")
    return order.index(wanted) < order.index(before)


def _rests_until_agreed(sign_on: SignOn, member: Membership, wanted: str, now: datetime) -> None:
    """An administrator whom the groups no longer name stays, and rests: a second person lets them go, or not.

    Where that is on hold already, or was stopped, nothing more is done: who has been stopped once does not win by
    signing somebody in again.
    """
    with suppress(Conflict), transaction.atomic():
        holds.administrator_leaving(
            membership=member, role=wanted, started_by=None, now=now, barred=runners(sign_on) - {member.user_id}
        )


def runners(sign_on: SignOn) -> frozenset[int]:
    """The accounts that set up, changed or switched on this sign-in: what its groups say is their word too."""
    references = record.actors_of(stream=sign_on.stream, kinds=RUN_BY)
    return frozenset(int(name.removeprefix("user:")) for name in references if name.startswith("user:"))


def _is_last(tenant: Organisation, member: Membership) -> bool:
    return not awake(tenant.memberships.administrators()).exclude(pk=member.pk).exists()


def _becomes_administrator(
    sign_on: SignOn, tenant: Organisation, user: User, member: Membership | None, before: str, now: datetime
) -> bool:
    """Gives the role and starts the hold that every new administrator has; neither where the hold is refused."""
    try:
        with transaction.atomic():
            made = _give(tenant, user, member, Role.ADMINISTRATOR.value, now)
            holds.administrator_added(membership=made, before=before, started_by=user, now=now, barred=runners(sign_on))
    except Conflict:
        if member is not None:
            member.refresh_from_db(fields=["role", "role_since", "is_active"])
        return False
    return True


def _give(tenant: Organisation, user: User, member: Membership | None, role: str, now: datetime) -> Membership:
    if member is not None and member.is_active:
        set_role(member, role, SYSTEM, now)
        return member
    dates = {"is_active": True, "role": role, "created_at": now, "role_since": now}
    made, _new = Membership.objects.update_or_create(organisation=tenant, user=user, defaults=dates)
    payload = {"membership": made.pk, "user": user.pk, "role": role}
    record.append(
        stream=("organisation", tenant.pk), kind="organisation.joined", actor=SYSTEM, payload=payload, now=now
    )
    return made


def _pk_of(tenant: Organisation, user: User) -> int | None:
    return tenant.memberships.filter(user=user).values_list("pk", flat=True).first()

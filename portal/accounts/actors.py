"""Who acts: one small value that every verb takes first and every event remembers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from django.http import HttpRequest

from portal.accounts.models import Membership, Organisation, Role, StaffRole, User

ORGANISATION_KEY = "organisation_id"
WORKING_ROLES = frozenset({Role.ADMINISTRATOR, Role.RIGHTS_OWNER, Role.AGENT})
# What each staff role may also do; a superuser adds senior and policy to their own.
STAFF_POWERS: dict[str, frozenset[str]] = {
    StaffRole.REVIEWER: frozenset({StaffRole.REVIEWER}),
    StaffRole.SENIOR: frozenset({StaffRole.REVIEWER, StaffRole.SENIOR}),
    StaffRole.POLICY: frozenset({StaffRole.POLICY}),
    StaffRole.AUDITOR: frozenset({StaffRole.AUDITOR}),
}
SUPER_POWERS = frozenset({StaffRole.REVIEWER, StaffRole.SENIOR, StaffRole.POLICY})


class ActorKind(StrEnum):
    """The doors through which somebody acts."""

    MEMBER = "member"
    STAFF = "staff"
    KEY = "key"
    RESPONDENT = "respondent"
    PUBLIC = "public"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who asks for something, with everything a rule may want to know about them."""

    kind: ActorKind
    user: User | None = None
    organisation: Organisation | None = None
    role: str = ""
    staff_role: str = ""
    key_id: int | None = None

    @property
    def is_staff(self) -> bool:
        """Says whether this is trust-and-safety staff at work."""
        return self.kind == ActorKind.STAFF

    @property
    def can_read(self) -> bool:
        """Says whether there is anything of a tenant that this actor may read."""
        return self.is_staff or (self.organisation is not None and self.kind in {ActorKind.MEMBER, ActorKind.KEY})

    @property
    def can_manage(self) -> bool:
        """Says whether this actor runs the organisation: members, invitations, keys."""
        return self._is_member() and self.role == Role.ADMINISTRATOR

    @property
    def can_register(self) -> bool:
        """Says whether this actor may register rights."""
        return self._works()

    @property
    def can_file(self) -> bool:
        """Says whether this actor may file complaints."""
        return self._works()

    @property
    def reference(self) -> str:
        """Gives the name that goes into events: an id, never personal data."""
        if self.kind == ActorKind.KEY:
            return f"key:{self.key_id}"
        if self.user is not None:
            return f"user:{self.user.pk}"
        return self.kind.value

    def has_staff_role(self, *roles: str) -> bool:
        """Says whether this staff has one of these roles; seniors also review, superusers are senior and policy."""
        if not self.is_staff or self.user is None:
            return False
        powers = STAFF_POWERS.get(self.staff_role, frozenset())
        if self.user.is_superuser:
            powers |= SUPER_POWERS
        return bool(powers & set(roles))

    def _is_member(self) -> bool:
        return self.kind == ActorKind.MEMBER and self.organisation is not None

    def _works(self) -> bool:
        """A key acts within its scopes, which the API checks before any verb; its role may be left empty."""
        if self.kind == ActorKind.KEY:
            return self.organisation is not None and (not self.role or self.role in WORKING_ROLES)
        return self._is_member() and self.role in WORKING_ROLES


SYSTEM = Actor(kind=ActorKind.SYSTEM)
PUBLIC = Actor(kind=ActorKind.PUBLIC)


def actor_of(request: HttpRequest) -> Actor:
    """Gives who makes this request: staff, a member for the current organisation, or the public."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.is_active:
        return PUBLIC
    session = getattr(request, "session", {})
    key = (user.pk, session.get(ORGANISATION_KEY))
    kept: tuple[object, Actor] | None = getattr(request, "_kept_actor", None)
    if kept is None or kept[0] != key:
        kept = (key, _actor_for(user, key[1]))
        request._kept_actor = kept  # type: ignore[attr-defined]
    return kept[1]


def staff_actor_for(user: User) -> Actor:
    """Gives the actor of a staff account; a superuser without a role counts as senior."""
    return Actor(kind=ActorKind.STAFF, user=user, staff_role=user.staff_role or StaffRole.SENIOR.value)


def member_actor_for(membership: Membership) -> Actor:
    """Gives the actor of one membership."""
    return Actor(
        kind=ActorKind.MEMBER,
        user=membership.user,
        organisation=membership.organisation,
        role=membership.role,
    )


def _actor_for(user: object, organisation_id: object) -> Actor:
    # request.user is a lazy wrapper; events and rows want the account itself.
    account = cast("User", getattr(user, "_wrapped", user))
    if account.is_staff and (account.staff_role or account.is_superuser):
        return staff_actor_for(account)
    memberships = list(account.active_memberships())
    if not memberships:
        return Actor(kind=ActorKind.MEMBER, user=account)
    current = next((each for each in memberships if each.organisation_id == organisation_id), memberships[0])
    return Actor(kind=ActorKind.MEMBER, user=account, organisation=current.organisation, role=current.role)

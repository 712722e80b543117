"""Who acts: one small value that every verb takes first and every event remembers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import cast

from django.http import HttpRequest
from django.utils import timezone

from portal.accounts import grants as grants_of
from portal.accounts.grants import AgentVerb, Grant
from portal.accounts.models import Hold, HoldState, Membership, Organisation, Role, StaffRole, User

ORGANISATION_KEY = "organisation_id"
# In a session that a company's own provider opened: the organisation that it acts for, and no other.
BOUND_KEY = "bound_organisation_id"
PRINCIPAL_KEY = "principal_id"
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
    """Somebody who asks for something, with everything a rule may want to know about them.

    `organisation` is the tenant acted for. Where an agency acts, it is the principal, and `agency` is who acts. An
    agent has `grants`, and may do what these say and no more; None means not bound. While `held_until` is set, an open
    hold lets this actor read and nothing else; `held_approved` once a second person agreed to all of these.
    `open_holds` counts those of the organisation.
    """

    kind: ActorKind
    user: User | None = None
    organisation: Organisation | None = None
    role: str = ""
    staff_role: str = ""
    key_id: int | None = None
    agency: Organisation | None = None
    grants: tuple[Grant, ...] | None = None
    held_until: datetime | None = None
    held_approved: bool = False
    open_holds: int = 0

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
        return self._is_member() and self.role == Role.ADMINISTRATOR and self.held_until is None and not self.is_bound

    @property
    def can_register(self) -> bool:
        """Says whether this actor may register rights."""
        return self.may(AgentVerb.REGISTER)

    @property
    def can_file(self) -> bool:
        """Says whether this actor may file complaints."""
        return self.may(AgentVerb.FILE)

    @property
    def is_suspended(self) -> bool:
        """Says whether the desk suspended the organisation acted for, or the agency that acts."""
        return any(each is not None and each.is_suspended for each in (self.organisation, self.agency))

    @property
    def is_bound(self) -> bool:
        """Says whether this is an agent, who may do only what an authorisation in force grants."""
        return self.grants is not None

    def may(self, verb: AgentVerb) -> bool:
        """Says whether this actor may do it at all; what about a right and a country, ask `grants_for`."""
        return self._works() and (self.grants is None or any(grant.allows(verb) for grant in self.grants))

    @property
    def acts_until(self) -> date | None:
        """The last day (UTC) on which the longest of this agent's authorisations holds; None for who is not bound."""
        return max((grant.expires_on for grant in self.grants or ()), default=None)

    def grants_for(self, verb: AgentVerb | None, country: str = "") -> tuple[Grant, ...]:
        """Gives the grants that cover this verb and country; with None, all that let the agent read."""
        held = self.grants or ()
        return held if verb is None else tuple(grant for grant in held if grant.allows(verb, country))

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
        if self.held_until is not None or self.is_suspended:
            return False
        if self.organisation is not None and self.organisation.is_agency:
            return False
        if self.kind == ActorKind.KEY:
            return self.organisation is not None and (not self.role or self.role in WORKING_ROLES)
        return self._is_member() and self.role in WORKING_ROLES


SYSTEM = Actor(kind=ActorKind.SYSTEM)
PUBLIC = Actor(kind=ActorKind.PUBLIC)


def actor_of(request: HttpRequest) -> Actor:
    """Gives who makes this request: staff, a member for the current organisation, or the public.

    On the pages of rights and complaints an agency's member acts for the principal they chose; the portal's own pages,
    and others that say so (`doors.own_organisation`), are about the agency itself.
    """
    mine = own_actor_of(request)
    return mine if is_about_own_organisation(request) else acting_of(request) or mine


def own_actor_of(request: HttpRequest) -> Actor:
    """Gives who makes this request, for the organisation that they are a member of."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.is_active:
        return PUBLIC
    session = getattr(request, "session", {})
    key = (user.pk, session.get(ORGANISATION_KEY), session.get(BOUND_KEY))
    return _kept(request, "_own_actor", key, lambda: _actor_for(request, user, key[1], key[2])) or PUBLIC


def memberships_of(request: HttpRequest) -> list[Membership]:
    """Gives the active memberships of who makes this request; finding the actor has read them already."""
    actor = own_actor_of(request)
    if actor.user is None:
        return []
    read: list[Membership] | None = getattr(request, "_memberships", None)
    return list(actor.user.active_memberships()) if read is None else read


def acting_of(request: HttpRequest) -> Actor | None:
    """Gives the actor of an agency's member for the principal they chose, while an authorisation is in force."""
    mine = own_actor_of(request)
    chosen = getattr(request, "session", {}).get(PRINCIPAL_KEY)
    if mine.organisation is None or not mine.organisation.is_agency or not isinstance(chosen, int):
        return None
    key = (mine.user, mine.organisation, chosen)
    return _kept(request, "_acting_actor", key, lambda: for_principal_named(mine, pk=chosen))


def _kept(request: HttpRequest, name: str, key: object, make: Callable[[], Actor | None]) -> Actor | None:
    """Makes an actor once a request, and again when the session chose another organisation or principal."""
    kept: tuple[object, Actor | None] | None = getattr(request, name, None)
    if kept is None or kept[0] != key:
        kept = (key, make())
        setattr(request, name, kept)
    return kept[1]


def is_about_own_organisation(request: HttpRequest) -> bool:
    """Says whether this page is about the organisation that its reader belongs to, whomever they act for."""
    match = request.resolver_match
    if match is None:
        return True
    return bool(getattr(match.func, "own_organisation", match.func.__module__.startswith("portal.")))


def staff_actor_for(user: User) -> Actor:
    """Gives the actor of a staff account; a superuser without a role counts as senior."""
    return Actor(kind=ActorKind.STAFF, user=user, staff_role=user.staff_role or StaffRole.SENIOR.value)


def member_actor_for(membership: Membership) -> Actor:
    """Gives the actor of one membership, bound by grants where the role is agent, at rest where a hold is open."""
    until, approved, open_holds = _holds(membership)
    actor = Actor(
        kind=ActorKind.MEMBER,
        user=membership.user,
        organisation=membership.organisation,
        role=membership.role,
        held_until=until,
        held_approved=approved,
        open_holds=open_holds,
    )
    if membership.role != Role.AGENT or membership.organisation.is_agency:
        return actor
    return replace(actor, grants=grants_of.source().of_member(membership, timezone.now().date()))


def key_actor_for(membership: Membership, key_id: int) -> Actor:
    """Gives the actor of a key: what binds or holds its maker binds and holds the key."""
    return replace(member_actor_for(membership), kind=ActorKind.KEY, key_id=key_id)


def for_principal(actor: Actor, principal: Organisation) -> Actor | None:
    """Gives the actor of an agency's member or key for this principal; None where no authorisation is in force."""
    return for_principal_named(actor, pk=principal.pk)


def for_principal_named(actor: Actor, **principal: object) -> Actor | None:
    """The same for the principal with this `pk` or `public_id`; absent and not covered are one."""
    if actor.organisation is None or not actor.organisation.is_agency:
        return None
    found = grants_of.source().of_agency(actor.organisation, timezone.now().date(), **principal)
    return acting(actor, *found) if found else None


def acting(actor: Actor, principal: Organisation, grants: tuple[Grant, ...]) -> Actor:
    """Gives an agency's member or key as they act for this principal under these grants."""
    role = Role.VIEWER if actor.role == Role.VIEWER else Role.AGENT
    return replace(actor, organisation=principal, agency=actor.organisation, role=role, grants=grants)


def held_until(membership: Membership) -> datetime | None:
    """Gives when the last open hold on this membership may end at the earliest; None where none is open."""
    return held(membership)[0]


def held(membership: Membership) -> tuple[datetime | None, bool]:
    """Gives the same, and whether a second person has approved all that is on hold, so that only time is missing."""
    until, approved, _open = _holds(membership)
    return until, approved


def _holds(membership: Membership) -> tuple[datetime | None, bool, int]:
    """Reads at once until when this membership rests, whether only time is missing, and how many holds are open."""
    rows = list(
        Hold.objects.filter(organisation_id=membership.organisation_id)
        .binding()
        .values_list("membership", "state", "ends_at", "approved_at")
    )
    mine = [row for row in rows if row[0] == membership.pk]
    until = max((ends_at for _member, _state, ends_at, _approved in mine), default=None)
    approved = bool(mine) and all(row[1] == HoldState.OPEN and row[3] is not None for row in mine)
    return until, approved, sum(row[1] == HoldState.OPEN for row in rows)


def _actor_for(request: HttpRequest, user: object, organisation_id: object, bound_to: int | None = None) -> Actor:
    # request.user is a lazy wrapper; events and rows want the account itself.
    account = cast("User", getattr(user, "_wrapped", user))
    account.bound_to = bound_to
    if account.is_staff and (account.staff_role or account.is_superuser):
        return staff_actor_for(account)
    memberships = list(account.active_memberships())
    setattr(request, "_memberships", memberships)  # noqa: B010 - a request has no such attribute of its own
    if not memberships:
        return Actor(kind=ActorKind.MEMBER, user=account)
    current = next((each for each in memberships if each.organisation_id == organisation_id), memberships[0])
    current.user = account
    return member_actor_for(current)

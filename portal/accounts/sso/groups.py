"""Groups and roles: which role the groups of a person come to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from portal.accounts.models import Role, StaffRole

# Strongest first: with several mapped groups the strongest counts.
MEMBER_ORDER: Final = (Role.ADMINISTRATOR.value, Role.RIGHTS_OWNER.value, Role.AGENT.value, Role.VIEWER.value)
STAFF_ORDER: Final = (
    StaffRole.SENIOR.value, StaffRole.POLICY.value, StaffRole.REVIEWER.value, StaffRole.AUDITOR.value,
)  # fmt: skip
MOST_GROUPS: Final = 2_000
LONGEST_GROUP: Final = 256


class GroupsElsewhere(Exception):
    """The provider did not send the groups but a pointer to them: who has many groups would look like who has none."""


def order_for(*, staff: bool) -> tuple[str, ...]:
    """Gives the roles that groups may lead to, strongest first."""
    return STAFF_ORDER if staff else MEMBER_ORDER


def groups_in(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    """Reads the groups of a person from their claims; no claim is no groups. Raises GroupsElsewhere for a pointer."""
    found = claims.get(name)
    if found is None and name in _pointers(claims):
        raise GroupsElsewhere(name)
    if isinstance(found, str):
        found = [found]
    if not isinstance(found, list):
        return frozenset()
    return frozenset(each for each in found[:MOST_GROUPS] if isinstance(each, str) and 0 < len(each) <= LONGEST_GROUP)


def strongest(mapping: Mapping[str, str], groups: Iterable[str], order: Sequence[str]) -> str:
    """Gives the strongest role that these groups are mapped to, "" where none is; letters count exactly as written."""
    held = {mapping[group] for group in groups if group in mapping}
    return next((role for role in order if role in held), "")


def _pointers(claims: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the specification calls distributed claims: names of claims that lie elsewhere."""
    found = claims.get("_claim_names")
    return found if isinstance(found, dict) else {}

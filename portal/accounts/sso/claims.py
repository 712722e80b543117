"""What a provider says of a person, once its word is verified."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from portal.accounts.inputs import plain_address
from portal.accounts.sso.groups import GroupsElsewhere, groups_in
from portal.errors import Refused

LONGEST_SUBJECT = 191
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Claims:
    """`subject` is who it is at this provider, for ever; all else is what the provider says today.

    `groups` is None where the provider only pointed to them. `signed_in_at` is in seconds since 1970, or None.
    """

    subject: str
    email: str = ""
    name: str = ""
    groups: frozenset[str] | None = frozenset()
    signed_in_at: int | None = None

    @classmethod
    def read(cls, token: Mapping[str, Any], userinfo: Mapping[str, Any], groups_claim: str) -> Claims:
        """Joins the signed token and the answer of the userinfo endpoint; where both speak, the token counts."""
        both = {**userinfo, **token}
        try:
            groups = groups_in(both, groups_claim)
        except GroupsElsewhere:
            groups = None
        at = token.get("auth_time")
        return cls(
            subject=str(token["sub"]),
            email=_address(both.get("email")),
            name=_name(both.get("name")),
            groups=groups,
            signed_in_at=int(at) if isinstance(at, int | float) and not isinstance(at, bool) else None,
        )


def _address(text: object) -> str:
    """An address that an account here may have; "" for anything else."""
    try:
        return plain_address(text) if isinstance(text, str) else ""
    except (Refused, ValidationError):
        return ""


def _name(text: object) -> str:
    if not isinstance(text, str):
        return ""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())[:LONGEST_NAME]

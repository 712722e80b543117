"""Whom the register names: a difference stops filing until a person has looked at it, and covers that one name."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from brands.models import IPRight, RegisterRecord, RightState
from brands.registers.compare import SAME_OWNER, owner_likeness
from brands.registers.names import fold, same_legal_name
from brands.registry.common import tell
from brands.registry.held import held_facts
from portal.accounts.actors import SYSTEM

COLUMNS: Final = ("other_owner", "other_owner_at", "accepted_owner")
DECIDED: Final = frozenset({RightState.APPROVED.value, RightState.SUSPENDED.value})


def is_the_owner(right: IPRight, record: RegisterRecord) -> bool:
    """Whether the organisation is whom the register names: the same legal name and, where both are known, country."""
    names = (right.organisation.name, right.owner_name)
    if not all(same_legal_name(name, record.owner_name) for name in names):
        return False
    countries = {owner.country for owner in held_facts(record).current_owners if owner.country}
    ours = str(right.organisation.country)
    return not ours or countries <= {ours}


def another(right: IPRight) -> str:
    """Whom the register names where that is another owner than the declared one; "" where it agrees or is silent."""
    record = right.claimed_record
    if record is None or not record.owner_name or not right.owner_name:
        return ""
    same = owner_likeness(right.owner_name, record.owner_name).score >= SAME_OWNER
    return "" if same else record.owner_name


def accept_shown(right: IPRight) -> None:
    """A decision covers the difference that it was made with; `right` itself is not saved."""
    right.accepted_owner = another(right)
    right.other_owner, right.other_owner_at = "", None


def forget(right: IPRight) -> None:
    """What goes back to be corrected is looked at anew; `right` itself is not saved."""
    right.accepted_owner, right.other_owner, right.other_owner_at = "", "", None


def watch(right: IPRight, now: datetime) -> str:
    """Notes another owner than the desk has accepted; gives the event to append, "" for none. Does not save.

    A record that is older than what was seen last says nothing new.
    """
    record = right.claimed_record
    if right.state not in DECIDED or record is None or not record.owner_name:
        return ""
    if right.register_as_of is not None and record.as_of < right.register_as_of:
        return ""
    named = another(right)
    if named and fold(named) == fold(right.accepted_owner):
        named = ""
    if named == right.other_owner:
        return ""
    right.other_owner, right.other_owner_at = named, now if named else None
    return "right.differs" if named else "right.agrees"


def announce(right: IPRight, kind: str, now: datetime) -> None:
    """Tells what `watch` found; the name itself stays out of the chain."""
    if kind:
        record = right.claimed_record
        tell(SYSTEM, right, kind, {"record": record.pk if record else None}, now)

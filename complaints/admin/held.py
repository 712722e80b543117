"""Decisions that wait for a second person: who may confirm each, and what would happen then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _

from complaints.admin.preview import Preview, preview_confirming
from complaints.models import Complaint, Decision, Item
from complaints.states import ItemState
from portal.accounts.actors import Actor


@dataclass
class HeldDecision:
    """A decision that waits for a second person; `why_not` is "" for one who may confirm it."""

    complaint: Complaint
    decision: Decision
    why_not: str
    now: datetime
    items: list[Item] = field(default_factory=list)

    @cached_property
    def preview(self) -> Preview:
        return preview_confirming(self.complaint, self.decision, self.items, self.now)


def held_in(complaint: Complaint, items: Iterable[Item], actor: Actor, now: datetime) -> list[HeldDecision]:
    """Lists the held decisions of a case whose items are already read, with why the actor may not confirm."""
    found: dict[int, HeldDecision] = {}
    for item in items:
        if item.state == ItemState.HELD and item.decision:
            new = HeldDecision(complaint, item.decision, _why_not(item.decision, actor), now)
            found.setdefault(item.decision.pk, new).items.append(item)
    return list(found.values())


def _why_not(decision: Decision, actor: Actor) -> str:
    if actor.user and decision.decided_by_id == actor.user.pk:
        return _("You decided this. Another person than the first must confirm.")
    if not actor.has_staff_role("senior"):
        return _("A senior reviewer must confirm.")
    return ""

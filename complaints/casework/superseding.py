"""Deciding again: a new decision replaces one that stands; the old one is kept as it was made."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import groupby

from django.db import transaction

from complaints import enforcement, errors
from complaints.casework.deciding import Basis, judge, refuse_dead_rights, refuse_suspended_complainant, write
from complaints.models import Decision, Item
from complaints.states import ItemState, Who
from complaints.steps import lock, pick, require, settle
from portal.accounts.actors import Actor


@transaction.atomic
def supersede(
    *,
    actor: Actor,
    complaint_id: int,
    item_ids: Collection[int],
    outcome: str,
    ground: str,
    text: str,
    now: datetime,
    missing_proof: str = "",
    policy: str = "",
) -> list[Decision]:
    """Decides items again that were decided or held; only a senior, and nobody has to hold the case.

    One decision comes for each that is replaced, with `supersedes`. What was held is cancelled by that; measures of an
    item that is rejected now are taken back; a measure on an account that is new waits for a second person. Everybody
    who was told before is told again. Raises Forbidden, Conflict or Refused as `decide` does.
    """
    require(actor, Who.SENIOR)
    complaint = lock(actor, complaint_id)
    basis = judge(actor, outcome=outcome, ground=ground, text=text, missing_proof=missing_proof, policy=policy)
    items = pick(complaint, item_ids)
    if any(item.decision_id is None for item in items):
        raise errors.nothing_to_supersede()
    if basis.accepts:
        refuse_suspended_complainant(complaint)
        refuse_dead_rights(items, now)
    made = [
        write(complaint, actor, part, basis, now, verb=verb, supersedes=old)
        for old, verb, part in parts_again(items, basis)
    ]
    settle(complaint, now)
    enforcement.tell_when_all_done(complaint, now)
    return made


def parts_again(items: Sequence[Item], basis: Basis) -> list[tuple[Decision, str, list[Item]]]:
    """Groups items by the decision that is replaced and by what happens to them now."""
    old = Decision.objects.in_bulk([item.decision_id for item in items if item.decision_id])
    keyed = sorted(((item.decision_id or 0, _verb(item, basis), item) for item in items), key=lambda row: row[:2])
    return [
        (old[decision], verb, [item for _decision, _verb_, item in rows])
        for (decision, verb), rows in groupby(keyed, key=lambda row: row[:2])
    ]


def _verb(item: Item, basis: Basis) -> str:
    if not basis.accepts:
        return "reject_again"
    is_new = item.state != ItemState.ACCEPTED
    return "hold_again" if is_new and enforcement.needs_second(item.target) else "accept_again"

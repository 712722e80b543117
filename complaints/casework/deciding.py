"""Deciding: immutable, always with a ground and a text, item by item or many at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import enforcement, errors, reasons, statements
from complaints.casework.desk import lock_claimed, reviewer
from complaints.models import Complaint, Decision, Item
from complaints.reasons import Ground, Outcome
from complaints.states import ItemState, Who
from complaints.steps import lock, log, need_text, pick, require, settle, step
from portal.accounts.actors import Actor
from portal.ledger.events import commit_text


@transaction.atomic
def decide(
    *,
    actor: Actor,
    complaint_id: int,
    item_ids: Collection[int],
    outcome: str,
    ground: str,
    text: str,
    now: datetime,
) -> list[Decision]:
    """Decides the named items alike; measures on accounts are held for a second person, so two decisions may come.

    Raises Conflict when the case is not the actor's or an item was decided meanwhile; then nothing is decided.
    """
    complaint = lock_claimed(actor, complaint_id, now)
    chosen = check_ground(outcome, ground)
    body = need_text(text)
    items = pick(complaint, item_ids)
    if outcome == Outcome.ACCEPTED:
        refuse_dead_rights(items, now)
    held = [item for item in items if outcome == Outcome.ACCEPTED and enforcement.needs_second(item.target)]
    at_once = [item for item in items if item not in held]
    decisions = [
        _write(complaint, actor, part, chosen, body, now, second=second)
        for part, second in ((at_once, False), (held, True))
        if part
    ]
    settle(complaint, now)
    enforcement.tell_when_all_done(complaint, now)
    return decisions


def refuse_dead_rights(items: Sequence[Item], now: datetime) -> None:
    """Raises Conflict when an item leans on a right that is not in force today; a notice without one may go on."""
    for right in {item.right for item in items if item.right is not None}:
        usable = right.usable(now.date())
        if not usable.ok:
            raise errors.right_not_in_force(str(right), usable.reason)


def check_ground(outcome: str, ground: str) -> Ground:
    """Raises Refused unless the policy lists this ground for this outcome."""
    try:
        chosen = Ground(ground)
        if reasons.GROUNDS[chosen].outcome == Outcome(outcome):
            return chosen
    except ValueError:
        pass
    raise errors.refused("ground_unknown", _("Choose a reason from the policy list that fits the outcome."), "ground")


def _write(
    complaint: Complaint,
    actor: Actor,
    items: Sequence[Item],
    ground: Ground,
    text: str,
    now: datetime,
    *,
    second: bool,
) -> Decision:
    outcome = reasons.GROUNDS[ground].outcome
    verb = "hold" if second else ("accept" if outcome == Outcome.ACCEPTED else "reject")
    event = step(items, verb, actor)
    salt, digest = commit_text(text)
    person = reviewer(actor)
    decision = Decision.objects.create(
        complaint=complaint,
        outcome=outcome,
        ground=ground,
        policy_version=reasons.POLICY_VERSION,
        text=text,
        salt=salt,
        needs_second=second,
        decided_by=person,
        decided_at=now,
    )
    decision.items.set(items)
    for item in items:
        item.decision = decision
    Item.objects.bulk_update(items, ["state", "decision"])
    if not second:
        _take_effect(decision, items, now)
    log(
        complaint,
        event,
        actor,
        now,
        decision=decision.pk,
        outcome=outcome,
        ground=ground,
        policy=reasons.POLICY_VERSION,
        text=digest,
        items=[item.pk for item in items],
    )
    return decision


def _take_effect(decision: Decision, items: Sequence[Item], now: datetime) -> None:
    statements.write(decision, items, now=now)
    if decision.outcome == Outcome.ACCEPTED:
        enforcement.propose(decision, items, now=now)


def _lock_held(actor: Actor, decision_id: int) -> tuple[Decision, list[Item]]:
    require(actor, Who.SENIOR)
    decision = Decision.objects.filter(pk=decision_id).first()
    if decision is None:
        raise errors.no_such_complaint()
    decision.complaint = lock(actor, decision.complaint_id)
    if actor.user is None or decision.decided_by_id == actor.user.pk:
        raise errors.Forbidden("second_person", _("Another person than the first must confirm."))
    items = decision.current_items.filter(state=ItemState.HELD).values_list("pk", flat=True)
    if not items:
        raise errors.moved_on()
    return decision, pick(decision.complaint, list(items))


@transaction.atomic
def confirm(*, actor: Actor, decision_id: int, now: datetime) -> Decision:
    """Lets a held decision take effect; only a senior who did not make it. Raises Forbidden or Conflict."""
    decision, items = _lock_held(actor, decision_id)
    refuse_dead_rights(items, now)
    event = step(items, "confirm", actor)
    Item.objects.bulk_update(items, ["state"])
    _take_effect(decision, items, now)
    settle(decision.complaint, now)
    log(
        decision.complaint,
        event,
        actor,
        now,
        decision=decision.pk,
        outcome=decision.outcome,
        ground=decision.ground,
        confirmed=True,
        items=[item.pk for item in items],
    )
    return decision


@transaction.atomic
def send_back(*, actor: Actor, decision_id: int, text: str, now: datetime) -> Decision:
    """Returns a held decision to the queue with a note for the desk; nobody outside was told of it."""
    decision, items = _lock_held(actor, decision_id)
    need_text(text)
    event = step(items, "send_back", actor)
    for item in items:
        item.decision = None
    Item.objects.bulk_update(items, ["state", "decision"])
    decision.complaint.notes.create(author=reviewer(actor), body=text.strip(), created_at=now)
    settle(decision.complaint, now)
    log(decision.complaint, event, actor, now, decision=decision.pk, items=[item.pk for item in items])
    return decision

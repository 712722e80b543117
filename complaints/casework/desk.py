"""What a reviewer does with a case before deciding: claim, extend, release, ask, note."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from complaints import errors
from complaints.models import Complaint, InternalNote, Item, Message
from complaints.rules.clocks import ANSWER_WITHIN, LEASE
from complaints.states import WITH_DESK, Who
from complaints.steps import lock, log, need_text, pick, require, settle, step
from portal.accounts.actors import Actor
from portal.accounts.models import User
from portal.ledger.events import commit_text


def reviewer(actor: Actor) -> User:
    """Returns the person behind a reviewer. Raises Forbidden for everybody else."""
    require(actor, Who.REVIEWER, Who.SENIOR)
    if actor.user is None:
        raise errors.may_not()
    return actor.user


def lock_claimed(actor: Actor, complaint_id: int, now: datetime) -> Complaint:
    """Locks a case that the actor holds. Raises Conflict that says who holds it when they do not."""
    person = reviewer(actor)
    complaint = lock(actor, complaint_id)
    if not complaint.held_by(person.pk, now):
        holder = complaint.claimed_by if complaint.is_claimed(now) else None
        raise errors.not_claimed(holder.get_short_name() if holder else "")
    return complaint


@transaction.atomic
def claim(*, actor: Actor, complaint_id: int, now: datetime) -> Complaint:
    """Takes a case for an hour. Raises Conflict when another reviewer holds it, or when it is closed."""
    person = reviewer(actor)
    complaint = lock(actor, complaint_id)
    if complaint.state not in WITH_DESK:
        raise errors.step_refused("claim", str(complaint.shown.label))
    if complaint.is_claimed(now) and not complaint.held_by(person.pk, now):
        raise errors.not_claimed(complaint.claimed_by.get_short_name() if complaint.claimed_by else "")
    again = complaint.held_by(person.pk, now)
    settle(complaint, now, claimed_by=person, claim_until=now + LEASE)
    if not again:
        log(complaint, "complaint.claimed", actor, now)
    return complaint


def claim_next(*, actor: Actor, now: datetime) -> Complaint | None:
    """Claims the case that is due first and free; None when nothing waits."""
    for pk in Complaint.objects.claimable(now).values_list("pk", flat=True)[:20]:
        try:
            return claim(actor=actor, complaint_id=pk, now=now)
        except (errors.Conflict, errors.NotFound):
            continue
    return None


@transaction.atomic
def extend(*, actor: Actor, complaint_id: int, now: datetime) -> Complaint:
    """Starts the hour anew for a case that the actor holds."""
    complaint = lock_claimed(actor, complaint_id, now)
    settle(complaint, now, claim_until=now + LEASE)
    return complaint


@transaction.atomic
def release(*, actor: Actor, complaint_id: int, now: datetime) -> Complaint:
    """Gives a case back to the queue."""
    complaint = lock_claimed(actor, complaint_id, now)
    settle(complaint, now, claimed_by=None, claim_until=None)
    log(complaint, "complaint.released", actor, now)
    return complaint


@transaction.atomic
def return_expired(*, complaint_id: int, actor: Actor, now: datetime) -> None:
    """Gives back a case whose lease has run out; does nothing when it has not."""
    complaint = lock(actor, complaint_id)
    if complaint.claimed_by_id is None or complaint.is_claimed(now):
        return
    settle(complaint, now, claimed_by=None, claim_until=None)
    log(complaint, "complaint.released", actor, now)


@transaction.atomic
def ask(*, actor: Actor, complaint_id: int, item_ids: Collection[int], text: str, now: datetime) -> Message:
    """Asks the complainant about items; the clock stops once nothing else is open. Raises Refused without a text."""
    complaint = lock_claimed(actor, complaint_id, now)
    body = need_text(text)
    items = pick(complaint, item_ids)
    event = step(items, "ask", actor)
    Item.objects.bulk_update(items, ["state"])
    salt, digest = commit_text(body)
    message = Message.objects.create(
        complaint=complaint,
        kind=Message.Kind.QUESTION,
        author=actor.user,
        body=body,
        salt=salt,
        created_at=now,
        answer_by=now + ANSWER_WITHIN,
    )
    message.items.set(items)
    settle(complaint, now)
    log(complaint, event, actor, now, message=message.pk, text=digest, items=[item.pk for item in items])
    return message


@transaction.atomic
def add_note(*, actor: Actor, complaint_id: int, text: str, now: datetime) -> InternalNote:
    """Keeps a note that never leaves the desk."""
    person = reviewer(actor)
    complaint = lock(actor, complaint_id)
    return InternalNote.objects.create(complaint=complaint, author=person, body=need_text(text), created_at=now)

"""What a reviewer does with a case that they hold, before deciding: ask, note."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from complaints import errors
from complaints.casework import clocks
from complaints.fill_ins import need_outgoing
from complaints.models import Complaint, InternalNote, Item, Message
from complaints.rules.clocks import ANSWER_WITHIN
from complaints.states import Who
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
def ask(*, actor: Actor, complaint_id: int, item_ids: Collection[int], text: str, now: datetime) -> Message:
    """Asks the complainant about items; the clock stops once nothing else is open. Raises Refused without a text."""
    complaint = lock_claimed(actor, complaint_id, now)
    body = need_outgoing(text)
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
    clocks.begin_question(message, now)
    settle(complaint, now)
    log(complaint, event, actor, now, message=message.pk, text=digest, items=[item.pk for item in items])
    return message


@transaction.atomic
def add_note(*, actor: Actor, complaint_id: int, text: str, now: datetime) -> InternalNote:
    """Keeps a note that never leaves the desk."""
    person = reviewer(actor)
    complaint = lock(actor, complaint_id)
    return InternalNote.objects.create(complaint=complaint, author=person, body=need_text(text), created_at=now)

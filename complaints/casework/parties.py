"""What a complainant does with a filed case: answer a question, take items back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from brands.cover import outside
from complaints import enforcement, errors
from complaints.models import Complaint, Item, Message, StatementOfReasons
from complaints.states import ItemState, Who
from complaints.steps import lock, log, need_text, pick, pick_covered, require, require_verb, settle, step
from portal.accounts.actors import SYSTEM, Actor
from portal.accounts.grants import AgentVerb
from portal.ledger.events import commit_text

MAX_UNREAD = 5


@transaction.atomic
def answer(*, actor: Actor, complaint_id: int, text: str, now: datetime) -> Message:
    """Answers what the desk asked; the clock goes on where it stopped. Raises Conflict when nothing is asked."""
    require_verb(actor, AgentVerb.ANSWER)
    complaint = lock(actor, complaint_id)
    body = need_text(text)
    asked = complaint.items.filter(state=ItemState.ASKED).covered(actor)
    if not asked:
        raise errors.step_refused("answer", str(complaint.told.label))
    mine = list(asked.covered(actor, AgentVerb.ANSWER).values_list("pk", flat=True))
    if not mine:
        raise outside()
    items = pick(complaint, mine)
    event = step(items, "answer", actor)
    Item.objects.bulk_update(items, ["state"])
    salt, digest = commit_text(body)
    message = Message.objects.create(
        complaint=complaint, kind=Message.Kind.ANSWER, author=actor.user, body=body, salt=salt, created_at=now
    )
    message.items.set(items)
    settle(complaint, now)
    log(complaint, event, actor, now, message=message.pk, text=digest, items=[item.pk for item in items])
    return message


@transaction.atomic
def withdraw(*, actor: Actor, complaint_id: int, item_ids: Collection[int], now: datetime) -> Complaint:
    """Takes undecided items back; it never counts against anybody. Raises Conflict for decided ones."""
    require_verb(actor, AgentVerb.WITHDRAW)
    complaint = lock(actor, complaint_id)
    items = pick_covered(complaint, item_ids, actor, AgentVerb.WITHDRAW)
    event = step(items, "withdraw", actor)
    for item in items:
        item.decision = None
    Item.objects.bulk_update(items, ["state", "decision"])
    settle(complaint, now)
    log(complaint, event, actor, now, items=[item.pk for item in items])
    enforcement.tell_when_all_done(complaint, now)
    return complaint


@transaction.atomic
def respond(*, actor: Actor, statement: StatementOfReasons, text: str, now: datetime) -> Message:
    """Takes the answer of the account that a decision is about; the desk reads it, the complainant does not.

    The door has made sure that the actor holds the account or its link. Raises Refused without a text or after
    the last day for an answer.
    """
    body = need_text(text)
    if now.date() > statement.answer_until:
        raise errors.refused("too_late", _("The time for an answer ended on %s.") % statement.answer_until, "text")
    complaint = lock(SYSTEM, statement.decision.complaint_id)
    if complaint.messages.filter(statement=statement, read_at__isnull=True).count() >= MAX_UNREAD:
        raise errors.refused("too_many_answers", _("The desk has not read your last answers yet. It will."), "text")
    salt, digest = commit_text(body)
    message = Message.objects.create(
        complaint=complaint,
        kind=Message.Kind.RESPONSE,
        statement=statement,
        author=actor.user,
        body=body,
        salt=salt,
        created_at=now,
    )
    log(complaint, "complaint.responded", actor, now, message=message.pk, text=digest, statement=statement.pk)
    return message


@transaction.atomic
def mark_read(*, actor: Actor, message_id: int, now: datetime) -> None:
    """Notes that the desk has seen to a respondent's answer."""
    require(actor, Who.REVIEWER, Who.SENIOR)
    message = Message.objects.filter(pk=message_id, kind=Message.Kind.RESPONSE).first()
    if message is None:
        raise errors.no_such_complaint()
    complaint = lock(actor, message.complaint_id)
    if Message.objects.filter(pk=message_id, read_at__isnull=True).update(read_at=now):
        log(complaint, "complaint.response_read", actor, now, message=message_id)

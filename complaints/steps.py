"""What every verb of a case shares: the lock, the check of the table, the derived state, the log."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from brands.cover import outside
from complaints import errors, following, ranking, states
from complaints.models import Complaint, Item, Measure
from complaints.states import Who
from portal.accounts import rest, standing
from portal.accounts.actors import Actor, ActorKind
from portal.accounts.grants import AgentVerb
from portal.ledger import events
from portal.ledger.models import Event

COMPLAINANT_VERBS = (AgentVerb.FILE, AgentVerb.ANSWER, AgentVerb.WITHDRAW)


def parts_of(actor: Actor) -> frozenset[Who]:
    """Says which parts of states.py this actor plays."""
    parts: set[Who] = set()
    if actor.kind == ActorKind.SYSTEM:
        parts.add(Who.SYSTEM)
    if actor.has_staff_role("reviewer"):
        parts.add(Who.REVIEWER)
    if actor.has_staff_role("senior"):
        parts.add(Who.SENIOR)
    if any(actor.may(verb) for verb in COMPLAINANT_VERBS):
        parts.add(Who.COMPLAINANT)
    return frozenset(parts)


def lock(actor: Actor, complaint_id: int) -> Complaint:
    """Locks one complaint that the actor may see. Raises NotFound alike for absent and foreign ones."""
    row = Complaint.objects.select_for_update(of=("self",)).filter(pk=complaint_id)
    complaint: Complaint | None = row.first() if actor.kind == ActorKind.SYSTEM else row.visible_to(actor).first()
    if complaint is None:
        raise errors.no_such_complaint()
    return complaint


def require(actor: Actor, *parts: Who) -> None:
    """Raises Forbidden unless the actor plays one of these parts, and for whoever rests."""
    rest.check(actor)
    if not parts_of(actor) & set(parts):
        standing.check(actor)
        raise errors.may_not()


def require_verb(actor: Actor, verb: AgentVerb) -> None:
    """Raises Forbidden unless the actor is a complainant who may do this, which an agent's authorisations say."""
    require(actor, Who.COMPLAINANT)
    if not actor.may(verb):
        raise outside()


def pick_covered(complaint: Complaint, item_ids: Collection[int], actor: Actor, verb: AgentVerb) -> list[Item]:
    """Locks the named items as `pick` does, for a complainant.

    Raises NotFound for those that an agent may not see, Forbidden for those that they may see and not do this with.
    """
    wanted, ours = set(item_ids), complaint.items.filter(pk__in=item_ids)
    if ours.covered(actor).count() != len(wanted):
        raise errors.no_such_complaint()
    if ours.covered(actor, verb).count() != len(wanted):
        raise outside()
    return pick(complaint, wanted)


def pick(complaint: Complaint, item_ids: Collection[int]) -> list[Item]:
    """Locks the named items of this complaint. Raises NotFound when one is not of it, Refused when none is named."""
    wanted = set(item_ids)
    if not wanted:
        raise errors.refused("no_items_chosen", str(errors.NO_ITEMS_CHOSEN), "items")
    items = list(
        complaint.items.select_for_update(of=("self",))
        .filter(pk__in=wanted)
        .select_related("target__owner", "target__account", "target__listing", "right")
        .order_by("line", "id")
    )
    if len(items) != len(wanted):
        raise errors.no_such_complaint()
    return items


def step(items: Iterable[Item], verb: str, actor: Actor) -> str:
    """Moves each item by the table and returns the event's name. Raises Conflict and moves none when one may not."""
    items, parts = list(items), parts_of(actor)
    steps = [(item, states.find(states.ITEM_STEPS, item.state, verb, parts)) for item in items]
    refused = [item for item, row in steps if row is None]
    if refused:
        decided = [item for item in refused if item.state in states.DECIDED]
        raise errors.already_decided(len(decided)) if decided else errors.step_refused(verb, refused[0].state)
    event = ""
    for item, row in steps:
        if row is not None:
            item.state, event = row.target, row.event
    return event


_SETTLED = ("state", "due_at", "paused_at", "decided_at", "claimed_by", "claim_until", "updated_at", "version")
_SAVED = (*_SETTLED, *ranking.RANKED)


def settle(complaint: Complaint, now: datetime, **claim: Any) -> None:
    """Derives state and clock again after items or `claim` (claimed_by, claim_until) changed, and saves them."""
    for name, value in claim.items():
        setattr(complaint, name, value)
    states_now = complaint.items.values_list("state", flat=True)
    complaint.state = states.derive(states_now, claimed=complaint.is_claimed(now))
    _run_clock(complaint, now)
    if not claim:
        following.follow(complaint, now)
    complaint.decided_at = (complaint.decided_at or now) if complaint.is_closed else None
    if complaint.is_closed:
        complaint.claimed_by, complaint.claim_until = None, None
    ranking.rank(complaint, now)
    complaint.updated_at = now
    complaint.version += 1
    complaint.save(update_fields=_SAVED)


def _run_clock(complaint: Complaint, now: datetime) -> None:
    """Stops the clock while nothing but an answer of the complainant is awaited, and lets it go on where it stopped."""
    waiting = complaint.state == states.ComplaintState.WAITING
    if waiting and complaint.paused_at is None:
        complaint.paused_at = now
    elif not waiting and complaint.paused_at is not None:
        if complaint.due_at is not None:
            complaint.due_at += now - complaint.paused_at
        complaint.paused_at = None


def log(complaint: Complaint, kind: str, actor: Actor, now: datetime, **payload: Any) -> Event:
    """Appends to the chain of this complaint."""
    return events.append(stream=("complaint", complaint.pk), kind=kind, actor=actor, payload=payload, now=now)


def step_measure(measure: Measure, verb: str, actor: Actor) -> str:
    """Moves a measure by its table and returns the event's name. Raises Conflict when it may not."""
    row = states.find(states.MEASURE_STEPS, measure.state, verb, parts_of(actor))
    if row is None:
        raise errors.step_refused(verb, str(measure.shown.label))
    measure.state = row.target
    return row.event


def last_event(complaint_id: int, kind: str, **payload: Any) -> Event | None:
    """Finds the newest event of this kind in a complaint's chain whose payload holds these values."""
    found = Event.objects.filter(stream_kind="complaint", stream_id=str(complaint_id), kind=kind)
    return found.filter(**{f"payload__{name}": value for name, value in payload.items()}).order_by("-seq").first()


def need_text(text: str) -> str:
    """Trims a text that people will read. Raises Refused when nothing is left or more than 5,000 characters."""
    body = text.replace("\x00", "").strip()
    if not body:
        raise errors.refused("text_missing", _("Write a text; both sides deserve one."), "text")
    if len(body) > 5000:
        raise errors.refused("too_long", _("This has %d characters; 5000 fit.") % len(body), "text")
    return body

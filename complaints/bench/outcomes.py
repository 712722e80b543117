"""What becomes of bulk cases: decisions, statements, measures, questions, and a whole chain of events for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from complaints import reasons
from complaints.bench.tenants import Load, Tenant
from complaints.models import Complaint, Decision, Item, Measure, Message, StatementOfReasons
from complaints.rules.clocks import ANSWER_TO_DECISION_DAYS, ANSWER_WITHIN
from complaints.states import ComplaintState, ItemState, MeasureState
from portal.ledger.canonical import link_hash
from portal.ledger.events import commit_text
from portal.ledger.models import Event, StreamHead

TEXT = "Filed by a load test: the mark stands on the goods, and nothing shows where they come from."
DECIDED = {ItemState.ACCEPTED, ItemState.REJECTED, ItemState.HELD}
OF_ITEMS = {
    ComplaintState.ACCEPTED: ItemState.ACCEPTED,
    ComplaintState.REJECTED: ItemState.REJECTED,
    ComplaintState.WITHDRAWN: ItemState.WITHDRAWN,
    ComplaintState.WAITING: ItemState.ASKED,
    ComplaintState.HELD: ItemState.HELD,
}


@dataclass(slots=True)
class Case:
    """One complaint with everything that belongs to it, before its children are written."""

    complaint: Complaint
    tenant: Tenant
    filed: datetime
    decided: datetime | None = None
    items: list[Item] = field(default_factory=list)


def item_state(case: Case, line: int) -> ItemState:
    """The state that an item is to end in: that of its case, or by turns in a case accepted in part."""
    if case.complaint.state == ComplaintState.PARTIALLY_ACCEPTED:
        return ItemState.ACCEPTED if line % 2 else ItemState.REJECTED
    return OF_ITEMS.get(ComplaintState(case.complaint.state), ItemState.OPEN)


def write_decisions(load: Load, cases: Sequence[Case]) -> None:
    """Decides by case and outcome: decision, links to its items, the items' state, statements and measures."""
    groups: list[tuple[Case, ItemState, list[Item]]] = []
    for case in cases:
        for state in DECIDED:
            chosen = [item for item in case.items if item_state(case, item.line) == state]
            if chosen:
                groups.append((case, state, chosen))
    decisions = load.write(_decision(load, case, state) for case, state, _items in groups)
    through: Any = Decision.items.through
    load.write(
        through(decision=decision, item=item)
        for decision, (_case, _state, items) in zip(decisions, groups, strict=True)
        for item in items
    )
    for decision, (_case, state, items) in zip(decisions, groups, strict=True):
        for item in items:
            item.state, item.decision = state, decision
    Item.objects.bulk_update(
        [item for *_rest, items in groups for item in items], ["state", "decision"], batch_size=300
    )
    effective = [
        (d, state, items) for d, (_c, state, items) in zip(decisions, groups, strict=True) if not d.needs_second
    ]
    load.write(row for decision, state, items in effective for row in _statements(decision, state, items))
    accepted = [(d, item) for d, state, items in effective if state == ItemState.ACCEPTED for item in items]
    load.write(_measure(decision, item) for decision, item in accepted)


def _decision(load: Load, case: Case, state: ItemState) -> Decision:
    refused = state == ItemState.REJECTED
    return Decision(
        complaint=case.complaint,
        outcome=reasons.Outcome.REJECTED if refused else reasons.Outcome.ACCEPTED,
        ground=reasons.Ground.MARK_NOT_SEEN if refused else reasons.Ground.COUNTERFEIT,
        policy_version=reasons.POLICY_VERSION,
        text=TEXT,
        salt=commit_text(TEXT)[0],
        needs_second=state == ItemState.HELD,
        decided_by=load.reviewer,
        decided_at=case.decided or case.filed,
    )


def _statements(decision: Decision, state: ItemState, items: Sequence[Item]) -> Iterator[StatementOfReasons]:
    until = (decision.decided_at + timedelta(days=ANSWER_TO_DECISION_DAYS)).date()
    common = {"decision": decision, "text": TEXT, "answer_until": until, "created_at": decision.decided_at}
    yield StatementOfReasons(side=StatementOfReasons.Side.COMPLAINANT, **common)
    if state == ItemState.ACCEPTED:
        for account in {item.target.owner for item in items if item.target.owner}:
            yield StatementOfReasons(side=StatementOfReasons.Side.RESPONDENT, account=account, **common)


def _measure(decision: Decision, item: Item) -> Measure:
    done = decision.decided_at + timedelta(seconds=40)
    return Measure(
        decision=decision,
        item=item,
        target=item.target,
        action="listing_removed",
        state=MeasureState.CONFIRMED,
        detail="",
        created_at=decision.decided_at,
        sent_at=done,
        confirmed_at=done,
    )


def write_questions(load: Load, cases: Sequence[Case]) -> None:
    """Asks about every item of the cases that wait for an answer."""
    made = load.write(
        Message(
            complaint=case.complaint,
            kind=Message.Kind.QUESTION,
            author=load.reviewer,
            body="Which picture shows the label?",
            salt=commit_text("Which picture shows the label?")[0],
            created_at=case.filed,
            answer_by=load.now + ANSWER_WITHIN,
        )
        for case in cases
    )
    through: Any = Message.items.through
    load.write(
        through(message=message, item=item) for message, case in zip(made, cases, strict=True) for item in case.items
    )


def write_events(load: Load, cases: Sequence[Case]) -> None:
    """A whole chain for each case: filed and, where it was, decided."""
    events = [event for case in cases for event in _chain(load, case)]
    load.write(events)
    last = {event.stream_id: event for event in events}
    load.write(
        StreamHead(stream_kind="complaint", stream_id=stream, seq=event.seq, hash=event.hash)
        for stream, event in last.items()
    )


def _chain(load: Load, case: Case) -> Iterator[Event]:
    items = [item.pk for item in case.items]
    steps: list[tuple[str, datetime, str, dict[str, Any]]] = [
        (
            "complaint.submitted",
            case.filed,
            f"user:{case.tenant.user.pk}",
            {"items": items, "reason": str(case.complaint.reason)},
        )
    ]
    for decision in {item.decision for item in case.items if item.decision}:
        kind = "complaint.held" if decision.needs_second else "complaint.decided"
        mine = [item.pk for item in case.items if item.decision == decision]
        payload = {
            "decision": decision.pk,
            "outcome": str(decision.outcome),
            "ground": str(decision.ground),
            "items": mine,
        }
        steps.append((kind, decision.decided_at, f"user:{load.reviewer.pk}", payload))
    yield from _linked(str(case.complaint.pk), steps)


def _linked(stream: str, steps: Sequence[tuple[str, datetime, str, dict[str, Any]]]) -> Iterator[Event]:
    prev = ""
    for seq, (kind, at, actor, payload) in enumerate(steps, 1):
        link: dict[str, Any] = {"seq": seq, "kind": kind, "at": at, "actor": actor, "payload": payload}
        digest = link_hash(stream=("complaint", stream), prev=prev, **link)
        yield Event(stream_kind="complaint", stream_id=stream, prev_hash=prev, hash=digest, **link)
        prev = digest

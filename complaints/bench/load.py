"""Rows in bulk for load tests: whole cases with chains of events, written table by table."""

from __future__ import annotations

import hashlib
import random
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import models, transaction

from brands.models import Brand, IPRight, MarkFamily, RightClass, RightTerritory
from complaints import reasons
from complaints.models import (
    Complaint,
    Decision,
    Item,
    Measure,
    Message,
    Signature,
    Snapshot,
    StatementOfReasons,
)
from complaints.rules.clocks import ANSWER_TO_DECISION_DAYS, ANSWER_WITHIN, DECIDE_WITHIN, LEASE
from complaints.rules.declarations import COMPLAINT
from complaints.snapshots import canonical
from complaints.states import CLOSED, ComplaintState, ItemState, MeasureState
from portal.accounts.models import Membership, Organisation, OrganisationKind, Role, StaffRole, User
from portal.files import store
from portal.files.models import StoredFile
from portal.ledger.canonical import link_hash
from portal.ledger.events import commit_text
from portal.ledger.models import Event, StreamHead
from portal.marketplace.models import Account, Listing, Target
from portal.marketplace.pictures import draw_logo

BATCH = 500  # complaints a transaction
MARKETS = ("DE", "FR", "SE", "IT", "ES", "NL")
TEXT = "Filed by a load test: the mark stands on the goods, and nothing shows where they come from."
# How many of a hundred cases are in which state: most of them are done, as at a desk that works.
SHARES = {
    ComplaintState.ACCEPTED: 46,
    ComplaintState.PARTIALLY_ACCEPTED: 12,
    ComplaintState.REJECTED: 14,
    ComplaintState.WITHDRAWN: 3,
    ComplaintState.QUEUED: 13,
    ComplaintState.IN_REVIEW: 2,
    ComplaintState.WAITING: 4,
    ComplaintState.HELD: 2,
    ComplaintState.DRAFT: 4,
}
OF_ITEMS = {
    ComplaintState.ACCEPTED: ItemState.ACCEPTED,
    ComplaintState.REJECTED: ItemState.REJECTED,
    ComplaintState.WITHDRAWN: ItemState.WITHDRAWN,
    ComplaintState.WAITING: ItemState.ASKED,
    ComplaintState.HELD: ItemState.HELD,
}


@dataclass(frozen=True, slots=True)
class Tenant:
    """One organisation that files, with its person, its right and the shops it reports."""

    organisation: Organisation
    user: User
    right: IPRight
    shops: Sequence[Account]


@dataclass(slots=True)
class Load:
    """The tenants, a reviewer, the moment that counts as now, and the name of this run, which starts its references."""

    tenants: Sequence[Tenant]
    reviewer: User
    now: datetime
    run: str
    rng: random.Random
    written: Counter[str] = field(default_factory=Counter)

    def write(self, rows: Iterable[models.Model]) -> list[Any]:
        """Writes rows of one kind in one go and counts them."""
        rows = list(rows)
        if not rows:
            return []
        kind = type(rows[0])
        made = kind._default_manager.bulk_create(rows, batch_size=1000)
        self.written[kind.__name__] += len(made)
        return list(made)


@dataclass(slots=True)
class Case:
    """One complaint with everything that belongs to it, before its children are written."""

    complaint: Complaint
    tenant: Tenant
    items: list[Item] = field(default_factory=list)


def seed_load(*, complaints: int, organisations: int, now: datetime) -> Load:
    """Writes this many complaints of this many new organisations; `written` counts the rows by table."""
    load = prepare(organisations, now)
    for begin in range(0, complaints, BATCH):
        with transaction.atomic():
            write_cases(load, begin, min(BATCH, complaints - begin))
    return load


def prepare(organisations: int, now: datetime) -> Load:
    """Makes the tenants: each with one person, one approved right and three shops to report."""
    run = uuid.uuid4().hex[:8]
    with transaction.atomic():
        reviewer = User(email=f"reviewer-{run}@load.test", name="Load reviewer", staff_role=StaffRole.REVIEWER)
        reviewer.set_unusable_password()
        reviewer.save()
        paper = store.freeze(draw_logo("LOAD"), name="certificate.png", purpose="right-certificate", now=now)
        tenants = [_tenant(run, number, paper, now) for number in range(organisations)]
    # The numbers say nothing to anybody; they only have to differ between runs and repeat within one.
    return Load(tenants, reviewer, now, run.upper(), random.Random(int(run, 16)))  # noqa: S311


def _tenant(run: str, number: int, paper: StoredFile, now: datetime) -> Tenant:
    name = f"Load {run} {number + 1}"
    organisation = Organisation.objects.create(
        name=name, country="SE", kind=OrganisationKind.RIGHTS_HOLDER, created_at=now - timedelta(days=400)
    )
    user = User(email=f"member-{run}-{number}@load.test", name=f"Member {number + 1}")
    user.set_unusable_password()
    user.save()
    Membership.objects.create(organisation=organisation, user=user, role=Role.ADMINISTRATOR)
    return Tenant(organisation, user, _right(organisation, number, paper, now), _shops(run, number, now))


def _right(organisation: Organisation, number: int, paper: StoredFile, now: datetime) -> IPRight:
    sign = f"LOADMARK {number + 1}"
    brand = Brand.objects.create(organisation=organisation, name=sign, name_key=sign.lower(), created_at=now)
    family = MarkFamily.objects.create(organisation=organisation, brand=brand, name=sign, sign=sign.lower())
    right = IPRight.objects.create(
        organisation=organisation,
        brand=brand,
        family=family,
        office="EM",
        application_number=f"0988{number:05d}",
        registration_number=f"0988{number:05d}",
        mark_text=sign,
        certificate=paper,
        filing_date=(now - timedelta(days=900)).date(),
        registration_date=(now - timedelta(days=700)).date(),
        expiry_date=(now + timedelta(days=2700)).date(),
        owner_name=organisation.name,
        register_status="registered",
        register_as_of=now.date(),
        state="approved",
        verified_at=now,
        created_at=now,
    )
    RightClass.objects.bulk_create(RightClass(right=right, number=n, edition="") for n in (18, 25))
    RightTerritory.objects.bulk_create(RightTerritory(right=right, country=market) for market in MARKETS)
    return right


def _shops(run: str, number: int, now: datetime) -> list[Account]:
    handles = [f"load-{run}-{number}-{place}" for place in range(3)]
    begun = now - timedelta(days=400)
    targets = Target.objects.bulk_create(
        Target(
            kind="account",
            marketplace_id=f"SA-L{run}{number}X{place}".upper(),
            title=handle,
            market=MARKETS[place],
            created_at=begun,
            edited_at=begun,
        )
        for place, handle in enumerate(handles)
    )
    rows = [Account(target=t, handle=h, account_kind="seller") for t, h in zip(targets, handles, strict=True)]
    return Account.objects.bulk_create(rows)


def write_cases(load: Load, begin: int, count: int) -> None:
    """Writes one batch of cases, table by table, parents first."""
    cases = [_case(load, begin + place) for place in range(count)]
    load.write(case.complaint for case in cases)
    filed = [case for case in cases if case.complaint.reference]
    _write_items(load, filed)
    load.write(_signature(case) for case in filed)
    _write_decisions(load, filed)
    _write_questions(load, [case for case in filed if case.complaint.state == ComplaintState.WAITING])
    _write_events(load, filed)


def _case(load: Load, place: int) -> Case:
    state = ComplaintState(load.rng.choices([*SHARES], [*SHARES.values()])[0])
    tenant = load.tenants[place % len(load.tenants)]
    closed = state in CLOSED
    hours = load.rng.uniform(60, 24 * 300) if closed else load.rng.uniform(0.2, 46)
    filed = load.now - timedelta(hours=hours)
    draft, held = state == ComplaintState.DRAFT, state == ComplaintState.IN_REVIEW
    complaint = Complaint(
        reference=None if draft else f"RD-{load.run}-{place:07d}",
        source=load.rng.choice((Complaint.Source.PORTAL, Complaint.Source.API)),
        organisation=tenant.organisation,
        right=tenant.right,
        family_id=tenant.right.family_id,
        reason=reasons.Reason.COUNTERFEIT,
        explanation=TEXT,
        state=state,
        created_by=tenant.user,
        created_at=filed - timedelta(minutes=9),
        updated_at=filed,
        submitted_at=None if draft else filed,
        due_at=None if draft else filed + DECIDE_WITHIN,
        paused_at=filed if state == ComplaintState.WAITING else None,
        decided_at=filed + timedelta(hours=load.rng.uniform(1, 40)) if closed else None,
        claimed_by=load.reviewer if held else None,
        claim_until=load.now + LEASE if held else None,
    )
    return Case(complaint, tenant)


def _write_items(load: Load, cases: Sequence[Case]) -> None:
    wanted = [(case, line) for case in cases for line in range(1, _size(load, case) + 1)]
    targets = load.write(_target(load, case, line) for case, line in wanted)
    load.write(_listing(target) for target in targets)
    items = [
        Item(
            complaint=case.complaint,
            target=target,
            right=case.tenant.right,
            line=line,
            # a decided item needs its decision, which needs the item: the state comes with the decision
            state=_item_state(case, line) if _item_state(case, line) not in _DECIDED else ItemState.OPEN,
        )
        for (case, line), target in zip(wanted, targets, strict=True)
    ]
    for (case, _line), item in zip(wanted, load.write(items), strict=True):
        case.items.append(item)
    load.write(_snapshot(item) for item in items)


_DECIDED = {ItemState.ACCEPTED, ItemState.REJECTED, ItemState.HELD}


def _size(load: Load, case: Case) -> int:
    least = 2 if case.complaint.state == ComplaintState.PARTIALLY_ACCEPTED else 1
    return max(least, load.rng.choices((1, 2, 3, 4, 12), (50, 25, 12, 10, 3))[0])


def _item_state(case: Case, line: int) -> ItemState:
    if case.complaint.state == ComplaintState.PARTIALLY_ACCEPTED:
        return ItemState.ACCEPTED if line % 2 else ItemState.REJECTED
    return OF_ITEMS.get(ComplaintState(case.complaint.state), ItemState.OPEN)


def _target(load: Load, case: Case, line: int) -> Target:
    when = case.complaint.created_at - timedelta(days=3)
    return Target(
        kind="listing",
        marketplace_id=f"LS-L{case.complaint.pk:09d}{line:03d}",
        title=f"Hooded jacket, {case.tenant.right.mark_text.lower()} print",
        state="removed" if _item_state(case, line) == ItemState.ACCEPTED else "live",
        market=MARKETS[line % len(MARKETS)],
        owner=case.tenant.shops[line % len(case.tenant.shops)],
        created_at=when,
        edited_at=when,
        observed_at=load.now,
    )


def _listing(target: Target) -> Listing:
    return Listing(target=target, description=TEXT, price=Decimal("29.90"), currency="EUR", goods="Jackets", nice_class=25)


def _snapshot(item: Item) -> Snapshot:
    taken = item.complaint.submitted_at
    assert taken is not None
    content = item.target.content()
    whole = {"content": content, "picture": None, "taken_at": taken.isoformat()}
    return Snapshot(item=item, content=content, sha256=hashlib.sha256(canonical(whole)).hexdigest(), taken_at=taken)


def _signature(case: Case) -> Signature:
    signed = case.complaint.submitted_at
    assert signed is not None
    return Signature(
        complaint=case.complaint,
        declaration=COMPLAINT.key,
        version=COMPLAINT.version,
        text=COMPLAINT.text,
        text_sha256=COMPLAINT.sha256,
        typed_name=case.tenant.user.name,
        signer=case.tenant.user,
        strength="password",
        notice_sha256=hashlib.sha256(str(case.complaint.public_id).encode()).hexdigest(),
        signed_at=signed,
    )


def _write_decisions(load: Load, cases: Sequence[Case]) -> None:
    """Decides by case and outcome: decision, links to its items, the items' state, statements and measures."""
    groups: list[tuple[Case, ItemState, list[Item]]] = []
    for case in cases:
        for state in _DECIDED:
            chosen = [item for item in case.items if _item_state(case, item.line) == state]
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
    Item.objects.bulk_update([item for *_rest, items in groups for item in items], ["state", "decision"], batch_size=300)
    effective = [(d, state, items) for d, (_c, state, items) in zip(decisions, groups, strict=True) if not d.needs_second]
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
        decided_at=case.complaint.decided_at or case.complaint.submitted_at,
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


def _write_questions(load: Load, cases: Sequence[Case]) -> None:
    made = load.write(
        Message(
            complaint=case.complaint,
            kind=Message.Kind.QUESTION,
            author=load.reviewer,
            body="Which picture shows the label?",
            salt=commit_text("Which picture shows the label?")[0],
            created_at=case.complaint.submitted_at,
            answer_by=load.now + ANSWER_WITHIN,
        )
        for case in cases
    )
    through: Any = Message.items.through
    load.write(
        through(message=message, item=item) for message, case in zip(made, cases, strict=True) for item in case.items
    )


def _write_events(load: Load, cases: Sequence[Case]) -> None:
    """A whole chain for each case: filed and, where it was, decided."""
    events = [event for case in cases for event in _chain(load, case)]
    load.write(events)
    last = {event.stream_id: event for event in events}
    load.write(
        StreamHead(stream_kind="complaint", stream_id=stream, seq=event.seq, hash=event.hash)
        for stream, event in last.items()
    )


def _chain(load: Load, case: Case) -> Iterator[Event]:
    filed, items = case.complaint.submitted_at, [item.pk for item in case.items]
    assert filed is not None
    steps: list[tuple[str, datetime, str, dict[str, Any]]] = [
        ("complaint.submitted", filed, f"user:{case.tenant.user.pk}", {"items": items, "reason": str(case.complaint.reason)})
    ]
    for decision in {item.decision for item in case.items if item.decision}:
        kind = "complaint.held" if decision.needs_second else "complaint.decided"
        mine = [item.pk for item in case.items if item.decision == decision]
        payload = {"decision": decision.pk, "outcome": str(decision.outcome), "ground": str(decision.ground), "items": mine}
        steps.append((kind, decision.decided_at, f"user:{load.reviewer.pk}", payload))
    yield from _linked(str(case.complaint.pk), steps)


def _linked(stream: str, steps: Sequence[tuple[str, datetime, str, dict[str, Any]]]) -> Iterator[Event]:
    prev = ""
    for seq, (kind, at, actor, payload) in enumerate(steps, 1):
        link: dict[str, Any] = {"seq": seq, "kind": kind, "at": at, "actor": actor, "payload": payload}
        digest = link_hash(stream=("complaint", stream), prev=prev, **link)
        yield Event(stream_kind="complaint", stream_id=stream, prev_hash=prev, hash=digest, **link)
        prev = digest

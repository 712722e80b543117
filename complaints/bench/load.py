"""Rows in bulk for load tests: whole cases with chains of events, written table by table."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from complaints import reasons
from complaints.bench.outcomes import DECIDED, TEXT, Case, item_state, write_decisions, write_events, write_questions
from complaints.bench.tenants import MARKETS, Load, prepare
from complaints.models import Complaint, Item, Signature, Snapshot
from complaints.rules import declarations, packs
from complaints.rules.clocks import DECIDE_WITHIN, LEASE
from complaints.snapshots import canonical
from complaints.states import CLOSED, ComplaintState, ItemState
from portal.marketplace.models import Listing, Target

BATCH = 500  # complaints a transaction
DECLARED = declarations.for_packs([packs.for_item("trademark", MARKETS[0])])
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


def seed_load(*, complaints: int, organisations: int, now: datetime) -> Load:
    """Writes this many complaints of this many new organisations; `written` counts the rows by table."""
    load = prepare(organisations, now)
    for begin in range(0, complaints, BATCH):
        with transaction.atomic():
            write_cases(load, begin, min(BATCH, complaints - begin))
    return load


def write_cases(load: Load, begin: int, count: int) -> None:
    """Writes one batch of cases, table by table, parents first."""
    cases = [_case(load, begin + place) for place in range(count)]
    load.write(case.complaint for case in cases)
    filed = [case for case in cases if case.complaint.reference]
    _write_items(load, filed)
    load.write(_signature(case) for case in filed)
    write_decisions(load, filed)
    write_questions(load, [case for case in filed if case.complaint.state == ComplaintState.WAITING])
    write_events(load, filed)


def _case(load: Load, place: int) -> Case:
    state = ComplaintState(load.rng.choices([*SHARES], [*SHARES.values()])[0])
    tenant = load.tenants[place % len(load.tenants)]
    closed = state in CLOSED
    hours = load.rng.uniform(60, 24 * 300) if closed else load.rng.uniform(0.2, 46)
    filed = load.now - timedelta(hours=hours)
    decided = filed + timedelta(hours=load.rng.uniform(1, 40)) if closed else None
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
        rank_at=None if draft else filed + DECIDE_WITHIN,
        paused_at=filed if state == ComplaintState.WAITING else None,
        decided_at=decided,
        claimed_by=load.reviewer if held else None,
        claim_until=load.now + LEASE if held else None,
    )
    return Case(complaint, tenant, filed, decided)


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
            state=item_state(case, line) if item_state(case, line) not in DECIDED else ItemState.OPEN,
        )
        for (case, line), target in zip(wanted, targets, strict=True)
    ]
    for (case, _line), item in zip(wanted, load.write(items), strict=True):
        case.items.append(item)
    load.write(_snapshot(item, case.filed) for case in cases for item in case.items)


def _size(load: Load, case: Case) -> int:
    least = 2 if case.complaint.state == ComplaintState.PARTIALLY_ACCEPTED else 1
    return max(least, load.rng.choices((1, 2, 3, 4, 12), (50, 25, 12, 10, 3))[0])


def _target(load: Load, case: Case, line: int) -> Target:
    when = case.complaint.created_at - timedelta(days=3)
    return Target(
        kind="listing",
        marketplace_id=f"LS-L{case.complaint.pk:09d}{line:03d}",
        title=f"Hooded jacket, {case.tenant.right.mark_text.lower()} print",
        state="removed" if item_state(case, line) == ItemState.ACCEPTED else "live",
        market=MARKETS[line % len(MARKETS)],
        owner=case.tenant.shops[line % len(case.tenant.shops)],
        created_at=when,
        edited_at=when,
        observed_at=load.now,
    )


def _listing(target: Target) -> Listing:
    return Listing(
        target=target, description=TEXT, price=Decimal("29.90"), currency="EUR", goods="Jackets", nice_class=25
    )


def _snapshot(item: Item, taken: datetime) -> Snapshot:
    content = item.target.content()
    whole = {"content": content, "picture": None, "taken_at": taken.isoformat()}
    return Snapshot(item=item, content=content, sha256=hashlib.sha256(canonical(whole)).hexdigest(), taken_at=taken)


def _signature(case: Case) -> Signature:
    return Signature(
        complaint=case.complaint,
        declaration=DECLARED.key,
        version=DECLARED.version,
        text=DECLARED.text,
        text_sha256=DECLARED.sha256,
        typed_name=case.tenant.user.name,
        signer=case.tenant.user,
        strength="password",
        notice_sha256=hashlib.sha256(str(case.complaint.public_id).encode()).hexdigest(),
        signed_at=case.filed,
    )

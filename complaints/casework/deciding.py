"""Deciding: immutable, always with a ground and a text, item by item or many at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import enforcement, errors, policies, reasons, statements
from complaints.casework.desk import ask, lock_claimed, reviewer
from complaints.fill_ins import need_outgoing
from complaints.models import Complaint, Decision, Item, Measure
from complaints.policies import PolicyTexts
from complaints.reasons import Ground, Outcome
from complaints.states import ItemState, Who
from complaints.steps import lock, log, need_text, pick, require, settle, step
from portal.accounts.actors import Actor
from portal.errors import DomainError
from portal.ledger.events import commit_text

ASK = "ask"


@dataclass(frozen=True, slots=True)
class Basis:
    """What a decision rests on, judged: ground, text, the proof that is missing, and the policy in force."""

    ground: Ground
    text: str
    missing_proof: str
    policy: PolicyTexts

    @property
    def accepts(self) -> bool:
        return reasons.GROUNDS[self.ground].outcome == Outcome.ACCEPTED


@dataclass(frozen=True, slots=True)
class Verdict:
    """One part of what is decided together: which items, how, why; `outcome` is an Outcome, or ASK for a question.

    `field_prefix` stands before the name of the field that a refusal of this part is about.
    """

    item_ids: Collection[int]
    outcome: str
    ground: str
    text: str
    missing_proof: str = ""
    field_prefix: str = ""

    @contextmanager
    def named(self) -> Iterator[None]:
        """Names the fields of this part in whatever is refused inside."""
        try:
            yield
        except DomainError as error:
            error.field = error.field and f"{self.field_prefix}{error.field}"
            raise


def judge(actor: Actor, *, outcome: str, ground: str, text: str, missing_proof: str = "", policy: str = "") -> Basis:
    """Checks what a decision would rest on. Preview and decision alike ask here.

    `policy` is the version that the page was opened with, "" where there was no page. Raises Refused for a ground that
    does not fit, a text with a gap or a proof that is not named, Forbidden for a ground of seniors, Conflict when the
    policy moved meanwhile.
    """
    chosen = check_ground(outcome, ground)
    if chosen in reasons.SENIOR_ONLY and not actor.has_staff_role("senior"):
        raise errors.senior_only(chosen.value)
    texts = policies.opened_with(policy, ground)
    body = need_outgoing(text)
    return Basis(chosen, body, _missing(chosen, missing_proof), texts)


def _missing(ground: Ground, text: str) -> str:
    if reasons.GROUNDS[ground].outcome == Outcome.ACCEPTED:
        return ""
    proof = text.replace("\x00", "").strip()
    if not proof and ground in reasons.NEEDS_MISSING_PROOF:
        raise errors.missing_proof()
    if len(proof) > 1000:
        raise errors.refused("too_long", _("This has %d characters; 1000 fit.") % len(proof), "missing_proof")
    return need_outgoing(proof) if proof else ""


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
    missing_proof: str = "",
    policy: str = "",
) -> list[Decision]:
    """Decides the named items alike; measures on accounts are held for a second person, so two decisions may come.

    Raises Conflict when the case is not the actor's or an item was decided meanwhile, and whatever `judge` raises; then
    nothing is decided.
    """
    complaint = lock_claimed(actor, complaint_id, now)
    basis = judge(actor, outcome=outcome, ground=ground, text=text, missing_proof=missing_proof, policy=policy)
    items = pick(complaint, item_ids)
    if basis.accepts:
        refuse_suspended_complainant(complaint)
        refuse_dead_rights(items, now)
    held = [item for item in items if basis.accepts and enforcement.needs_second(item.target)]
    at_once = [item for item in items if item not in held]
    decisions = [
        write(complaint, actor, part, basis, now, verb=verb)
        for part, verb in ((at_once, "accept" if basis.accepts else "reject"), (held, "hold"))
        if part
    ]
    settle(complaint, now)
    enforcement.tell_when_all_done(complaint, now)
    return decisions


@transaction.atomic
def decide_together(
    *, actor: Actor, complaint_id: int, verdicts: Sequence[Verdict], now: datetime, policy: str = ""
) -> list[Decision]:
    """Decides parts of one case differently, all or none. Raises Refused when an item stands in two parts."""
    named = [pk for verdict in verdicts for pk in verdict.item_ids]
    if len(named) != len(set(named)):
        raise errors.refused("item_twice", _("An item can be decided in one way only."), "items")
    made: list[Decision] = []
    for verdict in verdicts:
        with verdict.named():
            made += _decide_part(actor, complaint_id, verdict, policy, now)
    return made


def _decide_part(actor: Actor, complaint_id: int, verdict: Verdict, policy: str, now: datetime) -> list[Decision]:
    if verdict.outcome == ASK:
        ask(actor=actor, complaint_id=complaint_id, item_ids=verdict.item_ids, text=verdict.text, now=now)
        return []
    return decide(
        actor=actor,
        complaint_id=complaint_id,
        item_ids=verdict.item_ids,
        outcome=verdict.outcome,
        ground=verdict.ground,
        text=verdict.text,
        missing_proof=verdict.missing_proof,
        policy=policy,
        now=now,
    )


def refuse_suspended_complainant(complaint: Complaint) -> None:
    """Raises Conflict while the organisation that complains, or the agency that filed for it, is suspended."""
    for each in (complaint.organisation, complaint.agency):
        if each is not None and each.is_suspended:
            raise errors.complainant_suspended(each.name)


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


def write(
    complaint: Complaint,
    actor: Actor,
    items: Sequence[Item],
    basis: Basis,
    now: datetime,
    *,
    verb: str,
    supersedes: Decision | None = None,
) -> Decision:
    """Moves the items by `verb` and writes one decision for them; one that is held takes no effect yet."""
    accepted = {item.pk for item in items if item.state == ItemState.ACCEPTED}
    event = step(items, verb, actor)
    salt, digest = commit_text(basis.text)
    second = items[0].state == ItemState.HELD
    outcome, policy = reasons.GROUNDS[basis.ground].outcome, basis.policy
    decision = Decision.objects.create(
        complaint=complaint,
        outcome=outcome,
        ground=basis.ground,
        policy_version=policy.version,
        policy_text=policy.plain(basis.ground),
        supersedes=supersedes,
        text=basis.text,
        missing_proof=basis.missing_proof,
        salt=salt,
        needs_second=second,
        decided_by=reviewer(actor),
        decided_at=now,
    )
    decision.items.set(items)
    for item in items:
        item.decision = decision
    Item.objects.bulk_update(items, ["state", "decision"])
    if not second:
        _take_effect(decision, items, actor, now, standing=accepted)
    log(
        complaint,
        event,
        actor,
        now,
        decision=decision.pk,
        outcome=outcome,
        ground=basis.ground,
        policy=policy.version,
        text=digest,
        items=[item.pk for item in items],
        **({"supersedes": supersedes.pk} if supersedes else {}),
    )
    return decision


def _take_effect(
    decision: Decision, items: Sequence[Item], actor: Actor, now: datetime, *, standing: Collection[int] = ()
) -> None:
    """Tells both sides and sees to the measures; those of items in `standing`, accepted before, stay as they are."""
    statements.write(decision, items, now=now)
    accepts = decision.outcome == Outcome.ACCEPTED
    fresh = [item for item in items if not (accepts and item.pk in standing)]
    if decision.supersedes_id and fresh:
        old = Measure.objects.filter(item__in=fresh, reverses__isnull=not accepts)
        enforcement.undo(measures=old, actor=actor, now=now, because="superseded", decision=decision)
    if accepts and fresh:
        enforcement.propose(decision, fresh, now=now)


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
    refuse_suspended_complainant(decision.complaint)
    refuse_dead_rights(items, now)
    event = step(items, "confirm", actor)
    Item.objects.bulk_update(items, ["state"])
    _take_effect(decision, items, actor, now)
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
        **({"supersedes": decision.supersedes_id} if decision.supersedes_id else {}),
    )
    return decision


@transaction.atomic
def send_back(*, actor: Actor, decision_id: int, text: str, now: datetime) -> Decision:
    """Does not confirm a held decision, with a note for the desk; nobody outside was told of it.

    Its items are open again; where it would have superseded a decision, that one stands again.
    """
    decision, items = _lock_held(actor, decision_id)
    need_text(text)
    before = statements.replaced_by(decision)
    event = step(items, "restore" if before else "send_back", actor)
    for item in items:
        item.decision = before
    Item.objects.bulk_update(items, ["state", "decision"])
    decision.complaint.notes.create(author=reviewer(actor), body=text.strip(), created_at=now)
    settle(decision.complaint, now)
    log(decision.complaint, event, actor, now, decision=decision.pk, items=[item.pk for item in items])
    return decision

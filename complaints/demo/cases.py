"""Plays cases through the verbs, at the times they are said to have happened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from brands.models import IPRight
from complaints import casework, enforcement, legal, preflight
from complaints.demo.accounts import Cast
from complaints.demo.plan import Past, Verdict
from complaints.models import Complaint, Decision, Measure
from complaints.rules.declarations import Declaration
from complaints.states import ItemState, MeasureState
from portal.accounts.actors import Actor
from portal.marketplace.pictures import draw_product

MISSING = {"R-02": "A picture of the mark on the goods", "R-03": "A picture or a time at which the mark is seen"}


def signed(actor: Actor, text: Declaration) -> casework.Signing:
    """A declaration, signed with the actor's own name."""
    name = actor.user.name if actor.user else ""
    return casework.Signing(text.version, text.sha256, name, "password")


def draft(
    actor: Actor, right: IPRight, reason: str, explanation: str, lines: Sequence[str], now: datetime
) -> Complaint:
    """Begins a complaint and leaves it."""
    fields = {"right": right.public_id, "reason": reason, "explanation": explanation, "lines": "\n".join(lines)}
    return casework.start_draft(actor=actor, now=now, **fields)


def file(
    actor: Actor,
    right: IPRight,
    reason: str,
    explanation: str,
    lines: Sequence[str],
    now: datetime,
    *,
    evidence: bool = False,
) -> Complaint:
    """Files a complaint, after 9 minutes with the form; with a picture where it is wanted or the law asks for one."""
    begun = draft(actor, right, reason, explanation, lines, now - timedelta(minutes=9))
    if evidence or _law_asks_for_evidence(begun, actor, now):
        _attach(actor, begun, now - timedelta(minutes=2))
    text = casework.declaration_for(begun, actor, now.date())
    return casework.submit(actor=actor, complaint_id=begun.pk, signing=signed(actor, text), now=now)


def _law_asks_for_evidence(begun: Complaint, actor: Actor, now: datetime) -> bool:
    lines = preflight.answer_draft(begun, actor=actor, today=now.date())
    return any(gap.ask == "evidence" and gap.stops for gap in legal.gaps(begun, lines, actor=actor))


def _attach(actor: Actor, begun: Complaint, now: datetime) -> None:
    picture = draw_product("jacket", palette=0, text="TARNFELL", emblem="peaks")
    upload = SimpleUploadedFile("our-own-jacket.png", picture, content_type="image/png")
    caption = "The genuine jacket: woven label, own colour"
    casework.add_evidence(actor=actor, complaint_id=begun.pk, upload=upload, caption=caption, now=now)


def decide(actor: Actor, complaint: Complaint, verdicts: Sequence[Verdict], now: datetime) -> list[Decision]:
    """Decides each verdict's items, a minute apart; the case must be claimed."""
    made: list[Decision] = []
    for minute, verdict in enumerate(verdicts):
        items = complaint.items.filter(target__marketplace_id__in=verdict.ids, state=ItemState.OPEN)
        made += casework.decide(
            actor=actor,
            complaint_id=complaint.pk,
            item_ids=list(items.values_list("pk", flat=True)),
            outcome=verdict.outcome,
            ground=verdict.ground,
            text=verdict.text,
            missing_proof=MISSING.get(verdict.ground, ""),
            now=now + timedelta(minutes=minute),
        )
    return made


def enforce(complaint: Complaint, now: datetime) -> None:
    """Sends every measure of the case now, as the worker would have then."""
    pending = Measure.objects.filter(decision__complaint=complaint, state=MeasureState.PENDING)
    for pk in pending.order_by("id").values_list("pk", flat=True):
        enforcement.send(measure_id=pk, now=now)


def play(case: Past, people: Cast, rights: dict[str, IPRight]) -> Complaint:
    """Plays one decided case from its filing to its measures."""
    filer, desk = people.member(case.by), people.staff(case.reviewer)
    filed = file(filer, rights[case.right], case.reason, case.explanation, case.ids, case.filed, evidence=case.evidence)
    if case.question:
        _ask_and_answer(case, filed, filer, desk)
    casework.claim(actor=desk, complaint_id=filed.pk, now=case.claimed)
    decide(desk, filed, case.verdicts, case.decided)
    enforce(filed, case.enforced + timedelta(minutes=len(case.verdicts)))
    return filed


def _ask_and_answer(case: Past, filed: Complaint, filer: Actor, desk: Actor) -> None:
    """A question half an hour after the filing, answered a quarter of an hour later."""
    asked = case.filed + timedelta(minutes=31)
    casework.claim(actor=desk, complaint_id=filed.pk, now=asked - timedelta(minutes=3))
    items = list(filed.items.values_list("pk", flat=True))
    casework.ask(actor=desk, complaint_id=filed.pk, item_ids=items, text=case.question, now=asked)
    casework.answer(actor=filer, complaint_id=filed.pk, text=case.answer, now=asked + timedelta(minutes=15))
    casework.release(actor=desk, complaint_id=filed.pk, now=asked + timedelta(minutes=16))

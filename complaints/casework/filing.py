"""Filing: the one step from a draft to a case."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from brands import registry
from brands.models import IPRight
from complaints import errors, intake, snapshots
from complaints.casework.signing import Signing, sign
from complaints.intake import READY, AnsweredLine
from complaints.models import Complaint, Item
from complaints.rules.clocks import decide_by
from complaints.states import ComplaintState
from complaints.steps import lock, log, require_verb
from portal.accounts.actors import SYSTEM, Actor
from portal.accounts.grants import AgentVerb
from portal.marketplace.models import Target, TargetKind, TargetState


def submit(
    *, actor: Actor, complaint_id: int, signing: Signing, now: datetime, version: int | None = None
) -> Complaint:
    """Files a draft: asks the register again, binds items, freezes targets, stores the signature, acknowledges.

    Submitting what was filed already returns it unchanged. Raises Refused with the first bad finding of the check,
    Conflict when `version`, the one that was signed, is not the draft's any more.
    """
    require_verb(actor, AgentVerb.FILE)
    look_into_the_register(actor, complaint_id, now)
    return _submit(actor=actor, complaint_id=complaint_id, signing=signing, now=now, version=version)


def look_into_the_register(actor: Actor, complaint_id: int, now: datetime) -> None:
    """Compares every right that the complaint may lean on again, unless that was done within FRESH.

    It happens before anything is locked: an office may take seconds to answer, and a right that lapsed is suspended
    whatever becomes of this complaint.
    """
    draft = Complaint.objects.visible_to(actor).drafts().filter(pk=complaint_id).first()
    if draft is None or draft.family_id is None:
        return
    stale = Q(checked_at__isnull=True) | Q(checked_at__lt=now - FRESH)
    ours = IPRight.objects.filter(stale, family=draft.family_id, organisation=draft.organisation_id, state="approved")
    for right in ours.order_by("id"):
        registry.recheck(actor=SYSTEM, right=right, now=now)


@transaction.atomic
def _submit(*, actor: Actor, complaint_id: int, signing: Signing, now: datetime, version: int | None) -> Complaint:
    require_verb(actor, AgentVerb.FILE)
    draft = lock(actor, complaint_id)
    if not draft.is_draft:
        return draft
    if version is not None and draft.version != version:
        raise errors.moved_on()
    draft.agency = actor.agency  # whoever files, whoever began
    hold_rights_still(draft)
    lines = intake.answer_draft(draft, actor=actor, today=now.date())
    refuse_bad(intake.check(draft, lines, actor=actor, today=now.date()))
    items = create_items(draft, lines)
    sign(draft, actor, signing, now=now)
    return enter_queue(draft, items, actor, now)


FRESH = timedelta(hours=24)


def hold_rights_still(draft: Complaint) -> None:
    """Locks every right that an item may bind to: none is suspended or taken back between the check and the filing."""
    ours = IPRight.objects.filter(family=draft.family_id, organisation=draft.organisation_id)
    list(ours.select_for_update(of=("self",)).order_by("pk").values_list("pk"))


def refuse_bad(findings: list[intake.Finding]) -> None:
    """Raises Refused with the first finding that stops a filing."""
    for finding in findings:
        if finding.tone == "bad":
            raise errors.refused(finding.code, f"{finding.title}. {finding.detail}", _FIELDS.get(finding.code, ""))


_FIELDS = {
    "right_missing": "right",
    "reason_missing": "reason",
    "lines_to_correct": "items",
    "no_items": "items",
    "too_many_items": "items",
}


def create_items(complaint: Complaint, lines: list[AnsweredLine]) -> list[Item]:
    """Makes one item a ready line; the lines themselves are not kept."""
    return Item.objects.bulk_create(
        Item(complaint=complaint, target=line.target, right=line.right, line=line.number)
        for line in lines
        if line.fate == READY and line.target
    )


def enter_queue(complaint: Complaint, items: list[Item], actor: Actor, now: datetime) -> Complaint:
    """Freezes the items, gives the reference and the due time, logs the filing: everybody is told from that event."""
    frozen = snapshots.freeze(items, now=now)
    complaint.reference = f"RD-{now:%Y}-{complaint.pk:06d}"
    complaint.state = ComplaintState.QUEUED
    complaint.submitted_at = complaint.updated_at = now
    complaint.due_at = decide_by(now, live=any(_on_air(item.target) for item in items))
    complaint.lines = ""
    complaint.version += 1
    complaint.save(
        update_fields=[
            "reference",
            "state",
            "submitted_at",
            "updated_at",
            "due_at",
            "lines",
            "version",
            "reason",
            "agency",
        ]
    )
    manifest = hashlib.sha256("\n".join(sorted(snapshot.sha256 for snapshot in frozen)).encode()).hexdigest()
    log(
        complaint,
        "complaint.submitted",
        actor,
        now,
        items=[item.pk for item in items],
        right=complaint.right_id,
        reason=complaint.reason,
        manifest=manifest,
        signature=complaint.signature.notice_sha256 if hasattr(complaint, "signature") else "",
        agency=complaint.agency_id,
    )
    return complaint


def _on_air(target: Target) -> bool:
    return target.kind == TargetKind.LIVESTREAM and target.state == TargetState.LIVE

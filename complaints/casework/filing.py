"""Filing: the one step from a draft to a case."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import prefetch_related_objects

from brands import registry
from brands.models import IPRight
from complaints import errors, legal, manifests, preflight, ranking, snapshots
from complaints.casework import clocks
from complaints.casework.signing import Signing, sign
from complaints.models import Complaint, Item
from complaints.preflight import READY, AnsweredLine
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
    """Compares every right that the complaint may lean on with its record again, whenever that was last done.

    It happens before anything is locked: an office may take seconds to answer, and a right that lapsed is suspended
    whatever becomes of this complaint.
    """
    draft = Complaint.objects.visible_to(actor).drafts().filter(pk=complaint_id).first()
    if draft is None or draft.family_id is None:
        return
    ours = IPRight.objects.filter(family=draft.family_id, organisation=draft.organisation_id, state="approved")
    for right in ours.select_related("record").order_by("id"):
        registry.recheck_before_use(actor=SYSTEM, right=right, now=now)


@transaction.atomic
def _submit(*, actor: Actor, complaint_id: int, signing: Signing, now: datetime, version: int | None) -> Complaint:
    require_verb(actor, AgentVerb.FILE)
    draft = lock(actor, complaint_id)
    if not draft.is_draft:
        return draft
    if version is not None and draft.version != version:
        raise errors.moved_on()
    draft.agency = actor.agency  # whoever files, whoever began
    bring_along(draft, actor)
    hold_rights_still(draft)
    lines = preflight.answer_draft(draft, actor=actor, today=now.date())
    refuse_bad(preflight.check(draft, lines, actor=actor, today=now.date()))
    items = create_items(draft, lines)
    sign(draft, actor, signing, now=now)
    return enter_queue(draft, items, actor, now)


def bring_along(draft: Complaint, actor: Actor) -> None:
    """Reads once what every check, the signature and the manifest ask for: the evidence, and who made the draft."""
    prefetch_related_objects([draft], "evidence__file")
    if actor.user is not None and draft.created_by_id == actor.user.pk:
        draft.created_by = actor.user


def hold_rights_still(draft: Complaint) -> None:
    """Locks every right that an item may bind to: none is suspended or taken back between the check and the filing."""
    ours = IPRight.objects.filter(family=draft.family_id, organisation=draft.organisation_id)
    list(ours.select_for_update(of=("self",)).order_by("pk").values_list("pk"))


def refuse_bad(findings: list[preflight.Finding]) -> None:
    """Raises Refused with the first finding that stops a filing."""
    for finding in findings:
        if finding.tone == "bad":
            raise errors.refused(finding.code, f"{finding.title}. {finding.detail}", finding.field)


def create_items(complaint: Complaint, lines: list[AnsweredLine]) -> list[Item]:
    """Makes one item a ready line; the lines themselves are not kept."""
    return Item.objects.bulk_create(
        Item(
            complaint=complaint,
            target=line.target,
            right=line.right,
            line=line.number,
            from_second=line.span.begin if line.span else None,
            to_second=line.span.end if line.span else None,
            note=line.note,
        )
        for line in lines
        if line.fate == READY and line.target
    )


def enter_queue(complaint: Complaint, items: list[Item], actor: Actor, now: datetime) -> Complaint:
    """Freezes the items, gives the reference and the due time, logs the filing: everybody is told from that event."""
    frozen = snapshots.freeze(items, now=now)
    complaint.reference = f"RD-{now:%Y}-{complaint.pk:06d}"
    complaint.state = ComplaintState.QUEUED
    complaint.submitted_at = complaint.updated_at = now
    started = clocks.begin(complaint, items, now, live=any(_on_air(item.target) for item in items))
    ranking.route([complaint], now)
    complaint.lines = ""
    complaint.bases = legal.bases_of(complaint, items)
    complaint.version += 1
    complaint.save(
        update_fields=[
            "reference",
            "state",
            "submitted_at",
            "updated_at",
            "due_at",
            "lines",
            "bases",
            "version",
            "reason",
            "agency",
            *ranking.ROUTED,
        ]
    )
    manifest = manifests.write(complaint, items, frozen, now=now)
    log(
        complaint,
        "complaint.submitted",
        actor,
        now,
        items=[item.pk for item in items],
        right=complaint.right_id,
        reason=complaint.reason,
        manifest=manifest.sha256,
        signature=complaint.signature.notice_sha256 if hasattr(complaint, "signature") else "",
        agency=complaint.agency_id,
        clocks=started,
    )
    return complaint


def _on_air(target: Target) -> bool:
    return target.kind == TargetKind.LIVESTREAM and target.state == TargetState.LIVE

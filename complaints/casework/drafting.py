"""Drafts: begun, left, resumed, thrown away. Nothing of a draft is sent or logged."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from brands.cover import cover_of, outside
from brands.models import IPRight
from complaints import errors
from complaints.models import Complaint, Evidence, SavedEvidence
from complaints.reasons import NOT_IP_REASONS, Reason, reasons_for
from complaints.steps import lock, require_verb
from portal.accounts.actors import Actor, ActorKind
from portal.accounts.grants import AgentVerb
from portal.files import store

MAX_EVIDENCE = 20
MAX_LINES_TEXT = 400_000
_COLUMNS = ("right_id", "reason", "explanation", "lines")
_EDITABLE = {"right", "reason", "explanation", "lines"}


@transaction.atomic
def start_draft(*, actor: Actor, now: datetime, **fields: Any) -> Complaint:
    """Begins a draft for the actor's organisation; `fields` as for `save_draft`. Raises Forbidden for viewers."""
    require_verb(actor, AgentVerb.FILE)
    source = Complaint.Source.API if actor.kind == ActorKind.KEY else Complaint.Source.PORTAL
    draft = Complaint.objects.create(
        source=source,
        organisation=actor.organisation,
        agency=actor.agency,
        created_by=actor.user,
        created_at=now,
        updated_at=now,
    )
    return _apply(draft, actor, fields, now) if fields else draft


def sketch_draft(*, actor: Actor, now: datetime, **fields: Any) -> Complaint:
    """Makes a draft that is only looked at, never saved; `fields` as for `save_draft`. Raises Refused as it does."""
    draft = Complaint(organisation=actor.organisation, agency=actor.agency, created_by=actor.user, created_at=now)
    _fill(draft, actor, fields)
    return draft


@transaction.atomic
def save_draft(
    *, actor: Actor, complaint_id: int, now: datetime, version: int | None = None, **fields: Any
) -> Complaint:
    """Keeps any of `right` (public id), `reason`, `explanation`, `lines` (one target a line); the rest stays.

    Raises Conflict when it has moved on from `version`, unless what is saved is what it says already.
    """
    return _apply(_lock_draft(actor, complaint_id), actor, fields, now, version)


def _apply(
    draft: Complaint, actor: Actor, fields: dict[str, Any], now: datetime, version: int | None = None
) -> Complaint:
    before = _columns(draft)
    _fill(draft, actor, fields)
    changed = before != _columns(draft)
    if changed and version not in {None, draft.version}:
        raise errors.moved_on()
    draft.updated_at = now
    draft.version += int(changed)
    draft.save(update_fields=["right", "family", "reason", "explanation", "lines", "updated_at", "version"])
    return draft


def _fill(draft: Complaint, actor: Actor, fields: dict[str, Any]) -> None:
    """Puts checked fields into a draft that may never be saved."""
    unknown = set(fields) - _EDITABLE
    if unknown:
        raise TypeError(f"not fields of a draft: {sorted(unknown)}")
    if "right" in fields:
        draft.right = _right(actor, fields["right"])
        draft.family_id = draft.right.family_id if draft.right else None
    if "reason" in fields:
        draft.reason = _reason(fields["reason"])
    _fit_reason(draft, asked="reason" in fields)
    if "explanation" in fields:
        draft.explanation = _text(fields["explanation"], 5000, "explanation")
    if "lines" in fields:
        draft.lines = _text(fields["lines"], MAX_LINES_TEXT, "lines")


def _columns(draft: Complaint) -> list[Any]:
    return [getattr(draft, name) for name in _COLUMNS]


def _right(actor: Actor, public_id: str | UUID | None) -> IPRight | None:
    if not public_id:
        return None
    right: IPRight | None = None
    with suppress(ValueError):
        right = IPRight.objects.visible_to(actor).filter(public_id=UUID(str(public_id))).first()
    if right is not None and not cover_of(actor).allows(AgentVerb.FILE, right.pk):
        raise errors.right_not_authorised()
    if right is None:
        raise errors.refused("right_unknown", _("There is no such right in your organisation."), "right")
    return right


def _reason(code: str) -> str:
    if code in NOT_IP_REASONS:
        raise errors.refused("not_an_ip_reason", str(NOT_IP_REASONS[code].hint), "reason")
    if code and code not in set(Reason):
        raise errors.refused("reason_unknown", _("Choose one of the reasons in the list."), "reason")
    return code


def _fit_reason(draft: Complaint, *, asked: bool) -> None:
    """Refuses a reason that the right does not support; one chosen before for another right is taken out again."""
    if not draft.reason or draft.right is None or Reason(draft.reason) in reasons_for(draft.right.kind):
        return
    if asked:
        raise errors.reason_not_supported(str(draft.right.get_kind_display()))
    draft.reason = ""


def _text(text: str, limit: int, field: str) -> str:
    if len(text) > limit:
        raise errors.refused(
            "too_long",
            _("This has %(count)d characters; %(limit)d fit.") % {"count": len(text), "limit": limit},
            field,
        )
    return text.replace("\x00", "")


def _lock_draft(actor: Actor, complaint_id: int) -> Complaint:
    require_verb(actor, AgentVerb.FILE)
    draft = lock(actor, complaint_id)
    if not draft.is_draft:
        raise errors.step_refused("edit", str(draft.told.label))
    if draft.right_id and not cover_of(actor).allows(AgentVerb.FILE, draft.right_id):
        raise outside()
    return draft


@transaction.atomic
def add_evidence(*, actor: Actor, complaint_id: int, upload: File[bytes], caption: str = "", now: datetime) -> Evidence:
    """Adds one file to a draft. Raises FileRefused as the files room does, Refused beyond 20 files."""
    draft = _lock_draft(actor, complaint_id)
    if draft.evidence.count() >= MAX_EVIDENCE:
        raise errors.refused("too_many_files", _("A complaint takes 20 files. Remove one first."), "file")
    stored = store.accept(upload, actor=actor, organisation=draft.organisation, purpose="evidence", now=now)
    _touch(draft, now)
    return Evidence.objects.create(complaint=draft, file=stored, caption=caption[:200], added_at=now)


def _touch(draft: Complaint, now: datetime) -> None:
    """Notes that what would be signed has changed: a signature of the draft as it was no longer holds."""
    draft.updated_at = now
    draft.version += 1
    draft.save(update_fields=["updated_at", "version"])


@transaction.atomic
def remove_evidence(*, actor: Actor, complaint_id: int, evidence_id: UUID, now: datetime) -> None:
    """Takes one file out of a draft again."""
    draft = _lock_draft(actor, complaint_id)
    _drop(draft, public_id=evidence_id)
    _touch(draft, now)


def _drop(draft: Complaint, **which: Any) -> None:
    """Deletes evidence with its file, so that the organisation has the space again."""
    for evidence in draft.evidence.filter(**which).select_related("file"):
        evidence.delete()
        if not _is_shared(evidence.file_id):
            store.remove(evidence.file)


def _is_shared(file_id: int) -> bool:
    """Says whether another complaint, or what the organisation keeps, still needs the file."""
    return Evidence.objects.filter(file=file_id).exists() or SavedEvidence.objects.filter(file=file_id).exists()


@transaction.atomic
def discard(*, actor: Actor, complaint_id: int) -> None:
    """Throws a draft away. Raises Conflict when it was filed meanwhile."""
    draft = _lock_draft(actor, complaint_id)
    _drop(draft)
    draft.delete()


@transaction.atomic
def discard_stale(*, complaint_id: int, before: datetime) -> None:
    """Throws away a draft that nobody touched since `before`; does nothing when it was touched or filed meanwhile."""
    stale = Complaint.objects.drafts().select_for_update(of=("self",)).filter(updated_at__lt=before)
    draft: Complaint | None = stale.filter(pk=complaint_id).first()
    if draft is not None:
        _drop(draft)
        draft.delete()

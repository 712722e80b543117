"""Gathers what one reader may see of a case, in a number of queries that does not grow with its items."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from complaints import manifests, shown, statements, timeline
from complaints.bundle.content import Attached, Audience, Bundle, Piece, file_name, safe, speaking
from complaints.bundle.rows import (
    decision_out,
    event_out,
    item_out,
    message_out,
    moment,
    note_out,
    right_out,
    said_out,
    snapshot_whole,
    statement_out,
    when,
)
from complaints.models import Complaint, Decision, Item, Manifest, Message, StatementOfReasons
from portal.accounts.actors import SYSTEM, Actor
from portal.ledger.models import Event


def for_desk(complaint: Complaint, *, notes: bool = False) -> Bundle:
    """The whole case; with `notes` also what the desk wrote for itself, and who decided."""
    with speaking(statements.language_of(complaint)):
        return _for_desk(complaint, notes)


def _for_desk(complaint: Complaint, notes: bool) -> Bundle:
    items = list(complaint.items.for_pages())
    events = timeline.events_of(complaint)
    bundle = _begin(complaint, Audience.INTERNAL if notes else Audience.DESK, events)
    told = _all_statements(complaint)
    decisions = list(complaint.decisions.select_related("decided_by").prefetch_related("items").order_by("id"))
    if not notes:  # one that waits for a second person is not told to anybody
        effective = {statement.decision_id for statement in told}
        decisions = [decision for decision in decisions if decision.pk in effective]
    _add_complaint(bundle, complaint, items)
    _add_manifest(bundle, complaint)
    _add_papers(bundle, complaint)
    _add_items(bundle, items)
    bundle.documents |= {
        "decisions.json": [decision_out(decision, by=notes) for decision in decisions],
        "statements.json": [statement_out(statement) for statement in told],
        "messages.json": [message_out(message) for message in _talk(complaint)],
        "events.json": [event_out(event) for event in events],
    }
    if notes:
        rows = complaint.notes.select_related("author").order_by("created_at", "id")
        bundle.documents["internal-notes.json"] = [note_out(note) for note in rows]
    return bundle


def for_complainant(complaint: Complaint, actor: Actor) -> Bundle:
    """What the actor's side sees; the caller found the complaint through visible_to(actor). Agents: covered items."""
    with speaking(statements.language_of(complaint)):
        return _for_complainant(complaint, actor)


def _for_complainant(complaint: Complaint, actor: Actor) -> Bundle:
    items = list(complaint.items.covered(actor).for_pages())
    events = [event for event in timeline.seen_by(complaint, actor) if event.kind in timeline.WORDS]
    bundle = _begin(complaint, Audience.COMPLAINANT, events)
    told = [row for row in _all_statements(complaint, actor) if row.side == StatementOfReasons.Side.COMPLAINANT]
    decisions = Decision.objects.filter(pk__in=[row.decision_id for row in told]).prefetch_related("items")
    ours = {item.pk for item in items}
    _add_complaint(bundle, complaint, items)
    if actor.grants is None or complaint.items.count() == len(items):
        _add_manifest(bundle, complaint)
    _add_papers(bundle, complaint)
    _add_items(bundle, items)
    talk = _talk(complaint).filter(side=Message.Side.COMPLAINANT).exclude(kind=Message.Kind.RESPONSE).covered(actor)
    bundle.documents |= {
        "decisions.json": [decision_out(decision, only=ours) for decision in decisions.order_by("id")],
        "statements.json": [statement_out(statement) for statement in told],
        "messages.json": [message_out(message, only=ours) for message in talk],
        "events.json": [said_out(event) for event in events],
    }
    return bundle


def for_respondent(statement: StatementOfReasons) -> Bundle:
    """What one statement told one account: decision, own items and answers, and what its page shows of the notice."""
    with speaking(statements.language_of(statement.decision.complaint)):
        return _for_respondent(statement)


def _for_respondent(statement: StatementOfReasons) -> Bundle:
    complaint, items = statement.decision.complaint, statements.items_of(statement)
    answers = list(statement.responses.select_related("account").prefetch_related("items").order_by("created_at", "id"))
    dates = [statement.created_at, *(answer.created_at for answer in answers)]
    bundle = Bundle(
        audience=Audience.RESPONDENT,
        reference=statement.decision.reference,
        dated=max(dates),
        language=statements.language_of(complaint),
    )
    handle = statement.account.handle if statement.account else ""
    bundle.facts = [
        (_("Decision"), statement.decision.reference),
        (_("Account"), f"@{handle}"),
        (_("Right"), str(complaint.right) if complaint.right else complaint.mark_text),
        (_("Told"), when(statement.created_at)),
        (_("Items"), str(len(items))),
    ]
    _add_items(bundle, items)
    ours = {item.pk for item in items}
    notice = shown.notice_to("accused", complaint, items)
    bundle.documents |= {
        "notice.json": [{"field": row.field, "label": row.label, "value": row.value} for row in notice],
        "decisions.json": [decision_out(statement.decision, only=ours)],
        "statements.json": [statement_out(statement)],
        "messages.json": [message_out(answer, only=ours) for answer in answers],
    }
    return bundle


def _begin(complaint: Complaint, audience: Audience, events: Sequence[Event]) -> Bundle:
    newest: datetime = events[-1].at if events else complaint.updated_at
    return Bundle(audience, str(complaint), newest, language=statements.language_of(complaint))


def _add_complaint(bundle: Bundle, complaint: Complaint, items: Sequence[Item]) -> None:
    signature = getattr(complaint, "signature", None)
    state = complaint.told.label
    bundle.facts = [
        (_("Complaint"), str(complaint)),
        (_("Complainant"), complaint.filed_by),
        (_("Right"), str(complaint.right) if complaint.right else complaint.mark_text),
        (_("Reason"), complaint.reason_label),
        (_("Filed"), when(complaint.submitted_at)),
        (_("State"), str(state)),
        (_("Items"), str(len(items))),
        (_("Explanation"), complaint.explanation),
    ]
    bundle.documents["complaint.json"] = {
        "public_id": str(complaint.public_id),
        "reference": complaint.reference,
        "source": complaint.source,
        "complainant": complaint.complainant_name,
        "agency": complaint.agency.name if complaint.agency else None,
        "mark": complaint.mark_text,
        "reason": complaint.reason,
        "bases": list(complaint.bases),
        "explanation": complaint.explanation,
        "state": complaint.told_state.value,
        "filed_at": moment(complaint.submitted_at),
        "due_at": moment(complaint.due_at),
        "decided_at": moment(complaint.decided_at),
        "signature": {
            "typed_name": signature.typed_name,
            "declaration": signature.declaration,
            "version": signature.version,
            "text": signature.text,
            "text_sha256": signature.text_sha256,
            "notice_sha256": signature.notice_sha256,
            "signed_at": moment(signature.signed_at),
        }
        if signature
        else None,
    }
    rights = {item.right.pk: item.right for item in items if item.right}
    if complaint.right:
        rights[complaint.right.pk] = complaint.right
    bundle.documents["right.json"] = [right_out(rights[pk]) for pk in sorted(rights)]


def _add_manifest(bundle: Bundle, complaint: Complaint) -> None:
    manifest = Manifest.objects.filter(complaint=complaint).first()
    if manifest is None:
        return
    bundle.documents["manifest.json"] = {
        "content": manifest.content,
        "sha256": manifest.sha256,
        "taken_at": moment(manifest.taken_at),
        "timestamp_at": moment(manifest.token_at),
    }
    bundle.token = bytes(manifest.token) if manifest.token is not None else None
    bundle.facts.append((_("Manifest (SHA-256)"), manifest.sha256))
    stamped = when(manifest.token_at) if manifest.token_at else _("none: no authority has stamped it")
    bundle.facts.append((_("Timestamp (RFC 3161)"), stamped))
    if manifests.digest_of(manifest.content) != manifest.sha256:
        bundle.facts.append((_("Warning"), _("The manifest is not what was hashed when the complaint was filed.")))


def _add_papers(bundle: Bundle, complaint: Complaint) -> None:
    rows = list(complaint.evidence.select_related("file").order_by("id"))
    bundle.papers = [
        Attached(file_name("evidence", number, "evidence", row.file), row.file) for number, row in enumerate(rows, 1)
    ]
    bundle.documents["evidence.json"] = [
        {
            "name": paper.name,
            "sent_as": row.file.original_name,
            "caption": row.caption,
            "sha256_of_what_was_sent": row.file.sha256,
            "sha256": row.file.clean_sha256,
            "added_at": moment(row.added_at),
        }
        for paper, row in zip(bundle.papers, rows, strict=True)
    ]


def _add_items(bundle: Bundle, items: Iterable[Item]) -> None:
    ours = bundle.audience != Audience.RESPONDENT  # the accused learn neither line nor note of the complaint
    for number, item in enumerate(items, 1):
        snapshot = getattr(item, "snapshot", None)
        label = f"{number:04d}-{safe(item.target.marketplace_id)}"
        picture = None
        if snapshot is not None and snapshot.picture is not None:
            name = file_name("pictures", number, item.target.marketplace_id, snapshot.picture)
            picture = Attached(name, snapshot.picture)
        told = item_out(item, snapshot, line=item.line if ours else number, note=ours)
        bundle.pieces.append(Piece(label, told, snapshot_whole(snapshot) if snapshot else None, picture))


def _all_statements(complaint: Complaint, actor: Actor = SYSTEM) -> list[StatementOfReasons]:
    rows = StatementOfReasons.objects.filter(decision__complaint=complaint).covered(actor)
    return list(rows.select_related("decision", "account").order_by("id"))


def _talk(complaint: Complaint) -> Any:
    rows = complaint.messages.select_related("account", "statement__account").prefetch_related("items")
    return rows.order_by("created_at", "id")

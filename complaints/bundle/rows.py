"""What the rows of a case look like in a bundle: plain JSON values, times in UTC, no name of who works at the desk."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Any

from django.utils.formats import date_format

from brands.models import IPRight
from complaints import timeline
from complaints.models import Decision, InternalNote, Item, Message, Snapshot, StatementOfReasons
from portal.ledger.models import Event


def moment(at: datetime | None) -> str | None:
    """A time in UTC, as ISO 8601."""
    return at.astimezone(UTC).isoformat() if at else None


def when(at: datetime | None) -> str:
    """A time as people read it, in UTC."""
    return f"{date_format(at.astimezone(UTC), 'j M Y, H:i:s')} UTC" if at else "–"


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def right_out(right: IPRight) -> dict[str, Any]:
    """A right as it stands now; how it stood at the filing is in the manifest."""
    names = ("kind", "office", "mark_text", "name", "application_number", "registration_number")
    return {
        "public_id": str(right.public_id),
        "kind_label": right.kind_label,
        "register_status_label": str(right.get_register_status_display()),
        **{name: getattr(right, name) for name in names},
        "international_number": right.international_number,
        "owner_name": right.owner_name,
        "state": right.state,
        "register_status": right.register_status,
        "register_as_of": _day(right.register_as_of),
        "filing_date": _day(right.filing_date),
        "registration_date": _day(right.registration_date),
        "expiry_date": _day(right.expiry_date),
        "classes": sorted(row.number for row in right.classes.all()),
        "territories": sorted(row.country for row in right.territories.all()),
    }


def item_out(item: Item, snapshot: Snapshot | None, *, line: int, note: bool) -> dict[str, Any]:
    """One item with what is told of it outside the desk; `note` adds what the complainant said to the desk about it."""
    decision = item.told_decision
    content = snapshot.content if snapshot else item.target.content()
    return {
        "line": line,
        "kind": item.target.kind,
        "marketplace_id": item.target.marketplace_id,
        "url": content.get("url", ""),
        "title": content.get("title", ""),
        "market": content.get("market", ""),
        "seller": content.get("seller", ""),
        "price": content.get("price", ""),
        "currency": content.get("currency", ""),
        "from_second": item.from_second,
        "to_second": item.to_second,
        "state": item.told_state.value,
        "state_label": str(item.told.label),
        "decision": decision.reference if decision else None,
        "measures": [
            {
                "action": measure.action,
                "label": str(measure.label),
                "state": measure.state,
                "state_label": str(measure.shown.label),
                "confirmed_at": moment(measure.confirmed_at),
            }
            for measure in item.measures.all()
        ],
        "snapshot_sha256": snapshot.sha256 if snapshot else None,
        "picture_sha256": snapshot.picture.sha256 if snapshot and snapshot.picture else None,
        "taken_at": moment(snapshot.taken_at) if snapshot else None,
    } | ({"note": item.note} if note else {})


def snapshot_whole(snapshot: Snapshot) -> dict[str, Any]:
    """Exactly what the snapshot's hash is over."""
    return {
        "content": snapshot.content,
        "picture": snapshot.picture.sha256 if snapshot.picture else None,
        "taken_at": moment(snapshot.taken_at),
    }


def decision_out(decision: Decision, *, only: Collection[int] | None = None, by: bool = False) -> dict[str, Any]:
    """One decision; `only` keeps to items that the reader may see, `by` names who decided (for the desk itself)."""
    items = sorted(item.line for item in decision.items.all() if only is None or item.pk in only)
    return {
        "reference": decision.reference,
        "outcome": decision.outcome,
        "ground": decision.ground,
        "ground_label": str(decision.ground_text.label),
        "policy_version": decision.policy_version,
        "policy_text": decision.policy_text,
        "decided_at": moment(decision.decided_at),
        "items": items,
    } | ({"decided_by": decision.decided_by.get_short_name(), "text": decision.text} if by else {})


def statement_out(statement: StatementOfReasons) -> dict[str, Any]:
    return {
        "decision": statement.decision.reference,
        "side": statement.side,
        "account": statement.account.handle if statement.account else None,
        "text": statement.text,
        "answer_until": _day(statement.answer_until),
        "told_at": moment(statement.created_at),
    }


def message_out(message: Message, *, only: Collection[int] | None = None) -> dict[str, Any]:
    """One message; whoever of the desk wrote it stays the desk."""
    account = message.account or (message.statement.account if message.statement else None)
    from_desk = message.by_desk or message.kind == Message.Kind.QUESTION
    return {
        "kind": message.kind,
        "from": "desk" if from_desk else message.side,
        "to": message.side if from_desk else "desk",
        "account": account.handle if account else None,
        "text": message.body,
        "items": sorted(item.line for item in message.items.all() if only is None or item.pk in only),
        "at": moment(message.created_at),
        "answer_by": moment(message.answer_by),
    }


def event_out(event: Event) -> dict[str, Any]:
    """One link of the chain, with everything that its hash is over."""
    return {
        "stream": list(event.stream),
        "seq": event.seq,
        "kind": event.kind,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": event.actor,
        "payload": event.payload,
        "prev": event.prev_hash,
        "hash": event.hash,
    }


def said_out(event: Event) -> dict[str, Any]:
    """One link in words, as a side reads it in its timeline, with its number and hash in the chain."""
    title, detail = timeline.WORDS[event.kind](event)
    return {
        "seq": event.seq,
        "kind": event.kind,
        "at": moment(event.at),
        "title": str(title),
        "detail": str(detail),
        "hash": event.hash,
    }


def note_out(note: InternalNote) -> dict[str, Any]:
    return {"author": note.author.get_short_name(), "at": moment(note.created_at), "text": note.body}

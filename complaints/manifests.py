"""What a filing froze, listed once with its hashes: made at filing, chained by `complaint.submitted`, never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.db.models import prefetch_related_objects

from brands.models import IPRight
from complaints.models import Complaint, Item, Manifest, Snapshot
from complaints.snapshots import canonical
from portal.ledger.canonical import check_plain
from portal.ledger.outbox import enqueue

FORMAT = "rightsdesk-manifest-1"


def write(complaint: Complaint, items: Sequence[Item], snapshots: Sequence[Snapshot], *, now: datetime) -> Manifest:
    """Stores the manifest of a filing; its `sha256` belongs into the event. Asks an authority for a timestamp later."""
    content = compose(complaint, items, snapshots, now=now)
    check_plain(content, "manifest")
    manifest = Manifest.objects.create(complaint=complaint, content=content, sha256=digest_of(content), taken_at=now)
    if settings.TIMESTAMP_URL:
        enqueue("complaints.stamp_manifest", key=f"stamp:{manifest.pk}", manifest_id=manifest.pk)
    return manifest


def digest_of(content: dict[str, Any]) -> str:
    """SHA-256 (hex) over the canonical JSON of a manifest's content."""
    return hashlib.sha256(canonical(content)).hexdigest()


def digest_before(snapshots: Iterable[str]) -> str:
    """What the event carried before there were manifests: a hash over the hashes of all snapshots, sorted."""
    return hashlib.sha256("\n".join(sorted(snapshots)).encode()).hexdigest()


def compose(
    complaint: Complaint, items: Sequence[Item], snapshots: Sequence[Snapshot], *, now: datetime
) -> dict[str, Any]:
    """Lists every hash of a filing, and the right and its register as they stood. Names of persons are not in it."""
    by_item = {snapshot.item_id: snapshot for snapshot in snapshots}
    return {
        "format": FORMAT,
        "complaint": str(complaint.public_id),
        "reference": complaint.reference,
        "source": complaint.source,
        "reason": complaint.reason,
        "bases": list(complaint.bases),
        "organisation": str(complaint.organisation.public_id) if complaint.organisation else None,
        "agency": str(complaint.agency.public_id) if complaint.agency else None,
        "filed_at": _moment(now),
        "due_at": _moment(complaint.due_at),
        "rights": [_right(right) for right in _rights(complaint, items)],
        "items": [_item(item, by_item[item.pk]) for item in items],
        "evidence": _evidence(complaint),
        "signature": _signature(complaint),
    }


def _rights(complaint: Complaint, items: Sequence[Item]) -> list[IPRight]:
    """Every right that the filing leans on, once, with what belongs to it."""
    every = [complaint.right, *(item.right for item in items)]
    by_pk = {right.pk: right for right in every if right is not None}
    rights = [by_pk[pk] for pk in sorted(by_pk)]
    prefetch_related_objects(rights, "classes", "territories", "record")
    return rights


def _right(right: IPRight) -> dict[str, Any]:
    record = right.record
    return {
        "right": str(right.public_id),
        "version": right.version,
        "kind": right.kind,
        "title": right.mark_text or right.name,
        "office": right.office,
        "application_number": right.application_number,
        "registration_number": right.registration_number,
        "international_number": right.international_number,
        "state": right.state,
        "verified_at": _moment(right.verified_at),
        "compared_at": _moment(right.checked_at),
        "comparison": right.check_result,
        "register_status": right.register_status,
        "register_as_of": _day(right.register_as_of),
        "filing_date": _day(right.filing_date),
        "registration_date": _day(right.registration_date),
        "expiry_date": _day(right.expiry_date),
        "classes": sorted(row.number for row in right.classes.all()),
        "territories": sorted(row.country for row in right.territories.all()),
        "record": {
            "st13": record.st13,
            "status": record.status,
            "as_of": _day(record.as_of),
            "facts_sha256": record.facts_sha256,
        }
        if record
        else None,
    }


def _item(item: Item, snapshot: Snapshot) -> dict[str, Any]:
    return {
        "item": item.pk,
        "line": item.line,
        "kind": item.target.kind,
        "marketplace_id": item.target.marketplace_id,
        "right": str(item.right.public_id) if item.right else None,
        "from_second": item.from_second,
        "to_second": item.to_second,
        "snapshot": snapshot.sha256,
        "picture": snapshot.picture.sha256 if snapshot.picture else None,
    }


def _evidence(complaint: Complaint) -> list[dict[str, Any]]:
    found = sorted(complaint.evidence.all(), key=lambda row: row.pk)
    return [
        {
            "evidence": str(row.public_id),
            "sha256": row.file.sha256,
            "clean_sha256": row.file.clean_sha256,
            "media_type": row.file.media_type,
            "size": row.file.size,
        }
        for row in found
    ]


def _signature(complaint: Complaint) -> dict[str, Any] | None:
    signature = getattr(complaint, "signature", None)
    if signature is None:
        return None
    return {
        "declaration": signature.declaration,
        "version": signature.version,
        "text_sha256": signature.text_sha256,
        "notice_sha256": signature.notice_sha256,
        "strength": signature.strength,
        "signed_at": _moment(signature.signed_at),
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None

"""Proves that what a filing froze is still what its chain says: manifest, snapshots, pictures, evidence, signature."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.conf import settings
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast

from complaints import manifests, snapshots
from complaints.models import Evidence, Manifest, Signature, Snapshot
from portal.files import frozen
from portal.ledger import timestamps
from portal.ledger.models import Event
from portal.ledger.proving import Fault, Tally

AT_ONCE = 20  # filings, of up to 500 snapshots each


@dataclass(slots=True)
class Rows:
    """What the database holds of some filings, by complaint."""

    manifests: dict[int, Manifest]
    snapshots: dict[int, dict[int, Snapshot]]
    evidence: dict[int, dict[str, Evidence]]
    signatures: dict[int, Signature]
    pictures: dict[int, bool] = field(default_factory=dict)


def prove(tally: Tally) -> Iterator[Fault]:
    """Walks every filing, oldest first, and compares what is stored with what the chain says."""
    filings = Event.objects.filter(stream_kind="complaint", payload__has_key="manifest").order_by("id")
    events = filings.iterator(chunk_size=500)
    while batch := list(islice(events, AT_ONCE)):
        rows = _rows_of([int(event.stream_id) for event in batch])
        for event in batch:
            yield from _prove_filing(event, int(event.stream_id), rows, tally)
    yield from _unchained()


def _rows_of(complaints: Sequence[int]) -> Rows:
    rows = Rows(
        manifests={row.complaint_id: row for row in Manifest.objects.filter(complaint__in=complaints)},
        snapshots=defaultdict(dict),
        evidence=defaultdict(dict),
        signatures={row.complaint_id: row for row in Signature.objects.filter(complaint__in=complaints)},
    )
    for frozen_row in Snapshot.objects.filter(item__complaint__in=complaints).select_related("picture", "item"):
        rows.snapshots[frozen_row.item.complaint_id][frozen_row.item_id] = frozen_row
    for evidence in Evidence.objects.filter(complaint__in=complaints).select_related("file"):
        rows.evidence[evidence.complaint_id][str(evidence.public_id)] = evidence
    return rows


def _prove_filing(event: Event, complaint: int, rows: Rows, tally: Tally) -> Iterator[Fault]:
    manifest, stored = rows.manifests.get(complaint), rows.snapshots[complaint]
    tally.add("filings")
    tally.add("snapshots", len(stored))
    for snapshot in stored.values():
        yield from _prove_snapshot(complaint, snapshot, rows, tally)
    if manifest is None:
        before = manifests.digest_before(snapshot.sha256 for snapshot in stored.values())
        if event.payload["manifest"] != before:
            yield _fault(complaint, "its manifest is missing, or a snapshot of before there were manifests")
        return
    tally.add("manifests")
    yield from _prove_manifest(event, manifest, stored, rows)
    if manifest.token is not None:
        yield from _prove_token(manifest, tally)


def _prove_snapshot(complaint: int, snapshot: Snapshot, rows: Rows, tally: Tally) -> Iterator[Fault]:
    if not snapshots.is_whole(snapshot):
        yield _fault(complaint, f"the snapshot of item {snapshot.item_id} is not what was hashed")
    picture = snapshot.picture
    if picture is None or not tally.files:
        return
    if picture.pk not in rows.pictures:
        rows.pictures[picture.pk] = frozen.is_whole(picture)
        tally.add("pictures")
    if not rows.pictures[picture.pk]:
        yield _fault(complaint, f"the picture of item {snapshot.item_id} is gone or not what was hashed")


def _prove_manifest(event: Event, manifest: Manifest, stored: dict[int, Snapshot], rows: Rows) -> Iterator[Fault]:
    complaint, content = manifest.complaint_id, manifest.content
    if manifests.digest_of(content) != manifest.sha256:
        yield _fault(complaint, "its manifest is not what was hashed")
    if manifest.sha256 != event.payload["manifest"]:
        yield _fault(complaint, f"its manifest is not the one that event {event.seq} of its chain names")
    listed: dict[int, dict[str, Any]] = {row["item"]: row for row in content.get("items", [])}
    for item, row in listed.items():
        snapshot = stored.get(item)
        if snapshot is None:
            yield _fault(complaint, f"the snapshot of item {item} is missing")
        elif snapshot.sha256 != row["snapshot"]:
            yield _fault(complaint, f"the snapshot of item {item} is not the one in the manifest")
    for item in sorted(set(stored) - set(listed)):
        yield _fault(complaint, f"a snapshot of item {item} was added after the filing")
    yield from _prove_papers(complaint, content, rows)


def _prove_papers(complaint: int, content: dict[str, Any], rows: Rows) -> Iterator[Fault]:
    for paper in content.get("evidence", []):
        found = rows.evidence[complaint].get(paper["evidence"])
        if found is None:
            yield _fault(complaint, f"the evidence {paper['evidence']} is missing")
        elif (found.file.sha256, found.file.clean_sha256) != (paper["sha256"], paper["clean_sha256"]):
            yield _fault(complaint, f"the evidence {paper['evidence']} is not what was hashed")
    signed, signature = content.get("signature"), rows.signatures.get(complaint)
    if signed and (signature is None or signature.notice_sha256 != signed["notice_sha256"]):
        yield _fault(complaint, "its signature is missing, or signs something else")


def _prove_token(manifest: Manifest, tally: Tally) -> Iterator[Fault]:
    """Checks a timestamp where the authority's root is set up; else it is counted as not checked."""
    if not settings.TIMESTAMP_ROOTS:
        tally.add("timestamps not checked (RIGHTSDESK_TIMESTAMP_ROOTS is not set)")
        return
    tally.add("timestamps")
    try:
        timestamps.verify(bytes(manifest.token or b""), manifest.sha256)
    except timestamps.NotProven as why:
        yield _fault(manifest.complaint_id, f"the timestamp of its manifest proves nothing: {why}")


def _unchained() -> Iterator[Fault]:
    """Finds manifests that no event of their complaint's chain names."""
    named = Event.objects.filter(stream_kind="complaint", stream_id=OuterRef("stream"), payload__has_key="manifest")
    rows = Manifest.objects.annotate(stream=Cast("complaint_id", CharField())).filter(~Exists(named))
    for complaint in rows.order_by("id").values_list("complaint_id", flat=True).iterator():
        yield _fault(complaint, "it has a manifest that its chain does not name")


def _fault(complaint: int, what: str) -> Fault:
    return Fault(f"complaint:{complaint}", what)

"""Freezes what a target looked like when it was reported."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import prefetch_related_objects

from complaints.models import Item, Snapshot
from portal.files import frozen


def canonical(data: Any) -> bytes:
    """Gives the one JSON form that hashes are taken of: sorted keys, no spaces, UTF-8."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest_of(content: dict[str, Any], picture: str | None, taken_at: datetime) -> str:
    """SHA-256 (hex) of one snapshot: its content, the hash of its picture, and when it was taken."""
    whole = {"content": content, "picture": picture, "taken_at": taken_at.astimezone(UTC).isoformat()}
    return hashlib.sha256(canonical(whole)).hexdigest()


def freeze(items: Iterable[Item], *, now: datetime) -> list[Snapshot]:
    """Stores one snapshot an item: text, price, seller, times and picture, with one hash over all of it.

    The number of statements does not grow with the items. A picture that cannot be kept stops nobody: the content
    says `picture_missing` and why (gone, too_large, unreadable).
    """
    items = list(items)
    _bring_pinned(items)
    pictures = {_key(item): item.target.picture for item in items if item.target.picture}
    kept = frozen.keep(pictures, now=now)
    snapshots = []
    for item in items:
        key = _key(item)
        content, picture = content_of(item), kept.files.get(key)
        if key in kept.missing:
            content["picture_missing"] = kept.missing[key]
        digest = digest_of(content, picture.sha256 if picture else None, now)
        snapshots.append(Snapshot(item=item, content=content, picture=picture, sha256=digest, taken_at=now))
    return Snapshot.objects.bulk_create(snapshots)


def content_of(item: Item) -> dict[str, Any]:
    """What the public saw of the target, and where in it the complainant points, in seconds from its beginning."""
    content = item.target.content()
    times = {"from_second": item.from_second, "to_second": item.to_second}
    return content | {name: second for name, second in times.items() if second is not None}


def _key(item: Item) -> str:
    return f"{item.target.kind}-{item.target.marketplace_id}"


def _bring_pinned(items: Sequence[Item]) -> None:
    """Reads the pinned products of every livestream at once."""
    streams = [item.target.livestream for item in items if item.target.kind == "livestream"]
    if streams:
        prefetch_related_objects(streams, "pinned")


def is_whole(snapshot: Snapshot) -> bool:
    """Says whether the stored snapshot still has the hash it was frozen with."""
    picture = snapshot.picture.sha256 if snapshot.picture else None
    return digest_of(snapshot.content, picture, snapshot.taken_at) == snapshot.sha256

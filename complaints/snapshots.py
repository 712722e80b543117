"""Freezes what a target looked like when it was reported."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from complaints.models import Item, Snapshot
from portal.files import store
from portal.files.models import StoredFile
from portal.marketplace.models import Target


def canonical(data: Any) -> bytes:
    """Gives the one JSON form that hashes are taken of: sorted keys, no spaces, UTF-8."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def freeze(items: Iterable[Item], *, now: datetime) -> list[Snapshot]:
    """Stores one snapshot an item: text, price, seller, times and picture, with one hash over all of it."""
    snapshots = []
    for item in items:
        picture = _picture(item.target, now)
        content = item.target.content()
        whole = {
            "content": content,
            "picture": picture.sha256 if picture else None,
            "taken_at": now.isoformat(),
        }
        digest = hashlib.sha256(canonical(whole)).hexdigest()
        snapshots.append(Snapshot(item=item, content=content, picture=picture, sha256=digest, taken_at=now))
    return Snapshot.objects.bulk_create(snapshots)


def is_whole(snapshot: Snapshot) -> bool:
    """Says whether the stored snapshot still has the hash it was frozen with."""
    picture = snapshot.picture.sha256 if snapshot.picture else None
    whole = {"content": snapshot.content, "picture": picture, "taken_at": snapshot.taken_at.isoformat()}
    return hashlib.sha256(canonical(whole)).hexdigest() == snapshot.sha256


def _picture(target: Target, now: datetime) -> StoredFile | None:
    if not target.picture:
        return None
    with target.picture.open("rb") as source:
        return store.freeze(source.read(), name=f"{target.marketplace_id}.png", purpose="snapshot", now=now)

"""The timestamp of an authority over a manifest's hash: asked for after the filing, kept once, verified first."""

from __future__ import annotations

from complaints.models import Manifest
from complaints.snapshots import canonical
from portal.ledger import timestamps


def stamp(manifest_id: int) -> bool:
    """Asks for the timestamp of a manifest and keeps it; False when it has one.

    Raises AuthorityDown or NotProven, and the outbox tries again; the complaint waits for nothing of it.
    """
    manifest = Manifest.objects.filter(pk=manifest_id, token__isnull=True).first()
    if manifest is None:
        return False
    token, moment = timestamps.ask(canonical(manifest.content))
    return bool(Manifest.objects.filter(pk=manifest.pk, token__isnull=True).update(token=token, token_at=moment))

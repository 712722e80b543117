"""What of a case the database itself keeps as it was: snapshots, and the manifest that lists them."""

from __future__ import annotations

from portal.ledger.seal import Sealed, protect

SNAPSHOTS = Sealed("complaints_snapshot", "A snapshot is never changed or removed.", keys=(("id",), ("item_id",)))
# The timestamp of an authority comes later than the manifest: it may be filled in once.
MANIFESTS = Sealed(
    "complaints_manifest",
    "A manifest is never changed or removed.",
    keys=(("id",), ("complaint_id",)),
    fill=("token", "token_at"),
    fixed=("id", "complaint_id", "content", "sha256", "taken_at"),
)
TABLES = (SNAPSHOTS, MANIFESTS)


def register() -> None:
    """Names these tables to the ledger, whose `verify_ledger` looks for their triggers."""
    for sealed in TABLES:
        protect(sealed)

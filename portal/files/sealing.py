"""Which files the database keeps as they were."""

from __future__ import annotations

from portal.ledger.seal import Sealed, protect

PURPOSE = "snapshot"
FROZEN = Sealed(
    "files_storedfile",
    "A frozen file is never changed or removed.",
    keys=(("id",), ("public_id",)),
    where=f"{{row}}.purpose = '{PURPOSE}'",
)


def register() -> None:
    """Names these rows to the ledger, whose `verify_ledger` looks for their triggers."""
    protect(FROZEN)

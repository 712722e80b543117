"""A task for tests alone, which a worker loads with --include: it says which process ran it."""

from __future__ import annotations

import os
from pathlib import Path

from portal.ledger.outbox import task


@task("tests.sign", atomic=False)
def sign(*, folder: str, number: int) -> None:
    """Leaves a file with the id of this process, one per run."""
    path = Path(folder) / f"{number}-{os.urandom(4).hex()}"
    path.write_text(str(os.getpid()))

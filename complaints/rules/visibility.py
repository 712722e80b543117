"""Who sees what of a case: one question, asked wherever something of one side is shown to another."""

from __future__ import annotations

from collections.abc import Iterable

from complaints.rules.library import ours
from complaints.rules.packs import SIDES, Pack

FIELDS: tuple[str, ...] = tuple(ours()["visibility"]["default"])


def who_sees(field: str, side: str, packs: Iterable[Pack]) -> bool:
    """Says whether `side` sees `field` as it is where all these packs apply: the strictest one rules.

    Without a pack only the desk sees it. Raises KeyError for a field or side that is none.
    """
    if field not in FIELDS or side not in SIDES:
        raise KeyError(f"no field or side: {field}, {side}")
    found = list(packs)
    return all(pack.visible(field, side) for pack in found) if found else side == "staff"

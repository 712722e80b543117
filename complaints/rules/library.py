"""The two files behind every rule pack: what the law asks for (facts), and what this product does about it (ours)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).parent / "data"


@cache
def facts() -> dict[str, Any]:
    """The reference as it was collected: bases with their elements, and the table of who sees which field."""
    return _read("notice_elements.json")


@cache
def ours() -> dict[str, Any]:
    """Jurisdictions, statements, what each portal field of the reference is here, and the rows of packs."""
    return _read("packs.json")


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((_DATA / name).read_text(encoding="utf-8"))
    return found

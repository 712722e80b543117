"""One spelling for every payload: plain JSON in, canonical bytes and their SHA-256 out. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

JSON: TypeAlias = "bool | int | str | Sequence[JSON] | Mapping[str, JSON] | None"


class NotPlainJson(TypeError):
    """The value cannot be spelled the same way by every database; the message names the place."""


def check_plain(value: object, where: str = "payload") -> None:
    """Raises NotPlainJson unless `value` is made of None, bool, int, text, lists and text-keyed dicts.

    Fractions are refused because databases respell them (1e22 comes back as an integer): write them as text.
    """
    if value is None or isinstance(value, bool | int):
        return
    if isinstance(value, str):
        _check_text(value, where)
    elif isinstance(value, list | tuple):
        for index, part in enumerate(value):
            check_plain(part, f"{where}[{index}]")
    elif isinstance(value, dict):
        for name, part in value.items():
            if not isinstance(name, str):
                raise NotPlainJson(f"{where} has a key that is not text: {name!r}")
            _check_text(name, where)
            check_plain(part, f"{where}.{name}")
    else:
        raise NotPlainJson(f"{where} is a {type(value).__name__}; ids, text and whole numbers only")


def _check_text(text: str, where: str) -> None:
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise NotPlainJson(f"{where} holds a NUL or half a character")


def canonical(value: object) -> str:
    """Spells plain JSON with sorted keys and no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def link_hash(
    *, stream: tuple[str, str], seq: int, kind: str, at: datetime, actor: str, payload: object, prev: str
) -> str:
    """SHA-256 (hex) of one link of a chain; changes when any part of it changes."""
    link = {
        "stream": list(stream),
        "seq": seq,
        "kind": kind,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": actor,
        "payload": payload,
        "prev": prev,
    }
    return hashlib.sha256(canonical(link).encode()).hexdigest()

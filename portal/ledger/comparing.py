"""Compares checkpoints that have left the database with the database: finds rewriting, truncation and lost chains."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from portal.ledger import checkpoint_keys as keys
from portal.ledger import checkpoints
from portal.ledger.checkpoints import Statement
from portal.ledger.models import Event
from portal.ledger.proving import Fault, Tally

AT_ONCE = 500
Head = tuple[str, str, int, str]


def verify(folder: Path, tally: Tally, *, trusted: Ed25519PublicKey | None = None) -> Iterator[Fault]:
    """Walks the checkpoints of a folder, oldest first, and yields what does not agree, in constant memory.

    `trusted` is the only key that counts; without one, the keys that lie in the folder do: then the folder itself
    must be out of the reach of whoever could rewrite the database.
    """
    before: Statement | None = None
    for path in sorted(folder.glob("checkpoint-*.json")):
        try:
            statement = checkpoints.read_statement(path)
        except ValueError as why:
            yield Fault(path.name, str(why))
            continue
        tally.add("checkpoints")
        yield from _signed(folder, path, statement, trusted)
        if before is not None and statement.content["previous"] != before.content["root"]:
            yield Fault(path.name, f"it does not follow from the one of {before.content['day']}: one is missing")
        yield from _heads(folder, path, statement, tally)
        before = statement


def _signed(folder: Path, path: Path, statement: Statement, trusted: Ed25519PublicKey | None) -> Iterator[Fault]:
    key = trusted
    beside = folder / f"key-{Path(str(statement.content['key_id'])).name}.pem"
    if key is None and beside.is_file():
        key = keys.read_public(beside)
    if key is None:
        yield Fault(path.name, f"the key {statement.content['key_id']} that signed it is not there")
    elif keys.id_of(key) != statement.content["key_id"] or not keys.has_signed(
        key, statement.bytes, statement.signature
    ):
        yield Fault(path.name, "its signature is not of the key that should have signed it")


def _heads(folder: Path, path: Path, statement: Statement, tally: Tally) -> Iterator[Fault]:
    """Reads the heads once: for the root, and against the database."""
    file = folder / Path(str(statement.content["heads_file"])).name
    root, count = hashlib.sha256(), 0
    try:
        lines = checkpoints.heads_of(file)
        while batch := list(islice(lines, AT_ONCE)):
            for line, _head in batch:
                root.update(line)
            count += len(batch)
            yield from _compare([head for _line, head in batch], str(statement.content["day"]))
    except (OSError, EOFError, ValueError) as error:
        yield Fault(file.name, f"it cannot be read: {type(error).__name__}")
        return
    tally.add("heads of checkpoints", count)
    if root.hexdigest() != statement.content["root"] or count != statement.content["heads"]:
        yield Fault(file.name, "it is not what the checkpoint was signed over")


def _compare(heads: list[Head], day: str) -> Iterator[Fault]:
    """Looks each head up: the event of that number must be there with that hash."""
    by_kind: dict[str, list[Head]] = defaultdict(list)
    for head in heads:
        by_kind[head[0]].append(head)
    for kind, group in by_kind.items():
        ids, numbers = {head[1] for head in group}, {head[2] for head in group}
        rows = Event.objects.filter(stream_kind=kind, stream_id__in=ids, seq__in=numbers)
        there = {(row[0], row[1]): row[2] for row in rows.values_list("stream_id", "seq", "hash")}
        for _kind, stream, seq, digest in group:
            found = there.get((stream, seq))
            if seq and found is None:
                yield Fault(f"{kind}:{stream} #{seq}", f"it was there on {day} and is missing now: the end was cut off")
            elif seq and found != digest:
                yield Fault(f"{kind}:{stream} #{seq}", f"it had another hash on {day}: the chain was rewritten since")

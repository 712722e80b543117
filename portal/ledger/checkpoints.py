"""The daily checkpoint: the heads of all chains under one root, signed, and carried out of the database.

Whoever can rewrite the database can also hash every chain anew, and can cut its end off. Against that stands what has
left: a file a day with every head, and a statement signed over its root. `verify` compares the files with the
database; see docs/evidence.md for the format.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.actors import SYSTEM
from portal.ledger import checkpoint_keys as keys
from portal.ledger import events
from portal.ledger.canonical import canonical
from portal.ledger.mail import deliver_mail
from portal.ledger.models import Checkpoint, StreamHead

FORMAT = "rightsdesk-checkpoint-1"
STREAM = ("ledger", "checkpoints")


@dataclass(frozen=True, slots=True)
class Statement:
    """What is signed of a checkpoint, with its signature; the heads lie in a file beside it."""

    content: dict[str, Any]
    signature: str

    @property
    def bytes(self) -> bytes:
        return canonical(self.content).encode()

    def __str__(self) -> str:
        return json.dumps({**self.content, "signature": self.signature}, indent=2, sort_keys=True) + "\n"


def make(*, now: datetime, folder: Path | None = None) -> Checkpoint:
    """Makes the checkpoint of this day, once: the file first, then the row, an event, and the mail where one is asked.

    Asked again on the same day it gives the row; where a run broke off behind the file, the file counts.
    """
    folder, day = folder or settings.CHECKPOINT_DIR, now.date()
    known = Checkpoint.objects.filter(day=day).first()
    if known is not None:
        return known
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"checkpoint-{day}.json"
    statement = read_statement(path) if path.exists() else _write(folder, path, now)
    return _keep(statement, path, now)


def _write(folder: Path, path: Path, now: datetime) -> Statement:
    """Writes the heads, then the statement about them; neither is ever written over."""
    heads = folder / f"heads-{now.date()}.jsonl.gz"
    part = heads.with_suffix(".part")
    count, links, root = _write_heads(part)
    part.chmod(0o444)
    os.replace(part, heads)
    newest = Checkpoint.objects.order_by("-day").first()
    key = keys.private_key()
    content = {
        "format": FORMAT,
        "day": str(now.date()),
        "made_at": now.isoformat(),
        "heads": count,
        "events": links,
        "heads_file": heads.name,
        "root": root,
        "previous": newest.root if newest else "",
        "key_id": keys.id_of(key.public_key()),
    }
    statement = Statement(content, key.sign(canonical(content).encode()).hex())
    keys.publish(folder, key.public_key())
    part = path.with_suffix(".part")
    part.write_text(str(statement))
    part.chmod(0o444)
    os.replace(part, path)
    return statement


def _write_heads(path: Path) -> tuple[int, int, str]:
    """Streams every head into a file, a line each; gives their number, the number of events, and the root."""
    root, count, links = hashlib.sha256(), 0, 0
    heads = StreamHead.objects.order_by("id").values_list("stream_kind", "stream_id", "seq", "hash")
    with path.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as out:
        for head in heads.iterator(chunk_size=5000):
            line = canonical(head).encode() + b"\n"
            root.update(line)
            out.write(line)
            count, links = count + 1, links + head[2]
    return count, links, root.hexdigest()


@transaction.atomic
def _keep(statement: Statement, path: Path, now: datetime) -> Checkpoint:
    content = statement.content
    made, new = Checkpoint.objects.get_or_create(
        day=now.date(),
        defaults={
            "heads": content["heads"],
            "events": content["events"],
            "root": content["root"],
            "previous": content["previous"],
            "key_id": content["key_id"],
            "signature": statement.signature,
            "made_at": now,
            "left_to": str(path)[-300:],
            "left_at": now,
        },
    )
    if new:
        payload = {"day": content["day"], "root": content["root"]}
        event = events.append(stream=STREAM, kind="checkpoint.made", actor=SYSTEM, payload=payload, now=now)
        if settings.CHECKPOINT_MAIL:
            deliver_mail(
                event=event,
                to_email=settings.CHECKPOINT_MAIL,
                template="emails/ledger/checkpoint",
                context={"statement": str(statement), "day": content["day"], "root": content["root"]},
                language="en",
            )
    return made


def read_statement(path: Path) -> Statement:
    """Reads one statement. Raises ValueError for anything else."""
    try:
        content = json.loads(path.read_text())
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise ValueError("format")
        return Statement(content, str(content.pop("signature")))
    except (ValueError, KeyError, OSError) as error:
        raise ValueError(_("%(name)s is no checkpoint.") % {"name": path.name}) from error


def heads_of(path: Path) -> Iterator[tuple[bytes, tuple[str, str, int, str]]]:
    """Reads the heads of a checkpoint: each line as it stands, and as (kind, id, number, hash)."""
    with path.open("rb") as raw, gzip.GzipFile(fileobj=raw) as packed:
        lines: IO[bytes] = io.BufferedReader(packed)
        for line in lines:
            kind, stream, seq, digest = json.loads(line)
            yield line, (str(kind), str(stream), int(seq), str(digest))


def forget_part(folder: Path) -> None:
    """Takes away what a run that broke off left half written."""
    for part in folder.glob("*.part"):
        with suppress(OSError):
            part.unlink()

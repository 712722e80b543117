"""What happened: append an event to its stream, tell who subscribed, check that no chain was changed.

Payloads hold ids and salted commitments (`commit_text`); personal text stays in rows that can be erased.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from portal.ledger import outbox
from portal.ledger.canonical import JSON, canonical, check_plain, link_hash
from portal.ledger.models import Event, StreamHead

if TYPE_CHECKING:
    from portal.accounts.actors import Actor

Stream = tuple[str, int | str]
_subscribers: defaultdict[str, list[str]] = defaultdict(list)


class OutsideTransaction(RuntimeError):
    """An event was appended without the transaction that ties it to the rows it tells of."""


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """The place where a chain stops being whole, and why."""

    stream: tuple[str, str]
    seq: int
    reason: str

    def __str__(self) -> str:
        return f"{self.stream[0]}:{self.stream[1]} #{self.seq}: {self.reason}"


def subscribe(kind: str, handler_name: str) -> None:
    """Makes every event of `kind` queue the task `handler_name` with its `event_id`; call it in ready()."""
    if handler_name not in _subscribers[kind]:
        _subscribers[kind].append(handler_name)


def append(*, stream: Stream, kind: str, actor: Actor, payload: Mapping[str, JSON], now: datetime) -> Event:
    """Adds one event to `stream` and one outbox message per subscriber, inside the caller's transaction.

    Raises OutsideTransaction without one, NotPlainJson for a payload that is more than ids and text, and
    ValueError for a `now` without a time zone.
    """
    if not transaction.get_connection().in_atomic_block:
        raise OutsideTransaction(f"{kind} must be appended inside transaction.atomic()")
    if timezone.is_naive(now):
        raise ValueError("now must carry a time zone")
    check_plain(payload)
    key = (stream[0], str(stream[1]))
    event = _forge(stream=key, kind=kind, actor=actor.reference, payload=payload, at=now)
    for handler_name in _subscribers.get(kind, ()):
        outbox.enqueue(handler_name, event_id=event.pk)
    return event


def _forge(*, stream: tuple[str, str], kind: str, actor: str, payload: Mapping[str, JSON], at: datetime) -> Event:
    plain = json.loads(canonical(payload))
    link = {"stream": stream, "kind": kind, "at": at, "actor": actor, "payload": plain}
    seq, prev = 1, ""
    heads = StreamHead.objects.select_for_update().filter(stream_kind=stream[0], stream_id=stream[1])
    head = heads.first()
    digest = link_hash(**link, seq=seq, prev=prev) if head is None else ""
    if head is None and not _begin_stream(stream, digest):
        head = heads.get()  # somebody else began it meanwhile; we waited for their commit
    if head is not None:
        seq, prev = head.seq + 1, head.hash
        digest = link_hash(**link, seq=seq, prev=prev)
        head.seq, head.hash = seq, digest
        head.save(update_fields=["seq", "hash"])
    return Event.objects.create(
        stream_kind=stream[0],
        stream_id=stream[1],
        seq=seq,
        kind=kind,
        at=at,
        actor=actor,
        payload=plain,
        prev_hash=prev,
        hash=digest,
    )


def _begin_stream(stream: tuple[str, str], digest: str) -> bool:
    """Makes the head of a new stream at its first event; False when it is there by now. One statement, no savepoint."""
    statement = """INSERT INTO ledger_streamhead (stream_kind, stream_id, seq, hash) VALUES (%s, %s, 1, %s)
        ON CONFLICT DO NOTHING RETURNING id"""
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(statement, [*stream, digest])
        return cursor.fetchone() is not None


def commit_text(text: str) -> tuple[str, str]:
    """Gives (salt, digest): the digest goes into the payload, salt and text into a row that can be erased."""
    salt = secrets.token_hex(16)
    return salt, _digest(salt, text)


def matches_commitment(text: str, *, salt: str, digest: str) -> bool:
    """Says whether `text` is what was committed to; without the salt nobody can tell or guess."""
    return hmac.compare_digest(_digest(salt, text), digest)


def _digest(salt: str, text: str) -> str:
    return hmac.new(bytes.fromhex(salt), text.encode(), hashlib.sha256).hexdigest()


def verify(stream: Stream) -> list[BrokenLink]:
    """Walks one stream and lists its broken links, in order; an empty list means that it is whole."""
    key = (stream[0], str(stream[1]))
    head = StreamHead.objects.filter(stream_kind=key[0], stream_id=key[1]).first()
    return list(_walk(key, head))


def verify_all() -> list[BrokenLink]:
    """Walks every stream, also those whose head is missing, and lists the broken links."""
    broken: list[BrokenLink] = []
    for head in StreamHead.objects.order_by("stream_kind", "stream_id").iterator():
        broken += _walk((head.stream_kind, head.stream_id), head)
    for key in _headless():
        broken += _walk(key, None)
    return broken


def _headless() -> list[tuple[str, str]]:
    heads = StreamHead.objects.filter(stream_kind=OuterRef("stream_kind"), stream_id=OuterRef("stream_id"))
    lost = Event.objects.filter(~Exists(heads)).values_list("stream_kind", "stream_id")
    return list(lost.distinct().order_by("stream_kind", "stream_id"))


def _walk(key: tuple[str, str], head: StreamHead | None) -> Iterator[BrokenLink]:
    seq, prev = 0, ""
    for event in Event.objects.filter(stream_kind=key[0], stream_id=key[1]).order_by("seq").iterator():
        if event.seq != seq + 1:
            yield BrokenLink(key, seq + 1, "the event is missing")
        elif event.prev_hash != prev:
            yield BrokenLink(key, event.seq, "it does not follow from the event before it")
        if event.hash != _hash_of(event):
            yield BrokenLink(key, event.seq, "its content is not what was hashed")
        seq, prev = event.seq, event.hash
    yield from _compare_with_head(key, head, seq, prev)


def _compare_with_head(key: tuple[str, str], head: StreamHead | None, seq: int, prev: str) -> Iterator[BrokenLink]:
    if head is not None and head.seq < seq:  # others may have appended while we walked
        head.refresh_from_db()
    if head is None:
        yield BrokenLink(key, seq, "the head of the stream is missing")
    elif head.seq > seq:
        newest = Event.objects.filter(stream_kind=key[0], stream_id=key[1], seq=head.seq, hash=head.hash)
        if not newest.exists():
            yield BrokenLink(key, seq + 1, "the events after this one are missing")
    elif head.seq < seq:
        yield BrokenLink(key, head.seq + 1, "the head of the stream does not know of it")
    elif head.hash != prev:
        yield BrokenLink(key, seq, "the head of the stream has another hash")


def _hash_of(event: Event) -> str:
    return link_hash(
        stream=event.stream,
        seq=event.seq,
        kind=event.kind,
        at=event.at,
        actor=event.actor,
        payload=event.payload,
        prev=event.prev_hash,
    )

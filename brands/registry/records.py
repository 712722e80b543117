"""How register records come in: the only writer of RegisterRecord, RecordClass and RegisterReading.

Every reading is kept. What is older than what we hold, or plainly about another mark, is noted and not taken over; what
is silent about a fact does not erase it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import CharField, Q
from django.utils.translation import gettext as _

from brands.models import MarkKind, RecordClass, RegisterReading, RegisterRecord
from brands.registers.records import (
    RecordFacts,
    differences,
    digest,
    kept,
    merged,
    other_mark,
    plain,
    record_key,
    sober,
)
from brands.registry.concerned import concerned
from brands.registry.held import COPIED, held_facts
from portal.accounts.actors import SYSTEM
from portal.errors import Refused
from portal.ledger.canonical import JSON
from portal.ledger.events import append

BATCH: Final = 500  # records a transaction
Result = RegisterReading.Result
TAKEN: Final = frozenset({Result.NEW, Result.CHANGED})
COLUMNS: Final = (
    *COPIED,
    *("st13", "status", "owner_name", "former_owners", "owners", "design_codes", "read_at", "facts_sha256"),
)
LONGEST: Final[dict[str, int]] = {
    field.name: field.max_length
    for field in RegisterRecord._meta.concrete_fields
    if isinstance(field, CharField) and field.max_length and field.name in {*COPIED, "owner_name"}
}


@dataclass(slots=True)
class _Entry:
    """One fact sheet on its way in: its key, the row we hold, what becomes of it and the facts we then hold."""

    facts: RecordFacts
    key: str
    record: RegisterRecord | None = None
    result: Result = Result.NEW
    whole: RecordFacts | None = None
    changed: tuple[str, ...] = ()


def store(*, facts: RecordFacts, now: datetime, asked: str = "") -> RegisterReading:
    """Takes over what a register said, and gives the reading with its result.

    `asked` is the key (`record_key`) of the record that was asked for: another mark's facts are then refused. Appends
    `record.changed` to ("record", pk) when something changed and a right leans on the record or names its number.
    Raises Refused for facts without a number.
    """
    return _write([facts], now, asked)[0]


def store_all(*, facts: Iterable[RecordFacts], now: datetime, batch: int = BATCH) -> Iterator[RegisterReading]:
    """The same for many, in one transaction for each `batch`; gives the readings in the order of the facts."""
    for part in _batches(facts, batch):
        yield from _write(part, now)


def find_record(facts: RecordFacts) -> RegisterRecord | None:
    """The record that these facts are about, if we hold it."""
    entry = _Entry(facts, record_key(facts))
    _find([entry], lock=False)
    return entry.record


def _batches(facts: Iterable[RecordFacts], size: int) -> Iterator[list[RecordFacts]]:
    """Parts of at most `size`, in none of which a record stands twice: the second must meet what the first wrote."""
    part: list[RecordFacts] = []
    keys: set[tuple[str, str]] = set()
    for one in facts:
        names = {("", record_key(one)), (one.office, one.application_number), (one.office, one.registration_number)}
        names = {(office, number) for office, number in names if number}
        if len(part) >= size or names & keys:
            yield part
            part, keys = [], set()
        part.append(one)
        keys |= names
    if part:
        yield part


def _write(facts: Sequence[RecordFacts], now: datetime, asked: str = "") -> list[RegisterReading]:
    """One transaction; tried once more when somebody else wrote the same new record at the same moment."""
    for _again in range(2):
        try:
            with transaction.atomic():
                return _write_once(facts, now, asked)
        except IntegrityError:
            if _again:
                raise
    raise AssertionError("unreachable")


def _write_once(facts: Sequence[RecordFacts], now: datetime, asked: str) -> list[RegisterReading]:
    entries = [_Entry(_fitted(one, now), asked or record_key(one)) for one in facts]
    _find(entries, lock=True)
    if not all(entry.key or entry.record for entry in entries):
        raise Refused("record_without_number", _("It names no number under which a record could be kept."))
    for entry in entries:
        _judge(entry, asked)
    if asked and entries[0].record is None:
        raise Refused("other_mark", _("It is about another mark than the one that was asked for."))
    _create([entry for entry in entries if entry.result == Result.NEW], now)
    _change([entry for entry in entries if entry.result == Result.CHANGED], now)
    _confirm([entry for entry in entries if entry.result == Result.SAME], now)
    readings = RegisterReading.objects.bulk_create(
        [_reading(entry, original, now) for entry, original in zip(entries, facts, strict=True)]
    )
    _tell([(e, r) for e, r in zip(entries, readings, strict=True) if e.result in TAKEN], now)
    return readings


def _fitted(facts: RecordFacts, now: datetime) -> RecordFacts:
    """Cut to the columns, so that what we hold can be compared with what came; no claim is from tomorrow."""
    cut: dict[str, Any] = {
        name: value[:longest]
        for name, longest in LONGEST.items()
        if name != "owner_name" and isinstance(value := getattr(facts, name), str) and len(value) > longest
    }
    return replace(facts, as_of=min(facts.as_of, now.date()), **cut)


def _find(entries: Sequence[_Entry], *, lock: bool) -> None:
    """Puts the rows we hold on their entries: by key, else by the office and a number of its own.

    Of a new application it is the one that holds its registration number: a number is given once.
    """
    wanted = Q(st13__in=[entry.key for entry in entries if entry.key])
    numbers: dict[tuple[str, str], list[str]] = defaultdict(list)
    for entry in entries:
        for kind, number in _quoted(entry.facts):
            numbers[entry.facts.office, kind].append(number)
    for (office, kind), found in numbers.items():
        wanted |= Q(**{f"{kind}__in": found}, office=office)
    rows = RegisterRecord.objects.filter(wanted).prefetch_related("classes").order_by("id")
    rows = rows.select_for_update() if lock else rows
    by_key: dict[str, RegisterRecord] = {}
    by_number: dict[tuple[str, str, str], RegisterRecord] = {}
    for row in rows:
        by_key[row.st13] = row
        for kind in ("application_number", "registration_number"):
            by_number.setdefault((row.office, kind, getattr(row, kind)), row)
    for entry in entries:
        named = (by_number.get((entry.facts.office, *quoted)) for quoted in _quoted(entry.facts))
        entry.record = by_key.get(entry.key) or next(filter(None, named), None)


def _quoted(facts: RecordFacts) -> list[tuple[str, str]]:
    """The columns and numbers by which a record is found: of the application first, then of the registration."""
    kinds = ("application_number", "registration_number")
    return [(kind, number) for kind in kinds if (number := getattr(facts, kind))]


def _judge(entry: _Entry, asked: str) -> None:
    """Decides what becomes of one fact sheet."""
    if entry.record is None:
        entry.whole = sober(entry.facts)
        return
    held = held_facts(entry.record)
    foreign = asked and record_key(entry.facts) != asked and record_key(held) != record_key(entry.facts)
    if foreign or other_mark(held, entry.facts):
        entry.result = Result.REFUSED
    elif entry.facts.as_of < entry.record.as_of:
        entry.result = Result.OLDER
    else:
        entry.whole = sober(merged(held, entry.facts))
        entry.changed = tuple(name for name, _ours, _theirs in differences(held, entry.whole))
        entry.result = Result.CHANGED if entry.changed else Result.SAME


def _columns(entry: _Entry, now: datetime) -> dict[str, Any]:
    facts = entry.whole or entry.facts
    copied = {name: getattr(facts, name) for name in COPIED}
    return {
        **copied,
        "st13": record_key(facts) or (entry.record.st13 if entry.record else entry.key),
        "mark_kind": facts.mark_kind or MarkKind.OTHER.value,
        "status": facts.status.value,
        "owner_name": facts.owner_name[: LONGEST["owner_name"]],
        "former_owners": list(facts.former_owners),
        "owners": plain(facts.owners),
        "design_codes": plain(facts.design_codes),
        "read_at": now,
        "facts_sha256": digest(facts),
    }


def _create(entries: Sequence[_Entry], now: datetime) -> None:
    rows = RegisterRecord.objects.bulk_create([RegisterRecord(**_columns(entry, now)) for entry in entries])
    for entry, row in zip(entries, rows, strict=True):
        entry.record = row
    _put_classes(entries)


def _change(entries: Sequence[_Entry], now: datetime) -> None:
    for entry in entries:
        for name, value in _columns(entry, now).items():
            setattr(entry.record, name, value)
    rows = [entry.record for entry in entries if entry.record]  # an upsert: bulk_update takes four times as long
    RegisterRecord.objects.bulk_create(rows, update_conflicts=True, unique_fields=["pk"], update_fields=COLUMNS)
    reclassed = [entry for entry in entries if "classes" in entry.changed]
    RecordClass.objects.filter(record__in=[entry.record for entry in reclassed]).delete()
    _put_classes(reclassed)


def _put_classes(entries: Sequence[_Entry]) -> None:
    rows = (
        RecordClass(record=entry.record, number=one.number, edition=one.edition, goods=one.goods)
        for entry in entries
        for one in (entry.whole or entry.facts).classes
    )
    RecordClass.objects.bulk_create(rows)


def _confirm(entries: Sequence[_Entry], now: datetime) -> None:
    """Nothing changed: the claim is newer now, and says where it was seen last."""
    groups: dict[tuple[date, str, str], list[int]] = defaultdict(list)
    for entry in entries:
        facts, record = entry.whole or entry.facts, entry.record
        if record is None:
            continue
        groups[facts.as_of, facts.source, facts.status_text].append(record.pk)
        record.as_of, record.source, record.status_text = facts.as_of, facts.source, facts.status_text
        record.read_at = now
    for (as_of, source, words), keys in groups.items():
        values: dict[str, Any] = {"as_of": as_of, "source": source, "status_text": words, "read_at": now}
        RegisterRecord.objects.filter(pk__in=keys).update(**values)


def _reading(entry: _Entry, original: RecordFacts, now: datetime) -> RegisterReading:
    """A reading of the same facts keeps their hash alone: the reading before holds them."""
    return RegisterReading(
        record=entry.record,
        read_at=now,
        as_of=entry.facts.as_of,
        status=entry.facts.status.value,
        format=entry.facts.format[:20],
        source=entry.facts.source,
        result=entry.result,
        facts={} if entry.result == Result.SAME else kept(original),
        facts_sha256=digest(original),
    )


def _tell(written: Sequence[tuple[_Entry, RegisterReading]], now: datetime) -> None:
    """Appends an event for each changed record that a right leans on or names; others are in the readings alone."""
    touched = concerned([entry.record for entry, _reading in written if entry.record])
    for entry, reading in written:
        if entry.record is not None and entry.record.pk in touched:
            changed = list(entry.changed) if entry.result == Result.CHANGED else ["new"]
            payload: dict[str, JSON] = {"reading": reading.pk, "status": entry.record.status, "changed": changed}
            stream = ("record", entry.record.pk)
            append(stream=stream, kind="record.changed", actor=SYSTEM, payload=payload, now=now)

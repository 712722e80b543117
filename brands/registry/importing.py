"""Register files into records: what each file holds, what we held before, and what became of it.

A file is taken over whole or not at all: small ones are understood before anything is written, the daily file is read
to its end once before its records are.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import reset_queries, transaction
from django.utils.translation import gettext as _

from brands.models import IPRight, RegisterReading, RegisterRecord
from brands.registers import bulk
from brands.registers.compare import RegisterCheck
from brands.registers.errors import Unreadable
from brands.registers.files import Part, parts
from brands.registers.records import RecordFacts, record_key
from brands.registers.safe_xml import verify
from brands.registry.deciding import check_against_register
from brands.registry.held import held_facts
from brands.registry.records import BATCH, find_record, store, store_all
from portal.errors import Refused

SHOWN: Final = 5  # problems of a daily file that are told one by one
CLAIMS: Final = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One record of a file: what came, what we held before (None: nothing), and what became of it."""

    came: RecordFacts
    held: RecordFacts | None
    reading: RegisterReading
    record: RegisterRecord
    claims: tuple[tuple[IPRight, RegisterCheck], ...] = ()

    @property
    def result(self) -> str:
        return str(self.reading.result)


@dataclass(slots=True)
class Report:
    """What became of one file, or of one member of a zip. With an `error` nothing was taken over from it."""

    name: str
    format: str = ""
    error: str = ""
    lines: list[Line] = field(default_factory=list)
    results: Counter[str] = field(default_factory=Counter)
    actions: Counter[str] = field(default_factory=Counter)
    skipped: int = 0
    problems: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def count(self) -> int:
        return sum(self.results.values())


def import_file(*, path: Path, now: datetime, as_of: date | None = None, dry_run: bool = False) -> Iterator[Report]:
    """Takes over what a file holds; gives a report for each part of it. `as_of` is the day the file was fetched.

    With `dry_run` everything is tried and nothing stays.
    """
    try:
        found = parts(path)
    except Unreadable as error:
        yield Report(path.name, error=error.message)
        return
    except OSError as error:
        yield Report(path.name, error=_("It cannot be opened: %(why)s.") % {"why": error.strerror or error})
        return
    for part in found:
        yield _import(part, now, as_of, dry_run)


def _import(part: Part, now: datetime, as_of: date | None, dry_run: bool) -> Report:
    report, begun = Report(part.name, part.format), time.perf_counter()
    try:
        with _perhaps(dry_run):
            if part.is_bulk:
                _import_many(part, report, now)
            else:
                _import_few(part, report, now, as_of)
    except (Unreadable, Refused) as error:
        report.error, report.lines, report.results = str(error), [], Counter()
    report.seconds = time.perf_counter() - begun
    return report


@contextmanager
def _perhaps(dry_run: bool) -> Iterator[None]:
    """Undoes what happens inside, when only a look was wanted."""
    if not dry_run:
        yield
        return
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _import_few(part: Part, report: Report, now: datetime, as_of: date | None) -> None:
    sheets = part.facts(as_of)
    with transaction.atomic():
        for came in sheets:
            before = find_record(came)
            if before is None and not record_key(came):
                report.skipped += 1
                report.problems.append(
                    _("%(mark)s has no application number.") % {"mark": came.mark_text or came.number}
                )
                continue
            held = held_facts(before) if before else None
            reading = store(facts=came, now=now)
            report.lines.append(Line(came, held, reading, reading.record, _claims(reading.record)))
            report.results[reading.result] += 1
            if reading.result == RegisterReading.Result.REFUSED:
                report.refused.append(_refused(reading))


def _claims(record: RegisterRecord) -> tuple[tuple[IPRight, RegisterCheck], ...]:
    """The rights that lean on the record, each compared with what it says now."""
    rights = IPRight.objects.filter(record=record).for_lists().select_related("record").order_by("id")[:CLAIMS]
    return tuple((right, check_against_register(right)) for right in rights)


def _import_many(part: Part, report: Report, now: datetime) -> None:
    """A daily file: verified to its end, then read again as a stream and stored in batches."""
    with part.open() as stream:
        verify(stream)
    with part.open() as stream:
        readings = store_all(facts=_counted(bulk.read(stream, source=part.name), report), now=now)
        while some := list(islice(readings, BATCH)):
            report.results.update(reading.result for reading in some)
            for reading in some:
                if reading.result == RegisterReading.Result.REFUSED and len(report.refused) < SHOWN:
                    report.refused.append(_refused(reading))
            if settings.DEBUG:
                reset_queries()  # the log of statements would hold the whole file
    if not report.count and not report.skipped:
        raise Unreadable("no_record", _("There is no case file in it."))


def _refused(reading: RegisterReading) -> str:
    """Why a case file was not taken over: it names a number of another record, or is about another mark."""
    came, held = reading.facts, reading.record
    numbers = {
        "serial": came.get("application_number") or "-",
        "registration": came.get("registration_number") or "-",
        "held": held.application_number or held.st13,
    }
    if came.get("application_number") != held.application_number:
        return (
            _("%(serial)s names registration %(registration)s, which we hold under %(held)s: not taken over.") % numbers
        )
    return _("%(serial)s is another mark than the one we hold under this number: not taken over.") % numbers


def _counted(cases: Iterator[bulk.BulkCase], report: Report) -> Iterator[RecordFacts]:
    for case in cases:
        report.actions[case.action or "-"] += 1
        if case.facts is not None:
            yield case.facts
            continue
        report.skipped += 1
        if len(report.problems) < SHOWN:
            report.problems.append(case.problem)

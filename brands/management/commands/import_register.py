"""`import_register`: takes register files over and prints what we held next to what came."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.formats import date_format

from brands.models import RegisterReading
from brands.registers import collected
from brands.registers.files import FORMAT_NAMES
from brands.registers.records import RecordFacts, canonical, differences, record_key
from brands.registers.statuses import LABELS
from brands.registry.importing import Line, Report, import_file

RESULTS = dict(RegisterReading.Result.choices)
WIDTH = 60


class Command(BaseCommand):
    help = (
        "Takes over records from register files (USPTO TSDR in ST.66, ST.96 or JSON, EUIPO trademark search JSON, the "
        "USPTO's daily file, each plain or in a zip) and prints what we held next to what came. A file that cannot be "
        "read changes nothing; the others are still taken over, and the exit code is 1."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="+", type=Path, help="files in any of these formats")
        parser.add_argument("--as-of", type=_day, help="the day the files were fetched (default: what they say)")
        parser.add_argument("--dry-run", action="store_true", help="try everything, keep nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        how = {"now": timezone.now(), "as_of": options["as_of"], "dry_run": options["dry_run"]}
        reports: list[Report] = []
        for path in options["file"]:
            for report in import_file(path=path, **how):
                reports.append(report)
                if not options["json"]:
                    self._print(report)
        if options["json"]:
            self.stdout.write(json.dumps(_plain(reports, options["dry_run"]), indent=2, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(_agreement(reports)))
            self.stdout.write(_sum(reports, options["dry_run"]))
        if any(report.error for report in reports):
            raise SystemExit(1)

    def _print(self, report: Report) -> None:
        if report.error:
            self.stderr.write(f"{report.name}: {report.error} Nothing of it was taken over.")
            return
        self.stdout.write(f"\n{report.name}: {FORMAT_NAMES.get(report.format, report.format)}")
        self.stdout.write("\n".join(_bulk(report) if report.actions else _lines(report)))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no day; write it as 2026-11-21") from error


def _lines(report: Report) -> Iterator[str]:
    for line in report.lines:
        yield from _record(line)
    for problem in report.problems:
        yield f"  left out: {problem}"
    yield from _refused(report)


def _record(line: Line) -> Iterator[str]:
    """One record for people: what came, what became of it, where it differs from what we held, who claims it."""
    facts = line.came
    yield f"  {facts.mark_text or '(no words)'} · {facts.office} {facts.number} · {line.record.st13}"
    said = f" “{facts.status_text}”" if facts.status_text else ""
    since = f", since {_shown(facts.status_date)}" if facts.status_date else ""
    code = f", {facts.status_code}" if facts.status_code else ""
    yield f"    status   {LABELS[facts.status]}{code}{said}{since}; as of {_shown(facts.as_of)}"
    before = f" (before: {', '.join(facts.former_owners)})" if facts.former_owners else ""
    yield f"    owner    {facts.owner_name or '-'}{before}"
    yield f"    classes  {', '.join(str(entry.number) for entry in facts.classes) or '-'}"
    for what, text in facts.partial_dates:
        yield f"    no day   {what}: written as {text}"
    yield f"    result   {RESULTS[line.result]}"
    yield from _compared(line)
    yield from _claims(line)


def _compared(line: Line) -> Iterator[str]:
    if line.held is None:
        yield "             we held nothing under this number"
        return
    found = differences(line.held, line.came)
    if not found:
        yield f"             the same as we held, as of {_shown(line.held.as_of)}"
    for name, ours, theirs in found:
        mark = "" if theirs else "  (says nothing: what we hold stays)"
        yield f"             {name}: held {_short(ours)} | came {_short(theirs)}{mark}"


def _claims(line: Line) -> Iterator[str]:
    for right, check in line.claims:
        yield f"    claimed  {right.organisation}: {check.result.value}. {check.says}"
        for one in check.lines:
            if one.agrees is False:
                yield f"             {one.label}: declared {one.declared or '-'} | register {one.register or '-'}"


def _bulk(report: Report) -> Iterator[str]:
    rate = report.count / report.seconds if report.seconds else 0
    yield f"  {report.count:,} records in {report.seconds:.1f} s ({rate:,.0f} a second)"
    yield "  " + ", ".join(f"{RESULTS[name]}: {count:,}" for name, count in sorted(report.results.items()))
    yield "  action keys: " + ", ".join(f"{name} {count:,}" for name, count in sorted(report.actions.items()))
    if report.skipped:
        yield f"  {report.skipped:,} without facts: " + " ".join(dict.fromkeys(report.problems))
    yield from _refused(report)


def _refused(report: Report) -> Iterator[str]:
    for problem in report.refused:
        yield f"  not taken over: {problem}"


def _agreement(reports: list[Report]) -> Iterator[str]:
    """Where one mark came in several formats of its office: do they say the same?"""
    seen: dict[str, list[tuple[Report, Line]]] = defaultdict(list)
    for report in reports:
        for line in report.lines:
            if report.format != collected.FORMAT:
                seen[line.record.st13].append((report, line))
    for key, found in seen.items():
        if len({report.format for report, _line in found}) > 1:
            yield from _agree(key, found)


def _agree(key: str, found: list[tuple[Report, Line]]) -> Iterator[str]:
    (_report, first), *rest = found
    names = ", ".join(f"{report.name} ({report.format}, as of {_shown(line.came.as_of)})" for report, line in found)
    unlike = [(report, differences(first.came, line.came)) for report, line in rest]
    if not any(lines for _report, lines in unlike):
        yield f"\n{key}: {len(found)} files agree in every fact: {names}"
        return
    days = {line.came.as_of for _report, line in found}
    why = " (they are of different days)" if len(days) > 1 else ""
    yield f"\n{key}: {len(found)} files differ{why}: {names}"
    for report, lines in unlike:
        for name, ours, theirs in lines:
            yield f"  {name}: {found[0][0].name} {_short(ours)} | {report.name} {_short(theirs)}"


def _sum(reports: list[Report], dry_run: bool) -> str:
    bad = sum(bool(report.error) for report in reports)
    said = f"\n{len(reports) - bad} of {len(reports)} files taken over, {sum(r.count for r in reports):,} records"
    return said + (" (dry run: nothing was kept)." if dry_run else ".")


def _shown(day: date | None) -> str:
    return date_format(day, "j M Y") if day else "-"


def _short(value: Any) -> str:
    """One value of the canonical facts for people: owners, classes and codes as a list of words."""
    text = ", ".join(map(_part, value)) if isinstance(value, list) else str(value or "-")
    return (text if len(text) <= WIDTH * 2 else text[: WIDTH * 2 - 1] + "…") or "-"


def _part(row: dict[str, Any]) -> str:
    if "sequence" in row:
        return f"{row['sequence']} {row['name']}" + (f" ({row['country']})" if row["country"] else "")
    if "number" in row:
        goods = row["goods"]
        said = goods if len(goods) <= WIDTH // 2 else goods[: WIDTH // 2 - 1] + "…"
        return f"{row['number']}" + (f" “{said}”" if said else "")
    return f"{row['scheme']} {row['code']}"


def _plain(reports: list[Report], dry_run: bool) -> dict[str, Any]:
    return {"dry_run": dry_run, "files": [_plain_report(report) for report in reports]}


def _plain_report(report: Report) -> dict[str, Any]:
    more = {"actions": dict(report.actions)}
    return {
        "file": report.name,
        "format": report.format,
        "error": report.error,
        "results": dict(report.results),
        "skipped": report.skipped,
        "problems": report.problems,
        "refused": report.refused,
        "seconds": round(report.seconds, 3),
        "records": [_plain_line(line) for line in report.lines],
        **(more if report.actions else {}),
    }


def _plain_line(line: Line) -> dict[str, Any]:
    held: RecordFacts | None = line.held
    return {
        "key": record_key(line.came) or line.record.st13,
        "result": line.result,
        "as_of": line.came.as_of.isoformat(),
        "came": canonical(line.came),
        "differs": [] if held is None else [name for name, _ours, _theirs in differences(held, line.came)],
        "claims": [
            {"right": str(right.public_id), "result": check.result.value, "says": check.says}
            for right, check in line.claims
        ],
    }

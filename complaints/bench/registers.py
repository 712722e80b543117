"""The lane of the USPTO's daily file: composed case files of ordinary size through the import that operators use."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from xml.sax.saxutils import escape

from django.db import connection
from django.utils import timezone

from brands.registry.importing import Report, import_file
from complaints.bench.stage import Measured

HEAD: Final = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE trademark-applications-daily [
<!ELEMENT trademark-applications-daily (version, creation-datetime, application-information)>
<!ELEMENT version (version-no, version-date)>
]>
<trademark-applications-daily><version><version-no>2.0</version-no><version-date>20041108</version-date></version>
<creation-datetime>202611200529</creation-datetime><application-information><file-segments>
<file-segment>TRMK</file-segment><action-keys><action-key>TX</action-key>
"""
TAIL: Final = "</action-keys></file-segments></application-information></trademark-applications-daily>\n"
FLAGS: Final = "".join(
    f"<{name}-in>F</{name}-in>" for name in ("section-2f", "renewal-filed", "opposition-pending") * 14
)
EVENTS: Final = "".join(
    f"<case-file-event-statement><code>NA{number:02}</code><type>E</type><description-text>NOTICE OF SOMETHING THAT "
    f"THE OFFICE DID OR SENT</description-text><date>202401{number % 28 + 1:02}</date><number>{number}</number>"
    "</case-file-event-statement>"
    for number in range(30)
)
GOODS: Final = "Clothing, namely, jackets, trousers, hats, gloves and footwear for use in the open; " * 4
STATUSES: Final = ("700", "800", "630", "686", "602", "710", "702")


def case_file(number: int, status: str) -> str:
    """One composed case file of about ten kilobytes, as long as a genuine one is on average."""
    serial, words = 90_000_001 + number, escape(f"LOADMARK {number} & CO")
    registration = f"{7_000_001 + number}" if status in {"700", "800", "702", "710"} else "0000000"
    return f"""<case-file><serial-number>{serial}</serial-number>
<registration-number>{registration}</registration-number>
<transaction-date>20261120</transaction-date><case-file-header><filing-date>20210302</filing-date>
<registration-date>20230314</registration-date><status-code>{status}</status-code><status-date>20240105</status-date>
<mark-identification>{words}</mark-identification><mark-drawing-code>4</mark-drawing-code>{FLAGS}
<published-for-opposition-date>20221018</published-for-opposition-date></case-file-header><case-file-statements>
<case-file-statement><type-code>GS0251</type-code><text>{GOODS}</text></case-file-statement>
<case-file-statement><type-code>GS0351</type-code><text>{GOODS}</text></case-file-statement></case-file-statements>
<case-file-event-statements>{EVENTS}</case-file-event-statements><classifications>
<classification><international-code>025</international-code><us-code>022</us-code><us-code>039</us-code>
<status-code>6</status-code><first-use-anywhere-date>20200600</first-use-anywhere-date><primary-code>025</primary-code>
</classification><classification><international-code>035</international-code><us-code>100</us-code>
<status-code>6</status-code><primary-code>035</primary-code></classification></classifications>
<correspondent><address-1>COMPOSED</address-1></correspondent><case-file-owners><case-file-owner>
<entry-number>1</entry-number><party-type>30</party-type><party-name>Load Holding {number} LLC</party-name>
<state>CA</state></case-file-owner><case-file-owner><entry-number>1</entry-number><party-type>10</party-type>
<party-name>Load Founder {number} Inc.</party-name><country>SE</country></case-file-owner></case-file-owners>
</case-file>
"""


def write_daily(path: Path, count: int, turn: int = 0) -> Path:
    """Writes a daily file; each `turn` gives the same marks other statuses."""
    with path.open("w", encoding="utf-8") as out:
        out.write(HEAD)
        out.writelines(case_file(number, STATUSES[(number + turn) % len(STATUSES)]) for number in range(count))
        out.write(TAIL)
    return path


def take_over(path: Path) -> Report:
    """Imports the file as the command does; raises where that fails."""
    (report,) = import_file(path=path, now=timezone.now())
    if report.error:
        raise RuntimeError(f"{path.name}: {report.error}")
    return report


def measured(path: Path) -> Measured:
    """Imports and counts statements without keeping them: their log would be larger than the file."""
    begun = time.perf_counter()
    with counted() as queries:
        report = take_over(path)
    return Measured(time.perf_counter() - begun, queries[0], report)


@contextmanager
def counted() -> Iterator[list[int]]:
    """A list of one number that grows with each statement."""
    queries = [0]

    def count(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        queries[0] += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield queries


def peak_memory() -> float:
    """The most memory that this process ever had resident, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def files(folder: Path, sizes: Sequence[int]) -> list[tuple[str, int, Path]]:
    """What the lane imports: a small file, a large one, and the large one again with other statuses."""
    small, large = sizes[0], sizes[-1]
    return [
        ("import, new records", small, write_daily(folder / "small.xml", small)),
        ("import, new records", large, write_daily(folder / "large.xml", large, turn=1)),
        ("import again, all changed", large, write_daily(folder / "changed.xml", large, turn=2)),
        ("import again, nothing changed", large, folder / "changed.xml"),
    ]


def folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="rightsdesk-daily-")

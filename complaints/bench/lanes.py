"""The lanes: each measures one thing small and large in the same run, and says how the two compare."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from complaints import bundle
from complaints.bench import registers, rights, stage
from complaints.bench.load import BATCH, write_cases
from complaints.bench.stage import Measured
from complaints.bench.tenants import Load, Tenant, prepare
from complaints.models import Complaint
from portal.ledger import outbox
from portal.ledger.models import OutboxMessage

NOTHING = "bench.nothing"


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement: how much of what, how many statements, how many seconds."""

    what: str
    size: int
    queries: int
    seconds: float

    @property
    def each(self) -> float:
        """Milliseconds for one of the `size`."""
        return self.seconds * 1000 / max(self.size, 1)


@dataclass(slots=True)
class Result:
    """What a lane found: its measurements, and ratios between them by name."""

    lane: str
    rows: list[Row] = field(default_factory=list)
    ratios: dict[str, float] = field(default_factory=dict)

    def add(self, what: str, size: int, seen: Measured) -> Row:
        row = Row(what, size, seen.queries, seen.seconds)
        self.rows.append(row)
        return row

    def plain(self) -> dict[str, Any]:
        rows = [asdict(row) | {"seconds": round(row.seconds, 5), "ms_each": round(row.each, 3)} for row in self.rows]
        return {
            "lane": self.lane,
            "rows": rows,
            "ratios": {name: round(value, 3) for name, value in self.ratios.items()},
        }


def filing(sizes: Sequence[int] = (1, 50, 500), pictured: Sequence[int] = (1, 50, 500)) -> Result:
    """Files complaints of growing size: an item of a large one should cost less than the only item of a small one."""
    result, tenant = Result("filing"), stage.tenant()
    _file(tenant, 1, pictures=True)  # the first of everything pays for imports and caches
    plain = [result.add("file, offers without picture", size, _file(tenant, size)) for size in sizes]
    drawn = [result.add("file, each offer with a picture", n, _file(tenant, n, pictures=True)) for n in pictured]
    small, large = plain[0], plain[-1]
    result.ratios["cost of an item, largest to smallest"] = large.each / small.each
    result.ratios["queries, largest to smallest"] = large.queries / small.queries
    if len(drawn) > 1:
        result.ratios["cost of an item with a picture, largest to smallest"] = drawn[-1].each / drawn[0].each
        result.ratios["queries with pictures, largest to smallest"] = drawn[-1].queries / drawn[0].queries
    return result


def _file(tenant: Tenant, size: int, *, pictures: bool = False) -> Measured:
    draft = stage.begin(tenant, stage.listings(tenant, size, pictures=pictures))
    signing = stage.signed(tenant, draft)
    return stage.measure(lambda: stage.submit(tenant, draft, signing))


def bundle_lane(sizes: Sequence[int] = (50, 500)) -> Result:
    """Packs the whole case, pictures and PDF with it, small and large: an item should cost the same."""
    result, tenant = Result("bundle"), stage.tenant()
    rows = []
    for size in sizes:
        case = stage.submit(tenant, stage.begin(tenant, stage.listings(tenant, size, pictures=True)))
        seen = stage.measure(lambda case=case: _pack(case))  # type: ignore[misc]
        rows.append(result.add("pack the whole case, items", size, seen))
        result.ratios[f"megabytes, {size} items"] = seen.result / 1024**2
    result.ratios["cost of an item, largest to smallest"] = rows[-1].each / rows[0].each
    result.ratios["queries, largest to smallest"] = rows[-1].queries / rows[0].queries
    return result


def _pack(case: Complaint) -> int:
    return sum(map(len, bundle.stream(bundle.for_desk(case))))


def desk(sizes: Sequence[int] = (10, 500)) -> Result:
    """Opens the desk's page of a small and a large case: it should not grow as the case does."""
    result, tenant = Result("desk"), stage.tenant()
    browser = stage.browser_of(stage.reviewer())
    cases = [stage.submit(tenant, stage.begin(tenant, stage.listings(tenant, size))) for size in sizes]
    rows = []
    for case, size in zip(cases, sizes, strict=True):
        fetch = stage.page(browser, reverse("admin:complaints_complaint_case", args=[case.pk]))
        fetch()
        rows.append(result.add("open the case on the desk, items", size, stage.measure(fetch, best_of=3)))
    result.ratios["time, largest to smallest"] = rows[-1].seconds / rows[0].seconds
    result.ratios["queries, largest to smallest"] = rows[-1].queries / rows[0].queries
    return result


def outbox_lane(sizes: Sequence[int] = (1000,)) -> Result:
    """Puts messages into the outbox and runs them, beside bare inserts of the same rows."""
    result, size = Result("outbox"), sizes[-1]
    outbox.task(NOTHING)(_nothing)
    outbox.run_until_empty()
    bare = result.add("bare insert", size, stage.measure(lambda: _insert(size)))
    put = result.add("enqueue", size, stage.measure(lambda: _enqueue(size)))
    run = result.add("drain", size, stage.measure(lambda: _drain()))
    result.ratios["enqueue to bare insert"] = put.seconds / bare.seconds
    result.ratios["drain to bare insert"] = run.seconds / bare.seconds
    result.ratios["messages a second, enqueue"] = size / put.seconds
    result.ratios["messages a second, drain"] = size / run.seconds
    return result


def _nothing(number: int) -> None:
    """The task that costs nothing, so that only the outbox is measured."""


def _insert(size: int) -> None:
    never = timezone.now() + timedelta(days=1)
    with transaction.atomic():
        for number in range(size):
            OutboxMessage.objects.create(task=NOTHING, kwargs={"number": number}, not_before=never)


def _enqueue(size: int) -> None:
    with transaction.atomic():
        for number in range(size):
            outbox.enqueue(NOTHING, number=number)


def _drain() -> int:
    return outbox.run_until_empty(limit=1_000_000)


def lists(sizes: Sequence[int] = (100, 10_000)) -> Result:
    """Opens the pages of one organisation with few and with many complaints: a page should cost what it shows."""
    result, load = Result("lists"), prepare(1, timezone.now())
    browser, written = stage.browser_of(load.tenants[0].user), 0
    pages = {"list of complaints": "complaints:list", "dashboard": "complaints:dashboard"}
    rows: dict[str, list[Row]] = {what: [] for what in pages}
    for size in sizes:
        written = _grow(load, written, size)
        for what, name in pages.items():
            fetch = stage.page(browser, reverse(name))
            fetch()
            rows[what].append(result.add(f"{what}, complaints", size, stage.measure(fetch, best_of=3)))
    for what, (small, *_rest, large) in rows.items():
        result.ratios[f"{what}: time, largest to smallest"] = large.seconds / small.seconds
        result.ratios[f"{what}: queries, largest to smallest"] = large.queries / small.queries
    return result


def _grow(load: Load, written: int, wanted: int) -> int:
    """Writes cases until there are `wanted`, and lets the database take stock of them."""
    while written < wanted:
        size = min(BATCH, wanted - written)
        with transaction.atomic():
            write_cases(load, written, size)
        written += size
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return written


def register_bulk(sizes: Sequence[int] = (1000, 10_000)) -> Result:
    """Imports daily files of the USPTO, small and large: a record should cost the same, in time and in memory."""
    result, large = Result("register_bulk"), sizes[-1]
    rows, peaks = [], []
    with registers.folder() as folder:
        for what, size, path in registers.files(Path(folder), sizes):
            rows.append(result.add(what, size, registers.measured(path)))
            peaks.append(registers.peak_memory())
    small, new, changed, same = rows
    result.ratios["cost of a record, largest to smallest"] = new.each / small.each
    result.ratios["changed to new"] = changed.seconds / new.seconds
    result.ratios["unchanged to new"] = same.seconds / new.seconds
    result.ratios["records a second, new"] = large / new.seconds
    result.ratios["peak memory of the process, MB"] = peaks[-1]
    result.ratios["peak memory, last to first file"] = peaks[-1] / peaks[0]
    return result


def rights_list(sizes: Sequence[int] = (100, 5_000)) -> Result:
    """Opens the page of rights of an organisation with few and with many, also filtered and searched."""
    result, load = Result("rights_list"), prepare(1, timezone.now())
    tenant, written = load.tenants[0], 0
    browser, address = stage.browser_of(tenant.user), reverse("brands:list")
    pages = {"list": "", "list by kind and state": "?kind=trademark&state=approved", "search": "?q=loadmark+7"}
    rows: dict[str, list[Row]] = {what: [] for what in pages}
    for size in sizes:
        rights.write_rights(load, tenant, written, size - written)
        written = size
        for what, query in pages.items():
            fetch = stage.page(browser, address + query)
            fetch()
            rows[what].append(result.add(f"{what}, rights", size, stage.measure(fetch, best_of=3)))
    for what, (small, *_rest, large) in rows.items():
        result.ratios[f"{what}: time, largest to smallest"] = large.seconds / small.seconds
        result.ratios[f"{what}: queries, largest to smallest"] = large.queries / small.queries
    return result


LANES: dict[str, Callable[..., Result]] = {
    "filing": filing,
    "bundle": bundle_lane,
    "desk": desk,
    "outbox": outbox_lane,
    "lists": lists,
    "register_bulk": register_bulk,
    "rights_list": rights_list,
}
QUICK: dict[str, dict[str, Sequence[int]]] = {
    "filing": {"sizes": (1, 5), "pictured": (1,)},
    "bundle": {"sizes": (1, 3)},
    "desk": {"sizes": (2, 10)},
    "outbox": {"sizes": (20,)},
    "lists": {"sizes": (10, 60)},
    "register_bulk": {"sizes": (20, 100)},
    "rights_list": {"sizes": (10, 60)},
}

"""`bench`: measures named lanes in a database of its own, each small and large in the same run."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from complaints.bench import lanes, stage


class Command(BaseCommand):
    help = (
        "Measures how the desk behaves as cases grow. Uses a temporary database on the configured engine, never yours."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("lane", nargs="*", help=f"{', '.join(lanes.LANES)} (default: all)")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--quick", action="store_true", help="small sizes: a look in seconds")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = list(dict.fromkeys(options["lane"])) or list(lanes.LANES)
        unknown = [lane for lane in wanted if lane not in lanes.LANES]
        if unknown:
            # ... argparse's choices would refuse the empty list that means "all"
            self.stderr.write(f"There is no lane {', '.join(unknown)}; there are: {', '.join(lanes.LANES)}.")
            raise SystemExit(1)
        with stage.own_database():
            results = [lanes.LANES[lane](**(lanes.QUICK[lane] if options["quick"] else {})) for lane in wanted]
            about = machine()
        if options["json"]:
            self.stdout.write(json.dumps({"machine": about, "lanes": [one.plain() for one in results]}, indent=2))
            return
        self.stdout.write(", ".join(f"{name} {value}" for name, value in about.items()))
        for result in results:
            self.stdout.write("\n".join(table(result)))


def machine() -> dict[str, str]:
    """What the numbers were measured on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        engine = cursor.fetchone()[0]
    return {"cores": str(os.cpu_count()), "Python": platform.python_version(), connection.display_name: str(engine)}


def table(result: lanes.Result) -> Iterator[str]:
    """Writes one lane for people."""
    yield f"\n{result.lane}"
    yield f"  {'':<40}{'size':>8}{'queries':>9}{'seconds':>10}{'ms each':>10}"
    for row in result.rows:
        yield f"  {row.what:<40}{row.size:>8,}{row.queries:>9,}{row.seconds:>10.3f}{row.each:>10.2f}"
    for name, value in result.ratios.items():
        yield f"  {name:<58}{value:>9,.2f}"

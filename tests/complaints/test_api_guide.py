"""docs/integrator.md works as it is printed: its addresses resolve, its codes exist, its lines run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import resolve
from django.utils import timezone

from complaints import api_urls, demo

GUIDE = (Path(settings.BASE_DIR) / "docs" / "integrator.md").read_text()
BLOCKS = re.findall(r"```bash\n(.*?)```", GUIDE, re.DOTALL)
ROW = re.compile(r"`(?:GET|POST|PATCH|DELETE) (/[^`]+)`")
SOURCES = ("portal/errors.py", "portal/api", "portal/files", "complaints", "brands")
OF_THE_FRAMEWORK = {"not_authenticated", "method_not_allowed", "unsupported_media_type", "throttled"}
DONE = "-- done --"


def filled(path: str) -> str:
    """An address with ids in it."""
    path = re.sub(r"\$[A-Z]+|\{id\}|\{file\}", "00000000-0000-4000-8000-000000000000", path)
    return "/api/v1" + path.replace("{item}", "1").partition("?")[0]


def test_every_address_in_the_guide_resolves() -> None:
    named = {filled(path) for path in ROW.findall(GUIDE)}
    named |= {filled(path) for path in re.findall(r'"\$API(/[^"?]*)', "".join(BLOCKS))}
    assert len(named) > 15
    for path in named:
        assert resolve(path)


def test_the_table_names_every_endpoint_of_complaints() -> None:
    shown = {resolve(filled(path)).url_name for path in ROW.findall(GUIDE)}
    assert shown == {row.name for row in api_urls.urlpatterns}


def test_every_code_in_the_guide_is_one_that_the_product_gives() -> None:
    table = GUIDE.partition("| Status | Code | What to do |\n|---|---|---|\n")[2].partition("\n\n")[0]
    codes = {code for line in table.splitlines() for code in re.findall(r"`([a-z_0-9]+)`", line.split("|")[2])}
    files = [path for place in SOURCES for path in _modules(Path(settings.BASE_DIR) / place)]
    written = "\n".join(path.read_text() for path in files)
    assert len(codes) > 40
    assert [code for code in sorted(codes - OF_THE_FRAMEWORK) if f'"{code}"' not in written] == []


def _modules(place: Path) -> list[Path]:
    return [place] if place.is_file() else sorted(place.rglob("*.py"))


@pytest.mark.skipif(not shutil.which("curl") or not shutil.which("bash"), reason="the guide's lines need bash and curl")
@pytest.mark.django_db(transaction=True)
def test_the_lines_of_the_guide_run_as_they_are_printed(live_server: Any, tmp_path: Path) -> None:
    key = demo.seed(timezone.now())["api_key"]
    lines = "\n".join(BLOCKS).replace("http://localhost:8000", live_server.url)
    lines = lines.replace("$(python3 manage.py demo --json | pick api_key)", key)
    assert key in lines
    script = 'set -euo pipefail\ncurl() { command curl --fail-with-body "$@"; }\n' + lines + f"\necho '{DONE}'\n"
    here = {**os.environ, "TMPDIR": str(tmp_path)}
    ran = subprocess.run(["bash"], input=script, capture_output=True, text=True, cwd=tmp_path, timeout=120, env=here)
    assert ran.stdout.rstrip().endswith(DONE), ran.stdout[-3000:] + ran.stderr[-3000:]
    for words in ("in_review", "\nTrue\n", "\nRD-", "\nqueued\n", "\nanswer\n", '"fate":"to_correct"', '"snapshot":{'):
        assert words in ran.stdout, words

"""The lines of docs/integrator.md, read as they are printed and run in bash against a site under test."""

from __future__ import annotations

import os
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from portal.ledger import outbox

GUIDE = (Path(settings.BASE_DIR) / "docs" / "integrator.md").read_text()
PRINTED = "http://localhost:8000"
DONE = "-- done --"
# Every answer's status goes to standard error; the lines themselves stay as they are printed.
WATCHED = """set -euo pipefail
curl() { command curl -w '%{stderr}status %{http_code}\\n' "$@"; }
"""


def blocks(kind: str) -> list[str]:
    """Gives the blocks of one kind of the guide: `bash` for the ten minutes, `sh` for the way to a key."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Ran:
    """What the lines printed, and the status of each answer in order."""

    said: str
    trouble: str
    code: int

    @property
    def statuses(self) -> list[int]:
        return [int(code) for code in re.findall(r"^status (\d+)$", self.trouble, re.MULTILINE)]

    def to_the_end(self) -> bool:
        return self.code == 0 and self.said.rstrip().endswith(DONE)


def run(lines: str, *, site: str, folder: Path, seconds: float = 120) -> Ran:
    """Runs the lines in bash as they are, but for the address of the site; does background work meanwhile.

    Stops the shell and raises AssertionError when it takes longer than `seconds`.
    """
    script, said, trouble = folder / "guide.sh", folder / "said", folder / "trouble"
    script.write_text(WATCHED + lines.replace(PRINTED, site) + f"\necho '{DONE}'\n")
    here = {**os.environ, "TMPDIR": str(folder)}
    with said.open("w") as out, trouble.open("w") as err:
        shell = subprocess.Popen(["bash", script], stdout=out, stderr=err, cwd=folder, env=here, process_group=0)
    until = time.monotonic() + seconds
    try:
        while shell.poll() is None:
            assert time.monotonic() < until, said.read_text()[-2000:] + trouble.read_text()[-2000:]
            outbox.run_until_empty()
            time.sleep(0.1)
    finally:
        if shell.poll() is None:
            os.killpg(shell.pid, 9)
            shell.wait()
    return Ran(said.read_text(), trouble.read_text(), shell.returncode)

"""PDFs: rebuilt page by page in a child process with limits, so that a hostile file can hurt nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TypedDict

from django.utils.translation import gettext as _

from portal.files.errors import FileRefused

CHILD = Path(__file__).with_name("pdf_child.py")
SECONDS = 40


class Rebuilt(TypedDict):
    data: bytes
    thumbnail: bytes
    width: int
    height: int
    pages: int


def rebuild(data: bytes, name: str) -> Rebuilt:
    """Copies the pages into a new file and draws the first. Raises FileRefused with reason and cure."""
    if b"%%EOF" not in data[-2048:]:
        raise _refusal("pdf_unreadable", name)
    with tempfile.TemporaryDirectory(prefix="rightsdesk-pdf-") as place:
        folder = Path(place)
        (folder / "in.pdf").write_bytes(data)
        answer = _run_child(folder)
        if "refused" in answer:
            raise _refusal(str(answer["refused"]), name)
        return Rebuilt(
            data=(folder / "out.pdf").read_bytes(),
            thumbnail=(folder / "thumbnail.webp").read_bytes(),
            width=int(answer["width"]),
            height=int(answer["height"]),
            pages=int(answer["pages"]),
        )


def _run_child(folder: Path) -> dict[str, int | str]:
    """Runs the child and reads its one line; a crash, a limit or a timeout counts as unreadable."""
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and script, no shell
            [sys.executable, "-I", str(CHILD), str(folder)],
            capture_output=True,
            timeout=SECONDS,
            check=True,
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        )
        answer: dict[str, int | str] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        return {"refused": "pdf_unreadable"}
    return answer


def _refusal(code: str, name: str) -> FileRefused:
    texts = {
        "pdf_encrypted": _("“%(name)s” is protected with a password. Save it without protection and send that copy."),
        "pdf_too_many_pages": _("“%(name)s” has more than 200 pages. Send the pages that matter."),
        "pdf_page_too_large": _(
            "A page of “%(name)s” is larger than 5 metres. Save it at its usual size and send that."
        ),
        "pdf_unreadable": _(
            "We cannot read the PDF “%(name)s”: it is damaged or cut off. Save it again and send that."
        ),
    }
    text = texts.get(code, texts["pdf_unreadable"])
    return FileRefused(code if code in texts else "pdf_unreadable", text % {"name": name}, "file")

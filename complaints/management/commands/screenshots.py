"""`screenshots`: takes the pictures of the documentation from a desk that runs with the demo in it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from complaints.demo import album, camera


class Command(BaseCommand):
    help = "Takes a picture of every page with Chromium, signed in as the demo's people. Starts no server itself."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", default="docs/images", help="folder of the pictures (default: docs/images)")
        parser.add_argument("--base", default="http://localhost:8000", help="where the desk answers")
        parser.add_argument("--only", default="", metavar="WORD", help="only pages whose name contains WORD")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("Pictures are taken of the demo, in development only.", returncode=1)
        if importlib.util.find_spec("playwright") is None:
            raise CommandError("Playwright is missing: pip install -r requirements-dev.txt", returncode=1)
        try:
            wanted = [shot for shot in album.shots() if options["only"] in shot.name]
        except album.NoDemo as missing:
            raise CommandError(str(missing), returncode=1) from None
        out = settings.BASE_DIR / Path(options["out"])
        failed = camera.take_all(wanted, base=options["base"].rstrip("/"), out=out, say=self.stdout.write)
        if failed:
            raise CommandError("Could not take:\n" + "\n".join(f"  {line}" for line in failed), returncode=1)

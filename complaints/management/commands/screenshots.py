"""`screenshots`: takes the pictures of the documentation from a desk that runs with the demo in it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from complaints.demo import album, camera, contents, stage

PICTURES = "docs/images"


class Command(BaseCommand):
    help = "Takes a picture of every page with Chromium, signed in as the demo's people. Starts no server itself."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", default=PICTURES, help=f"folder of the pictures (default: {PICTURES})")
        parser.add_argument("--base", default="http://localhost:8000", help="where the desk answers")
        parser.add_argument("--only", default="", metavar="WORD", help="only pages whose name contains WORD")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("Pictures are taken of the demo, in development only.", returncode=1)
        if importlib.util.find_spec("playwright") is None:
            raise CommandError("Playwright is missing: pip install -r requirements-dev.txt", returncode=1)
        try:
            with stage.ready(timezone.now()):
                failed = self._take(album.chapters(), options)
        except stage.NoDemo as missing:
            raise CommandError(str(missing), returncode=1) from None
        if failed:
            raise CommandError("Could not take:\n" + "\n".join(f"  {line}" for line in failed), returncode=1)

    def _take(self, chapters: dict[str, list[album.Shot]], options: dict[str, Any]) -> list[str]:
        """Takes what is wanted; writes the page that shows them all if they are its own. Gives what failed."""
        out = settings.BASE_DIR / Path(options["out"])
        wanted = [shot for shots in chapters.values() for shot in shots if options["only"] in shot.name]
        failed = camera.take_all(wanted, base=options["base"].rstrip("/"), out=out, say=self.stdout.write)
        if options["out"] == PICTURES:
            (out.parent / "screens.md").write_text(contents.page(chapters), encoding="utf-8")
        return failed

"""`verify_ledger`: says whether every chain is whole, with what hangs on it, and whether checkpoints agree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from portal.ledger import checkpoint_keys, comparing, events, seal
from portal.ledger.models import Event, StreamHead
from portal.ledger.proving import Fault, Tally, faults

MOST = 20


class Command(BaseCommand):
    help = (
        "Checks every chain of events, the manifests, snapshots and files that hang on them, and the triggers that "
        "protect them. Ends with 0 when all is whole, 1 when something is broken, 2 when it could not look."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--checkpoints", metavar="DIR", help="also compare with the checkpoints in this folder")
        parser.add_argument("--public-key", metavar="FILE", help="the only key (PEM) that checkpoints may be signed by")
        parser.add_argument("--without-files", action="store_true", help="do not read the pictures on the disk")

    def handle(self, *args: Any, **options: Any) -> None:
        tally = Tally(files=not options["without_files"])
        looked_for = list(_first(self._broken(options, tally)))
        if looked_for:
            for fault in looked_for[1:]:
                self.stderr.write(str(fault))
            more = f"{len(looked_for)} places" if len(looked_for) < MOST else f"{MOST} places or more"
            raise CommandError(f"The ledger is broken in {more}. The first: {looked_for[0]}", returncode=1)
        unsealed = seal.missing(connection)
        if unsealed:
            raise CommandError(
                f"The chains are whole, but triggers that protect them are missing: {', '.join(unsealed)}. "
                "Find out who dropped them; `python3 manage.py seal_ledger` puts them back.",
                returncode=1,
            )
        chains, links = StreamHead.objects.count(), Event.objects.count()
        self.stdout.write(f"{chains} chains with {links} events are whole.")
        if tally.counts:
            self.stdout.write("Looked at: " + ", ".join(f"{n} {what}" for what, n in tally.counts.items()) + ".")

    def _broken(self, options: dict[str, Any], tally: Tally) -> Iterator[Fault]:
        for link in events.verify_all():
            yield Fault(f"{link.stream[0]}:{link.stream[1]} #{link.seq}", link.reason)
        yield from faults(tally)
        if options["checkpoints"]:
            folder = Path(options["checkpoints"])
            if not any(folder.glob("checkpoint-*.json")):
                raise CommandError(f"There is no checkpoint in {folder}.", returncode=2)
            yield from comparing.verify(folder, tally, trusted=_key(options["public_key"]))


def _key(path: str | None) -> Any:
    if not path:
        return None
    try:
        return checkpoint_keys.read_public(Path(path))
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} is no public key of Ed25519 (PEM).", returncode=2) from error


def _first(found: Iterator[Fault]) -> Iterator[Fault]:
    """The first faults; where one thing is broken, a thousand others may be."""
    for number, fault in enumerate(found, 1):
        yield fault
        if number == MOST:
            return

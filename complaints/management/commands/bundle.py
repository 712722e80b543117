"""`bundle`: writes a case as one file."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from complaints import bundle
from complaints.models import Complaint, StatementOfReasons
from portal.accounts.actors import SYSTEM


class Command(BaseCommand):
    help = "Writes the bundle of a case (ZIP with PDF, snapshots, messages, decisions, hashes) into a folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", help="RD-2026-000123; with --for respondent the public id of a statement")
        parser.add_argument("--for", dest="audience", default="desk", choices=[each.value for each in bundle.Audience])
        parser.add_argument("--to", default=".", metavar="DIR", help="the folder (default: this one)")

    def handle(self, *args: Any, **options: Any) -> None:
        made = _make(options["reference"], bundle.Audience(options["audience"]))
        path, digest = Path(options["to"]) / f"{made.stem}.zip", hashlib.sha256()
        with path.open("wb") as out:
            for part in bundle.stream(made):
                digest.update(part)
                out.write(part)
        self.stdout.write(f"{path}: SHA-256 {digest.hexdigest()}")


def _make(reference: str, audience: bundle.Audience) -> bundle.Bundle:
    if audience == bundle.Audience.RESPONDENT:
        return bundle.for_respondent(_statement(reference))
    complaint = Complaint.objects.filed().filter(reference=reference.upper()).first()
    if complaint is None:
        raise CommandError(f"There is no case {reference}.")
    if audience == bundle.Audience.COMPLAINANT:
        return bundle.for_complainant(complaint, SYSTEM)
    return bundle.for_desk(complaint, notes=audience == bundle.Audience.INTERNAL)


def _statement(public_id: str) -> StatementOfReasons:
    try:
        return StatementOfReasons.objects.get(public_id=public_id, side=StatementOfReasons.Side.RESPONDENT)
    except (StatementOfReasons.DoesNotExist, ValidationError) as error:
        raise CommandError(f"There is no statement of reasons to a respondent {public_id}.") from error

"""`demo`: fills a development database with the demo and says who can sign in; any number of times."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from complaints import demo
from portal.accounts.models import Organisation


class Command(BaseCommand):
    help = "Seeds the demo (accounts, rights, a marketplace, seven weeks of cases). A second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print everything as one JSON object")
        parser.add_argument("--quiet", action="store_true", help="print nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "The demo has known passwords; it is for development (RIGHTSDESK_MODE) only.", returncode=1
            )
        if Organisation._meta.db_table not in connection.introspection.table_names():
            raise CommandError("The database has no tables yet; run first: python3 manage.py migrate", returncode=1)
        told = demo.seed(timezone.now())
        if options["json"]:
            self.stdout.write(json.dumps(told, indent=2, ensure_ascii=False))
        elif not options["quiet"]:
            self.stdout.write("\n".join(lines(told)))


def lines(told: Mapping[str, Any]) -> list[str]:
    """Writes for people what --json writes for programs."""
    accounts = told["accounts"]
    wide = max(len(account["email"]) for account in accounts)
    shown = [f"Rightsdesk demo at {told['address']}", "", f"Password of every account: {accounts[0]['password']}", ""]
    shown += [f"  {account['email']:<{wide}}  {_part(account):<44}  {account['door']}" for account in accounts]
    shown += ["", f"Second factors of staff (codes of this moment: {told['codes']}):"]
    shown += [f"  {one['email']:<{wide}}  {one['totp_secret']}" for one in accounts if "totp_secret" in one]
    shown += [
        "",
        f"API key: {told['api_key']}",
        f"Signing mandate: {told['mandate']} ({told['signatory']})",
        "",
        "Try:",
    ]
    return shown + [f"  {number}. {line}" for number, line in enumerate(told["try"], 1)]


def _part(account: Mapping[str, str]) -> str:
    return ", ".join(part for part in (account["role"], account["organisation"]) if part)

"""The USPTO: case status of TSDR in JSON, by serial or registration number."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from django.utils import timezone
from django.utils.translation import gettext as _

from brands.registers import tsdr_json
from brands.registers.clients.base import OfficeError, Trouble
from brands.registers.clients.wire import LATER, Wire, understood
from brands.registers.records import RecordFacts

A_MINUTE: Final = 60  # published for a key; multi-case answers have less and are not asked for


class UsptoClient:
    """Asks https://tsdrapi.uspto.gov, or the base address that is set."""

    office = "US"

    def __init__(self, wire: Wire, key: str) -> None:
        self.wire, self.key = wire, key

    def fetch(self, *, application: str = "", registration: str = "") -> list[RecordFacts]:
        """The record with this serial number, or registration number where there is no serial. Raises OfficeError."""
        number = f"sn{quote(application, safe='')}" if application else f"rn{quote(registration, safe='')}"
        path = f"/ts/cd/casestatus/{number}/info.json"
        body = self.wire.get(path, {"USPTO-API-KEY": self.key})
        found = understood(tsdr_json.parse, body, as_of=timezone.now().date(), source=f"USPTO TSDR {number}")
        self.wire.answered()
        return only(found, application, registration)


def only(found: list[RecordFacts], application: str, registration: str) -> list[RecordFacts]:
    """The records that were asked for; raises OfficeError when the office answered with another mark."""
    asked = [
        facts
        for facts in found
        if (facts.application_number == application if application else facts.registration_number == registration)
    ]
    if not asked:
        text = _("The office answered with the record of another mark (%(number)s).") % {"number": found[0].number}
        raise OfficeError(Trouble.OTHER_MARK, text, timezone.now() + LATER)
    return asked

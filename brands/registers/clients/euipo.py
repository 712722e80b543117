"""The EUIPO: trademark search API, with a token of OAuth 2 client credentials."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

from django.utils import timezone
from django.utils.translation import gettext as _

from brands.registers import euipo
from brands.registers.clients.base import OfficeError, Trouble
from brands.registers.clients.uspto import only
from brands.registers.clients.wire import LATER, Wire, understood
from brands.registers.errors import Unreadable
from brands.registers.json_text import load, mapping
from brands.registers.records import RecordFacts

A_MINUTE: Final = 60  # our own politeness: the office publishes a limit to each account
SCOPE: Final = "uid"
EARLY: Final = timedelta(seconds=60)
LONGEST: Final = 24 * 3600


class EuipoClient:
    """Asks https://api.euipo.europa.eu, or the base address that is set. The token is kept while it is good."""

    office = "EM"

    def __init__(self, wire: Wire, token_address: str, client: str, secret: str) -> None:
        self.wire, self.token_address, self.client, self.secret = wire, token_address, client, secret
        self.token, self.good_until = "", datetime.min.replace(tzinfo=timezone.get_default_timezone())

    def fetch(self, *, application: str = "", registration: str = "") -> list[RecordFacts]:
        """The record with this number; application and registration have the same. Raises OfficeError."""
        number = application or registration
        body = self._read(f"/trademark-search/trademarks/{quote(number, safe='')}")
        source = f"EUIPO trademark search {number}"
        found = understood(euipo.parse, body, as_of=timezone.now().date(), source=source)
        self.wire.answered()
        return only(found, number, "")

    def _read(self, path: str) -> bytes:
        """Asks with the token we hold; one that the office no longer takes is renewed once."""
        fresh = not self._holds_token()
        try:
            return self.wire.get(path, self._headers())
        except OfficeError as error:
            if error.code != Trouble.REFUSED or fresh:
                raise
            self.token = ""
            return self.wire.get(path, self._headers())

    def _holds_token(self) -> bool:
        return bool(self.token) and timezone.now() < self.good_until

    def _headers(self) -> dict[str, str]:
        if not self._holds_token():
            self._renew()
        return {"Authorization": f"Bearer {self.token}", "X-IBM-Client-Id": self.client}

    def _renew(self) -> None:
        form = {"client_id": self.client, "client_secret": self.secret}
        body = self.wire.post(self.token_address, {}, {"grant_type": "client_credentials", **form, "scope": SCOPE})
        try:
            answer = mapping(load(body))
        except Unreadable as error:
            raise OfficeError(Trouble.UNREADABLE, error.message, timezone.now() + LATER) from error
        token, lasts = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise OfficeError(Trouble.UNREADABLE, _("The office gave us no token."), timezone.now() + LATER)
        seconds = min(lasts, LONGEST) if isinstance(lasts, int) and lasts > 0 else 300
        self.token, self.good_until = token, timezone.now() + max(timedelta(seconds=seconds) - EARLY, EARLY)

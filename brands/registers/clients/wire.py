"""One careful request to an office: limits on time and size, retries, its own host only. Raises OfficeError."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import requests
from django.utils import timezone
from django.utils.translation import gettext as _

from brands.registers.clients import pace
from brands.registers.clients.base import OfficeError, Trouble

LARGEST: Final = 4 * 1024 * 1024
REDIRECTS: Final = 3
LATER: Final = timedelta(hours=1)


@dataclass(slots=True)
class Wire:
    """How one office is reached. `retries` are the pauses, in seconds, before each further try."""

    office: str
    base: str
    a_minute: int
    connect: float = 5
    read: float = 20
    whole: float = 45
    retries: tuple[float, ...] = (1, 4)
    sleep: Callable[[float], None] = time.sleep
    session: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str, headers: Mapping[str, str]) -> bytes:
        """The body of the answer to GET base + path."""
        return self._ask("GET", self.base.rstrip("/") + path, headers, None)

    def post(self, address: str, headers: Mapping[str, str], form: Mapping[str, str]) -> bytes:
        """The body of the answer to a form."""
        return self._ask("POST", address, headers, form)

    def answered(self) -> None:
        """Notes that the office gave us what we asked for."""
        pace.answered(self.office)

    def _ask(self, method: str, address: str, headers: Mapping[str, str], form: Mapping[str, str] | None) -> bytes:
        """Tries again after a timeout, a lost connection or a 5xx; every try takes a slot of its own."""
        for pause in (*self.retries, None):
            try:
                return self._once(method, address, headers, form)
            except OfficeError as error:
                if error.code not in {Trouble.TIMEOUT, Trouble.UNAVAILABLE}:
                    raise
                if pause is None:
                    error.retry_at = pace.failed(self.office, timezone.now(), error.message)
                    raise
                self.sleep(pause)
        raise AssertionError("unreachable")

    def _once(self, method: str, address: str, headers: Mapping[str, str], form: Mapping[str, str] | None) -> bytes:
        for _hop in range(REDIRECTS + 1):
            pace.take_slot(self.office, timezone.now(), self.a_minute)
            status, where, body = self._send(method, address, headers, form)
            if status not in {301, 302, 303, 307, 308}:
                return body
            address = self._next(address, where)
        raise OfficeError(Trouble.UNREADABLE, _("The office sends us round in circles."), timezone.now() + LATER)

    def _next(self, address: str, where: str) -> str:
        """The address of a redirect on the same host; another host would be told our key."""
        there = urljoin(address, where)
        if urlsplit(there)[:2] != urlsplit(address)[:2]:
            text = _("The office sends us to another host, which is not followed.")
            raise OfficeError(Trouble.UNREADABLE, text, timezone.now() + LATER)
        return there

    def _send(
        self, method: str, address: str, headers: Mapping[str, str], form: Mapping[str, str] | None
    ) -> tuple[int, str, bytes]:
        begun = time.monotonic()
        try:
            with self.session.request(
                method,
                address,
                data=dict(form) if form else None,
                auth=_Headers(headers),
                timeout=(self.connect, self.read),
                allow_redirects=False,
                stream=True,
            ) as answer:
                self._judge(answer)
                return answer.status_code, answer.headers.get("Location", ""), self._body(answer, begun)
        except requests.Timeout as error:
            raise OfficeError(Trouble.TIMEOUT, _("The office did not answer in time.")) from error
        except requests.RequestException as error:
            raise OfficeError(Trouble.UNAVAILABLE, _("The office cannot be reached.")) from error

    def _judge(self, answer: requests.Response) -> None:
        """Puts the status of the answer into our words."""
        status, now = answer.status_code, timezone.now()
        if status == 429:
            wait = retry_after(answer.headers.get("Retry-After", ""), now)
            until = pace.close(self.office, now, wait, "429")
            raise OfficeError(Trouble.RATE_LIMITED, _("The office wants fewer questions."), until)
        if status >= 500:
            raise OfficeError(Trouble.UNAVAILABLE, _("The office answers with an error (%(code)s).") % {"code": status})
        if status in {401, 403}:
            text = _("The office refuses our key (%(code)s).") % {"code": status}
            raise OfficeError(Trouble.REFUSED, text, now + LATER)
        if status in {404, 410}:
            raise OfficeError(Trouble.NOT_FOUND, _("The office has no record with this number."), now + LATER)
        if status >= 400:
            text = _("The office does not take our question (%(code)s).") % {"code": status}
            raise OfficeError(Trouble.REFUSED, text, now + LATER)

    def _body(self, answer: requests.Response, begun: float) -> bytes:
        parts, size = [], 0
        for part in answer.iter_content(64 * 1024):
            size += len(part)
            if size > LARGEST:
                raise OfficeError(
                    Trouble.UNREADABLE, _("The answer is larger than any record."), timezone.now() + LATER
                )
            if time.monotonic() - begun > self.whole:
                raise OfficeError(Trouble.TIMEOUT, _("The office did not answer in time."))
            parts.append(part)
        return b"".join(parts)


def retry_after(text: str, now: datetime) -> timedelta:
    """How long a Retry-After asks us to wait: seconds or a date; a minute where it says nothing we understand."""
    if re.fullmatch(r"\d{1,9}", text.strip()):
        return timedelta(seconds=int(text))
    try:
        when = parsedate_to_datetime(text)
        return max(when - now, timedelta(seconds=1))
    except (TypeError, ValueError):
        return pace.MINUTE


class _Headers(requests.auth.AuthBase):
    """Sets headers last, so that no password file of the machine replaces them."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self.headers = headers

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers.update({"User-Agent": "Rightsdesk", "Accept": "application/json", **self.headers})
        return request


def understood(parse: Callable[..., list[Any]], body: bytes, **more: Any) -> list[Any]:
    """Parses an answer; what cannot be read is an OfficeError, to be tried again later."""
    from brands.registers.errors import Unreadable

    try:
        return parse(body, **more)
    except Unreadable as error:
        raise OfficeError(Trouble.UNREADABLE, error.message, timezone.now() + LATER) from error

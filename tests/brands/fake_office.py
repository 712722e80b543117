"""An office on loopback that keeps its published rules at the socket, and can be told to misbehave.

USPTO: the key in USPTO-API-KEY, sixty calls a minute, then 429 with Retry-After. EUIPO: a token for client credentials,
and X-IBM-Client-Id with each question.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

KEY, CLIENT, SECRET = "key-of-the-test", "client-of-the-test", "secret-of-the-test"
HTML = b"<!DOCTYPE html><html><body>We are down for maintenance</body></html>"
BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;">]>
<lolz>&lol2;</lolz>"""

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class FakeOffice:
    """`records` are bodies by the last part of the path; `moods` are answers to give first, one each."""

    records: dict[str, bytes] = field(default_factory=dict)
    moods: list[Callable[[], Answer | None]] = field(default_factory=list)
    a_minute: int = 60
    calls: list[tuple[float, str, dict[str, str]]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    address: str = ""
    clock: Callable[[], float] = time.monotonic

    def paths(self) -> list[str]:
        return [path for _at, path, _headers in self.calls]

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer | None:
        """What a request gets; None hangs up in the middle of an answer."""
        now = self.clock()
        self.calls.append((now, path, headers))
        if path.startswith("/token"):
            return self._token(parse_qs(body.decode()))
        if not self._may(path, headers):
            return 401, {}, b'{"message": "Unauthorized"}'
        if sum(at > now - 60 for at, _path, _headers in self.calls) > self.a_minute:
            return 429, {"Retry-After": "60"}, b'{"message": "API rate limit exceeded"}'
        if self.moods:
            return self.moods.pop(0)()
        name = path.removesuffix("/info.json").rpartition("/")[2]
        found = self.records.get(name)
        return (200, {"Content-Type": "application/json"}, found) if found else (404, {}, b'{"message": "not found"}')

    def _may(self, path: str, headers: dict[str, str]) -> bool:
        if path.startswith("/ts/cd/"):
            return headers.get("uspto-api-key") == KEY
        bearer = headers.get("authorization", "").removeprefix("Bearer ")
        return bearer in self.tokens and headers.get("x-ibm-client-id") == CLIENT

    def _token(self, form: dict[str, list[str]]) -> Answer:
        wanted = {
            "grant_type": ["client_credentials"],
            "client_id": [CLIENT],
            "client_secret": [SECRET],
            "scope": ["uid"],
        }
        if form != wanted:
            return 401, {}, b'{"error": "invalid_client"}'
        self.tokens.append(f"token-{len(self.tokens)}")
        return 200, {}, json.dumps({"access_token": self.tokens[-1], "expires_in": 7200}).encode()


def says(status: int, body: bytes = b"", **headers: str) -> Callable[[], Answer]:
    """A mood: this answer."""
    return lambda: (status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def dawdles(seconds: float, body: bytes = b"{}") -> Callable[[], Answer]:
    """A mood: this answer, late."""

    def late() -> Answer:
        time.sleep(seconds)
        return 200, {}, body

    return late


def hangs_up() -> None:
    """A mood: half an answer."""


@contextmanager
def fake_office(**rules: Any) -> Iterator[FakeOffice]:
    """Serves an office on a free port of loopback, in threads of its own."""
    office = FakeOffice(**rules)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._serve(b"")

        def do_POST(self) -> None:
            self._serve(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

        def _serve(self, body: bytes) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            found = office.answer(self.command, self.path, headers, body)
            status, more, said = found or (200, {}, b"")
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said) if found else 1000))
            self.end_headers()
            self.wfile.write(said if found else b'{"trademarks": [')

        def log_message(self, *_about: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    office.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield office
    finally:
        server.shutdown()
        server.server_close()

"""How we ask a provider: short, over TLS, without redirects, and never a machine inside a network."""

from __future__ import annotations

import socket
import time
from typing import Any

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

from portal.accounts.sso.hosts import is_allowed, is_loopback, is_public_address

TIMEOUT = (4, 6)  # seconds to connect, and between two pieces of an answer
LONGEST_ANSWER_SECONDS = 12
LARGEST_ANSWER = 1024 * 1024
PIECE = 16 * 1024


class NotAllowed(requests.RequestException):
    """The address is none that a provider may have, or its answer is none that we read."""


class _Seen:
    """Looks whom a connection has reached before anything is said: a name may lead inside after it was checked."""

    def _new_conn(self) -> socket.socket:
        found: socket.socket = super()._new_conn()  # type: ignore[misc]
        address = str(found.getpeername()[0])
        if is_public_address(address) or (settings.SIGN_ON_LOOPBACK and is_loopback(address)):
            return found
        found.close()
        raise NewConnectionError(self, "the address is not one of the open internet")  # type: ignore[arg-type]


class _Plain(_Seen, HTTPConnection):
    pass


class _Secure(_Seen, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}


class ProviderSession(requests.Session):
    """A session of requests that keeps the rules above; neither a proxy nor a password of this machine is used."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        for scheme in ("https://", "http://"):
            self.mount(scheme, _Adapter())

    def send(self, request: Any, **kwargs: Any) -> requests.Response:
        """Sends one request; raises RequestException for what is not allowed, too slow or too large."""
        if not is_allowed(request.url):
            raise NotAllowed("not an address that a provider may have", request=request)
        kwargs |= {"stream": True, "allow_redirects": False, "timeout": TIMEOUT, "verify": True, "proxies": {}}
        response = super().send(request, **kwargs)
        response._content = _read(response)
        response._content_consumed = True
        response.headers.setdefault("content-type", "application/octet-stream")
        return response

    def get_redirect_target(self, resp: Any) -> None:
        """Follows nothing: whoever answers for a provider answers at its address."""
        return None


def _read(response: requests.Response) -> bytes:
    until, body = time.monotonic() + LONGEST_ANSWER_SECONDS, b""
    try:
        for piece in response.iter_content(PIECE):
            body += piece
            if len(body) > LARGEST_ANSWER:
                raise NotAllowed("the answer is too large", response=response)
            if time.monotonic() > until:
                raise NotAllowed("the answer takes too long", response=response)
    finally:
        response.close()
    return body

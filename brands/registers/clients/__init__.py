"""Asking an office for a mark, one client for each office. Off until the operator turns an office on."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

from django.conf import settings

from brands.registers.clients.base import OfficeClient, OfficeError, Trouble
from brands.registers.clients.euipo import A_MINUTE as EUIPO_A_MINUTE
from brands.registers.clients.euipo import EuipoClient
from brands.registers.clients.uspto import A_MINUTE as USPTO_A_MINUTE
from brands.registers.clients.uspto import UsptoClient
from brands.registers.clients.wire import Wire

__all__ = ["OfficeClient", "OfficeError", "Trouble", "client_for"]


def client_for(office: str) -> OfficeClient | None:
    """The client of an office, or None where live calls are off or there is none."""
    if office not in settings.REGISTERS_LIVE or office not in MAKERS:
        return None
    return MAKERS[office]()


def _uspto() -> OfficeClient:
    return UsptoClient(Wire("US", settings.USPTO_BASE, USPTO_A_MINUTE), settings.USPTO_API_KEY)


def _euipo() -> OfficeClient:
    return _euipo_of(
        settings.EUIPO_BASE, settings.EUIPO_TOKEN_URL, settings.EUIPO_CLIENT_ID, settings.EUIPO_CLIENT_SECRET
    )


@cache
def _euipo_of(base: str, token_address: str, client: str, secret: str) -> OfficeClient:
    """One for each account, so that its token serves many questions."""
    return EuipoClient(Wire("EM", base, EUIPO_A_MINUTE), token_address, client, secret)


MAKERS: Final[dict[str, Callable[[], OfficeClient]]] = {"US": _uspto, "EM": _euipo}

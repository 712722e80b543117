"""Which addresses a provider may have: https on the open internet; on a development machine also http on loopback."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from django.conf import settings

# Names that no public resolver answers, or that mean this machine or this network.
INSIDE = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "home.arpa", "onion", "test", "invalid")
LONGEST = 500


def is_allowed(address: str) -> bool:
    """Says whether we may send somebody, or a request of our own, to this address; asks no resolver."""
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or len(address) > LONGEST or not address.isascii() or not address.isprintable() or " " in address:
        return False
    if parts.username is not None or parts.password is not None or "\\" in address:
        return False
    if settings.SIGN_ON_LOOPBACK and is_loopback(host):
        return parts.scheme in {"http", "https"}
    return parts.scheme == "https" and is_public_name(host)


def is_public_name(host: str) -> bool:
    """Says whether a host could be on the open internet: a public literal, or a name with a dot that is not inside."""
    literal = _literal(host)
    if literal is not None:
        return is_public_address(str(literal))
    name = host.rstrip(".").lower()
    # 127.1 and 0x7f.1 are addresses to a resolver and names to us.
    numeric = name.rpartition(".")[2].removeprefix("0x").isdigit()
    return "." in name and not numeric and not any(name == end or name.endswith(f".{end}") for end in INSIDE)


def is_public_address(address: str) -> bool:
    """Says whether an IP address is one of the open internet; IPv6 that wraps an IPv4 address is judged as that."""
    found = _literal(address.partition("%")[0])
    if found is None:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is not None:
            return is_public_address(str(inner))
        if found in ipaddress.ip_network("64:ff9b::/96"):
            return is_public_address(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
    return found.is_global and not found.is_multicast


def is_loopback(host: str) -> bool:
    """Says whether a host is this machine itself."""
    literal = _literal(host)
    return literal.is_loopback if literal is not None else host.lower() == "localhost"


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None

"""The signed word of a provider: verified by its published keys, for us, now, and for this one sign-in."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any, Final

import jwt

from portal.accounts.sso.errors import SignOnError

# Signatures by a key pair only. None, and secrets that both sides know, are no proof of who spoke.
ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
KEY_TYPES: Final = {"R": "RSA", "P": "RSA", "E": "EC"}
LEEWAY_SECONDS: Final = 60
NEEDED: Final = ("iss", "sub", "aud", "exp", "iat")


def verified(token: str, *, keys: Mapping[str, Any], issuer: str, client_id: str, nonce: str) -> dict[str, Any]:
    """Gives the claims of an id token; raises SignOnError unless signature, issuer, audience, time and nonce fit."""
    try:
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if algorithm not in ALGORITHMS:
            raise SignOnError("algorithm")
        claims: dict[str, Any] = jwt.decode(
            token,
            _key(keys, algorithm, header.get("kid")),
            algorithms=[algorithm],
            audience=client_id,
            issuer=issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": list(NEEDED)},
        )
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError) as error:
        raise SignOnError("id_token") from error
    _check_party(claims, client_id)
    _check_nonce(claims, nonce)
    return claims


def _key(keys: Mapping[str, Any], algorithm: str, kid: object) -> jwt.PyJWK:
    """Finds the key by its id; a token without one may mean the only key of its kind."""
    listed = keys.get("keys")
    kind = "OKP" if algorithm == "EdDSA" else KEY_TYPES[algorithm[0]]
    fitting = [
        each
        for each in (listed if isinstance(listed, list) else [])
        if isinstance(each, dict)
        and each.get("kty") == kind
        and each.get("use", "sig") == "sig"
        and each.get("alg", algorithm) == algorithm
        and (kid is None or each.get("kid") == kid)
    ]
    if len(fitting) != 1:
        raise SignOnError("signing_key")
    return jwt.PyJWK(fitting[0], algorithm)


def _check_party(claims: Mapping[str, Any], client_id: str) -> None:
    """A token for several must say that it was issued to us."""
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else client_id) != client_id:
        raise SignOnError("authorised_party")


def _check_nonce(claims: Mapping[str, Any], nonce: str) -> None:
    found = claims.get("nonce")
    if not nonce or not isinstance(found, str) or not hmac.compare_digest(found.encode(), nonce.encode()):
        raise SignOnError("nonce")

"""RFC 3161 timestamps: an outside authority signs that a hash was there at a time. Off unless an operator sets one up.

What is asked for is a hash and nothing else. A token is kept only if the library has verified it against the root
certificates in RIGHTSDESK_TIMESTAMP_ROOTS: status, signature, chain, key purpose, nonce, and the hash itself.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path

import requests
from cryptography import x509
from django.conf import settings
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    Verifier,
    VerifierBuilder,
    decode_timestamp_response,
)

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
SECONDS = 20
LARGEST = 256 * 1024


class NotProven(Exception):
    """The token is no proof: it cannot be read, is about another hash, or nobody we trust has signed it."""


class AuthorityDown(Exception):
    """The authority could not be asked, or answered something else than a timestamp; it is asked again later."""


def ask(data: bytes) -> tuple[bytes, datetime]:
    """Gives a verified token (DER) over the SHA-256 of `data`, and the authority's time.

    Raises AuthorityDown when there is no token to be had now, NotProven when the one that came proves nothing.
    """
    request = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).nonce(nonce=True).build()
    token = _post(request.as_bytes())
    response = _read(token)
    builder = VerifierBuilder.from_request(request)
    _check(_trusting(builder), response, bytes(request.message_imprint.message))
    return token, response.tst_info.gen_time


def verify(token: bytes, sha256: str) -> datetime:
    """Gives the time at which the authority saw this hash (hex). Raises NotProven."""
    response = _read(token)
    _check(_trusting(VerifierBuilder()), response, bytes.fromhex(sha256))
    return response.tst_info.gen_time


def _post(body: bytes) -> bytes:
    headers = {"Content-Type": QUERY, "Accept": REPLY}
    try:
        with requests.post(
            settings.TIMESTAMP_URL, data=body, headers=headers, timeout=SECONDS, stream=True, allow_redirects=False
        ) as answer:
            if answer.status_code != 200:
                raise AuthorityDown(f"The authority answered {answer.status_code}.")
            kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            if kind != REPLY:
                raise AuthorityDown(f"The authority answered with {kind or 'no type'}.")
            found: bytes = answer.raw.read(LARGEST + 1, decode_content=True)
    except requests.RequestException as error:
        raise AuthorityDown(f"The authority could not be asked: {type(error).__name__}.") from error
    if len(found) > LARGEST:
        raise AuthorityDown("The authority answered with too much.")
    return found


def _read(token: bytes) -> TimeStampResponse:
    try:
        return decode_timestamp_response(token)
    except ValueError as error:
        raise NotProven("it cannot be read") from error


def _check(verifier: Verifier, response: TimeStampResponse, digest: bytes) -> None:
    try:
        verifier.verify(response, digest)
    except (VerificationError, ValueError) as error:
        raise NotProven(str(error)) from error


def _trusting(builder: VerifierBuilder) -> Verifier:
    for certificate in _roots(settings.TIMESTAMP_ROOTS):
        builder = builder.add_root_certificate(certificate)
    return builder.build()


@lru_cache(maxsize=4)
def _roots(path: str) -> tuple[x509.Certificate, ...]:
    if not path:
        raise NotProven("no root certificate is set up")
    return tuple(x509.load_pem_x509_certificates(Path(path).read_bytes()))

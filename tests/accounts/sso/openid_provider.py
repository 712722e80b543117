"""An OpenID provider on loopback that keeps the published rules, and breaks exactly the one that a test asks it to.

Kept: OpenID Connect Core 1.0 (code flow, id token, userinfo), Discovery 1.0, RFC 6749 (exact redirect address, client
authentication, codes that work once), RFC 7636 (S256 only), RFC 7517 keys, RFC 9207 (iss in the answer).
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import secrets
import sys
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CODE_LIFE_SECONDS = 60


@cache
def key_pair(name: str) -> rsa.RSAPrivateKey:
    """A key pair by name, made once a run."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def jwk(name: str, **more: Any) -> dict[str, Any]:
    """The public half as the provider publishes it."""
    found: dict[str, Any] = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key_pair(name).public_key()))
    return {**found, "kid": name, "use": "sig", "alg": "RS256", **more}


@dataclass
class Person:
    """Who sits in front of the provider's page, and since when they are signed in there."""

    sub: str = "p-1001"
    email: str = "ida@tarnfell.example"
    name: str = "Ida Berg"
    groups: Any = field(default_factory=lambda: ["brand-team"])
    signed_in_at: int = field(default_factory=lambda: int(time.time()) - 1800)


class OpenIdProvider:
    """The provider. What begins with `lie_` or `twist_` is what a test may bend; everything else is by the book."""

    def __init__(self) -> None:
        self.person = Person()
        self.clients: dict[str, tuple[str, set[str]]] = {}
        self.auth_methods: list[str] | None = ["client_secret_basic"]
        self.scopes = ["openid", "profile", "email"]
        self.groups_in_token = True
        self.asks = False
        self.keys = [jwk("main")]
        self.lie_in_document: dict[str, Any] = {}
        self.lie_in_token: dict[str, Any] = {}
        self.lie_in_userinfo: dict[str, Any] = {}
        self.lie_in_answer: dict[str, str | None] = {}
        self.answer_with: dict[str, tuple[int, str, bytes, dict[str, str]]] = {}
        self.twist_token: Any = None
        self.seen: list[tuple[str, dict[str, str]]] = []
        self._codes: dict[str, dict[str, str]] = {}
        self._tokens: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self.issuer = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def register(self, client_id: str, secret: str, redirect: str) -> None:
        """What an administrator enters at the provider."""
        known = self.clients.get(client_id, (secret, set()))[1]
        self.clients[client_id] = (secret, known | {redirect})

    def asked(self, path: str) -> list[dict[str, str]]:
        """The requests to one address so far."""
        return [values for seen, values in self.seen if seen == path]

    # --- what it publishes

    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": self.scopes,
        }
        if self.auth_methods is not None:
            found["token_endpoint_auth_methods_supported"] = self.auth_methods
        found |= self.lie_in_document
        return {name: value for name, value in found.items() if value is not None}

    # --- authorization endpoint

    def authorize(self, asked: dict[str, str]) -> tuple[int, str]:
        """Gives (302, address) or (400, why); nothing is sent to an address that is not registered."""
        secret_and_addresses = self.clients.get(asked.get("client_id", ""))
        if secret_and_addresses is None:
            return 400, "unknown client"
        if asked.get("redirect_uri") not in secret_and_addresses[1]:
            return 400, "redirect_uri is not registered"
        wrong = _wrong(asked)
        if wrong:
            return 302, _with(asked["redirect_uri"], {"error": "invalid_request", "error_description": wrong})
        code = secrets.token_urlsafe(16)
        now = int(time.time())
        if asked.get("prompt") == "login" or asked.get("max_age") == "0":
            self.person.signed_in_at = now
        with self._lock:
            self._codes[code] = asked | {"until": str(now + CODE_LIFE_SECONDS)}
        answer: dict[str, str | None] = {"code": code, "state": asked.get("state"), "iss": self.issuer}
        return 302, _with(asked["redirect_uri"], answer | self.lie_in_answer)

    # --- token endpoint

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        client_id = self._client(form, authorization)
        if client_id is None:
            return 401, {"error": "invalid_client"}
        if form.get("grant_type") != "authorization_code":
            return 400, {"error": "unsupported_grant_type"}
        with self._lock:
            asked = self._codes.pop(form.get("code", ""), None)  # a code works once
        if asked is None or int(asked["until"]) < time.time() or asked["client_id"] != client_id:
            return 400, {"error": "invalid_grant"}
        if asked["redirect_uri"] != form.get("redirect_uri") or not _proves(asked, form.get("code_verifier", "")):
            return 400, {"error": "invalid_grant"}
        access = secrets.token_urlsafe(16)
        with self._lock:
            self._tokens[access] = self.userinfo_claims()
        answer = {"access_token": access, "token_type": "Bearer", "expires_in": 300}
        return 200, answer | {"id_token": self.id_token(client_id, asked)}

    def _client(self, form: dict[str, str], authorization: str) -> str | None:
        methods = self.auth_methods or ["client_secret_basic"]
        if authorization.startswith("Basic ") and "client_secret_basic" in methods:
            if "client_secret" in form:
                return None  # one way only (RFC 6749, 2.3)
            name, _colon, secret = base64.b64decode(authorization[6:]).decode().partition(":")
            name, secret = unquote(name), unquote(secret)
        elif "client_secret_post" in methods:
            name, secret = form.get("client_id", ""), form.get("client_secret", "")
        else:
            return None
        known = self.clients.get(name)
        return name if known is not None and secrets.compare_digest(known[0], secret) else None

    def id_token(self, client_id: str, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": self.person.sub,
            "aud": client_id,
            "exp": now + 300,
            "iat": now,
            "auth_time": self.person.signed_in_at,
            "email": self.person.email,
            "email_verified": True,
            "name": self.person.name,
        }
        if "nonce" in asked:
            claims["nonce"] = asked["nonce"]
        if self.groups_in_token and self.person.groups is not None:
            claims["groups"] = self.person.groups
        claims |= self.lie_in_token
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.twist_token is not None:
            return str(self.twist_token(claims))
        return jwt.encode(claims, key_pair("main"), "RS256", {"kid": "main"})

    # --- userinfo endpoint

    def userinfo_claims(self) -> dict[str, Any]:
        found = {"sub": self.person.sub, "email": self.person.email, "name": self.person.name}
        groups = {} if self.person.groups is None else {"groups": self.person.groups}
        return {**found, **groups, **self.lie_in_userinfo}

    def userinfo(self, authorization: str) -> tuple[int, dict[str, Any]]:
        found = self._tokens.get(authorization.removeprefix("Bearer "))
        return (200, found) if found is not None else (401, {"error": "invalid_token"})


class _Server(ThreadingHTTPServer):
    """A server to which it is no news that somebody hangs up on an endless answer."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def _wrong(asked: dict[str, str]) -> str:
    """What is not by the book in an authentication request; "" for nothing."""
    if asked.get("response_type") != "code":
        return "response_type"
    if "openid" not in asked.get("scope", "").split():
        return "scope"
    if asked.get("code_challenge_method") != "S256" or len(asked.get("code_challenge", "")) != 43:
        return "code_challenge"
    return "" if asked.get("state") else "state"


def _proves(asked: dict[str, str], verifier: str) -> bool:
    digest = hashlib.sha256(verifier.encode("ascii", "replace")).digest()
    return (
        43 <= len(verifier) <= 128 and base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]
    )


def _with(address: str, values: dict[str, str | None]) -> str:
    return f"{address}?{urlencode({name: value for name, value in values.items() if value is not None})}"


def _handler(provider: OpenIdProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            provider.seen.append((parts.path, query))
            if parts.path in provider.answer_with:
                return self._answer(*provider.answer_with[parts.path])
            if parts.path == "/.well-known/openid-configuration":
                return self._json(200, provider.document())
            if parts.path == "/keys":
                return self._json(200, {"keys": provider.keys})
            if parts.path == "/userinfo":
                return self._json(*provider.userinfo(self.headers.get("Authorization", "")))
            if parts.path == "/authorize" and provider.asks:
                return self._page(parts.query)
            if parts.path in {"/authorize", "/authorize/yes"}:
                return self._lead(*provider.authorize(query))
            return self._json(404, {"error": "not_found"})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
            form = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
            path = urlsplit(self.path).path
            provider.seen.append((path, form))
            if path in provider.answer_with:
                return self._answer(*provider.answer_with[path])
            if path != "/token":
                return self._json(404, {"error": "not_found"})
            return self._json(*provider.token(form, self.headers.get("Authorization", "")))

        def _lead(self, status: int, where: str) -> None:
            if status == 302:
                self._answer(302, "text/plain", b"", {"Location": where})
            else:
                self._answer(status, "text/plain", where.encode(), {})

        def _page(self, query: str) -> None:
            link = html.escape(f"/authorize/yes?{query}")
            page = (
                f'<!doctype html><html lang="en"><title>Tarnfell</title><h1>Tarnfell</h1><a href="{link}">It is me</a>'
            )
            self._answer(200, "text/html; charset=utf-8", page.encode(), {})

        def _json(self, status: int, value: dict[str, Any]) -> None:
            self._answer(status, "application/json", json.dumps(value).encode(), {"Cache-Control": "no-store"})

        def _answer(self, status: int, kind: str, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
                if value:
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            return None

    return Handler

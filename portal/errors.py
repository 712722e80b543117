"""Domain errors: what a verb answers when it will not do what was asked. Doors translate them, never invent them."""

from __future__ import annotations

from django.utils.functional import Promise


class DomainError(Exception):
    """A refusal with a stable `code` for machines, a `message` for people and the `field` it is about (or "")."""

    def __init__(self, code: str, message: str | Promise, field: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


class Refused(DomainError):
    """The input is understood but cannot be used as it is; the message says what to change (HTTP 422)."""


class Forbidden(DomainError):
    """The actor may not do this here (HTTP 403)."""


class NotFound(DomainError):
    """There is no such object for this actor: absent and foreign objects answer alike (HTTP 404)."""


class Conflict(DomainError):
    """Somebody else was first, or the object has moved on; nothing was changed (HTTP 409)."""

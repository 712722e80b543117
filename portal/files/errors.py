"""Why a file was not taken; each message says what to send instead."""

from __future__ import annotations

from portal.errors import Refused


class FileRefused(Refused):
    """The upload cannot be used: too large, of another type, unreadable, or out of space (HTTP 422)."""

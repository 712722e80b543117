"""What every client of an office has in common: one call, and the ways in which it can fail."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from brands.registers.records import RecordFacts


class Trouble(StrEnum):
    """Why an office gave us nothing."""

    TIMEOUT = "timeout"
    UNAVAILABLE = "unavailable"
    RATE_LIMITED = "rate_limited"
    NOT_FOUND = "not_found"
    OTHER_MARK = "other_mark"
    UNREADABLE = "unreadable"
    REFUSED = "refused"


class OfficeError(Exception):
    """An office was asked in vain; nothing may be taken over. `retry_at` is the earliest time that makes sense."""

    def __init__(self, code: str, message: str, retry_at: datetime | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.retry_at = str(code), message, retry_at


class OfficeClient(Protocol):
    """One office that can be asked for a mark."""

    office: str

    def fetch(self, *, application: str = "", registration: str = "") -> list[RecordFacts]:
        """The records with this number, as of today. Raises OfficeError."""
        ...

"""What a register file or answer cannot be used for, in words for people."""

from __future__ import annotations


class Unreadable(ValueError):
    """A file or an answer that is not what it should be; nothing of it may be taken over. `code` is for machines."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message

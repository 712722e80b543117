"""What a complainant declares and signs: exact text, version and hash. Texts are ours; counsel must adapt them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Declaration:
    """One version of a text to be signed; `sha256` is the hash of `text` in UTF-8, hexadecimal."""

    key: str
    version: str
    statements: tuple[str, ...]

    @cached_property
    def text(self) -> str:
        return "\n".join(f"{number}. {line}" for number, line in enumerate(self.statements, 1))

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


COMPLAINT = Declaration(
    key="complaint",
    version="2026-11-01",
    statements=(
        "I believe in good faith that the items I report use the named right without the consent of its owner, "
        "its agent or the law.",
        "What I state in this complaint is accurate and complete to the best of my knowledge.",
        "I am the owner of the right or entitled to act for its owner.",
        "I know that sellers are told and may answer, and that knowingly false complaints can cost me this service.",
    ),
)

PUBLIC_NOTICE = Declaration(
    key="public_notice",
    version="2026-11-01",
    statements=(
        "I believe in good faith that the information and allegations in this notice are accurate and complete.",
    ),
)

DECLARATIONS = {declaration.key: declaration for declaration in (COMPLAINT, PUBLIC_NOTICE)}

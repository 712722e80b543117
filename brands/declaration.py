"""What an organisation declares about a mark: the one shape that forms and API hand to the verbs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from brands.models import Brand
    from portal.files.models import StoredFile


@dataclass(frozen=True, slots=True)
class ClassEntry:
    """One Nice class and the register's own words for its goods or services."""

    number: int
    goods: str = ""


@dataclass(frozen=True, slots=True)
class Declaration:
    """A trade mark as its holder declares it; numbers as typed. `territories` None takes those of the office.

    A `logo` or `certificate` of None keeps the file that is there.
    """

    brand: Brand
    office: str
    mark_text: str = ""
    mark_kind: str = "word"
    application_number: str = ""
    registration_number: str = ""
    filing_date: date | None = None
    registration_date: date | None = None
    expiry_date: date | None = None
    owner_name: str = ""
    classes: tuple[ClassEntry, ...] = ()
    territories: tuple[str, ...] | None = None
    logo: StoredFile | None = None
    certificate: StoredFile | None = None

"""What an organisation declares about a right of any kind: the one shape that forms, CSV and API hand to the verbs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from brands.models import Brand
    from portal.files.models import StoredFile


@dataclass(frozen=True, slots=True)
class ClassEntry:
    """One Nice class, the register's own words for its goods or services, and the edition ("": that of the filing)."""

    number: int
    goods: str = ""
    edition: str = ""


@dataclass(frozen=True, slots=True)
class WorkPart:
    """What only a copyright work has. `created_on` is a year, a month or a day, as far as it is known."""

    work_type: str
    authors: str = ""
    created_on: str = ""
    published_on: date | None = None
    published_country: str = ""
    published_at_url: str = ""
    chain_of_title: str = ""


@dataclass(frozen=True, slots=True)
class DesignPart:
    """What only a registered design has."""

    product: str = ""
    locarno_classes: tuple[str, ...] = ()
    designers: str = ""


@dataclass(frozen=True, slots=True)
class PatentPart:
    """What only a patent has."""

    publication_number: str = ""
    ipc_classes: tuple[str, ...] = ()
    inventors: str = ""
    claims: str = ""


Part = WorkPart | DesignPart | PatentPart
KIND_OF: Final[dict[type[Part], str]] = {WorkPart: "copyright", DesignPart: "design", PatentPart: "patent"}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a right beside picture and certificate, and what it shows (RightFileKind)."""

    kind: str
    file: StoredFile


@dataclass(frozen=True, slots=True)
class Declaration:
    """A right as its holder declares it; numbers as typed. `part` says which kind it is: None is a trade mark.

    `territories` None takes those of the office, or every country for a work. `international_number` makes it one
    designation of an international registration: `office` is the designated one then. A `logo` or `certificate` of None
    keeps the file that is there, and so does `files`; otherwise `files` is the whole set, in order.
    """

    brand: Brand
    office: str = ""
    mark_text: str = ""
    mark_kind: str = "word"
    description: str = ""
    name: str = ""
    application_number: str = ""
    registration_number: str = ""
    international_number: str = ""
    filing_date: date | None = None
    registration_date: date | None = None
    expiry_date: date | None = None
    owner_name: str = ""
    classes: tuple[ClassEntry, ...] = ()
    territories: tuple[str, ...] | None = None
    logo: StoredFile | None = None
    certificate: StoredFile | None = None
    files: tuple[Attachment, ...] | None = None
    part: Part | None = None

    @property
    def kind(self) -> str:
        """The kind of right, a value of RightKind."""
        return "trademark" if self.part is None else KIND_OF[type(self.part)]


@dataclass(frozen=True, slots=True)
class Designation:
    """One office that an international registration names. Without `registration_date` it is pending there.

    `application_number` and `registration_number` are the office's own, where it gave any.
    """

    office: str
    registration_date: date | None = None
    application_number: str = ""
    registration_number: str = ""

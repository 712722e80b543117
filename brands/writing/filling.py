"""From a declaration into columns and rows; says what changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from brands.declaration import Attachment, Declaration
from brands.models import Basis, IPRight, RightFile, RightFileKind, RightKind
from brands.registers.formats import normalise_number, plain_number
from brands.registers.madrid import international_number, number_at
from brands.registers.offices import office_named
from brands.writing import rows
from brands.writing.checking import check, check_attachment, check_count, check_file, one_line
from brands.writing.families import family_for
from brands.writing.records import follow_record, record_for
from portal.accounts.models import Organisation
from portal.errors import Refused
from portal.files.models import StoredFile

FIELDS = (
    "brand",
    "family",
    "record",
    "office",
    "basis",
    "international_number",
    "application_number",
    "registration_number",
    "application_number_typed",
    "registration_number_typed",
    "name",
    "mark_text",
    "mark_kind",
    "description",
    "logo",
    "certificate",
    "filing_date",
    "registration_date",
    "expiry_date",
    "owner_name",
    "register_status",
    "register_as_of",
    "register_expiry",
    "duplicate_of",
)
LINKED = frozenset({"brand", "family", "record", "duplicate_of", "logo", "certificate"})
# Of these kinds the first picture among the files is the picture of the right.
SHOWN = (RightFileKind.VIEW, RightFileKind.WORK_COPY)


def fill(right: IPRight, declaration: Declaration, organisation: Organisation) -> list[str]:
    """Sets the columns of `right` from the declaration and names those that changed; `right` itself is not saved."""
    check(declaration, organisation)
    return set_columns(right, declaration)


def set_columns(right: IPRight, declaration: Declaration) -> list[str]:
    """The same for a declaration that was checked."""
    before = _columns(right)
    right.brand, right.office, right.kind = declaration.brand, declaration.office, declaration.kind
    right.mark_kind = declaration.mark_kind
    for name in ("mark_text", "name", "owner_name"):
        setattr(right, name, one_line(getattr(declaration, name)))
    right.description = declaration.description.strip()
    for name in ("filing_date", "registration_date", "expiry_date"):
        setattr(right, name, getattr(declaration, name))
    _fill_numbers(right, declaration)
    _put_files(right, declaration.logo, declaration.certificate)
    if declaration.files is not None:
        right.logo = _first_picture(declaration.files) or (right.logo if right.is_mark else None)
    right.family = family_for(right)
    right.record, right.duplicate_of = record_for(right), None
    follow_record(right)
    return _changed(before, right)


def fill_files(
    right: IPRight, logo: StoredFile | None, certificate: StoredFile | None, organisation: Organisation
) -> list[str]:
    """Puts files on the right and names those that changed; the family of a wordless picture follows its logo."""
    before = _columns(right)
    if logo is not None and not right.is_mark:
        text = _("Only a mark has a picture of its own; of a work or design its first copy or view is shown.")
        raise Refused("logo_of_a_mark_only", text, "logo")
    check_file(logo, "logo", organisation)
    check_file(certificate, "certificate", organisation)
    _put_files(right, logo, certificate)
    right.family = family_for(right)
    return _changed(before, right)


def fill_rows(right: IPRight, declaration: Declaration, now: datetime, *, new: bool = False) -> list[str]:
    """Makes classes, territories, files and the part of the kind what is declared, and says which of them changed.

    `new` says that the right was made a moment ago and has no rows yet.
    """
    changed = {
        "classes": rows.fill_classes(right, declaration, new=new),
        "territories": rows.fill_territories(right, declaration, new=new),
        "part": rows.fill_part(right, declaration.part),
        "files": declaration.files is not None and rows.fill_files(right, declaration.files, now),
    }
    return [name for name, is_so in changed.items() if is_so]


def add_file(right: IPRight, attachment: Attachment, organisation: Organisation, now: datetime) -> RightFile:
    """Puts one more file on the right, behind those that are there; the first picture may become its own."""
    check_attachment(right.kind, attachment.kind, attachment.file, organisation)
    kept = list(right.files.order_by("place", "id"))
    check_count([*kept, attachment])
    place = kept[-1].place + 1 if kept else 0
    made = RightFile.objects.create(right=right, kind=attachment.kind, file=attachment.file, place=place, added_at=now)
    _picture_follows(right)
    return made


def remove_file(right: IPRight, row: RightFile) -> None:
    """Takes one file off the right; the next picture takes the place of the one that showed it."""
    row.delete()
    _picture_follows(right)


def _picture_follows(right: IPRight) -> None:
    if not right.is_mark:
        kept = right.files.select_related("file").order_by("place", "id")
        right.logo = _first_picture([Attachment(row.kind, row.file) for row in kept])


def _first_picture(files: tuple[Attachment, ...] | list[Attachment]) -> StoredFile | None:
    return next((each.file for each in files if each.kind in SHOWN and each.file.is_image), None)


def save(right: IPRight, *fields: str) -> None:
    """Saves these columns and counts the version up."""
    right.version += 1
    right.save(update_fields=[*fields, "version"])


def number_of(declaration: Declaration, kind: str) -> str:
    """The declared application or registration number in the office's form; "" for none, or for no number at all.

    What cannot be read stays in the columns of what was typed: it is no number that another right could have too.
    """
    text = declaration.registration_number if kind == "registration" else declaration.application_number
    if text.strip():
        is_mark = declaration.kind == RightKind.TRADEMARK
        answer = normalise_number(declaration.office, kind, text) if is_mark else plain_number(text)
        return answer.value if answer.ok else ""
    if kind == "registration" and declaration.international_number.strip():
        return number_at(declaration.office, international_number(declaration.international_number))
    return ""


def _fill_numbers(right: IPRight, declaration: Declaration) -> None:
    right.international_number = international_number(declaration.international_number)
    right.basis = Basis.MADRID if right.international_number else Basis.NATIONAL
    right.application_number = number_of(declaration, "application")
    right.registration_number = number_of(declaration, "registration")
    right.application_number_typed = declaration.application_number.strip()[:64]
    right.registration_number_typed = declaration.registration_number.strip()[:64]
    office = office_named(right.office)
    if office and office.same_number and right.is_mark and not right.application_number_typed:
        right.application_number = right.registration_number


def _put_files(right: IPRight, logo: StoredFile | None, certificate: StoredFile | None) -> None:
    right.logo = logo or right.logo
    right.certificate = certificate or right.certificate


def _columns(right: IPRight) -> dict[str, Any]:
    return {name: getattr(right, f"{name}_id" if name in LINKED else name) for name in FIELDS}


def _changed(before: dict[str, Any], right: IPRight) -> list[str]:
    after = _columns(right)
    return [name for name in FIELDS if after[name] != before[name]]

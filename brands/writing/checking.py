"""What is refused at once, before anything is written: values that no register and no law knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from brands.declaration import Declaration, DesignPart, Part, PatentPart, WorkPart
from brands.models import Brand, MarkKind, RightFileKind, RightKind, WorkType
from brands.registers.madrid import WIPO, international_number
from brands.registers.nice import CLASSES, edition_named
from brands.registers.offices import OFFICE_CODES, office_named, reach
from brands.registers.technical import ipc, locarno, partial_day
from brands.registers.territories import country_name, is_country
from portal.accounts.models import Organisation
from portal.errors import NotFound, Refused
from portal.files.models import StoredFile

MOST_FILES = 20
MOST_CODES = 50
# Offices that register marks and designs of several countries and grant no patents.
WITHOUT_PATENTS = frozenset({"EM", "BX"})
LONGEST = {
    "mark_text": 200,
    "owner_name": 200,
    "name": 200,
    "description": 2000,
    "authors": 300,
    "chain_of_title": 2000,
    "published_at_url": 500,
    "product": 200,
    "designers": 300,
    "inventors": 300,
    "claims": 10_000,
}
SEVERAL_LINES = frozenset({"description", "chain_of_title", "claims"})


def check(declaration: Declaration, organisation: Organisation) -> None:
    """Raises NotFound for a brand or file of somebody else, Refused for a value that cannot be, with its field."""
    if not Brand.objects.filter(pk=declaration.brand.pk, organisation=organisation).exists():
        raise NotFound("brand_not_found", _("There is no such brand in your organisation."), "brand")
    check_values(declaration)
    check_files(declaration, organisation)


def check_values(declaration: Declaration) -> None:
    """The same for what is typed alone; asks nothing of the database. Raises Refused with the field."""
    check_office(declaration)
    if declaration.mark_kind not in MarkKind.values:
        raise Refused("mark_kind_unknown", _("Choose one of the kinds of mark in the list."), "mark_kind")
    _check_texts(declaration, "mark_text", "owner_name", "name", "description")
    _check_classes(declaration)
    _check_territories(declaration)
    if declaration.part is not None:
        check_part(declaration.part)


def check_office(declaration: Declaration) -> None:
    """A work needs no office; WIPO gives no right of its own; some offices grant no patents."""
    office = office_named(declaration.office)
    if office is None and (declaration.office or declaration.kind != RightKind.COPYRIGHT):
        raise Refused("office_unknown", _no_office(declaration.office), "office")
    if declaration.office == WIPO:
        raise Refused("designation_missing", bare_wipo(), "office")
    if declaration.kind == RightKind.PATENT and declaration.office in WITHOUT_PATENTS:
        text = _("%(office)s grants no patents. Choose the office of the country where the patent is in force.")
        raise Refused("office_without_patents", text % {"office": office.short if office else ""}, "office")
    number = declaration.international_number.strip()
    if number and not international_number(number):
        text = _("%(number)s is no international registration: they look like 1234567 or 1234567A.")
        raise Refused("number_wrong", text % {"number": number[:32]}, "international_number")


def _no_office(typed: str) -> str:
    """Why this names no office: nothing was named, a country without one that we cover, or no code at all."""
    codes = ", ".join(code for code in OFFICE_CODES if code != WIPO)
    if not typed:
        return _("Name the office by its code, one of these: %(codes)s.") % {"codes": codes}
    facts = {"typed": typed[:40], "codes": codes, "country": country_name(typed)}
    if is_country(typed):
        return _("We do not cover the office of %(country)s (%(typed)s) yet. We cover: %(codes)s.") % facts
    return _("“%(typed)s” is no office that we know. We cover: %(codes)s.") % facts


def bare_wipo() -> str:
    """Why a WIPO number alone is refused, and what to do."""
    return _(
        "An international registration gives no right of its own. Name each office that it designates, "
        "such as EUIPO, and give WIPO's number as the international registration."
    )


def _check_classes(declaration: Declaration) -> None:
    strange = sorted({entry.number for entry in declaration.classes} - set(CLASSES))
    if strange:
        text = _("There is no class %(classes)s: classes go from 1 to 45.") % {"classes": listed(strange)}
        raise Refused("class_unknown", text, "classes")
    odd = [entry.edition for entry in declaration.classes if entry.edition and not edition_named(entry.edition)]
    if odd:
        text = _("There is no edition “%(edition)s” of the Nice Classification: write it as in “11-2017”.")
        raise Refused("edition_unknown", text % {"edition": odd[0][:40]}, "classes")


def _check_territories(declaration: Declaration) -> None:
    named = declaration.territories or ()
    strange = sorted(code for code in named if not is_country(code))
    if strange:
        text = _("These are not countries: %(countries)s.") % {"countries": listed(strange)}
        raise Refused("country_unknown", text, "territories")
    covered = reach(declaration.office) if declaration.kind != RightKind.COPYRIGHT else None
    beyond = sorted(set(named) - set(covered)) if covered is not None else []
    if beyond:
        office = office_named(declaration.office)
        values = {"office": office.short if office else declaration.office, "countries": listed(beyond)}
        text = _("A right of %(office)s does not reach %(countries)s.") % values
        raise Refused("territory_out_of_reach", text, "territories")


def check_part(part: Part) -> None:
    """Raises Refused for what cannot be in the part of one kind."""
    match part:
        case WorkPart():
            _check_work(part)
        case DesignPart():
            _check_texts(part, "product", "designers")
            check_locarno(part.locarno_classes)
        case PatentPart():
            _check_texts(part, "inventors", "claims")
            check_ipc(part.ipc_classes)


def _check_work(part: WorkPart) -> None:
    if part.work_type not in WorkType.values:
        raise Refused("work_type_unknown", _("Choose one of the kinds of work in the list."), "work_type")
    _check_texts(part, "authors", "chain_of_title", "published_at_url")
    check_made(part.created_on)
    if part.published_country and not is_country(part.published_country.upper()):
        text = _("These are not countries: %(countries)s.") % {"countries": part.published_country[:40]}
        raise Refused("country_unknown", text, "published_country")
    check_address(part.published_at_url)


def _check_texts(values: Declaration | Part, *names: str) -> None:
    for name in names:
        check_length(getattr(values, name), name)


def check_made(text: str) -> None:
    """Raises Refused for what is no year, month or day; nothing is fine."""
    if text.strip() and not partial_day(text):
        said = _("Give a year, a month or a day, such as 2019, 2019-05 or 2019-05-17.")
        raise Refused("date_unreadable", said, "created_on")


def check_address(text: str) -> None:
    """Raises Refused for what is no address of the web; nothing is fine."""
    if not text.strip():
        return
    try:
        URLValidator(schemes=["http", "https"])(text.strip())
    except ValidationError:
        said = _("Give a whole address that begins with https:// or http://.")
        raise Refused("address_unreadable", said, "published_at_url") from None


def check_locarno(codes: Iterable[str]) -> None:
    """Raises Refused for what is no class of the Locarno Classification, or for too many."""
    _check_codes(codes, "locarno_classes", locarno, _("Locarno classes look like 02-04."))


def check_ipc(codes: Iterable[str]) -> None:
    """Raises Refused for what is no symbol of the International Patent Classification, or for too many."""
    _check_codes(codes, "ipc_classes", ipc, _("IPC classes look like A43B 13/14."))


def _check_codes(codes: Iterable[str], field: str, read: Callable[[str], str], looks: str) -> None:
    codes = list(codes)
    strange = [code for code in codes if not read(code)]
    if strange:
        text = _("“%(code)s” is none. %(looks)s") % {"code": strange[0][:40], "looks": looks}
        raise Refused("class_unknown", text, field)
    if len(codes) > MOST_CODES:
        raise Refused("too_many", _("Name at most %(count)s.") % {"count": MOST_CODES}, field)


def check_length(text: str, field: str) -> None:
    """Raises Refused for a text that is longer than its column."""
    longest = LONGEST[field]
    kept = text.strip() if field in SEVERAL_LINES else one_line(text)
    if len(kept) > longest:
        raise Refused("too_long", _("Use at most %(count)s characters.") % {"count": longest}, field)


def check_files(declaration: Declaration, organisation: Organisation) -> None:
    """Raises NotFound for a file of somebody else, Refused for one that cannot show what it should."""
    check_file(declaration.logo, "logo", organisation)
    check_file(declaration.certificate, "certificate", organisation)
    for attachment in declaration.files or ():
        check_attachment(declaration.kind, attachment.kind, attachment.file, organisation)
    check_count(declaration.files or ())


def check_count(files: Iterable[object]) -> None:
    """Raises Refused for more files than a right carries."""
    if len(list(files)) > MOST_FILES:
        raise Refused("too_many_files", _("A right carries at most %(count)s files.") % {"count": MOST_FILES}, "files")


FILES_OF = {
    RightKind.TRADEMARK: (RightFileKind.OTHER,),
    RightKind.COPYRIGHT: (RightFileKind.WORK_COPY, RightFileKind.AUTHORSHIP, RightFileKind.OTHER),
    RightKind.DESIGN: (RightFileKind.VIEW, RightFileKind.OTHER),
    RightKind.PATENT: (RightFileKind.CLAIMS, RightFileKind.OTHER),
}


def check_attachment(right_kind: str, kind: str, stored: StoredFile, organisation: Organisation) -> None:
    """Raises as `check_files` for one file."""
    if kind not in FILES_OF[RightKind(right_kind)]:
        raise Refused("file_kind_unknown", _("This kind of right takes no such file."), "kind")
    check_file(stored, "file", organisation)
    if kind == RightFileKind.VIEW and not stored.is_image:
        raise Refused("view_not_a_picture", _("Send the views as pictures: PNG, JPEG or WEBP."), "file")


def check_file(stored: StoredFile | None, name: str, organisation: Organisation) -> None:
    """Raises as `check_files` for the picture, the certificate or another file."""
    if stored is None:
        return
    if stored.organisation_id != organisation.pk:
        raise NotFound("file_not_found", _("There is no such file in your organisation."), name)
    if name == "logo" and not stored.is_image:
        raise Refused("logo_not_a_picture", _("Send the mark as a picture: PNG, JPEG or WEBP."), "logo")


def one_line(text: str) -> str:
    """The text without line ends and double spaces."""
    return " ".join(text.split())


def listed(values: Iterable[object]) -> str:
    """The values in one line."""
    return ", ".join(str(value) for value in values)

"""Puts a declaration into the rows of a right; helper of brands/registry.py, which holds lock and transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError
from django.db.models import Q
from django.utils.translation import gettext as _

from brands.declaration import Declaration
from brands.errors import AlreadyRegistered
from brands.models import Brand, IPRight, MarkFamily, MarkKind, RegisterRecord, RightClass, RightTerritory
from brands.registers.compare import fold
from brands.registers.formats import normalise_number
from brands.registers.nice import CLASSES, edition_for
from brands.registers.offices import default_territories, office_named, reach
from brands.registers.statuses import RegisterStatus
from brands.registers.territories import is_country
from portal.accounts.models import Organisation
from portal.errors import NotFound, Refused
from portal.files.models import StoredFile

FIELDS = (
    "brand",
    "family",
    "record",
    "office",
    "application_number",
    "registration_number",
    "application_number_typed",
    "registration_number_typed",
    "mark_text",
    "mark_kind",
    "logo",
    "certificate",
    "filing_date",
    "registration_date",
    "expiry_date",
    "owner_name",
    "register_status",
    "register_as_of",
)
TOLD = frozenset(FIELDS) - {"family", "record", "register_status", "register_as_of"}


def fill(right: IPRight, declaration: Declaration, organisation: Organisation) -> list[str]:
    """Sets the columns of `right` from the declaration and names those that changed; `right` itself is not saved."""
    before = _columns(right)
    _check(declaration, organisation)
    right.brand, right.office = declaration.brand, declaration.office
    right.mark_text = _line(declaration.mark_text, "mark_text")
    right.owner_name = _line(declaration.owner_name, "owner_name")
    right.mark_kind = declaration.mark_kind
    right.filing_date = declaration.filing_date
    right.registration_date = declaration.registration_date
    right.expiry_date = declaration.expiry_date
    _fill_numbers(right, declaration)
    _put_files(right, declaration.logo, declaration.certificate, organisation)
    right.family = family_for(right)
    right.record = record_for(right)
    follow_record(right)
    return _changed(before, right)


def fill_files(
    right: IPRight, logo: StoredFile | None, certificate: StoredFile | None, organisation: Organisation
) -> list[str]:
    """Puts files on the right and names those that changed; the family of a wordless picture follows its logo."""
    before = _columns(right)
    _put_files(right, logo, certificate, organisation)
    right.family = family_for(right)
    return _changed(before, right)


def fill_rows(right: IPRight, declaration: Declaration) -> list[str]:
    """Makes classes and territories what is declared and says which of them changed."""
    territories = declaration.territories
    wanted = default_territories(right.office) if territories is None else territories
    changed = ["classes"] if _fill_classes(right, declaration) else []
    return changed + (["territories"] if _fill_territories(right, wanted) else [])


def save(right: IPRight, *fields: str) -> None:
    """Saves these columns and counts the version up."""
    right.version += 1
    right.save(update_fields=[*fields, "version"])


def record_for(right: IPRight) -> RegisterRecord | None:
    """The register record with the declared numbers, if we hold one."""
    numbers = {"application": right.application_number, "registration": right.registration_number}
    found: RegisterRecord | None = RegisterRecord.objects.of_mark(right.office, **numbers).first()
    return found


def follow_record(right: IPRight) -> None:
    """Takes status and date from the record; without one nothing is known yet."""
    right.register_status = right.record.status if right.record else RegisterStatus.UNKNOWN.value
    right.register_as_of = right.record.as_of if right.record else None


def family_for(right: IPRight) -> MarkFamily:
    """The family of the same sign in the same brand, made when there is none."""
    sign = fold(right.mark_text) or right.mark_text.casefold()
    name = right.mark_text
    if not sign:
        sign = f"picture {right.logo.clean_sha256[:16]}" if right.logo else f"right {right.public_id}"
        name = _("%(brand)s (picture)") % {"brand": right.brand.name}
    values = {"name": name[:200], "organisation": right.organisation}
    family, _new = MarkFamily.objects.get_or_create(brand=right.brand, sign=sign[:200], defaults=values)
    return family


def sweep_families(organisation: Organisation) -> None:
    """Removes families that no right is left in."""
    MarkFamily.objects.filter(organisation=organisation, rights=None).delete()


@contextmanager
def once(organisation: Organisation, declaration: Declaration, right: IPRight | None = None) -> Iterator[None]:
    """Turns the database's refusal of a second right on one mark into words that lead to the first."""
    try:
        yield
    except IntegrityError as error:
        found, field = _twin(organisation, declaration, right)
        if found is None:
            raise
        text = _("Your organisation has this mark already: %(right)s.") % {"right": found}
        raise AlreadyRegistered(text, field, found) from error


def _twin(organisation: Organisation, declaration: Declaration, right: IPRight | None) -> tuple[IPRight | None, str]:
    application = _value(declaration.office, "application", declaration.application_number)
    registration = _value(declaration.office, "registration", declaration.registration_number)
    ours = IPRight.objects.filter(organisation=organisation, office=declaration.office)
    ours = ours.exclude(pk=right.pk if right else None).select_related("family")
    record = RegisterRecord.objects.of_mark(declaration.office, application=application, registration=registration)
    tries = [
        ("registration_number", Q(registration_number=registration) if registration else Q(pk__in=[])),
        ("application_number", Q(application_number=application or registration)),
        ("registration_number", Q(record__in=record[:1])),
    ]
    for field, question in tries:
        found = ours.filter(question).first() if application or registration else None
        if found is not None:
            return found, field
    return None, ""


def _check(declaration: Declaration, organisation: Organisation) -> None:
    if not Brand.objects.filter(pk=declaration.brand.pk, organisation=organisation).exists():
        raise NotFound("brand_not_found", _("There is no such brand in your organisation."), "brand")
    if office_named(declaration.office) is None:
        raise Refused("office_unknown", _("Choose one of the offices in the list."), "office")
    if declaration.mark_kind not in MarkKind.values:
        raise Refused("mark_kind_unknown", _("Choose one of the kinds of mark in the list."), "mark_kind")
    strange = sorted({entry.number for entry in declaration.classes} - set(CLASSES))
    if strange:
        text = _("There is no class %(classes)s: classes go from 1 to 45.") % {"classes": _listed(strange)}
        raise Refused("class_unknown", text, "classes")
    _check_territories(declaration)


def _check_territories(declaration: Declaration) -> None:
    named = declaration.territories or ()
    strange = sorted(code for code in named if not is_country(code))
    if strange:
        text = _("These are not countries: %(countries)s.") % {"countries": _listed(strange)}
        raise Refused("country_unknown", text, "territories")
    covered = reach(declaration.office)
    beyond = sorted(set(named) - set(covered)) if covered is not None else []
    if beyond:
        office = office_named(declaration.office)
        values = {"office": office.short if office else declaration.office, "countries": _listed(beyond)}
        text = _("A right of %(office)s does not reach %(countries)s.") % values
        raise Refused("territory_out_of_reach", text, "territories")


def _listed(values: Iterable[object]) -> str:
    return ", ".join(str(value) for value in values)


def _line(text: str, field: str, longest: int = 200) -> str:
    line = " ".join(text.split())
    if len(line) > longest:
        raise Refused("too_long", _("Use at most %(count)s characters.") % {"count": longest}, field)
    return line


def _value(office: str, kind: str, text: str) -> str:
    return normalise_number(office, kind, text).value if text.strip() else ""


def _fill_numbers(right: IPRight, declaration: Declaration) -> None:
    right.application_number = _value(right.office, "application", declaration.application_number)
    right.registration_number = _value(right.office, "registration", declaration.registration_number)
    right.application_number_typed = declaration.application_number.strip()[:64]
    right.registration_number_typed = declaration.registration_number.strip()[:64]
    office = office_named(right.office)
    if office and office.same_number and not right.application_number:
        right.application_number = right.registration_number


def _put_files(
    right: IPRight, logo: StoredFile | None, certificate: StoredFile | None, organisation: Organisation
) -> None:
    for name, stored in (("logo", logo), ("certificate", certificate)):
        if stored is None:
            continue
        if stored.organisation_id != organisation.pk:
            raise NotFound("file_not_found", _("There is no such file in your organisation."), name)
        if name == "logo" and not stored.is_image:
            raise Refused("logo_not_a_picture", _("Send the mark as a picture: PNG, JPEG or WEBP."), "logo")
        setattr(right, name, stored)


def _fill_classes(right: IPRight, declaration: Declaration) -> bool:
    wanted: dict[int, str] = {}
    for entry in declaration.classes:
        wanted[entry.number] = entry.goods.strip() or wanted.get(entry.number, "")
    edition = edition_for(declaration.filing_date)
    if {row.number: (row.goods, row.edition) for row in right.classes.all()} == {
        number: (goods, edition) for number, goods in wanted.items()
    }:
        return False
    right.classes.all().delete()
    rows = [RightClass(right=right, number=number, edition=edition, goods=wanted[number]) for number in sorted(wanted)]
    RightClass.objects.bulk_create(rows)
    return True


def _fill_territories(right: IPRight, countries: Iterable[str]) -> bool:
    wanted = set(countries)
    if set(right.territories.values_list("country", flat=True)) == wanted:
        return False
    right.territories.all().delete()
    RightTerritory.objects.bulk_create([RightTerritory(right=right, country=code) for code in sorted(wanted)])
    return True


def _columns(right: IPRight) -> dict[str, Any]:
    linked = {"brand", "family", "record", "logo", "certificate"}
    return {name: getattr(right, f"{name}_id" if name in linked else name) for name in FIELDS}


def _changed(before: dict[str, Any], right: IPRight) -> list[str]:
    after = _columns(right)
    return [name for name in FIELDS if after[name] != before[name]]

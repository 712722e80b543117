"""What every kind of right in a register must have: numbers and days that fit together, an owner, countries, proof."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from brands.errors import Problem
from brands.models import IPRight, RightFileKind, RightKind
from brands.registers.formats import plain_number
from brands.registers.offices import reach

EARLIEST = date(1850, 1, 1)


def plain_numbers(right: IPRight) -> Iterator[Problem]:
    """Numbers of designs and patents: one is enough, and it has to look like a number."""
    given = {
        name: getattr(right, f"{name}_typed") or getattr(right, name)
        for name in ("registration_number", "application_number")
    }
    if not any(given.values()):
        text = _("Give the registration number, or the application number while it is pending.")
        yield Problem("number_missing", "registration_number", text)
    for name, value in given.items():
        answer = plain_number(value)
        if value and not answer.ok:
            yield Problem("number_wrong", name, answer.message)


def days(right: IPRight, today: date) -> Iterator[Problem]:
    """Days in their order; a registration has both number and day, unless it is a designation."""
    yield from _plausible(right, today)
    if right.filing_date and right.registration_date and right.registration_date < right.filing_date:
        text = _("The registration date is before the filing date.")
        yield Problem("dates_out_of_order", "registration_date", text)
    start = right.registration_date or right.filing_date
    if right.expiry_date and start and right.expiry_date <= start:
        yield Problem("dates_out_of_order", "expiry_date", _("It expires before it begins."))
    if right.is_madrid:
        return
    given = right.shown_number("registration_number")
    if given and not right.registration_date:
        text = _("Give the date of registration. While it is pending, give the application number alone.")
        yield Problem("registration_date_missing", "registration_date", text)
    if right.registration_date and not given:
        text = _("There is a registration date but no registration number.")
        yield Problem("number_missing", "registration_number", text)


def _plausible(right: IPRight, today: date) -> Iterator[Problem]:
    for name in ("filing_date", "registration_date", "expiry_date"):
        given = getattr(right, name)
        if given and given < EARLIEST:
            text = _("No register in use goes back to before %(year)d. Look at the year.") % {"year": EARLIEST.year}
            yield Problem("date_too_early", name, text)
    if right.filing_date and right.filing_date > today:
        yield Problem("date_in_future", "filing_date", _("The filing date is in the future."))
    if right.registration_date and right.registration_date > today:
        yield Problem("date_in_future", "registration_date", _("The registration date is in the future."))


def owner(right: IPRight) -> Iterator[Problem]:
    """Who holds it."""
    if not right.owner_name:
        yield Problem("owner_missing", "owner_name", _("Give the owner as the register names it."))


def name(right: IPRight, text: str) -> Iterator[Problem]:
    """What it is called; `text` asks for it."""
    if not right.name:
        yield Problem("name_missing", "name", text)


def territories(right: IPRight, text: str = "") -> Iterator[Problem]:
    """Countries, and none that the office does not reach."""
    countries = set(right.territories.values_list("country", flat=True))
    if not countries:
        asked = text or _("Name the countries where it is in force.")
        yield Problem("territories_missing", "territories", asked)
    covered = reach(right.office) if right.kind != RightKind.COPYRIGHT else None
    beyond = sorted(countries - set(covered)) if covered is not None else []
    if beyond:
        text = _("A right of %(office)s does not reach %(countries)s.")
        values = {"office": right.office_short, "countries": ", ".join(beyond)}
        yield Problem("territory_out_of_reach", "territories", text % values)


def certificate(right: IPRight) -> Iterator[Problem]:
    """The proof of what a register says."""
    if right.certificate_id is None:
        text = _("Add the certificate, or the office's extract while it is pending (PDF or picture).")
        yield Problem("certificate_missing", "certificate", text)


def count_of(right: IPRight, kind: RightFileKind) -> int:
    """How many files of that kind the right has."""
    return sum(row.kind == kind for row in right.files.all())

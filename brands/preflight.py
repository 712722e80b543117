"""What is missing before the desk can review a right: the same list for the page, the verb and the API."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from brands.errors import Problem
from brands.models import IPRight, MarkKind
from brands.registers.formats import looks_like, normalise_number
from brands.registers.offices import office_named, reach

EARLIEST = date(1850, 1, 1)


def problems_of(right: IPRight, today: date) -> list[Problem]:
    """Lists what to add or correct, in the order of the form; an empty list means that it can be submitted."""
    return [
        *_sign(right),
        *_numbers(right),
        *_dates(right, today),
        *_owner(right),
        *_coverage(right),
        *_certificate(right),
    ]


def warnings_of(right: IPRight) -> list[Problem]:
    """Lists numbers whose form is unusual for an office whose forms we know too little to refuse."""
    found = []
    for kind, name, value in _given(right):
        answer = normalise_number(right.office, kind, value)
        if answer.ok and answer.warn:
            found.append(Problem("number_unusual", name, answer.message))
    return found


def _given(right: IPRight) -> list[tuple[str, str, str]]:
    rows = [
        ("application", "application_number", right.application_number),
        ("registration", "registration_number", right.registration_number),
    ]
    office = office_named(right.office)
    if office and office.same_number and right.application_number == right.registration_number:
        rows = rows[1:]
    return [row for row in rows if row[2]]


def _sign(right: IPRight) -> list[Problem]:
    found = []
    if right.mark_kind != MarkKind.FIGURATIVE and not right.mark_text:
        found.append(Problem("mark_text_missing", "mark_text", _("Give the words of the mark as they are registered.")))
    if right.mark_kind != MarkKind.WORD and right.logo_id is None:
        found.append(Problem("logo_missing", "logo", _("Add a picture of the mark: it is not a word mark.")))
    return found


def _numbers(right: IPRight) -> list[Problem]:
    given = _given(right)
    if not given:
        office = office_named(right.office)
        example = " " + looks_like(office, "registration") if office else ""
        text = _("Give the registration number, or the application number while it is pending.") + example
        return [Problem("number_missing", "registration_number", text)]
    answers = [(name, normalise_number(right.office, kind, value)) for kind, name, value in given]
    wrong = [Problem("number_wrong", name, answer.message) for name, answer in answers if not answer.ok]
    office = office_named(right.office)
    if not wrong and len(given) == 2 and office and office.same_number:
        text = _("%(office)s gives one number to application and registration. Enter it once, or twice the same.")
        return [Problem("numbers_differ", "application_number", text % {"office": right.office_short})]
    return wrong


def _dates(right: IPRight, today: date) -> list[Problem]:
    found = []
    for name in ("filing_date", "registration_date", "expiry_date"):
        given = getattr(right, name)
        if given and given < EARLIEST:
            text = _("No register in use goes back to before %(year)d. Look at the year.") % {"year": EARLIEST.year}
            found.append(Problem("date_too_early", name, text))
    if right.filing_date and right.filing_date > today:
        found.append(Problem("date_in_future", "filing_date", _("The filing date is in the future.")))
    if right.registration_date and right.registration_date > today:
        found.append(Problem("date_in_future", "registration_date", _("The registration date is in the future.")))
    if right.filing_date and right.registration_date and right.registration_date < right.filing_date:
        text = _("The registration date is before the filing date.")
        found.append(Problem("dates_out_of_order", "registration_date", text))
    start = right.registration_date or right.filing_date
    if right.expiry_date and start and right.expiry_date <= start:
        found.append(Problem("dates_out_of_order", "expiry_date", _("The mark expires before it begins.")))
    if right.registration_number and not right.registration_date:
        text = _("Give the date of registration. While the mark is pending, give the application number alone.")
        found.append(Problem("registration_date_missing", "registration_date", text))
    if right.registration_date and not right.registration_number:
        text = _("There is a registration date but no registration number.")
        found.append(Problem("number_missing", "registration_number", text))
    return found


def _owner(right: IPRight) -> list[Problem]:
    if right.owner_name:
        return []
    return [Problem("owner_missing", "owner_name", _("Give the owner as the register names it."))]


def _coverage(right: IPRight) -> list[Problem]:
    found = []
    if not right.classes.exists():
        text = _("Choose at least one class: complaints lean on the goods it covers.")
        found.append(Problem("classes_missing", "classes", text))
    countries = set(right.territories.values_list("country", flat=True))
    if not countries:
        found.append(Problem("territories_missing", "territories", _("Name the countries where the mark is in force.")))
    covered = reach(right.office)
    beyond = sorted(countries - set(covered)) if covered is not None else []
    if beyond:
        text = _("A right of %(office)s does not reach %(countries)s.")
        values = {"office": right.office_short, "countries": ", ".join(beyond)}
        found.append(Problem("territory_out_of_reach", "territories", text % values))
    return found


def _certificate(right: IPRight) -> list[Problem]:
    if right.certificate_id is not None:
        return []
    text = _("Add the certificate, or the office's extract while the mark is pending (PDF or picture).")
    return [Problem("certificate_missing", "certificate", text)]

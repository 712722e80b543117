"""What a registered design needs: number, product, classes and views."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from brands.errors import Problem
from brands.models import DesignDetail, IPRight, RightFileKind
from brands.preflight import common
from brands.registers.offices import add_months

MOST_VIEWS: Final = 7
LONGEST_YEARS: Final = 25  # Regulation (EC) No 6/2002, Article 12: five years from filing, renewed up to 25
TERM_YEARS: Final = 5


def problems_of(right: IPRight, today: date) -> list[Problem]:
    """Lists what the desk would miss, in the order of the form."""
    design = getattr(right, "design", None) or DesignDetail()
    return [
        *common.plain_numbers(right),
        *common.days(right, today),
        *common.owner(right),
        *_product(design),
        *common.territories(right),
        *_views(right),
        *common.certificate(right),
    ]


def warnings_of(right: IPRight) -> list[Problem]:
    """An EU design that would run longer than the law allows, or end between two terms."""
    if right.office != "EM" or not right.filing_date or not right.expiry_date:
        return []
    ends = [add_months(right.filing_date, 12 * years) for years in range(TERM_YEARS, LONGEST_YEARS + 1, TERM_YEARS)]
    if right.expiry_date > ends[-1]:
        text = _("An EU design lasts at most %(years)d years from its filing: this would be longer.")
        return [Problem("expiry_beyond_term", "expiry_date", text % {"years": LONGEST_YEARS})]
    if all(abs((right.expiry_date - end).days) > 1 for end in ends):
        text = _("EU designs run in terms of five years from their filing. Compare this day with the register.")
        return [Problem("expiry_between_terms", "expiry_date", text)]
    return []


def _product(design: DesignDetail) -> Iterator[Problem]:
    if not design.product:
        yield Problem("product_missing", "product", _("Say for which product the design is registered."))
    if not design.locarno_classes:
        text = _("Give at least one Locarno class, such as 02-04.")
        yield Problem("classes_missing", "locarno_classes", text)


def _views(right: IPRight) -> Iterator[Problem]:
    count = common.count_of(right, RightFileKind.VIEW)
    if not count:
        yield Problem("views_missing", "views", _("Add the views of the design as registered: one to seven pictures."))
    if count > MOST_VIEWS:
        text = _("A design has at most %(most)d views here; take some away.") % {"most": MOST_VIEWS}
        yield Problem("too_many_views", "views", text)

"""What a patent needs: numbers, what it is about, and the claims."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from brands.errors import Problem
from brands.models import IPRight, PatentDetail, RightFileKind
from brands.preflight import common
from brands.registers.offices import add_months

TERM_YEARS: Final = 20  # TRIPS, Article 33: from the filing


def problems_of(right: IPRight, today: date) -> list[Problem]:
    """Lists what the desk would miss, in the order of the form."""
    patent = getattr(right, "patent", None) or PatentDetail()
    return [
        *common.name(right, _("Give the title of the patent.")),
        *common.plain_numbers(right),
        *common.days(right, today),
        *common.owner(right),
        *_subject(right, patent),
        *common.territories(right),
        *common.certificate(right),
    ]


def warnings_of(right: IPRight) -> list[Problem]:
    """A patent that would run longer than 20 years from its filing."""
    if not right.filing_date or not right.expiry_date:
        return []
    if right.expiry_date <= add_months(right.filing_date, 12 * TERM_YEARS):
        return []
    text = _("A patent lasts at most %(years)d years from its filing. Is this an extension? The desk will ask.")
    return [Problem("expiry_beyond_term", "expiry_date", text % {"years": TERM_YEARS})]


def _subject(right: IPRight, patent: PatentDetail) -> Iterator[Problem]:
    if not patent.ipc_classes:
        yield Problem("classes_missing", "ipc_classes", _("Give at least one IPC class, such as A43B 13/14."))
    if not patent.claims and not common.count_of(right, RightFileKind.CLAIMS):
        text = _("Give the claims that matter, or add a file with claims and drawings.")
        yield Problem("claims_missing", "claims", text)

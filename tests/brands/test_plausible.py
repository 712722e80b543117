"""What the desk would only send back is said before it is sent: one number, a date for a registration, a real year."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from brands.preflight import problems_of
from tests.complaints.factories import make_right

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


def codes(**fields: Any) -> set[str]:
    return {problem.code for problem in problems_of(make_right(**fields), TODAY)}


def test_a_registration_number_needs_its_date() -> None:
    assert "registration_date_missing" in codes(registration_date=None)
    assert "registration_date_missing" not in codes(registration_date=None, registration_number="")


def test_an_office_with_one_number_gets_one_number() -> None:
    assert "numbers_differ" in codes(registration_number="018000001", application_number="018999999")
    american = {"office": "US", "registration_number": "5845537", "application_number": "88326251", "markets": ("US",)}
    assert "numbers_differ" not in codes(**american)


def test_a_year_that_no_register_knows_is_a_slip() -> None:
    assert "date_too_early" in codes(filing_date=date(1, 1, 1))
    assert "date_too_early" not in codes(filing_date=date(1890, 1, 1))

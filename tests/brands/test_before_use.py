"""Before a right is used it is compared again; the office is asked only where its word is older than a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import override_settings

from brands import registry
from brands.models import IPRight, RegisterRecord
from portal.accounts.actors import SYSTEM
from tests.brands import composed as c
from tests.brands import factories as f
from tests.brands.fake_office import KEY, FakeOffice, fake_office, says

pytestmark = pytest.mark.django_db
SERIAL = "90000001"


@pytest.fixture
def office() -> Iterator[FakeOffice]:
    with (
        fake_office(records={f"sn{SERIAL}": c.tsdr(c.Mark())}) as office,
        override_settings(REGISTERS_LIVE=["US"], USPTO_API_KEY=KEY, USPTO_BASE=office.address),
    ):
        yield office


def of_the_office() -> IPRight:
    return f.approved(f.actor(), office="US", application_number=SERIAL, registration_number="7000001")


def before_use(right: IPRight, after: timedelta = timedelta(0)) -> IPRight:
    now = f.NOW + after
    with time_machine.travel(now, tick=False):
        registry.recheck_before_use(
            actor=SYSTEM, right=IPRight.objects.select_related("record").get(pk=right.pk), now=now
        )
    return IPRight.objects.get(pk=right.pk)


def test_the_office_is_asked_once_a_day_and_the_record_compared_each_time(office: FakeOffice) -> None:
    right = of_the_office()
    before_use(right)
    asked = len(office.calls)
    assert asked >= 1 and RegisterRecord.objects.filter(application_number=SERIAL).exists()
    soon = before_use(right, timedelta(hours=1))
    assert len(office.calls) == asked and soon.checked_at == f.NOW + timedelta(hours=1)
    before_use(right, timedelta(hours=26))
    assert len(office.calls) > asked


def test_an_office_in_trouble_is_left_alone_until_the_noted_time_and_stays_noted(office: FakeOffice) -> None:
    right = of_the_office()
    office.moods = [says(429, Retry_After="600")] * 3
    trouble = before_use(right)
    asked = len(office.calls)
    assert trouble.check_result == "rate_limited" and trouble.next_check_at is not None
    again = before_use(right, timedelta(minutes=1))
    assert len(office.calls) == asked
    assert (again.check_result, again.next_check_at) == (trouble.check_result, trouble.next_check_at)
    office.moods = []
    after = before_use(right, trouble.next_check_at - f.NOW + timedelta(seconds=1))
    assert len(office.calls) > asked and after.check_result != "rate_limited"


def test_an_answer_about_another_mark_is_noted_changes_nothing_and_is_asked_again_soon(office: FakeOffice) -> None:
    right = of_the_office()
    before_use(right)
    held = RegisterRecord.objects.get(application_number=SERIAL)
    office.records[f"sn{SERIAL}"] = c.tsdr(c.Mark(registration="7999999", words="ZEBRA PUMP", status="710"))
    after = before_use(right, timedelta(hours=26))
    assert after.check_result == "other_mark" and "another mark" in after.check_detail
    assert after.next_check_at == f.NOW + timedelta(hours=27) and after.state == "approved"
    record = RegisterRecord.objects.get()
    assert (record.registration_number, record.mark_text, record.status) == (
        held.registration_number,
        held.mark_text,
        held.status,
    )

"""Records at their doors: the API shows what an office said and when; the desk reads and never writes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from brands import registry
from brands.models import OfficeCall, RegisterReading, RegisterRecord
from brands.registers import tsdr_json
from brands.registers.clients import pace
from tests.accounts.factories import make_staff, make_superuser, signed_in
from tests.brands import composed as c
from tests.brands import factories as f
from tests.brands.test_api import Caller

pytestmark = pytest.mark.django_db
DAY = date(2024, 5, 2)


def record(**changes: Any) -> RegisterRecord:
    (facts,) = tsdr_json.parse(c.tsdr(c.Mark(**changes)), as_of=DAY, source="USPTO TSDR sn90000001")
    found = registry.store(facts=facts, now=f.NOW).record
    found.refresh_from_db()
    return found


def desk(role: str = "reviewer") -> Client:
    return signed_in(Client(), make_staff(role))


def test_the_api_tells_the_chain_of_owners_the_offices_words_and_how_old_they_are() -> None:
    record(designs=["24.15.25"])
    (row,) = Caller().get("/register-records", office="US", number="90/000,001").json()
    assert (row["st13"], row["status"], row["status_code"], row["status_text"]) == (
        "US500000090000001",
        "registered",
        "700",
        "Registered.",
    )
    assert (row["as_of"], row["status_date"], row["publication_date"]) == ("2024-05-02", "2023-03-14", "2022-10-18")
    assert [owner["sequence"] for owner in row["owners"]] == [10, 30, 31]
    assert row["owners"][-1] == {
        "name": "Tarnfell Outdoor AB",
        "role": "subsequent_after_registration",
        "sequence": 31,
        "country": "SE",
    }
    assert row["design_codes"] == [{"scheme": "US", "code": "24.15.25"}]
    assert (row["basis"], row["international_number"], row["read_at"]) == ("national", "", "2026-11-21T10:00:00Z")
    assert row["classes"][0]["goods"] == "Jackets"


def test_the_desk_reads_a_record_with_its_readings() -> None:
    kept = record()
    (later,) = tsdr_json.parse(c.tsdr(c.Mark(status="710")), as_of=DAY + timedelta(days=1))
    registry.store(facts=later, now=f.NOW)
    page = desk().get(reverse("admin:brands_registerrecord_change", args=[kept.pk])).text
    assert "Tarnfell AB (original_applicant SE)" in page
    assert "Changed" in page and "New record" in page
    assert 'name="_save"' not in page


def test_a_reading_shows_what_was_said_escaped() -> None:
    record(words="<script>alert(1)</script>")
    reading = RegisterReading.objects.get()
    page = desk("auditor").get(reverse("admin:brands_registerreading_change", args=[reading.pk])).text
    assert "&lt;script&gt;alert(1)" in page and "<script>alert" not in page
    assert "first_use:25" in page


def test_lists_of_readings_and_of_the_pace_are_there_to_read() -> None:
    record()
    pace.take_slot("US", f.NOW, 60)
    client = signed_in(Client(), make_superuser())
    for name in ("registerreading", "officecall", "registerrecord"):
        assert client.get(reverse(f"admin:brands_{name}_changelist")).status_code == 200
        assert client.get(reverse(f"admin:brands_{name}_add")).status_code == 403
    page = client.get(reverse("admin:brands_officecall_change", args=[OfficeCall.objects.get().pk]))
    assert page.status_code == 200 and 'name="_save"' not in page.text


def test_the_list_of_readings_costs_the_same_for_many(django_assert_max_num_queries: Any) -> None:
    for number in range(8):
        record(serial=str(90_000_001 + number), registration=str(7_000_001 + number))
    client = desk()
    address = reverse("admin:brands_registerreading_changelist")
    client.get(address)
    with django_assert_max_num_queries(12):
        client.get(address)

"""Asking an office over a socket: its rules are kept, and whatever it answers badly has a name and changes nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import override_settings
from django.utils import timezone

from brands.models import OfficeCall, RegisterReading, RegisterRecord
from brands.registers.clients import client_for, pace
from brands.registers.clients.base import OfficeError
from brands.registers.clients.euipo import EuipoClient
from brands.registers.clients.uspto import UsptoClient
from brands.registers.clients.wire import LARGEST, Wire, retry_after
from tests.brands import composed as c
from tests.brands.fake_office import BOMB, CLIENT, HTML, KEY, SECRET, FakeOffice, dawdles, fake_office, hangs_up, says

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
SERIAL, REGISTRATION = "90000001", "7000001"


@pytest.fixture
def office() -> Iterator[FakeOffice]:
    records = {f"sn{SERIAL}": c.tsdr(c.Mark()), f"rn{REGISTRATION}": c.tsdr(c.Mark()), "018999001": c.euipo()}
    with fake_office(records=records) as office:
        yield office


def uspto(office: FakeOffice, **wire: Any) -> UsptoClient:
    values: dict[str, Any] = {"sleep": lambda _seconds: None, "read": 0.4, "connect": 0.4, **wire}
    return UsptoClient(Wire("US", office.address, 60, **values), wire.pop("key", KEY))


def euipo(office: FakeOffice) -> EuipoClient:
    wire = Wire("EM", office.address, 60, sleep=lambda _seconds: None)
    return EuipoClient(wire, office.address + "/token", CLIENT, SECRET)


def fails(client: UsptoClient | EuipoClient, code: str) -> OfficeError:
    """Asks, and expects this failure; whatever it was, nothing was written."""
    with pytest.raises(OfficeError) as caught:
        client.fetch(application=SERIAL)
    assert caught.value.code == code
    assert str(caught.value)
    assert not RegisterRecord.objects.exists() and not RegisterReading.objects.exists()
    return caught.value


def test_a_composed_record_is_fetched_by_serial_or_registration_with_the_published_header(office: FakeOffice) -> None:
    (facts,) = uspto(office).fetch(application=SERIAL)
    (again,) = uspto(office).fetch(registration=REGISTRATION)
    assert facts.mark_text == again.mark_text == "TARNFELL"
    assert facts.as_of == timezone.now().date()
    assert office.paths() == [
        f"/ts/cd/casestatus/sn{SERIAL}/info.json",
        f"/ts/cd/casestatus/rn{REGISTRATION}/info.json",
    ]
    assert office.calls[0][2]["uspto-api-key"] == KEY


def test_a_wrong_key_is_said_so_and_not_tried_again(office: FakeOffice) -> None:
    client = uspto(office)
    client.key = "wrong"
    error = fails(client, "refused")
    assert len(office.calls) == 1 and error.retry_at > timezone.now()


def test_more_than_sixty_a_minute_are_never_asked_whoever_asks(office: FakeOffice) -> None:
    """Two clients stand for two processes: the pace is kept in the database."""
    with time_machine.travel(NOW, tick=False) as clock:
        office.clock = lambda: timezone.now().timestamp()
        for place in range(60):
            uspto(office).fetch(application=SERIAL)
            clock.shift(0.5 if place < 59 else 0)
        with pytest.raises(OfficeError) as caught:
            uspto(office).fetch(application=SERIAL)
        assert caught.value.code == "rate_limited" and len(office.calls) == 60
        assert caught.value.retry_at == NOW + timedelta(seconds=60)
        clock.move_to(caught.value.retry_at + timedelta(milliseconds=10))
        assert uspto(office).fetch(application=SERIAL)


def test_no_window_of_sixty_seconds_has_more_than_sixty_calls(office: FakeOffice) -> None:
    asked: list[datetime] = []
    moment = NOW
    for _try in range(400):
        try:
            pace.take_slot("US", moment, 60)
            asked.append(moment)
            moment += timedelta(seconds=0.3)
        except OfficeError as error:
            moment = error.retry_at
    for at in asked:
        assert sum(at <= other < at + timedelta(seconds=60) for other in asked) <= 60
    assert OfficeCall.objects.get(office="US").calls <= 60


def test_429_closes_the_office_for_as_long_as_it_asks(office: FakeOffice) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        office.moods = [says(429, Retry_After="90")]
        error = fails(uspto(office), "rate_limited")
        assert error.retry_at == NOW + timedelta(seconds=90)
        clock.shift(89)
        fails(uspto(office), "rate_limited")
        assert len(office.calls) == 1, "a closed office is not asked"
        clock.shift(2)
        assert uspto(office).fetch(application=SERIAL)


def test_retry_after_may_be_a_date_or_nonsense() -> None:
    assert retry_after("120", NOW) == timedelta(seconds=120)
    assert retry_after("Sat, 21 Nov 2026 10:05:00 GMT", NOW) == timedelta(minutes=5)
    assert retry_after("soon", NOW) == retry_after("", NOW) == timedelta(seconds=60)


def test_a_wait_of_a_year_is_cut_to_a_day(office: FakeOffice) -> None:
    with time_machine.travel(NOW, tick=False):
        office.moods = [says(429, Retry_After="31536000")]
        assert fails(uspto(office), "rate_limited").retry_at == NOW + timedelta(hours=24)


def test_500_is_tried_again_and_then_left_for_later(office: FakeOffice) -> None:
    office.moods = [says(500), says(503)]
    assert uspto(office).fetch(application=SERIAL), "the third try succeeds"
    office.moods = [says(500)] * 3
    error = fails(uspto(office), "unavailable")
    assert len(office.calls) == 6
    assert error.retry_at > timezone.now()
    assert OfficeCall.objects.get(office="US").failures == 1


def test_an_office_that_keeps_failing_is_left_alone_for_longer_and_then_forgiven(office: FakeOffice) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        waits = []
        for _try in range(5):
            office.moods = [says(500)] * 3
            error = fails(uspto(office), "unavailable")
            waits.append(error.retry_at - timezone.now())
            clock.move_to(error.retry_at + timedelta(seconds=1))
        assert waits == sorted(waits) and waits[-1] > waits[0]
        uspto(office).fetch(application=SERIAL)
        assert OfficeCall.objects.get(office="US").failures == 0


def test_a_slow_office_is_not_waited_for(office: FakeOffice) -> None:
    office.moods = [dawdles(1.5)] * 2
    error = fails(uspto(office, retries=(0,)), "timeout")
    assert len(office.calls) == 2 and error.retry_at > timezone.now()


@pytest.mark.parametrize(
    "body", [HTML, b"", b"{", b"[1, 2]", b"null", b'"text"', BOMB, b"\xff\xfe\x00", b"[" * 100_000]
)
def test_what_is_no_record_is_unreadable(office: FakeOffice, body: bytes) -> None:
    office.moods = [says(200, body, Content_Type="text/html")]
    assert fails(uspto(office), "unreadable").retry_at > timezone.now()


def test_an_answer_that_breaks_off_is_not_half_taken(office: FakeOffice) -> None:
    office.moods = [hangs_up] * 3
    fails(uspto(office), "unavailable")
    office.moods = [says(200, c.tsdr(c.Mark())[:-40])]
    fails(uspto(office), "unreadable")


def test_an_answer_without_end_is_cut(office: FakeOffice) -> None:
    office.moods = [says(200, b" " * (LARGEST + 1))]
    fails(uspto(office), "unreadable")


def test_the_record_of_another_mark_is_refused(office: FakeOffice) -> None:
    office.records[f"sn{SERIAL}"] = c.tsdr(c.Mark(serial="90000002"))
    assert "another mark" in str(fails(uspto(office), "other_mark"))


def test_a_number_nobody_has_is_not_found(office: FakeOffice) -> None:
    office.records.clear()
    fails(uspto(office), "not_found")


def test_redirects_stay_on_the_host_that_may_know_the_key(office: FakeOffice) -> None:
    with fake_office(records=office.records) as other:
        office.moods = [says(302, Location=f"{other.address}/ts/cd/casestatus/sn{SERIAL}/info.json")]
        fails(uspto(office), "unreadable")
        assert other.calls == []
    office.moods = [says(302, Location=f"/ts/cd/casestatus/rn{REGISTRATION}/info.json")]
    assert uspto(office).fetch(application=SERIAL)
    office.moods = [says(302, Location="/ts/cd/round")] * 9
    fails(uspto(office), "unreadable")


def test_an_office_that_is_not_there_is_unavailable() -> None:
    client = UsptoClient(Wire("US", "http://127.0.0.1:9", 60, sleep=lambda _seconds: None), KEY)
    fails(client, "unavailable")


def test_the_euipo_wants_a_token_and_keeps_it(office: FakeOffice) -> None:
    client = euipo(office)
    for _time in range(2):
        (facts,) = client.fetch(application="018999001")
    assert facts.office == "EM" and facts.owner_name == "Tarnfell Outdoor AB"
    assert office.paths().count("/token") == 1
    assert office.calls[-1][2]["x-ibm-client-id"] == CLIENT


def test_the_euipo_token_is_renewed_when_it_ends_or_is_taken_away(office: FakeOffice) -> None:
    client = euipo(office)
    client.fetch(application="018999001")
    office.tokens.clear()
    client.fetch(application="018999001")
    assert office.paths().count("/token") == 2
    with time_machine.travel(timezone.now() + timedelta(hours=3), tick=False):
        client.fetch(application="018999001")
    assert office.paths().count("/token") == 3


def test_wrong_credentials_at_the_euipo_are_refused_without_a_loop(office: FakeOffice) -> None:
    client = euipo(office)
    client.secret = "wrong"
    fails(client, "refused")
    assert len(office.calls) == 1


def test_live_calls_are_off_until_an_operator_turns_an_office_on(office: FakeOffice) -> None:
    assert client_for("US") is None and client_for("EM") is None and client_for("GB") is None
    with override_settings(REGISTERS_LIVE=["US"], USPTO_API_KEY=KEY, USPTO_BASE=office.address):
        assert client_for("US").fetch(application=SERIAL)
        assert client_for("EM") is None


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"RIGHTSDESK_REGISTERS_LIVE": "US,GB"}, "RIGHTSDESK_REGISTERS_LIVE names GB"),
        ({"RIGHTSDESK_REGISTERS_LIVE": "US"}, "RIGHTSDESK_USPTO_API_KEY"),
        ({"RIGHTSDESK_REGISTERS_LIVE": "EM", "RIGHTSDESK_EUIPO_CLIENT_ID": "x"}, "RIGHTSDESK_EUIPO_CLIENT_SECRET"),
        ({"RIGHTSDESK_USPTO_APIKEY": "x"}, "Unknown setting"),
        ({"RIGHTSDESK_REGISTERS_LIVE": "US", "RIGHTSDESK_USPTO_API_KEY": "x"}, ""),
    ],
)
def test_settings_of_live_calls_are_whole_or_stop_the_start(
    environment: dict[str, str], says: str, tmp_path: Path
) -> None:
    whole = {**os.environ, **environment, "RIGHTSDESK_VAR": str(tmp_path)}
    command = [sys.executable, "-c", "import portal.settings"]
    done = subprocess.run(command, env=whole, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) == (not says) and says in done.stderr

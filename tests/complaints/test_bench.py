"""Load: bulk rows keep the house's rules, lanes measure, and neither touches what it should not."""

from __future__ import annotations

import io
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from complaints.bench import lanes, stage
from complaints.bench.load import SHARES, seed_load
from complaints.management.commands import bench
from complaints.models import Complaint, Item, Snapshot
from complaints.snapshots import is_whole
from complaints.states import ComplaintState, ItemState, derive
from portal.accounts.models import Organisation

pytestmark = pytest.mark.django_db


def test_bulk_cases_look_like_cases() -> None:
    load = seed_load(complaints=300, organisations=3, now=timezone.now())
    cases = list(Complaint.objects.prefetch_related("items"))
    assert len(cases) == 300 and load.written["Complaint"] == 300
    assert set(Counter(case.state for case in cases)) >= {"accepted", "queued", "rejected", "partially_accepted"}
    for case in cases:
        states = [item.state for item in case.items.all()]
        if case.state == ComplaintState.DRAFT:
            assert not states and case.reference is None
        else:
            claimed = case.is_claimed(timezone.now())
            assert derive(states, claimed=claimed) == case.state, (case, states)
    assert all(is_whole(snapshot) for snapshot in Snapshot.objects.all())
    assert not Item.objects.filter(state=ItemState.ACCEPTED, measures=None).exists()
    call_command("verify_ledger", stdout=io.StringIO())


def test_bulk_loading_goes_on_where_it_stopped() -> None:
    for _run in range(2):
        seed_load(complaints=40, organisations=2, now=timezone.now())
    assert Complaint.objects.count() == 80
    assert Organisation.objects.count() == 4


def test_shares_are_of_a_hundred() -> None:
    assert sum(SHARES.values()) == 100


def test_seed_load_says_how_fast_it_was() -> None:
    out = io.StringIO()
    with override_settings(DEBUG=True):
        call_command("seed_load", "--complaints", "20", "--organisations", "1", stdout=out)
    assert "rows a second" in out.getvalue()
    assert Complaint.objects.count() == 20


def test_seed_load_asks_before_it_fills_a_real_database() -> None:
    with override_settings(DEBUG=False), pytest.raises(CommandError, match="--yes"):
        call_command("seed_load", "--complaints", "20")
    call_command("seed_load", "--complaints", "5", "--yes", stdout=io.StringIO())
    assert Complaint.objects.count() == 5


@pytest.mark.parametrize(("complaints", "organisations"), [("0", "1"), ("5", "0")])
def test_seed_load_refuses_nonsense(complaints: str, organisations: str) -> None:
    with override_settings(DEBUG=True), pytest.raises(CommandError, match="1 complaint or more"):
        call_command("seed_load", "--complaints", complaints, "--organisations", organisations)


@pytest.mark.parametrize("lane", lanes.LANES)
def test_each_lane_measures(lane: str) -> None:
    result = lanes.LANES[lane](**lanes.QUICK[lane])
    plain = result.plain()
    assert plain["lane"] == lane
    assert all(row["seconds"] > 0 and row["queries"] > 0 for row in plain["rows"])
    assert plain["ratios"]
    assert next(iter(bench.table(result))).strip() == lane


def test_queries_do_not_grow_with_the_case() -> None:
    filed, opened = lanes.filing(sizes=(2, 40), pictured=(1,)), lanes.desk(sizes=(2, 40))
    assert filed.ratios["queries, largest to smallest"] == 1
    assert opened.ratios["queries, largest to smallest"] == 1


def test_lists_ask_the_same_for_many_as_for_few() -> None:
    found = lanes.lists(sizes=(60, 120)).ratios
    assert found["list of complaints: queries, largest to smallest"] == 1
    assert found["dashboard: queries, largest to smallest"] == 1


def test_the_machine_is_named_and_unknown_lanes_are_refused() -> None:
    assert {"cores", "Python"} <= set(bench.machine())
    with pytest.raises(SystemExit):
        call_command("bench", "nosuchlane", stderr=io.StringIO())


def test_the_best_of_several_tries_counts() -> None:
    assert stage.measure(lambda: 7, best_of=3).result == 7

"""Timestamps of an outside authority: asked after the filing, kept only when proven, tried again when it is away."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from complaints import proving, stamping
from complaints.models import Manifest
from portal.ledger import seal, timestamps
from portal.ledger.models import OutboxMessage
from portal.ledger.proving import Tally
from tests.complaints.factories import make_filed_complaint
from tests.complaints.fake_authority import Authority, open_authority, prepare

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="the fake authority signs with the openssl command"),
]
TASK = "complaints.stamp_manifest"


@pytest.fixture
def authority(tmp_path: Path, settings: Any) -> Iterator[Authority]:
    with open_authority(tmp_path) as found:
        settings.TIMESTAMP_URL, settings.TIMESTAMP_ROOTS = found.url, str(found.root)
        yield found


def test_off_by_default_and_then_nobody_is_asked(run_outbox: Any) -> None:
    make_filed_complaint(items=1)
    run_outbox()
    assert Manifest.objects.get().token is None and not OutboxMessage.objects.filter(task=TASK).exists()


def test_a_filing_is_timestamped_once_and_the_token_proves_its_hash(authority: Authority, run_outbox: Any) -> None:
    make_filed_complaint(items=1)
    run_outbox()
    manifest = Manifest.objects.get()
    assert not stamping.stamp(manifest.pk)
    assert len(authority.asked) == 1 and authority.complaints == []
    assert timestamps.verify(bytes(manifest.token), manifest.sha256) == manifest.token_at
    assert abs(timezone.now() - manifest.token_at) < timedelta(minutes=5)
    assert list(proving.prove(Tally())) == []


def test_only_a_hash_leaves(authority: Authority, run_outbox: Any) -> None:
    make_filed_complaint(items=1)
    run_outbox()
    [query] = authority.asked
    assert bytes.fromhex(Manifest.objects.get().sha256) in query and len(query) < 100


@pytest.mark.parametrize("mood", ["down", "html", "garbage"])
def test_an_authority_that_is_away_or_answers_nonsense_is_asked_again(
    authority: Authority, run_outbox: Any, mood: str
) -> None:
    authority.mood = mood
    case = make_filed_complaint(items=1)
    run_outbox()
    message = OutboxMessage.objects.get(task=TASK)
    assert (message.state, message.attempts) == ("waiting", 1) and message.last_error
    assert Manifest.objects.get().token is None and case.fresh().state == "queued"
    authority.mood = ""
    OutboxMessage.objects.update(not_before=timezone.now())
    run_outbox()
    assert Manifest.objects.get().token is not None


def test_a_token_of_an_authority_that_nobody_trusts_is_not_kept(
    authority: Authority, run_outbox: Any, settings: Any, tmp_path_factory: Any
) -> None:
    settings.TIMESTAMP_ROOTS = str(prepare(tmp_path_factory.mktemp("other")).root)
    make_filed_complaint(items=1)
    run_outbox()
    assert Manifest.objects.get().token is None
    assert "NotProven" in OutboxMessage.objects.get(task=TASK).last_error


def test_a_token_over_another_hash_is_found(authority: Authority, run_outbox: Any) -> None:
    make_filed_complaint(items=1)
    make_filed_complaint(items=1)
    run_outbox()
    first, second = Manifest.objects.order_by("id")
    seal.unseal(connection)
    Manifest.objects.filter(pk=second.pk).update(token=first.token)
    seal.seal(connection)
    assert "timestamp" in str(next(proving.prove(Tally())))


def test_without_a_root_it_is_said_that_nothing_was_checked(
    authority: Authority, run_outbox: Any, settings: Any
) -> None:
    make_filed_complaint(items=1)
    run_outbox()
    settings.TIMESTAMP_ROOTS = ""
    tally = Tally()
    assert list(proving.prove(tally)) == []
    assert any("not checked" in what for what in tally.counts)

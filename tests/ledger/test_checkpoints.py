"""Checkpoints: made once a day, signed, carried out; they find what rewrites or cuts a chain behind the triggers."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.management import CommandError, call_command
from django.db import connection

from portal.ledger import checkpoint_keys, checkpoints, comparing, events, seal
from portal.ledger.canonical import link_hash
from portal.ledger.models import Checkpoint, Event, StreamHead
from portal.ledger.proving import Tally
from portal.ledger.upkeep import make_checkpoint
from tests.ledger.factories import NOW, make_chain, make_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"
    return tmp_path / "checkpoints"


@pytest.fixture
def unsealed(db: None) -> Iterator[None]:
    seal.unseal(connection)
    yield
    seal.seal(connection)


def found(folder: Path, **more: Any) -> list[str]:
    return [str(fault) for fault in comparing.verify(folder, Tally(), **more)]


def rewrite_history(seq: int) -> None:
    """What somebody with full rights on the database would do: change an event and hash everything behind it anew."""
    prev = ""
    for event in Event.objects.filter(stream_kind="complaint").order_by("seq"):
        if event.seq == seq:
            event.payload = {"number": 99}
        event.prev_hash = prev
        event.hash = link_hash(
            stream=event.stream, seq=event.seq, kind=event.kind, at=event.at, actor=event.actor,
            payload=event.payload, prev=prev,
        )  # fmt: skip
        event.save()
        prev = event.hash
    StreamHead.objects.filter(stream_kind="complaint").update(hash=prev)


def make_stream(links: int) -> None:
    for number in range(links):
        make_event(stream=("complaint", 1), payload={"number": number})


def test_a_checkpoint_holds_every_head_and_is_signed(folder: Path) -> None:
    make_chain(3)
    make_event(stream=("right", 7))
    heads = list(StreamHead.objects.order_by("id").values_list("stream_id", "seq", "hash"))
    made = checkpoints.make(now=NOW)
    lines = gzip.decompress((folder / f"heads-{NOW.date()}.jsonl.gz").read_bytes()).splitlines()
    assert [tuple(json.loads(line)[1:]) for line in lines] == heads
    assert (made.heads, made.events, made.previous) == (2, 4, "")
    statement = checkpoints.read_statement(Path(made.left_to))
    key = checkpoint_keys.read_public(folder / f"key-{made.key_id}.pem")
    assert checkpoint_keys.has_signed(key, statement.bytes, made.signature)
    assert found(folder) == []


def test_it_is_made_once_a_day_and_the_next_day_follows(folder: Path) -> None:
    make_chain(1)
    first = checkpoints.make(now=NOW)
    make_chain(1)
    assert checkpoints.make(now=NOW + timedelta(minutes=1)) == first
    second = checkpoints.make(now=NOW + timedelta(days=1))
    assert second.previous == first.root
    assert Checkpoint.objects.count() == 2 and found(folder) == []


def test_the_task_runs_twice_without_harm(folder: Path) -> None:
    make_checkpoint()
    make_checkpoint()
    assert Checkpoint.objects.count() == Event.objects.filter(kind="checkpoint.made").count() == 1


def test_a_run_that_broke_off_behind_the_file_is_finished_from_it(folder: Path) -> None:
    make_chain(2)
    made = checkpoints.make(now=NOW)
    Checkpoint.objects.all().delete()
    make_chain(1)
    assert checkpoints.make(now=NOW).root == made.root


def test_rewritten_history_is_found_although_every_chain_is_whole(folder: Path, unsealed: None) -> None:
    make_stream(4)
    checkpoints.make(now=NOW)
    rewrite_history(2)
    assert events.verify_all() == []
    assert found(folder) == [f"complaint:1 #4: it had another hash on {NOW.date()}: the chain was rewritten since"]


def test_a_tail_that_was_cut_off_is_found_although_every_chain_is_whole(folder: Path, unsealed: None) -> None:
    make_stream(4)
    checkpoints.make(now=NOW)
    Event.objects.filter(stream_kind="complaint", seq__gt=2).delete()
    last = Event.objects.get(stream_kind="complaint", seq=2)
    StreamHead.objects.filter(stream_kind="complaint").update(seq=2, hash=last.hash)
    assert events.verify_all() == []
    assert "the end was cut off" in found(folder)[0]


def test_a_chain_that_is_gone_as_a_whole_is_found(folder: Path, unsealed: None) -> None:
    make_stream(2)
    checkpoints.make(now=NOW)
    Event.objects.filter(stream_kind="complaint").delete()
    StreamHead.objects.filter(stream_kind="complaint").delete()
    assert events.verify_all() == [] and "complaint:1 #2" in found(folder)[0]


def test_chains_that_went_on_agree(folder: Path) -> None:
    make_stream(2)
    checkpoints.make(now=NOW)
    make_stream(3)
    assert found(folder) == []


def test_a_changed_file_a_foreign_key_and_a_missing_day_are_found(folder: Path) -> None:
    for day in range(3):
        make_stream(1)
        checkpoints.make(now=NOW + timedelta(days=day))
    first = folder / f"heads-{NOW.date()}.jsonl.gz"
    first.chmod(0o600)
    first.write_bytes(gzip.compress(b""))
    assert found(folder) == [f"{first.name}: it is not what the checkpoint was signed over"]
    stranger = Ed25519PrivateKey.generate().public_key()
    assert sum("signature" in fault for fault in found(folder, trusted=stranger)) == 3
    (folder / f"checkpoint-{NOW.date() + timedelta(days=1)}.json").unlink()
    assert any("one is missing" in fault for fault in found(folder))


def test_the_statement_cannot_be_edited(folder: Path) -> None:
    make_stream(1)
    path = Path(checkpoints.make(now=NOW).left_to)
    path.chmod(0o600)
    path.write_text(path.read_text().replace('"heads": 1', '"heads": 2'))
    assert any("signature" in fault for fault in found(folder))


def test_the_command_says_what_agrees_and_ends_with_1_or_2(folder: Path, unsealed: None, tmp_path: Path) -> None:
    make_stream(2)
    made = checkpoints.make(now=NOW)
    seal.seal(connection)
    out = io.StringIO()
    call_command("verify_ledger", "--checkpoints", str(folder), stdout=out)
    assert "1 checkpoints" in out.getvalue()
    key = tmp_path / "mine.pem"
    public = Ed25519PrivateKey.generate().public_key()
    key.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    with pytest.raises(CommandError, match="signature") as refused:
        call_command("verify_ledger", "--checkpoints", str(folder), "--public-key", str(key), stderr=io.StringIO())
    assert refused.value.returncode == 1
    with pytest.raises(CommandError, match="no checkpoint") as nothing:
        call_command("verify_ledger", "--checkpoints", str(tmp_path))
    assert nothing.value.returncode == 2
    assert made.left_at is not None


def test_it_is_mailed_where_an_address_is_set(folder: Path, settings: Any, run_outbox: Any, mailoutbox: Any) -> None:
    settings.CHECKPOINT_MAIL = "auditor@outside.test"
    make_stream(1)
    made = checkpoints.make(now=NOW)
    run_outbox()
    [mail] = mailoutbox
    assert mail.to == ["auditor@outside.test"]
    assert made.root in mail.body and made.signature in mail.body and made.root[:16] in mail.subject


def test_the_key_comes_from_the_environment_or_is_made_once(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    made = checkpoint_keys.private_key()
    assert checkpoint_keys.private_key().private_bytes_raw() == made.private_bytes_raw()
    assert (tmp_path / "checkpoint.key").stat().st_mode & 0o777 == 0o600
    settings.CHECKPOINT_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    assert checkpoint_keys.private_key().private_bytes_raw() == bytes(range(32))


def test_making_and_comparing_ask_the_same_for_many_heads(folder: Path, django_assert_max_num_queries: Any) -> None:
    for stream in range(40):
        make_event(stream=("right", stream))
    with django_assert_max_num_queries(14):
        checkpoints.make(now=NOW)
    with django_assert_max_num_queries(1):
        assert found(folder) == []

"""Files and rows go together; space is counted; what is served carries its guards."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.http import Http404

from portal.accounts.actors import PUBLIC, Actor
from portal.errors import Forbidden, Refused
from portal.files import store
from portal.files.errors import FileRefused
from portal.files.models import StoredFile
from tests.files import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def actor() -> Actor:
    return make.owner(make.organisation())


def on_disk() -> int:
    return sum(1 for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def test_a_file_is_three_private_files(actor: Actor, media: Path) -> None:
    make.take(make.picture(), "a.png", actor)
    assert on_disk() == 3
    assert {path.stat().st_mode & 0o777 for path in media.rglob("*") if path.is_file()} == {0o600}


def test_no_file_without_row(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise DatabaseError("full")

    monkeypatch.setattr(StoredFile, "save", fail)
    with pytest.raises(DatabaseError):
        make.take(make.picture(), "a.png", actor)
    assert on_disk() == 0


def test_no_row_without_file(actor: Actor, media: Path, settings: Any) -> None:
    (media / "blocked").write_text("a file where a folder should be")
    settings.MEDIA_ROOT = media / "blocked"
    with pytest.raises(NotADirectoryError):
        make.take(make.picture(), "a.png", actor)
    assert not StoredFile.objects.exists()


def test_sweep_takes_only_old_files_without_row(actor: Actor) -> None:
    kept = make.take(make.picture(), "a.png", actor)
    with transaction.atomic():
        make.take(make.picture(), "b.png", actor)
        transaction.set_rollback(True)  # the caller's transaction fails
    assert on_disk() == 6
    assert store.sweep(now=make.NOW.fromtimestamp(time.time(), tz=make.NOW.tzinfo)) == 0
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        if path.is_file():
            os.utime(path, (0, 0))
    assert store.sweep(now=make.NOW) == 3
    assert store.sweep(now=make.NOW) == 0
    assert kept.clean_file.storage.exists(str(kept.clean_file.name))


def test_remove_takes_row_and_files(actor: Actor, django_capture_on_commit_callbacks: Any) -> None:
    stored = make.take(make.picture(), "a.png", actor)
    with django_capture_on_commit_callbacks(execute=True):
        store.remove(stored)
    assert (on_disk(), StoredFile.objects.count()) == (0, 0)


def test_quota_is_per_organisation(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    first = make.take(make.picture(), "a.png", actor)
    monkeypatch.setattr(store, "QUOTA", first.stored_bytes + 10)
    with pytest.raises(FileRefused) as caught:
        make.take(make.picture(), "b.png", actor)
    assert caught.value.code == "file_quota_reached"
    assert (on_disk(), StoredFile.objects.count()) == (3, 1)
    other = make.owner(make.organisation("Other AB"), "other@example.org")
    make.take(make.picture(), "c.png", other)


def test_nobody_spends_the_space_of_others(actor: Actor) -> None:
    stranger = make.owner(make.organisation("Other AB"), "other@example.org")
    upload = SimpleUploadedFile("a.png", make.picture())
    with pytest.raises(Forbidden):
        store.accept(upload, actor=stranger, organisation=actor.organisation, purpose="evidence", now=make.NOW)


def test_the_public_and_the_product_may_add(media: Path) -> None:
    upload = SimpleUploadedFile("a.png", make.picture())
    stored = store.accept(upload, actor=PUBLIC, organisation=None, purpose="notice", now=make.NOW)
    frozen = store.freeze(make.picture("JPEG"), name="shot.jpg", purpose="snapshot", now=make.NOW)
    assert (stored.uploaded_by, frozen.uploaded_by, frozen.created_at) == (None, None, make.NOW)


def test_serves_with_every_guard(actor: Actor) -> None:
    stored = make.take(make.picture("JPEG"), "Zürich\r\nX: y 商标.html", actor)
    response = store.serve(stored)
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Cache-Control"] == "private, no-store"
    disposition = response["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''Z%C3%BCrich")
    assert disposition.endswith(".jpg")
    assert not {"\r", "\n"} & set(disposition)
    assert b"".join(response)[:3] == b"\xff\xd8\xff"
    assert store.serve(stored, which="thumbnail")["Content-Type"] == "image/webp"


def test_a_lost_file_answers_404(actor: Actor) -> None:
    stored = make.take(make.picture(), "a.png", actor)
    stored.clean_file.storage.delete(str(stored.clean_file.name))
    with pytest.raises(Http404):
        store.serve(stored)


def test_refusals_are_domain_errors_with_a_field(actor: Actor) -> None:
    with pytest.raises(Refused) as caught:
        make.take(b"nothing", "a.png", actor)
    assert caught.value.field == "file"


def test_keeps_the_time_it_was_given(actor: Actor) -> None:
    assert make.take(make.picture(), "a.png", actor).created_at == make.NOW
    assert timedelta(0) == make.NOW.utcoffset()

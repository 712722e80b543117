"""Pictures kept as evidence: byte for byte, once, read-only, and refused when they are no longer what was frozen."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.http import Http404
from django.utils import timezone
from PIL import Image

from portal.files import frozen, store
from portal.files.models import StoredFile
from portal.files.sealing import PURPOSE

pytestmark = pytest.mark.django_db


def picture(size: tuple[int, int] = (40, 30), colour: str = "navy") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def source(data: bytes) -> Any:
    """A picture as the catalogue keeps it."""
    name = default_storage.save("marketplace/x.png", ContentFile(data))
    return StoredFile(original=name).original


def kept(*pictures: bytes) -> frozen.Kept:
    return frozen.keep({f"LS-{n}": source(data) for n, data in enumerate(pictures)}, now=timezone.now())


def path_of(row: StoredFile) -> Path:
    return Path(row.clean_file.path)


def test_the_bytes_are_those_that_were_shown_and_lie_under_their_hash_read_only() -> None:
    data = picture()
    row = kept(data).files["LS-0"]
    assert path_of(row).read_bytes() == data
    assert path_of(row).name == row.sha256 == row.clean_sha256 == hashlib.sha256(data).hexdigest()
    assert path_of(row).stat().st_mode & 0o777 == 0o400
    assert (row.media_type, row.width, row.height, row.organisation) == ("image/png", 40, 30, None)


def test_equal_bytes_are_kept_once_in_one_call_and_in_the_next() -> None:
    first = kept(picture(), picture(), picture(colour="red"))
    second = kept(picture())
    assert first.files["LS-0"] == first.files["LS-1"] == second.files["LS-0"] != first.files["LS-2"]
    assert StoredFile.objects.filter(purpose=PURPOSE).count() == 2


def test_statements_do_not_grow_with_the_pictures(django_assert_num_queries: Any) -> None:
    many = {f"LS-{n}": source(picture(colour=f"#{n:06x}")) for n in range(60)}
    with django_assert_num_queries(2):
        frozen.keep(many, now=timezone.now())


def test_what_cannot_be_kept_is_named_and_stops_nothing(settings: Any) -> None:
    gone = source(picture())
    default_storage.delete(gone.name)
    found = frozen.keep(
        {
            "a": gone,
            "b": source(b"<html>"),
            "c": source(picture()),
            "d": source(b"\x89PNG\r\n\x1a\n" + b"0" * 11_000_000),
        },
        now=timezone.now(),
    )
    assert found.missing == {"a": "gone", "b": "unreadable", "d": "too_large"} and set(found.files) == {"c"}


def test_a_changed_file_is_not_served_and_not_used_again() -> None:
    row = kept(picture()).files["LS-0"]
    assert b"".join(store.serve(row)) == picture()
    path_of(row).chmod(0o600)
    path_of(row).write_bytes(picture(colour="red"))
    assert not frozen.is_whole(row)
    with pytest.raises(Http404):
        store.serve(row)
    again = kept(picture()).files["LS-0"]
    assert again != row and frozen.is_whole(again)


def test_the_database_refuses_to_change_or_remove_a_frozen_file_and_no_other() -> None:
    row = kept(picture()).files["LS-0"]
    mine = StoredFile.objects.filter(pk=row.pk)
    for change in (lambda: mine.update(sha256="0" * 64), mine.delete, lambda: store.remove(row)):
        with pytest.raises(DatabaseError, match="frozen file"), transaction.atomic():
            change()
    other = store.freeze(picture(), name="logo.png", purpose="right-logo", now=timezone.now())
    store.remove(other)
    assert list(StoredFile.objects.all()) == [row]


def test_a_large_picture_gets_a_small_copy_later_and_is_shown_meanwhile(run_outbox: Any) -> None:
    data = picture((900, 600))
    row = kept(data).files["LS-0"]
    assert b"".join(store.serve(row, which="thumbnail")) == data
    run_outbox()
    frozen.draw_small(str(row.pk))
    answer = store.serve(row, which="thumbnail")
    with Image.open(io.BytesIO(b"".join(answer))) as small:
        assert answer["Content-Type"] == "image/webp" and max(small.size) == 480


def test_the_sweep_leaves_frozen_bytes_and_takes_those_of_a_filing_that_failed() -> None:
    row = kept(picture()).files["LS-0"]

    class Broke(Exception):
        pass

    with pytest.raises(Broke), transaction.atomic():
        lost = kept(picture(colour="red")).files["LS-0"]
        raise Broke
    store.sweep(now=timezone.now() + timedelta(days=3))
    assert frozen.is_whole(row) and not path_of(lost).exists()

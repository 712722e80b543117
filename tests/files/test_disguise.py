"""Names, types and lengths that lie."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.base import File

from portal.accounts.actors import Actor
from portal.files.errors import FileRefused
from portal.files.models import StoredFile
from portal.files.names import display_name
from portal.files.store import accept
from tests.files import factories as make

pytestmark = pytest.mark.django_db

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def actor() -> Actor:
    return make.owner(make.organisation())


@pytest.mark.parametrize(
    ("data", "name", "word"),
    [
        (b"<!DOCTYPE html><script>alert(1)</script>", "photo.png", "HTML"),
        (SVG, "logo.svg", "SVG"),
        (SVG, "logo.png", "SVG"),
        (b"GIF89a/*" + b"\0" * 40 + b"*/=1;alert(1)//", "logo.png", "GIF"),
        (b"PK\x03\x04" + b"\0" * 50, "certificate.pdf", "ZIP"),
        (b"MZ" + b"\0" * 50, "certificate.pdf", "program"),
        (b"II*\0" + b"\0" * 50, "scan.jpg", "TIFF"),
        (b"BM" + b"\0" * 50, "scan.jpg", "BMP"),
        (b"alert(1)", "scan.jpg", "text"),
        (b"<script>alert(1)</script>%PDF-1.4\n%%EOF", "scan.pdf", "HTML"),
        (b"\n%PDF-1.4\n%%EOF", "scan.pdf", "before the PDF"),
    ],
)
def test_disguised_files_are_refused_by_what_they_hold(actor: Actor, data: bytes, name: str, word: str) -> None:
    with pytest.raises(FileRefused) as caught:
        make.take(data, name, actor, media_type="image/png")
    assert caught.value.code == "file_type_not_allowed"
    assert f"named .{name[-3:]}" in str(caught.value)
    assert word in str(caught.value)
    assert "send PNG, JPEG, WebP or PDF" in str(caught.value)


def test_a_lying_type_changes_nothing(actor: Actor) -> None:
    stored = make.take(make.picture("JPEG"), "logo.png", actor, media_type="text/html")
    assert stored.media_type == "image/jpeg"
    assert stored.download_name == "logo.jpg"


def test_zero_bytes(actor: Actor) -> None:
    with pytest.raises(FileRefused, match=r"empty \(0 bytes\)") as caught:
        make.take(b"", "a.png", actor)
    assert caught.value.code == "file_empty"


@pytest.mark.parametrize(
    ("head", "limit"),
    [(b"\x89PNG\r\n\x1a\n", 10), (b"%PDF-1.7\n", 20), (b"<html>", 10), (b"\xff\xd8\xff", 10)],
)
def test_too_large_is_refused_before_decoding(actor: Actor, head: bytes, limit: int) -> None:
    data = head.ljust(limit * 1024**2 + 1, b"\0")
    with pytest.raises(FileRefused) as caught:
        make.take(data, "a.png", actor)
    assert caught.value.code == "file_too_large"


def test_a_lying_length_is_not_believed(actor: Actor) -> None:
    class Endless(io.RawIOBase):
        taken = 0

        def seek(self, *_args: int) -> int:
            return 0

        def read(self, size: int = -1) -> bytes:
            assert 0 < size <= 20 * 1024**2 + 1, "reads without an end"
            Endless.taken += size
            return b"\xff\xd8\xff".ljust(size, b"\0")

    upload: Any = File(Endless(), name="a.jpg")  # type: ignore[arg-type]
    upload.size = 10
    with pytest.raises(FileRefused):
        accept(upload, actor=actor, organisation=actor.organisation, purpose="evidence", now=make.NOW)
    assert Endless.taken <= 20 * 1024**2 + 1


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("../../etc/passwd.png", "passwd.png"),
        ("C:\\Users\\a\\b.png", "b.png"),
        ("a\0b.png", "a b.png"),
        ("a\r\nSet-Cookie: x=1.png", "a Set-Cookie_ x=1.png"),
        ("invoice\u202egnp.exe", "invoicegnp.exe"),
        ("\u200b\ufeff", "file"),
        ("CON", "_CON"),
        ("con.png", "_con.png"),
        ("LPT1.pdf", "_LPT1.pdf"),
        ("...", "file"),
        (".htaccess", "htaccess"),
        ("", "file"),
        ("a\ud800b.png", "ab.png"),
        ("Zürich 商标.png", "Zürich 商标.png"),
        ("x" * 300 + ".png", "x" * 116 + ".png"),
        ("y" * 300, "y" * 120),
        ('a"b;c.png', "a_b;c.png"),
    ],
)
def test_names_are_made_safe(actor: Actor, raw: str, shown: str) -> None:
    assert display_name(raw) == shown
    stored = make.take(make.picture(), raw, actor)
    assert StoredFile.objects.get(pk=stored.pk).original_name == shown
    for field in (stored.original, stored.clean_file, stored.thumbnail):
        assert str(field.name).startswith("files/")
        assert len(str(field.name)) == len("files/ab/") + 36

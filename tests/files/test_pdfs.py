"""What happens to PDFs on their way in."""

from __future__ import annotations

import io
import zlib

import pikepdf
import pytest
from PIL import Image

from portal.accounts.actors import Actor
from portal.files.errors import FileRefused
from portal.files.models import StoredFile
from tests.files import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor() -> Actor:
    return make.owner(make.organisation())


def refusal(data: bytes, actor: Actor) -> str:
    with pytest.raises(FileRefused) as caught:
        make.take(data, "certificate.pdf", actor)
    assert not StoredFile.objects.exists()
    return caught.value.code


def unpacked(stored: StoredFile) -> bytes:
    """Gives the kept PDF with every stream and object readable."""
    out = io.BytesIO()
    with stored.clean_file.open("rb") as handle, pikepdf.open(handle.file) as document:
        document.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.all,
            compress_streams=False,
        )
    return out.getvalue()


def test_takes_a_certificate(actor: Actor) -> None:
    stored = make.take(make.pdf(pages=3), "certificate.pdf", actor)
    assert (stored.kind, stored.media_type, stored.pages) == ("pdf", "application/pdf", 3)
    assert (stored.width, stored.height) == (300, 200)
    with stored.thumbnail.open("rb") as handle, Image.open(handle) as image:
        assert image.size == (480, 320)
        red = image.convert("RGB").getpixel((100, 250))
        assert isinstance(red, tuple)
        assert (red[0] > 150, red[1] < 90) == (True, True)


def test_nothing_armed_is_left(actor: Actor) -> None:
    data = make.armed_pdf()
    for word in (b"EVIL-SCRIPT", b"EVIL-PROGRAM", b"EVIL-METADATA", b"EVIL-LINK", b"EVIL-SECOND"):
        assert word in data
    kept = unpacked(make.take(data, "certificate.pdf", actor))
    assert b"20 20 100 60 re" in kept  # what the page shows is there
    for word in (
        b"EVIL", b"evil", b"/JavaScript", b"/JS", b"/OpenAction", b"/AA", b"/AF", b"/EmbeddedFile",
        b"/Filespec", b"/Annots", b"/Names", b"/Metadata", b"/URI",
    ):  # fmt: skip
        assert word not in kept, word


def test_form_fields_stay_readable(actor: Actor) -> None:
    out = io.BytesIO()
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(300, 200))
        look = document.make_stream(
            b"0 0 1 rg 0 0 50 50 re f", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form,
            BBox=pikepdf.Array([0, 0, 50, 50]),
        )  # fmt: skip
        stamp = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Stamp, Rect=pikepdf.Array([10, 10, 60, 60]), F=4,
            AP=pikepdf.Dictionary(N=look),
        )  # fmt: skip
        page.obj.Annots = pikepdf.Array([document.make_indirect(stamp)])
        document.save(out)
    kept = unpacked(make.take(out.getvalue(), "certificate.pdf", actor))
    assert b"0 0 1 rg 0 0 50 50 re f" in kept
    assert b"/Annot" not in kept


def test_encrypted_is_refused(actor: Actor) -> None:
    for user_password in ("", "secret"):
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(make.pdf())) as document:
            document.save(out, encryption=pikepdf.Encryption(owner="owner", user=user_password))
        assert refusal(out.getvalue(), actor) == "pdf_encrypted"


def test_many_pages_are_refused(actor: Actor) -> None:
    assert refusal(make.pdf(pages=201), actor) == "pdf_too_many_pages"


@pytest.mark.parametrize("size", [(20_000, 200), (300, 1_000_000)])
def test_huge_pages_are_refused(actor: Actor, size: tuple[float, float]) -> None:
    assert refusal(make.pdf(size=size), actor) == "pdf_page_too_large"


@pytest.mark.parametrize("keep", [9, 100, 300])
def test_cut_off_is_refused(actor: Actor, keep: int) -> None:
    assert refusal(make.pdf()[:keep], actor) == "pdf_unreadable"


@pytest.mark.parametrize("body", [b"", b"\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", b"\0" * 4000, b"[" * 90_000])
def test_rubbish_is_refused(actor: Actor, body: bytes) -> None:
    assert refusal(b"%PDF-1.7" + body + b"\n%%EOF", actor) == "pdf_unreadable"


def test_a_packed_bomb_ends_in_the_child(actor: Actor) -> None:
    """2 GB of zeroes in an object stream cost the child its limit, and us nothing."""
    squeezed = zlib.compressobj(9)
    packed = b"".join(squeezed.compress(bytes(64 * 1024**2)) for _ in range(32)) + squeezed.flush()
    head = b"%PDF-1.7\n1 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length "
    data = head + str(len(packed)).encode() + b" >>\nstream\n" + packed + b"\nendstream\nendobj\n%%EOF"
    assert refusal(data, actor) == "pdf_unreadable"

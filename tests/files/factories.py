"""Pictures and PDFs, kind and hostile, made on the spot."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import UTC, datetime
from typing import Any

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from portal.accounts.actors import Actor, ActorKind
from portal.accounts.models import Organisation, Role, User
from portal.files.models import StoredFile
from portal.files.store import accept

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def organisation(name: str = "Tarnfell Outdoor AB") -> Organisation:
    return Organisation.objects.create(name=name, country="SE", kind="rights_holder")


def owner(of: Organisation, email: str = "owner@tarnfell.example") -> Actor:
    user = User.objects.create_user(email, "correct horse 42")
    return Actor(kind=ActorKind.MEMBER, user=user, organisation=of, role=Role.RIGHTS_OWNER)


def take(data: bytes, name: str, actor: Actor, media_type: str = "application/octet-stream") -> StoredFile:
    upload: Any = SimpleUploadedFile("x", data, media_type)
    upload._name = name  # as it came, before Django tidied it
    return accept(upload, actor=actor, organisation=actor.organisation, purpose="evidence", now=NOW)


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any) -> bytes:
    out = io.BytesIO()
    image = Image.new(mode, size)
    if mode == "RGB":
        image.paste((200, 30, 40), (0, 0, size[0] // 2, size[1]))
    image.save(out, kind, **options)
    return out.getvalue()


def located_jpeg() -> bytes:
    """A JPEG with position, camera owner and a turn by 90 degrees in its EXIF."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "SECRET-DESCRIPTION"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (59.0, 20.0, 5.0)
    return picture("JPEG", exif=exif, comment=b"SECRET-COMMENT", icc_profile=b"SECRET-PROFILE" * 20)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of_size(width: int, height: int, extra: bytes = b"") -> bytes:
    """A small PNG of one grey bit a pixel that is as large on the screen as wanted."""
    squeezed = zlib.compressobj(9)
    row = b"\0" * ((width + 7) // 8 + 1)
    body = b"".join(squeezed.compress(row) for _ in range(height)) + squeezed.flush()
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + extra + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def text_bomb(megabytes: int) -> bytes:
    return chunk(b"zTXt", b"note\0\0" + zlib.compress(b"a" * megabytes * 1024**2, 9))


def profile_bomb(megabytes: int) -> bytes:
    return chunk(b"iCCP", b"p\0\0" + zlib.compress(b"a" * megabytes * 1024**2, 9))


def animation(frames: int, kind: str = "WEBP") -> bytes:
    out = io.BytesIO()
    shots = [Image.new("RGB", (8, 8), (255 * (number % 2), number % 256, 9)) for number in range(frames)]
    shots[0].save(out, kind, save_all=True, append_images=shots[1:], duration=20)
    return out.getvalue()


def noted_png() -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "SECRET-AUTHOR")
    return picture("PNG", pnginfo=notes)


def pdf(pages: int = 1, size: tuple[float, float] = (300, 200)) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as document:
        for number in range(pages):
            page = document.add_blank_page(page_size=(300, 200)).obj
            page.MediaBox = pikepdf.Array([0, 0, *size])
            page.Contents = document.make_stream(b"0.8 0.1 0.1 rg 20 20 %d 60 re f" % (100 + number))
        document.save(out)
    return out.getvalue()


def armed_pdf() -> bytes:
    """A PDF with a script, an action when opened, attachments by every road and a link on its page."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(300, 200)).obj
        page.Contents = document.make_stream(b"/GS0 gs 0.8 0.1 0.1 rg 20 20 100 60 re f")
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('EVIL-SCRIPT')")
        program = document.make_stream(b"EVIL-PROGRAM", Type=pikepdf.Name.EmbeddedFile)
        attachment = pikepdf.Dictionary(
            Type=pikepdf.Name.Filespec, F="evil.exe", UF="evil.exe", EF=pikepdf.Dictionary(F=program)
        )
        held = document.make_indirect(attachment)
        root = document.Root
        root.OpenAction = script
        root.AA = pikepdf.Dictionary(WC=script)
        root.AF = pikepdf.Array([held])
        root.Names = pikepdf.Dictionary(
            JavaScript=pikepdf.Dictionary(Names=pikepdf.Array(["a", script])),
            EmbeddedFiles=pikepdf.Dictionary(Names=pikepdf.Array(["evil.exe", held])),
        )
        page.AA = pikepdf.Dictionary(O=script)
        page.AF = pikepdf.Array([held])
        page.Metadata = document.make_stream(b"EVIL-METADATA", Type=pikepdf.Name.Metadata)
        page.Annots = pikepdf.Array([_link(), _paperclip(held)])
        page.Resources = pikepdf.Dictionary(
            ExtGState=pikepdf.Dictionary(GS0=pikepdf.Dictionary(CA=1, AF=pikepdf.Array([held]), AA=script)),
            Properties=pikepdf.Dictionary(P0=pikepdf.Dictionary(Hidden=held)),
        )
        document.docinfo["/Author"] = "EVIL-AUTHOR"
        document.attachments["second.exe"] = b"EVIL-SECOND"
        document.save(out, compress_streams=False)
    return out.getvalue()


def _link() -> pikepdf.Dictionary:
    action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://evil.example/EVIL-LINK")
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=pikepdf.Array([0, 0, 50, 50]), A=action
    )


def _paperclip(held: pikepdf.Object) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.FileAttachment,
        Rect=pikepdf.Array([0, 0, 9, 9]),
        FS=held,
    )

"""What happens to pictures on their way in."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from pathlib import Path

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


def clean(stored: StoredFile) -> bytes:
    with stored.clean_file.open("rb") as handle:
        return handle.read()


def refused(data: bytes, name: str, actor: Actor) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        make.take(data, name, actor)
    assert not StoredFile.objects.exists()
    return caught.value


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
def test_keeps_the_format_and_both_hashes(actor: Actor, kind: str, media_type: str) -> None:
    data = make.picture(kind)
    stored = make.take(data, "logo.bin", actor)
    assert (stored.media_type, stored.kind, stored.width, stored.height) == (media_type, "image", 60, 40)
    assert stored.sha256 == hashlib.sha256(data).hexdigest()
    assert stored.clean_sha256 == hashlib.sha256(clean(stored)).hexdigest()
    with stored.original.open("rb") as handle:
        assert handle.read() == data


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_takes_every_layout_of_png(actor: Actor, mode: str) -> None:
    stored = make.take(make.picture("PNG", mode=mode), "logo.png", actor)
    with Image.open(io.BytesIO(clean(stored))) as image:
        assert image.format == "PNG"


def test_keeps_transparency_of_a_palette(actor: Actor) -> None:
    stored = make.take(make.picture("PNG", mode="P", transparency=0), "logo.png", actor)
    with Image.open(io.BytesIO(clean(stored))) as image:
        assert image.has_transparency_data


def test_takes_cmyk_jpeg(actor: Actor) -> None:
    stored = make.take(make.picture("JPEG", mode="CMYK"), "print.jpg", actor)
    with Image.open(io.BytesIO(clean(stored))) as image:
        assert image.mode == "RGB"


def test_position_comment_and_profile_are_gone_and_the_picture_stands_upright(actor: Actor) -> None:
    data = make.located_jpeg()
    assert b"SECRET" in data
    stored = make.take(data, "photo.jpg", actor)
    assert (stored.width, stored.height) == (40, 60)
    assert b"SECRET" not in clean(stored)
    with Image.open(io.BytesIO(clean(stored))) as image:
        assert not image.getexif()
        assert not {"exif", "icc_profile", "comment"} & set(image.info)


def test_text_of_a_png_is_gone(actor: Actor) -> None:
    stored = make.take(make.noted_png(), "logo.png", actor)
    assert b"SECRET" not in clean(stored)


def test_thumbnail_is_small(actor: Actor) -> None:
    stored = make.take(make.picture("JPEG", size=(1600, 900)), "wide.jpg", actor)
    with stored.thumbnail.open("rb") as handle, Image.open(handle) as image:
        assert (image.format, image.size) == ("WEBP", (480, 270))
    assert (stored.width, stored.height) == (1600, 900)


@pytest.mark.parametrize("size", [(13_304, 13_304), (1_000_000, 1), (1, 1_000_000), (5_001, 5_000), (20_000, 900)])
def test_pixel_bombs_are_refused(actor: Actor, size: tuple[int, int]) -> None:
    refusal = refused(make.png_of_size(*size), "bomb.png", actor)
    assert refusal.code == "picture_too_many_pixels"
    assert "25 megapixels" in str(refusal)


@pytest.mark.parametrize("extra", [make.text_bomb(300), make.profile_bomb(300)])
def test_packed_text_and_profile_bombs_are_refused(actor: Actor, extra: bytes) -> None:
    assert refused(make.png_of_size(8, 8, extra), "bomb.png", actor).code == "picture_unreadable"


def test_many_frames_are_refused_and_a_few_give_the_first(actor: Actor) -> None:
    assert refused(make.animation(201), "film.webp", actor).code == "picture_too_many_frames"
    assert refused(make.animation(201, "PNG"), "film.png", actor).code == "picture_too_many_frames"
    assert make.take(make.animation(3), "film.webp", actor).width == 8


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_cut_off_pictures_are_refused(actor: Actor, kind: str, share: float) -> None:
    image = Image.effect_noise((200, 200), 90).convert("RGB")
    out = io.BytesIO()
    image.save(out, kind)
    data = out.getvalue()
    assert refused(data[: int(len(data) * share)], "cut", actor).code == "picture_unreadable"


def test_what_hangs_behind_a_picture_is_gone(actor: Actor) -> None:
    stored = make.take(make.picture("JPEG") + b"<script>EVIL</script>", "a.jpg", actor)
    assert b"EVIL" not in clean(stored)


def test_a_bomb_needs_little_memory(tmp_path: Path) -> None:
    """The largest picture that is refused and all packed bombs stay far under the memory of a worker."""
    bombs = [make.png_of_size(13304, 13304), make.png_of_size(8, 8, make.text_bomb(300))]
    for number, bomb in enumerate(bombs):
        (tmp_path / f"{number}.png").write_bytes(bomb)
    script = """
import pathlib, resource, sys
from django.conf import settings
settings.configure(USE_I18N=False)
from portal.files.errors import FileRefused
from portal.files.judge import judge
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for path in pathlib.Path(sys.argv[1]).iterdir():
    try:
        judge(path.read_bytes(), path.name)
    except FileRefused:
        continue
    raise SystemExit("taken")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    command = [sys.executable, "-c", script, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 64 * 1024  # KiB

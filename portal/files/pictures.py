"""Pictures: checked by their header, then decoded, turned upright and written anew without metadata."""

from __future__ import annotations

import io
import threading
import warnings
from typing import TypedDict

from django.utils.translation import gettext as _
from PIL import Image, ImageFile, ImageOps, PngImagePlugin

from portal.files.errors import FileRefused

FORMATS = ("PNG", "JPEG", "WEBP")
MOST_PIXELS = 25_000_000
LONGEST_SIDE = 16_000
MOST_FRAMES = 200
THUMBNAIL = (480, 480)

# Pillow's own limits, for the whole process: this module is the only place that decodes foreign pictures.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
ImageFile.LOAD_TRUNCATED_IMAGES = False
PngImagePlugin.MAX_TEXT_CHUNK = 1024 * 1024
PngImagePlugin.MAX_TEXT_MEMORY = 4 * 1024 * 1024
warnings.simplefilter("error", Image.DecompressionBombWarning)

# One picture at a time in a process: 25 megapixels take 100 MB while they are open.
_one_at_a_time = threading.BoundedSemaphore(1)


class Rebuilt(TypedDict):
    media_type: str
    data: bytes
    thumbnail: bytes
    width: int
    height: int


def looks_like_ours(data: bytes) -> bool:
    """Says whether the bytes begin as PNG, JPEG or WebP; the decoder still has the last word."""
    return data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")) or (
        data.startswith(b"RIFF") and data[8:12] == b"WEBP"
    )


def read_header(data: bytes, name: str) -> tuple[str, int, int]:
    """Gives (media type, width, height) without decoding the picture. Raises FileRefused for what rebuild refuses."""
    if not looks_like_ours(data):
        raise FileRefused("picture_unreadable", _("“%(name)s” is no picture that we know.") % {"name": name}, "file")
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            _check_header(picture, name)
            return f"image/{str(picture.format).lower()}", *picture.size
    except FileRefused:
        raise
    except Exception as broken:  # decoders raise nearly anything on hostile bytes
        raise FileRefused(
            "picture_unreadable", _("“%(name)s” is no picture that we know.") % {"name": name}, "file"
        ) from broken


def rebuild(data: bytes, name: str) -> Rebuilt:
    """Decodes the first frame and encodes it anew. Raises FileRefused for bombs and unreadable bytes."""
    with _one_at_a_time:
        try:
            with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                _check_header(picture, name)
                return _encode(picture)
        except FileRefused:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
            raise _too_many_pixels(name) from bomb
        except Exception as broken:  # decoders raise nearly anything on hostile bytes
            raise FileRefused(
                "picture_unreadable",
                _(
                    "We cannot read the picture “%(name)s”: it is damaged or cut off. "
                    "Save it again and send the new copy."
                )
                % {"name": name},
                "file",
            ) from broken


def _check_header(picture: Image.Image, name: str) -> None:
    width, height = picture.size
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise _too_many_pixels(name, width, height)
    if getattr(picture, "n_frames", 1) > MOST_FRAMES:
        raise FileRefused(
            "picture_too_many_frames",
            _("“%(name)s” is an animation of more than %(most)d frames. Send the frames that matter as pictures.")
            % {"name": name, "most": MOST_FRAMES},
            "file",
        )


def _too_many_pixels(name: str, width: int = 0, height: int = 0) -> FileRefused:
    size = f" ({width} × {height})" if width else ""
    text = _(
        "“%(name)s” is too large to open%(size)s. Pictures may have 25 megapixels and 16,000 pixels a side; "
        "send a smaller copy."
    )
    return FileRefused("picture_too_many_pixels", text % {"name": name, "size": size}, "file")


def _encode(picture: Image.Image) -> Rebuilt:
    """Keeps PNG as PNG and WebP as WebP, all else becomes JPEG; nothing but pixels goes along."""
    kind = picture.format
    picture.load()
    ImageOps.exif_transpose(picture, in_place=True)
    picture.info = {key: value for key, value in picture.info.items() if key == "transparency"}
    upright = picture if picture.mode in _modes(kind) else _convert(picture, kind)
    upright.info.pop("icc_profile", None)
    out = io.BytesIO()
    if kind == "PNG":
        upright.save(out, "PNG", compress_level=4)
    elif kind == "WEBP":
        upright.save(out, "WEBP", quality=90, method=2)
    else:
        upright.save(out, "JPEG", quality=90)
    width, height = upright.size  # the thumbnail shrinks it
    return Rebuilt(
        media_type=f"image/{str(kind).lower()}" if kind in {"PNG", "WEBP"} else "image/jpeg",
        data=out.getvalue(),
        thumbnail=thumbnail(upright),
        width=width,
        height=height,
    )


def _modes(kind: str | None) -> set[str]:
    """Names the pixel layouts that each format can be written in as they are."""
    if kind == "PNG":
        return {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"}
    return {"RGB", "RGBA"} if kind == "WEBP" else {"L", "RGB"}


def _convert(picture: Image.Image, kind: str | None) -> Image.Image:
    opaque = kind == "JPEG" or not picture.has_transparency_data
    return picture.convert("RGB" if opaque else "RGBA")


def thumbnail(picture: Image.Image) -> bytes:
    """Gives a WebP of at most 480 by 480 pixels; the picture may be shrunk in place."""
    if picture.mode not in {"RGB", "RGBA"}:
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    picture.thumbnail(THUMBNAIL)
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=80, method=2)
    return out.getvalue()


def small_jpeg(data: bytes, name: str, side: int = 320) -> bytes:
    """Gives a JPEG of at most `side` pixels a side, on white, for print. Raises FileRefused as `rebuild` does."""
    read_header(data, name)
    with _one_at_a_time:
        try:
            with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                picture.draft("RGB", (side, side))
                whole = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
                whole.thumbnail((side, side), reducing_gap=2.0)
                if whole.mode == "RGBA":
                    whole = Image.alpha_composite(Image.new("RGBA", whole.size, "white"), whole).convert("RGB")
                out = io.BytesIO()
                whole.save(out, "JPEG", quality=80)
                return out.getvalue()
        except Exception as broken:  # decoders raise nearly anything on hostile bytes
            raise FileRefused(
                "picture_unreadable", _("“%(name)s” is no picture that we know.") % {"name": name}, "file"
            ) from broken

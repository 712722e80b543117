"""Draws what is on offer: the same glyph, palette and brand always give the same picture."""

from __future__ import annotations

import io

from PIL import Image

from portal.marketplace.drawing import Colour, Pen, light, mix
from portal.marketplace.glyphs import GLYPHS, INK, PALETTES, PAPER, WHITE, Palette, Place

__all__ = ["GLYPHS", "PALETTES", "draw_logo", "draw_product"]


def draw_product(glyph: str, *, palette: int = 0, text: str = "", emblem: str = "") -> bytes:
    """A PNG of 480 by 480 of one product, with the brand on it when one is given."""
    colours = PALETTES[palette % len(PALETTES)]
    pen = Pen(colours.ground)
    pen.oval(240, 236, 206, 206, mix(colours.ground, WHITE, 0.42))
    pen.zoom = 0.88
    place = GLYPHS[glyph](pen, colours)
    ground = ground_of(glyph, colours)
    brand(pen, place, text, emblem, INK if light(ground) > 0.6 else PAPER, ground)
    return png(pen.finished())


def ground_of(glyph: str, c: Palette) -> Colour:
    """What the brand stands on, so that an emblem can leave parts of it free."""
    over = {
        "bottle": mix(c.ground, WHITE, 0.55),
        "toy": mix(c.main, WHITE, 0.55),
        "headphones": mix(c.ground, INK, 0.78),
        "live": c.dark,
    }
    return over.get(glyph, c.main)


def brand(pen: Pen, place: Place, text: str, emblem: str, fill: Colour, ground: Colour) -> None:
    """Puts words, an emblem, or an emblem above words in the place that a glyph leaves free."""
    x, y, width, height = place
    if emblem and text:
        pen.emblem(emblem, x, y - height * 0.55, height * 1.35, fill, ground)
        pen.text(text, x, y + height * 0.5, width, height * 0.78, fill)
    elif emblem:
        pen.emblem(emblem, x, y, min(width, height * 2), fill, ground)
    elif text:
        pen.text(text, x, y, width, height, fill)


def draw_logo(text: str, emblem: str = "", *, ink: Colour = INK, ground: Colour = WHITE) -> bytes:
    """A PNG of 480 by 480 of a mark as an office would print it: the emblem above the word, on white."""
    pen = Pen(ground)
    if emblem and text:
        pen.emblem(emblem, 240, 186, 220, ink, ground)
        pen.text(text, 240, 342, 400, 84, ink)
    elif emblem:
        pen.emblem(emblem, 240, 240, 340, ink, ground)
    else:
        pen.text(text, 240, 240, 410, 120, ink)
    return png(pen.finished())


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=5)
    return out.getvalue()

"""A small pen for flat illustrations: coordinates are 0 to 480, corners are round, edges are smooth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFilter, ImageFont

SIDE = 480
SCALE = 2
Point = tuple[float, float]
Colour = tuple[int, int, int]


def rgb(code: str) -> Colour:
    """The colour of a code such as 3f6a8a."""
    return int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """`share` of the other colour in the one."""
    r, g, b = (round(a + (z - a) * share) for a, z in zip(one, other, strict=True))
    return r, g, b


def light(colour: Colour) -> float:
    """How light a colour looks, 0 to 1."""
    return (0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]) / 255


@lru_cache(maxsize=128)
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def rounded(points: Sequence[Point], radius: float) -> list[Point]:
    """The outline of a polygon whose corners are curves that begin `radius` before each corner."""
    out: list[Point] = []
    for i, corner in enumerate(points):
        a = towards(corner, points[i - 1], radius)
        b = towards(corner, points[(i + 1) % len(points)], radius)
        for step in range(9):
            t = step / 8
            u = 1 - t
            out.append(
                (
                    u * u * a[0] + 2 * u * t * corner[0] + t * t * b[0],
                    u * u * a[1] + 2 * u * t * corner[1] + t * t * b[1],
                )
            )
    return out


def towards(start: Point, end: Point, distance: float) -> Point:
    length = math.dist(start, end) or 1.0
    share = min(distance / length, 0.5)
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def mirrored(points: Sequence[Point]) -> list[Point]:
    """A half outline from top to bottom on the left, completed by its mirror image on the right."""
    return [*points, *((SIDE - x, y) for x, y in reversed(points))]


class Pen:
    """Draws on a picture that is twice as large and shrinks it at the end; `zoom` pulls all towards the middle."""

    def __init__(self, background: Colour, zoom: float = 1.0) -> None:
        self.image = Image.new("RGB", (SIDE * SCALE, SIDE * SCALE), background)
        self.draw = ImageDraw.Draw(self.image)
        self.zoom = zoom

    def at(self, x: float, y: float) -> Point:
        """Where a point lies on the large picture."""
        middle = SIDE / 2
        return ((x - middle) * self.zoom + middle) * SCALE, ((y - middle) * self.zoom + middle) * SCALE

    def size(self, length: float) -> float:
        return length * self.zoom * SCALE

    def frame(self, x0: float, y0: float, x1: float, y1: float) -> list[Point]:
        return [self.at(x0, y0), self.at(x1, y1)]

    def shape(self, points: Sequence[Point], fill: Colour, radius: float = 0) -> None:
        outline = rounded(points, radius) if radius else points
        self.draw.polygon([self.at(x, y) for x, y in outline], fill=fill)

    def box(self, x0: float, y0: float, x1: float, y1: float, fill: Colour, radius: float = 0) -> None:
        self.draw.rounded_rectangle(self.frame(x0, y0, x1, y1), self.size(radius), fill=fill)

    def oval(self, cx: float, cy: float, rx: float, ry: float, fill: Colour) -> None:
        self.draw.ellipse(self.frame(cx - rx, cy - ry, cx + rx, cy + ry), fill=fill)

    def line(self, points: Sequence[Point], fill: Colour, width: float) -> None:
        scaled = [self.at(x, y) for x, y in points]
        self.draw.line(scaled, fill=fill, width=round(self.size(width)), joint="curve")
        for x, y in (points[0], points[-1]):
            self.oval(x, y, width / 2, width / 2, fill)

    def arc(self, cx: float, cy: float, rx: float, ry: float, angles: Point, fill: Colour, width: float) -> None:
        frame = self.frame(cx - rx, cy - ry, cx + rx, cy + ry)
        self.draw.arc(frame, angles[0], angles[1], fill=fill, width=round(self.size(width)))

    def shadow(self, cx: float, cy: float, rx: float, ry: float, strength: float = 0.28) -> None:
        """A soft shadow on the ground; blurred small, because that is fast and looks the same."""
        small = Image.new("L", (120, 120), 0)
        share = small.width / self.image.width
        oval = [(x * share, y * share) for x, y in self.frame(cx - rx, cy - ry, cx + rx, cy + ry)]
        ImageDraw.Draw(small).ellipse(oval, fill=round(255 * strength))
        mask = small.filter(ImageFilter.GaussianBlur(4)).resize(self.image.size, Image.Resampling.BILINEAR)
        self.image.paste((38, 40, 58), (0, 0), mask)

    def text(self, words: str, cx: float, cy: float, width: float, height: float, fill: Colour) -> None:
        """Writes the words in the middle of a box, as large as they fit."""
        length = self.draw.textlength(words, font=font(100)) / 100 or 1.0
        size = self.size(max(8.0, min(height, width / length)))
        stroke = round(size / 40)
        self.draw.text(self.at(cx, cy), words, font=font(round(size)), fill=fill, anchor="mm", stroke_width=stroke)

    def emblem(self, name: str, cx: float, cy: float, size: float, fill: Colour, ground: Colour) -> None:
        """Draws an emblem in a square of `size` around a middle."""
        EMBLEMS.get(name, peaks)(self, cx, cy, size / 100, fill, ground)

    def finished(self) -> Image.Image:
        return self.image.reduce(SCALE)


def place(points: Sequence[Point], cx: float, cy: float, scale: float) -> list[Point]:
    """Points around 0,0 in a square of 100, moved and scaled."""
    return [(cx + x * scale, cy + y * scale) for x, y in points]


def peaks(pen: Pen, cx: float, cy: float, s: float, fill: Colour, ground: Colour) -> None:
    """Three peaks, the middle one tallest, with snow."""
    pen.shape(place([(-50, 34), (-26, -14), (-2, 34)], cx, cy, s), fill)
    pen.shape(place([(2, 34), (26, -14), (50, 34)], cx, cy, s), fill)
    pen.shape(place([(-33, 34), (0, -40), (33, 34)], cx, cy, s), ground)
    pen.shape(place([(-27, 34), (0, -30), (27, 34)], cx, cy, s), fill)
    pen.shape(place([(-7, -12), (0, -30), (7, -12), (3, -7), (0, -12), (-3, -7)], cx, cy, s), ground)


def two_peaks(pen: Pen, cx: float, cy: float, s: float, fill: Colour, ground: Colour) -> None:
    """Two peaks and a sun: near to the three peaks, and not the same."""
    pen.shape(place([(-50, 34), (-14, -30), (22, 34)], cx, cy, s), fill)
    pen.shape(place([(-4, 34), (25, -12), (52, 34)], cx, cy, s), fill)
    pen.oval(cx + 26 * s, cy - 30 * s, 10 * s, 10 * s, fill)


def sun(pen: Pen, cx: float, cy: float, s: float, fill: Colour, ground: Colour) -> None:
    for k in range(12):
        a = math.tau * k / 12
        tip = [(math.cos(a + d) * r, math.sin(a + d) * r) for d, r in ((-0.13, 30), (0, 47), (0.13, 30))]
        pen.shape(place(tip, cx, cy, s), fill)
    pen.oval(cx, cy, 24 * s, 24 * s, fill)


def leaf(pen: Pen, cx: float, cy: float, s: float, fill: Colour, ground: Colour) -> None:
    pen.shape(place([(-38, 38), (-34, -20), (38, -38), (24, 32)], cx, cy, s), fill, 34 * s)
    pen.line(place([(-40, 40), (16, -16)], cx, cy, s), ground, 5 * s)


def wave(pen: Pen, cx: float, cy: float, s: float, fill: Colour, ground: Colour) -> None:
    for row in (-22, 4, 30):
        points = [(x, row + 10 * math.sin(x / 12)) for x in range(-44, 45, 4)]
        pen.line(place(points, cx, cy, s), fill, 10 * s)


def ring(pen: Pen, cx: float, cy: float, s: float, fill: Colour, ground: Colour) -> None:
    pen.oval(cx, cy, 44 * s, 44 * s, fill)
    pen.oval(cx, cy, 30 * s, 30 * s, ground)
    pen.oval(cx, cy, 13 * s, 13 * s, fill)


EMBLEMS = {"peaks": peaks, "two_peaks": two_peaks, "sun": sun, "leaf": leaf, "wave": wave, "ring": ring}

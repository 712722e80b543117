"""Small pictures drawn on the server: thumbs for targets and the geometry of stacked bars. Pure: no ORM, no request."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

JACKET = (
    '<path d="M15 12l5-3h4l5 3 6 8-5 4-2-3v15H16V21l-2 3-5-4z"/><path d="M22 10v26" stroke="#fff" stroke-opacity=".6"/>'
)
BACKPACK = (
    '<rect x="13" y="12" width="18" height="25" rx="6"/>'
    '<path d="M18 12V9a4 4 0 0 1 8 0v3" fill="none" stroke-width="2" stroke="#7b6544"/>'
    '<rect x="17" y="23" width="10" height="8" rx="2" fill="#fff" fill-opacity=".45"/>'
)
FLASK = (
    '<rect x="17" y="13" width="10" height="24" rx="3"/><rect x="19" y="7" width="6" height="6" rx="1"/>'
    '<rect x="17" y="22" width="10" height="6" fill="#fff" fill-opacity=".5"/>'
)
LISTING = '<path d="M10 10h14l12 12-14 14L10 24z"/><circle cx="16.5" cy="16.5" r="2.8" fill="#fff" fill-opacity=".9"/>'
VIDEO = '<rect x="9" y="6" width="26" height="32" rx="4"/><path d="M19 16l9 6-9 6z" fill="#fff" fill-opacity=".9"/>'
LIVESTREAM = (
    '<rect x="8" y="11" width="28" height="22" rx="4"/><circle cx="22" cy="22" r="5" fill="#fff" fill-opacity=".9"/>'
)
ACCOUNT = '<path d="M9 19l3-9h20l3 9v3H9z"/><path d="M11 23h22v13H11z" fill-opacity=".7"/>'
UNKNOWN = '<path d="M12 12l20 20M32 12 12 32" stroke="#54546e" stroke-width="3"/>'

# kind: (ground, figure, shapes)
GLYPHS: dict[str, tuple[str, str, str]] = {
    "listing": ("#c8d2dd", "#42607f", LISTING),
    "video": ("#dcccd0", "#86505d", VIDEO),
    "livestream": ("#d3d3dd", "#54546e", LIVESTREAM),
    "account": ("#cfd8d2", "#49695a", ACCOUNT),
    "jacket": ("#c8d2dd", "#42607f", JACKET),
    "backpack": ("#d9d2c6", "#7b6544", BACKPACK),
    "flask": ("#c8d2dd", "#42607f", FLASK),
    "unknown": ("#d3d3dd", "#54546e", UNKNOWN),
}


def glyph_svg(kind: str) -> str:
    """Will return the thumb of a kind of target as markup; a kind nobody drew gets the cross. Holds no input."""
    ground, figure, shapes = GLYPHS.get(kind, GLYPHS["unknown"])
    return (
        '<svg class="thumb" viewBox="0 0 44 44" aria-hidden="true" focusable="false">'
        f'<rect x="-44" y="-44" width="132" height="132" fill="{ground}"/><g fill="{figure}">{shapes}</g></svg>'
    )


@dataclass(frozen=True, slots=True)
class Segment:
    """One coloured piece of a bar, in SVG units."""

    css: str
    y: str
    height: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the chart: its pieces, its label below and its total above."""

    label: str
    x: str
    middle: str
    width: str
    segments: tuple[Segment, ...]
    total: float
    total_y: str
    shows_label: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """One line of the scale."""

    y: str
    text_y: str
    value: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything a template needs to draw stacked bars."""

    bars: tuple[Bar, ...]
    grid: tuple[Grid, ...]


LEFT, RIGHT, BASE, TOP = 28.0, 366.0, 150.0, 30.0


def stacked_bars(rows: Sequence[Mapping[str, Any]]) -> Chart:
    """Will place rows of {label, parts: [(class, value), ...]} on 368 × 172 units; below zero counts as zero."""
    totals = [float(sum(max(part[1], 0) for part in row["parts"])) for row in rows]
    highest = max(totals, default=0.0)
    step = scale_step(highest)
    unit = (BASE - TOP) / max(highest, step)
    slot = (RIGHT - LEFT) / max(len(rows), 1)
    width = min(26.0, slot * 0.62)
    every = math.ceil(len(rows) / 8) or 1
    bars = []
    for index, (row, total) in enumerate(zip(rows, totals, strict=True)):
        middle = LEFT + slot * (index + 0.5)
        segments = tuple(_segments(row["parts"], unit))
        bars.append(
            Bar(
                label=str(row["label"]),
                x=_n(middle - width / 2),
                middle=_n(middle),
                width=_n(width),
                segments=segments,
                total=total,
                total_y=_n(BASE - total * unit - 5),
                shows_label=index % every == 0,
            )
        )
    values = range(0, int(max(highest, step)) + 1, step)
    grid = tuple(Grid(y=_n(BASE - v * unit), text_y=_n(BASE - v * unit + 4), value=v) for v in values)
    return Chart(bars=tuple(bars), grid=grid)


def _segments(parts: Sequence[Sequence[Any]], unit: float) -> list[Segment]:
    """Will stack the parts upwards with a hairline of one unit between them."""
    found: list[Segment] = []
    floor = BASE
    for part in parts:
        height = max(float(part[1]), 0.0) * unit
        if height > 0:
            drawn = max(height - 1, 0.6)
            found.append(Segment(css=str(part[0]), y=_n(floor - height), height=_n(drawn)))
            floor -= height
    return found


def scale_step(highest: float) -> int:
    """Will return the distance between lines of the scale: 1, 2 or 5 times a power of ten, at most four lines."""
    step = 1
    while highest / step >= 5:
        leading = int(str(step)[0])
        step = step * 5 // 2 if leading == 2 else step * 2
    return step


def _n(value: float) -> str:
    """Will write a number for an SVG attribute, always with a point."""
    return f"{value:.1f}"

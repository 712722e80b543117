"""How each product is drawn: its shapes, its colours, and the place it leaves free for a brand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portal.marketplace.drawing import SIDE, Colour, Pen, mirrored, mix, rgb

WHITE: Colour = (255, 255, 255)
INK: Colour = (34, 36, 48)
PAPER: Colour = (250, 249, 244)


@dataclass(frozen=True, slots=True)
class Palette:
    """A ground, a main colour with its shades, and a second colour for small parts."""

    ground: Colour
    main: Colour
    second: Colour

    @property
    def dark(self) -> Colour:
        return mix(self.main, INK, 0.32)

    @property
    def pale(self) -> Colour:
        return mix(self.main, WHITE, 0.22)


PALETTES = tuple(
    Palette(*(rgb(code) for code in codes.split()))
    for codes in (
        "dbe5ec 3f6a8a e9a23b",
        "dfe9e0 3d6b55 e8c468",
        "efe3d8 9a6a3c 3f4a5a",
        "ecdfe2 8a4a5c e6b8a2",
        "e3e1ee 56528a f0c36a",
        "e9e9e4 2f3440 d9573f",
        "f1e8d3 d39a35 4a5568",
        "dcebea 2f7f83 f2e3c2",
        "f0e0d9 c65a42 3a4358",
        "e8ecdd 7f8f4a 4b3f33",
        "e6e8ee e9e6df 5a6b86",
        "e9e2ea a06aa0 f4d58d",
    )
)

# What a glyph leaves free for a brand: middle, width, height of the words, and how the emblem stands above them.
Place = tuple[float, float, float, float]


def jacket(pen: Pen, c: Palette) -> Place:
    pen.shadow(240, 424, 130, 16)
    sleeve = [(176, 130), (122, 168), (84, 330), (92, 352), (130, 360), (146, 346), (180, 220)]
    pen.shape(sleeve, c.dark, 14)
    pen.shape([(SIDE - x, y) for x, y in sleeve], c.dark, 14)
    pen.shape(mirrored([(200, 84), (162, 134), (148, 250), (146, 416)]), c.main, 16)
    pen.shape(mirrored([(206, 56), (184, 92), (192, 138), (240, 160)]), c.dark, 20)
    pen.shape(mirrored([(216, 78), (206, 104), (216, 134), (240, 148)]), mix(c.dark, INK, 0.45), 14)
    pen.line([(240, 152), (240, 414)], mix(c.main, WHITE, 0.5), 4)
    pen.line([(172, 338), (206, 312)], c.dark, 6)
    pen.line([(308, 338), (274, 312)], c.dark, 6)
    pen.box(148, 400, 332, 418, c.dark, 8)
    pen.oval(226, 160, 3, 3, c.second)
    pen.line([(226, 146), (225, 176)], c.second, 4)
    pen.line([(254, 146), (255, 176)], c.second, 4)
    return 240, 252, 152, 44


def backpack(pen: Pen, c: Palette) -> Place:
    pen.shadow(240, 424, 122, 16)
    pen.arc(240, 92, 34, 38, (180, 360), c.dark, 13)
    pen.box(112, 236, 156, 380, c.dark, 20)
    pen.box(324, 236, 368, 380, c.dark, 20)
    pen.shape(mirrored([(204, 76), (150, 104), (136, 200), (138, 402), (160, 422)]), c.main, 30)
    pen.shape(mirrored([(204, 76), (152, 102), (140, 178), (160, 196)]), c.pale, 26)
    pen.line([(158, 196), (322, 196)], c.dark, 5)
    pen.box(160, 290, 320, 408, c.dark, 24)
    pen.box(168, 298, 312, 400, mix(c.main, INK, 0.14), 20)
    pen.line([(182, 322), (298, 322)], c.second, 5)
    pen.box(288, 318, 296, 346, c.second, 4)
    for x in (172, 308):
        pen.line([(x, 176), (x, 232)], c.second, 8)
        pen.box(x - 9, 222, x + 9, 240, mix(c.second, INK, 0.3), 4)
    return 240, 246, 112, 38


def flask(pen: Pen, c: Palette) -> Place:
    pen.shadow(240, 426, 86, 14)
    pen.box(206, 52, 274, 106, mix(c.second, INK, 0.15), 12)
    pen.box(206, 52, 222, 106, mix(c.second, WHITE, 0.25), 10)
    pen.arc(240, 56, 24, 26, (180, 360), mix(c.second, INK, 0.3), 9)
    pen.box(214, 102, 266, 124, (206, 209, 214), 2)
    pen.shape(mirrored([(212, 120), (176, 158), (170, 200), (170, 410), (188, 424)]), c.main, 24)
    pen.shape([(186, 172), (202, 156), (202, 408), (186, 404)], c.pale, 10)
    pen.shape([(304, 170), (310, 200), (310, 408), (292, 422), (288, 300), (290, 160)], c.dark, 12)
    pen.box(170, 384, 310, 396, mix(c.main, WHITE, 0.45))
    return 246, 286, 98, 38


def cap(pen: Pen, c: Palette) -> Place:
    pen.shadow(232, 372, 150, 16)
    pen.shape([(92, 316), (96, 236), (132, 160), (210, 122), (290, 134), (346, 196), (360, 316)], c.main, 48)
    pen.shape([(284, 134), (346, 196), (360, 316), (312, 316), (312, 214)], c.dark, 36)
    pen.line([(206, 130), (184, 200), (178, 310)], mix(c.main, INK, 0.18), 3)
    pen.oval(222, 122, 15, 9, c.second)
    pen.shape([(84, 300), (226, 304), (366, 296), (420, 330), (412, 352), (232, 344), (90, 346)], c.dark, 26)
    pen.shape([(96, 306), (226, 310), (360, 304), (400, 328), (232, 328), (100, 328)], c.pale, 18)
    return 228, 244, 148, 46


def shoe(pen: Pen, c: Palette) -> Place:
    pen.shadow(244, 384, 176, 15)
    upper = [
        (84, 336),
        (80, 216),
        (104, 168),
        (138, 180),
        (168, 208),
        (206, 196),
        (300, 264),
        (392, 290),
        (416, 344),
    ]
    pen.shape(upper, c.main, 26)
    pen.shape([(84, 330), (80, 220), (104, 170), (132, 178), (142, 250), (128, 336)], c.dark, 18)
    pen.shape([(320, 278), (392, 290), (414, 342), (330, 342)], c.pale, 22)
    pen.shape([(166, 208), (206, 192), (304, 262), (268, 284)], mix(c.main, WHITE, 0.62), 12)
    for k in range(4):
        x, y = 196 + k * 24, 218 + k * 17
        pen.line([(x - 12, y + 12), (x + 16, y - 12)], c.second, 7)
    pen.shape([(72, 326), (236, 338), (426, 326), (430, 366), (408, 378), (88, 378), (72, 364)], WHITE, 16)
    pen.line([(80, 362), (422, 362)], c.dark, 8)
    return 214, 302, 142, 32


def bottle(pen: Pen, c: Palette) -> Place:
    pen.shadow(240, 426, 92, 14)
    pen.shape([(196, 54), (262, 50), (276, 66), (276, 84), (222, 84), (214, 78), (186, 82), (180, 66)], INK, 8)
    pen.box(231, 80, 249, 122, mix(INK, WHITE, 0.25))
    pen.box(206, 116, 274, 148, INK, 8)
    pen.shape(mirrored([(208, 148), (166, 176), (160, 410), (176, 424)]), c.main, 26)
    pen.shape([(176, 196), (190, 184), (190, 408), (176, 404)], c.pale, 7)
    pen.shape([(304, 186), (320, 196), (320, 408), (302, 424), (298, 300)], c.dark, 10)
    pen.box(180, 214, 300, 372, mix(c.ground, WHITE, 0.55), 8)
    pen.line([(206, 336), (274, 336)], c.second, 5)
    pen.line([(218, 352), (262, 352)], mix(c.second, WHITE, 0.4), 4)
    return 240, 290, 100, 34


def headphones(pen: Pen, c: Palette) -> Place:
    pen.shadow(240, 420, 150, 14)
    pen.box(229, 96, 251, 372, mix(c.ground, INK, 0.18), 8)
    pen.box(158, 338, 322, 412, mix(c.ground, INK, 0.78), 12)
    pen.arc(240, 250, 148, 174, (180, 360), c.main, 30)
    pen.arc(240, 250, 134, 158, (200, 340), mix(c.dark, INK, 0.3), 11)
    for x, way in ((104, 1), (376, -1)):
        pen.box(x - 13, 226, x + 13, 300, mix(c.dark, INK, 0.3), 10)
        pen.box(x - 22 + way * 34, 262, x + 22 + way * 34, 400, mix(c.dark, INK, 0.45), 20)
        pen.box(x - 34, 252, x + 34, 408, c.main, 32)
        pen.box(x - 20 - way * 6, 276, x + 20 - way * 6, 384, c.dark, 20)
        pen.oval(x - way * 6, 330, 9, 9, c.second)
    return 240, 375, 132, 30


def toy(pen: Pen, c: Palette) -> Place:
    pen.shadow(240, 426, 120, 14)
    for x in (178, 302):
        pen.oval(x, 96, 36, 36, c.main)
        pen.oval(x, 98, 20, 20, c.pale)
    for x in (152, 328):
        pen.oval(x, 286, 34, 54, c.dark)
    for x in (184, 296):
        pen.oval(x, 396, 46, 32, c.dark)
        pen.oval(x, 400, 26, 18, c.pale)
    pen.oval(240, 312, 94, 104, c.main)
    pen.oval(240, 318, 70, 78, mix(c.main, WHITE, 0.55))
    pen.oval(240, 154, 88, 80, c.main)
    pen.oval(240, 180, 38, 30, mix(c.main, WHITE, 0.55))
    for x in (206, 274):
        pen.oval(x, 142, 9, 10, INK)
        pen.oval(x + 3, 138, 3, 3, WHITE)
    pen.oval(240, 170, 12, 8, INK)
    pen.arc(240, 178, 14, 13, (20, 160), INK, 4)
    pen.shape([(240, 238), (204, 222), (204, 256)], c.second, 6)
    pen.shape([(240, 238), (276, 222), (276, 256)], c.second, 6)
    pen.oval(240, 239, 9, 9, mix(c.second, INK, 0.2))
    return 240, 326, 116, 36


def mug(pen: Pen, c: Palette) -> Place:
    pen.shadow(232, 406, 126, 15)
    pen.arc(340, 262, 62, 70, (270, 450), c.dark, 26)
    pen.shape([(112, 152), (340, 152), (332, 376), (308, 402), (144, 402), (120, 376)], c.main, 26)
    pen.shape([(302, 160), (340, 160), (332, 376), (308, 402), (280, 402), (300, 376)], c.dark, 18)
    pen.oval(226, 154, 114, 25, c.pale)
    pen.oval(226, 157, 99, 18, (94, 63, 46))
    for x in (190, 232, 270):
        pen.line([(x, 118), (x - 8, 102), (x + 6, 84), (x - 2, 66)], mix(c.ground, WHITE, 0.7), 7)
    return 212, 284, 148, 48


def scene(pen: Pen, c: Palette) -> None:
    """A frame with hills in it, for what is filmed."""
    pen.shadow(240, 402, 190, 14)
    pen.box(44, 92, 436, 388, INK, 26)
    pen.box(58, 106, 422, 374, mix(c.main, WHITE, 0.62), 16)
    pen.oval(338, 164, 26, 26, mix(c.second, WHITE, 0.3))
    pen.shape(
        [(58, 330), (150, 208), (214, 284), (286, 190), (422, 332), (422, 360), (58, 360)],
        mix(c.main, WHITE, 0.3),
        10,
    )
    pen.shape(
        [
            (58, 326),
            (130, 284),
            (240, 322),
            (340, 280),
            (422, 314),
            (422, 358),
            (406, 374),
            (74, 374),
            (58, 358),
        ],
        c.main,
        14,
    )


def video(pen: Pen, c: Palette) -> Place:
    scene(pen, c)
    pen.oval(240, 196, 48, 48, WHITE)
    pen.shape([(225, 170), (225, 222), (266, 196)], INK, 5)
    pen.box(84, 348, 396, 356, mix(c.main, WHITE, 0.35), 4)
    pen.box(84, 348, 190, 356, c.second, 4)
    pen.oval(190, 352, 9, 9, WHITE)
    return 240, 306, 210, 40


def live(pen: Pen, c: Palette) -> Place:
    scene(pen, c)
    skin = (226, 178, 148)
    pen.shape([(176, 374), (178, 310), (204, 274), (276, 274), (302, 310), (304, 374)], c.dark, 24)
    pen.box(226, 240, 254, 284, mix(skin, INK, 0.12), 10)
    pen.oval(240, 212, 38, 44, skin)
    pen.shape(
        [(198, 212), (200, 172), (226, 154), (262, 158), (284, 180), (282, 212), (262, 190), (218, 190)],
        INK,
        16,
    )
    pen.oval(226, 214, 4, 5, INK)
    pen.oval(254, 214, 4, 5, INK)
    pen.arc(240, 228, 11, 9, (20, 160), mix(skin, INK, 0.6), 4)
    pen.box(76, 122, 156, 154, (198, 40, 48), 8)
    pen.oval(92, 138, 6, 6, WHITE)
    pen.text("LIVE", 124, 138, 48, 18, WHITE)
    return 240, 336, 104, 28


GLYPHS: dict[str, Callable[[Pen, Palette], Place]] = {
    "jacket": jacket,
    "backpack": backpack,
    "flask": flask,
    "cap": cap,
    "shoe": shoe,
    "bottle": bottle,
    "headphones": headphones,
    "toy": toy,
    "mug": mug,
    "video": video,
    "live": live,
}

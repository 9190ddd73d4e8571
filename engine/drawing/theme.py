"""The look of every picture: its size, its colours and its text styles, in one place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

WIDTH = 720
"""Pixels across: twice a phone's 360, so that a text of 24 px reads like 12."""
MAX_HEIGHT = 1280
"""Messengers shrink what is taller, and with it the texts."""
MARGIN = 28

WHITE = "#FFFFFF"
NIGHT = "#16202A"
SLATE = "#2F3943"
MIST = "#E4E9EE"
BLUE = "#004074"
ORANGE = "#D96C00"
"""Okabe and Ito's blue and vermilion, moved apart in lightness until greyscale and every eye keep them apart."""


KINDS = (BLUE, ORANGE, "#00795B", "#C0559A", "#4A90C8", "#705000", "#7548C0", "#262626")
"""Colours of things that differ in kind, such as segments: after Okabe and Ito's, all of them dark enough for white
paper, and apart for every eye. Greyscale keeps the first two apart: whoever uses more gives each a mark or a pattern of
its own, too."""
STEPS = ("#004074", "#6FA8D6", "#F2B679", "#B34700")
"""Colours of grades from best to worst, spread out or thinned where there are more or fewer: dark at both ends, so that
greyscale keeps neighbours apart."""
DIVERGING = ("#B34700", "#F2B679", "#FFFFFF", "#6FA8D6", "#004074")
"""From most negative over nothing to most positive."""


class Ink(Enum):
    """A colour on its background; the pair, because soft edges are a mixture of the two."""

    TEXT = (NIGHT, WHITE)
    MUTED = (SLATE, WHITE)
    QUIET = (MIST, WHITE)
    TEXT_ON_QUIET = (NIGHT, MIST)
    REVERSED = (WHITE, NIGHT)
    RAISES = (BLUE, WHITE)
    LOWERS = (ORANGE, WHITE)
    SHADE_1 = (NIGHT, "#F1F5F9")
    SHADE_2 = (NIGHT, "#CFE0EF")
    SHADE_3 = (NIGHT, "#97BEDF")
    SHADE_4 = (WHITE, "#2C6CA6")
    SHADE_5 = (WHITE, BLUE)


SHADES = (Ink.SHADE_1, Ink.SHADE_2, Ink.SHADE_3, Ink.SHADE_4, Ink.SHADE_5)
"""Grounds of one hue from light to dark, with the text that is read on each: what every eye sees as more and more."""


@dataclass(frozen=True, slots=True)
class Style:
    """Size in pixels and weight of a text."""

    size: int
    bold: bool = False

    @property
    def baseline(self) -> int:
        """How far below a line's top its letters stand: Vietnamese and Lao capitals with two signs fit above."""
        return round(self.size * 1.12)

    @property
    def leading(self) -> int:
        """Distance between two lines' tops at least; letters that hang lower push the next line down."""
        return round(self.size * 1.4)


TITLE = Style(32, bold=True)
STRONG = Style(24, bold=True)
BODY = Style(24)


def rgb(colour: str) -> tuple[int, int, int]:
    """Return the red, green and blue (0 to 255) of "#RRGGBB"."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue

"""What pictures are drawn with: the theme, text rasterised once by FreeType, and a small palette canvas."""

from __future__ import annotations

import io
import re
import threading
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

Mask: TypeAlias = NDArray[np.uint8]
"""How much of each pixel is covered, in steps from 0 to `FULL`; shape (rows, columns)."""

FULL = 7
"""Eight shades from a background to its ink: as smooth to the eye as 16, and the file is a sixth smaller."""

WIDTH = 720
"""Pixels across: twice a phone's 360, so that a text of 24 px reads like 12."""
MAX_HEIGHT = 1280
"""Messengers shrink what is taller, and with it the texts."""
MARGIN = 28

WHITE = "#FFFFFF"
NIGHT = "#16202A"
SLATE = "#4A5663"
MIST = "#E4E9EE"
BLUE = "#004D85"
ORANGE = "#D96C00"
"""Okabe and Ito's blue and vermilion, moved apart in lightness until they differ in greyscale as well."""


class Ink(Enum):
    """A colour on its background; the pair, because soft edges are a mixture of the two."""

    TEXT = (NIGHT, WHITE)
    MUTED = (SLATE, WHITE)
    QUIET = (MIST, WHITE)
    TEXT_ON_QUIET = (NIGHT, MIST)
    REVERSED = (WHITE, NIGHT)
    RAISES = (BLUE, WHITE)
    LOWERS = (ORANGE, WHITE)


@dataclass(frozen=True, slots=True)
class Style:
    """Size in pixels and weight of a text; ``leading`` is the distance between two baselines."""

    size: int
    bold: bool = False

    @property
    def leading(self) -> int:
        """A line's height: open enough for scripts that stack signs above and below."""
        return round(self.size * 1.3)


TITLE = Style(32, bold=True)
STRONG = Style(24, bold=True)
BODY = Style(24)

ELLIPSIS = "…"


# -- text ---------------------------------------------------------------------------------------------------

# Emoji are left out even where a font has them: in one colour they are blots, and each phone has its own.
_EMOJI = re.compile("[\u20e3\u2600-\u27bf\ufe0e\ufe0f\U0001f000-\U0001faff]+")
# FT2Font keeps a text's glyphs between two calls, so only one thread at a time may use it.
_font_lock = threading.Lock()


@lru_cache
def _font(bold: bool) -> FT2Font:
    """Open the font that ships with matplotlib. Fonts of further scripts join here, as its fallbacks."""
    from matplotlib import get_data_path
    from matplotlib.ft2font import FT2Font

    return FT2Font(f"{get_data_path()}/fonts/ttf/DejaVuSans{'-Bold' if bold else ''}.ttf")


@lru_cache
def _coverage(bold: bool) -> frozenset[int]:
    with _font_lock:
        return frozenset(_font(bold).get_charmap())


def drawable(text: str, style: Style) -> str:
    """Leave out emoji and what the font has no glyph for (no empty boxes), and fold blanks into one space."""
    known = _coverage(style.bold)
    plain = _EMOJI.sub(" ", text)
    return " ".join("".join(char for char in plain if char.isspace() or ord(char) in known).split())


def _shape(text: str, style: Style) -> FT2Font:
    from matplotlib.ft2font import LoadFlags

    font = _font(style.bold)
    font.set_size(style.size, 72)  # at 72 dots an inch a point is a pixel
    font.set_text(text, flags=LoadFlags.TARGET_LIGHT)  # plain text: a "$" starts no formula
    return font


@lru_cache(maxsize=512)
def _rasterise(text: str, style: Style) -> tuple[Mask, int]:
    """Return the text's mask, and how many of its rows lie above the baseline."""
    line = drawable(text, style)
    with _font_lock:
        font = _shape(line, style)
        font.draw_glyphs_to_bitmap()
        mask = (font.get_image() + np.uint16(18)) // 36
        above = (font.get_width_height()[1] - font.get_descent()) // 64 + 1
    return mask.astype(np.uint8), above


def measure(text: str, style: Style) -> int:
    """Return a text's width in pixels."""
    with _font_lock:
        return -(-_shape(text, style).get_width_height()[0] // 64)


def _prefix(text: str, style: Style, width: int) -> int:
    """How many leading characters fit into ``width``, at least one."""
    most = min(len(text), width)  # hardly a character is under a pixel wide, and measuring takes time
    if measure(text[:most], style) <= width:
        return most
    return max(1, bisect_right(range(1, most), width, key=lambda count: measure(text[:count], style)))


def _break(text: str, style: Style, width: int) -> tuple[str, str]:
    """Part a text into its first line and the rest, between words or, if it must be, inside one."""
    count = _prefix(text, style, width)
    if count < len(text):
        count = text.rfind(" ", 0, count + 1) if " " in text[1 : count + 1] else count
    return text[:count].rstrip(), text[count:].lstrip()


@lru_cache(maxsize=1024)
def wrap(text: str, style: Style, width: int, most: int) -> tuple[str, ...]:
    """Break a text into at most ``most`` lines; one that is longer ends in an ellipsis.

    Parameters
    ----------
    text : str
        What `drawable` takes out is left out.
    style : Style
    width : int
        Of the column, in pixels.
    most : int
        Lines at most.

    Returns
    -------
    tuple of str
        None of them wider than the column; empty if nothing of the text can be drawn.

    Examples
    --------
    >>> wrap("How often do you use it? 🙂", BODY, 200, 2)
    ('How often do', 'you use it?')
    >>> wrap("How often do you use it?", BODY, 200, 1)
    ('How often do…',)
    """
    lines: list[str] = []
    rest = drawable(text, style)
    while rest and len(lines) < most:
        line, rest = _break(rest, style, width)
        lines.append(line)
    if rest:
        last = lines[-1]
        lines[-1] = last[: _prefix(last, style, width - measure(ELLIPSIS, style))].rstrip() + ELLIPSIS
    return tuple(lines)


# -- canvas -------------------------------------------------------------------------------------------------


def rgb(colour: str) -> tuple[int, int, int]:
    """Return the red, green and blue (0 to 255) of "#RRGGBB"."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def _palette() -> bytes:
    share = np.linspace(0, 1, FULL + 1)[:, np.newaxis]
    pairs = [(np.array(rgb(colour)), np.array(rgb(background))) for colour, background in (ink.value for ink in Ink)]
    ramps = [background * (1 - share) + colour * share for colour, background in pairs]
    return np.vstack(ramps).round().astype(np.uint8).tobytes()


_PALETTE = _palette()
_FIRST = {ink: np.uint8(position * (FULL + 1)) for position, ink in enumerate(Ink)}


def arrow(length: int, height: int) -> Mask:
    """Return the mask of a bar that points right; one shorter than its tip is a smaller tip."""
    above_or_below = np.abs(np.arange(height) - (height - 1) / 2)[:, np.newaxis]
    covered = length - above_or_below - np.arange(length)
    mask: Mask = (np.clip(covered, 0, 1) * FULL).round().astype(np.uint8)
    return mask


class Canvas:
    """White paper of `WIDTH` x `MAX_HEIGHT` pixels, each an index into one fixed palette."""

    def __init__(self) -> None:
        self._pixels = np.zeros((MAX_HEIGHT, WIDTH), np.uint8)

    def paint(self, mask: Mask, left: int, top: int, ink: Ink) -> None:
        """Lay a mask down in a colour; what reaches over the right or lower edge is cut off."""
        under = self._pixels[top : top + mask.shape[0], left : left + mask.shape[1]]
        mask = mask[: under.shape[0], : under.shape[1]]
        np.copyto(under, mask + _FIRST[ink], where=mask > 0)

    def box(self, left: int, top: int, right: int, bottom: int, ink: Ink) -> None:
        """Fill a rectangle."""
        self._pixels[top:bottom, left:right] = _FIRST[ink] + FULL

    def line(self, text: str, x: float, top: int, style: Style, ink: Ink, *, align: float = 0.0) -> int:
        """Write one line inside the margins and return where the next one starts.

        ``align`` is the share of its width that lies left of ``x``: 0.5 centres it there.
        """
        mask, above = _rasterise(text, style)
        left = min(round(x - align * mask.shape[1]), WIDTH - MARGIN - mask.shape[1])
        self.paint(mask, max(left, MARGIN), top + style.size - above, ink)
        return top + style.leading

    def lines(self, texts: Sequence[str], x: float, top: int, style: Style, ink: Ink, *, align: float = 0.0) -> int:
        """Write lines below each other and return where the next one starts."""
        for text in texts:
            top = self.line(text, x, top, style, ink, align=align)
        return top

    def png(self, height: int) -> bytes:
        """Return the uppermost ``height`` rows as a PNG file."""
        image = Image.fromarray(self._pixels[:height])
        image.putpalette(_PALETTE)
        file = io.BytesIO()
        image.save(file, "PNG", compress_level=4)  # 6 takes half as long again for 8 % less
        return file.getvalue()

"""The fonts that are installed, and one line of text measured and rasterised with them by FreeType."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.drawing.theme import Style

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

Mask: TypeAlias = NDArray[np.uint8]
"""How much of each pixel is covered, in steps from 0 to `FULL`; shape (rows, columns)."""

FULL = 7
"""Eight shades from a background to its ink: as smooth to the eye as 16, and the file is a sixth smaller."""


@dataclass(frozen=True, slots=True)
class Raster:
    """A line of text in pixels.

    Attributes
    ----------
    mask : ndarray of shape (rows, columns)
        The ink, no wider or taller than it is.
    above : int
        How many of the mask's rows lie above the baseline.
    """

    mask: Mask
    above: int

    @property
    def below(self) -> int:
        """How many of the mask's rows lie below the baseline."""
        return len(self.mask) - self.above


@dataclass(frozen=True, slots=True)
class Run:
    """A part of a line that one font draws: what a file with embedded fonts is written from.

    Attributes
    ----------
    text : str
    path : str
        The font's file.
    size : float
        In points; a fallback is drawn larger than the line it stands in.
    width : float
        How far the next run lies to the right, in points.
    """

    text: str
    path: str
    size: float
    width: float


_FALLBACK_SCALE = 1.15
"""Beside DejaVu's large Latin letters those of Khmer, Thai or Devanagari look small, and their signs smaller yet."""

# FT2Font keeps a text's glyphs between two calls, and the fallbacks are shared: one thread at a time.
_lock = threading.Lock()


def _packaged(weight: int) -> Iterator[Path]:
    """Yield one file of each installed font package (``pip install fontpkg-…``)."""
    import fontpkg

    for _, family in sorted(fontpkg.families().items()):
        if "normal" in family.styles:
            yield fontpkg.select_file(family, weight, "normal", nearest=True).path


@lru_cache
def _faces(bold: bool) -> tuple[FT2Font, ...]:
    """Open the font that ships with matplotlib, and after it those that it falls back on.

    A variable font stands in its regular weight: matplotlib cannot set another one yet (its pull request 31434).
    """
    from matplotlib import get_data_path
    from matplotlib.ft2font import FT2Font

    fallbacks = [FT2Font(path) for path in _packaged(700 if bold else 400)]
    first = f"{get_data_path()}/fonts/ttf/DejaVuSans{'-Bold' if bold else ''}.ttf"
    # What is public, font_manager.get_font, first looks through every font of the machine.
    return FT2Font(first, _fallback_list=fallbacks), *fallbacks


@lru_cache
def coverage(bold: bool) -> tuple[frozenset[int], ...]:
    """Return, for each font in the order in which they are tried, the characters that it has a glyph for."""
    with _lock:
        return tuple(frozenset(face.get_charmap()) for face in _faces(bold))


@lru_cache
def files() -> tuple[Path, ...]:
    """Return the files of the regular fonts, in the order of `coverage`."""
    with _lock:
        return tuple(Path(str(face.fname)) for face in _faces(bold=False))


def _shape(text: str, style: Style) -> FT2Font:
    from matplotlib.ft2font import LoadFlags

    font, *fallbacks = _faces(style.bold)
    font.set_size(style.size, 72)  # at 72 dots an inch a point is a pixel; and this sets the fallbacks' size, too
    for fallback in fallbacks:
        fallback.set_size(style.size * _FALLBACK_SCALE, 72)
    font.set_text(text, flags=LoadFlags.TARGET_LIGHT)  # plain text: a "$" starts no formula
    return font


def measure(text: str, style: Style) -> int:
    """Return a text's width in pixels."""
    with _lock:
        return -(-_shape(text, style).get_width_height()[0] // 64)


def rasterise(text: str, style: Style) -> Raster:
    """Draw one line of text.

    Parameters
    ----------
    text : str
        Characters that no font has warn and become empty boxes: see `engine.drawing.typesetting.drawable`.
    style : Style

    Returns
    -------
    Raster

    Notes
    -----
    matplotlib shapes the text with its own copy of HarfBuzz and lays it out in both directions: signs are stacked
    and reordered as a script wants it, and nothing of the system is needed. A fallback draws whole letters with
    all their signs, never a part of one.
    """
    with _lock:
        font = _shape(text, style)
        font.draw_glyphs_to_bitmap()
        mask = (font.get_image() + np.uint16(18)) // 36
        above = (font.get_width_height()[1] - font.get_descent()) // 64 + 1
    return Raster(mask.astype(np.uint8), above)


def run(text: str, number: int, style: Style) -> Run:
    """Measure a part of a line that the font of this place in `coverage` draws alone."""
    from matplotlib.ft2font import LoadFlags

    with _lock:
        face = _faces(style.bold)[number]
        size = style.size * (_FALLBACK_SCALE if number else 1.0)
        face.set_size(size, 72)
        face.set_text(text, flags=LoadFlags.NO_HINTING)  # paper has no pixels to fit letters to
        return Run(text, str(face.fname), size, face.get_width_height()[0] / 64)

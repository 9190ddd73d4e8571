"""Paper whose unit is the logical pixel, from the upper left corner; text is measured before it is placed."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from engine.drawing.fonts import measure
from engine.drawing.theme import MARGIN, MAX_HEIGHT, NIGHT, SLATE, WHITE, WIDTH, Style
from engine.drawing.typesetting import line_height, runs, wrap
from engine.locales import LOCALES
from engine.translation import Texts

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from PIL.Image import Image

Box: TypeAlias = tuple[float, float, float, float]
"""Four sides in logical pixels: left, top, width and height where nothing else is said."""

Key: TypeAlias = Callable[[int, float, float], None]
"""Draws the key of the series at a place of the legend, 34 pixels wide from ``x`` and around ``y``."""

TITLE = Style(29, bold=True)
BODY = Style(21)
STRONG = Style(21, bold=True)
SMALL = Style(20)
TINY = Style(16)
"""For numbers in cells and above columns, where there are many: the table has them in full."""

ENGLISH = {"more": "and {count} more: see the table"}
"""The painter's own words."""
TEXTS = Texts(LOCALES, "report_picture", ENGLISH)

_DPI = 100
_SHARPNESS = 2
"""Real pixels for each logical one: a desktop shows the page at its full size, and so do newer phones."""
_COLOURS = 256
"""Of the file: all that a palette holds, so that neither shades nor soft edges show steps."""
_EFFORT = 7
"""Of 9 at compression: the last two take six times as long, and the file is 5 % smaller."""
_KEY = 44
"""Of a legend, with the blank behind it."""
_KEY_LINES = 9
"""Of a legend: whoever has to read more of them no longer finds a colour in the picture."""
POINTS = 72 / _DPI
"""Of one logical pixel."""

# A picture takes tens of megabytes while it is made: one at a time.
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class _Piece:
    """A line of the name at a place of a legend: where it starts, and in which row."""

    place: int
    text: str
    x: float
    row: int


class Paper:
    """White paper; what is drawn on it stands in logical pixels.

    Attributes
    ----------
    axes : matplotlib.axes.Axes
        Covers the whole paper, in logical pixels; y grows downwards.
    """

    margin, left, right = MARGIN, MARGIN, WIDTH - MARGIN
    width, height = WIDTH - 2 * MARGIN, MAX_HEIGHT

    def __init__(self, language: str) -> None:
        from matplotlib.figure import Figure

        self.language = language
        self.figure = Figure(figsize=(WIDTH / _DPI, MAX_HEIGHT / _DPI), dpi=_DPI, facecolor=WHITE)
        self.axes: Axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set(xlim=(0, WIDTH), ylim=(MAX_HEIGHT, 0))
        self.axes.set_axis_off()
        self._inner: list[tuple[Axes, Box]] = []

    def inner(self, box: Box, **more: Any) -> Any:
        """Return axes of their own units that cover a box of the paper."""
        axes = self.figure.add_axes(_share(box, MAX_HEIGHT), **more)
        axes.patch.set_alpha(0.0)
        self._inner.append((axes, box))
        return axes

    # -- words --------------------------------------------------------------------------------------------------------

    def line(self, text: str, x: float, top: float, style: Style, colour: str = NIGHT, *, align: float = 0.0) -> float:
        """Write one line and return where the next starts; ``align`` is the share of its width left of ``x``."""
        from matplotlib.font_manager import FontProperties

        parts = runs(text, style)
        left = x - align * sum(part.width for part in parts)
        for part in parts:
            font = FontProperties(fname=part.path, size=part.size * POINTS)
            self.axes.text(
                left,
                top + style.baseline,
                part.text,
                fontproperties=font,
                color=colour,
                va="baseline",
                parse_math=False,
                zorder=10,
            )
            left += part.width
        return top + line_height(text, style)

    def lines(
        self, texts: Sequence[str], x: float, top: float, style: Style, colour: str = NIGHT, *, align: float = 0.0
    ) -> int:
        """Write lines below each other."""
        place: float = top
        for text in texts:
            place = self.line(text, x, place, style, colour, align=align)
        return round(place)

    def paragraph(
        self, text: str, x: float, top: float, style: Style, width: int, colour: str = NIGHT, *, most: int = 2
    ) -> int:
        """Write a text in as many lines as it needs, at most ``most``."""
        return self.lines(wrap(text, style, width, most), x, top, style, colour)

    def more(self, count: int, top: float) -> int:
        """Say that so many did not fit, if any did not."""
        if not count:
            return round(top)
        words = TEXTS.text("more", self.language, count=f"{count:,}")
        return self.paragraph(words, self.left, top, SMALL, self.width, SLATE)

    # -- legends ------------------------------------------------------------------------------------------------------

    def fitting(self, names: Sequence[str]) -> int:
        """Return how many of the series a legend has room for."""
        if not any(names):
            return len(names)
        return len({one.place for one in self._packed(names, _KEY)} - self._beyond(names, _KEY, _KEY_LINES))

    def legend(self, names: Sequence[str], top: float, paint_key: Key) -> int:
        """Write names after their keys, as many in a line as fit; nothing where no series has a name."""
        if not any(names):
            return round(top)
        return self._flow(self._packed(names, _KEY), top, _KEY, paint_key) + 10

    def numbers(self, names: Sequence[str], top: float) -> int:
        """Say what the numbers 1, 2, 3, … stand for, as many in a line as fit, down to what may yet stand below."""
        lines = int(self.height - self.margin - 3 * SMALL.leading - top) // (SMALL.leading + 5)
        told = _numbered(names)
        left_out = self._beyond(told, 0, max(lines, 1))
        shown = [one for one in self._packed(told, 0) if one.place not in left_out]
        return self.more(len(left_out), self._flow(shown, top, 0, None))

    def numbers_height(self, names: Sequence[str]) -> int:
        """Return how much room that takes, in as many lines as a legend may have."""
        rows: dict[int, int] = {}
        for one in self._packed(_numbered(names), 0):
            if one.row < _KEY_LINES:
                rows[one.row] = max(rows.get(one.row, 0), line_height(one.text, SMALL) + 3)
        return sum(rows.values())

    def _beyond(self, names: Sequence[str], key: int, lines: int) -> set[int]:
        """Return the places of names that so many lines do not hold wholly."""
        return {one.place for one in self._packed(names, key) if one.row >= lines}

    def _packed(self, names: Sequence[str], key: int) -> list[_Piece]:
        """Put names into lines, as many as fit; one that is longer than a line takes two."""
        found, x, row = [], float(self.left), 0
        for place, name in enumerate(names):
            words = wrap(name, SMALL, self.width - key, 2) or ("",)
            room = key + max(measure(word, SMALL) for word in words)
            if x > self.left and x + room > self.right:
                x, row = float(self.left), row + 1
            found += [_Piece(place, word, x + key, row + line) for line, word in enumerate(words)]
            row, x = row + len(words) - 1, self.right if len(words) > 1 else x + room + 22
        return found

    def _flow(self, pieces: Sequence[_Piece], top: float, key: int, paint_key: Key | None) -> int:
        place, before, bottom, keyed = top, 0, top, -1
        for one in pieces:
            if one.row > before:
                place, before = bottom + 3, one.row
            if paint_key and one.place > keyed:
                paint_key(one.place, one.x - key, place + SMALL.leading / 2)
                keyed = one.place
            bottom = max(bottom, self.line(one.text, one.x, place, SMALL))
        return round(bottom)

    # -- shapes -------------------------------------------------------------------------------------------------------

    def box(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        colour: str,
        *,
        edge: str = "none",
        thickness: float = 0.0,
        hatch: str | None = None,
        zorder: float = 2,
    ) -> None:
        """Fill a rectangle."""
        from matplotlib.patches import Rectangle

        self.axes.add_artist(
            Rectangle(
                (left, top),
                right - left,
                bottom - top,
                facecolor=colour,
                edgecolor=edge if hatch is None else WHITE,
                linewidth=thickness * POINTS,
                hatch=hatch,
                hatch_linewidth=1.0,
                zorder=zorder,
            )
        )

    def boxes(self, places: Sequence[Box], colours: Sequence[str], edge: str, thickness: float) -> None:
        """Fill many rectangles, left, top, right and bottom each, at once."""
        from matplotlib.collections import PolyCollection

        corners = [[(a, b), (c, b), (c, d), (a, d)] for a, b, c, d in places]
        width = thickness * POINTS
        self.axes.add_artist(PolyCollection(corners, facecolors=colours, edgecolors=edge, linewidths=width, zorder=2))

    def key(self, x: float, y: float, colour: str, dash: Any, mark: str | None) -> None:
        """Draw a line's key."""
        self.stroke((x, x + 34), (y, y), colour, 2.5, dash)
        if mark:
            self.stroke((x + 17,), (y,), colour, marker=mark, markersize=6)

    def stroke(
        self,
        x: Sequence[float],
        y: Sequence[float],
        colour: str,
        thickness: float = 2.0,
        dash: Any = "solid",
        zorder: float = 3,
        **more: Any,
    ) -> None:
        """Draw a line through points."""
        from matplotlib.lines import Line2D

        width = thickness * POINTS
        self.axes.add_artist(Line2D(x, y, color=colour, linewidth=width, linestyle=dash, zorder=zorder, **more))

    # -- the file -----------------------------------------------------------------------------------------------------

    def png(self, bottom: float) -> bytes:
        """Return the paper down to a margin below ``bottom`` as a PNG file."""
        height = min(round(bottom) + MARGIN, MAX_HEIGHT)
        self.figure.set_size_inches(WIDTH / _DPI, height / _DPI)
        self.axes.set_ylim(height, 0)
        for axes, box in self._inner:
            axes.set_position(_share(box, height))
        file = io.BytesIO()
        _with_few_colours(self._image()).save(file, "PNG", compress_level=_EFFORT)
        return file.getvalue()

    def _image(self) -> Image:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from PIL import Image

        with _lock:
            self.figure.set_dpi(_DPI * _SHARPNESS)
            canvas: Any = FigureCanvasAgg(self.figure)  # its methods have no types
            canvas.draw()
            return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")


def _numbered(names: Sequence[str]) -> list[str]:
    return [f"{place}. {name}" for place, name in enumerate(names, 1)]


def height_of(texts: Sequence[str], style: Style) -> int:
    """Return how far below the first line's top the one after the last would start."""
    return sum(line_height(text, style) for text in texts)


def _share(box: Box, height: int) -> Box:
    """Return a box of the paper, from the upper left corner, as matplotlib wants it: in shares from the lower left."""
    left, top, wide, high = box
    return left / WIDTH, 1 - (top + high) / height, wide / WIDTH, high / height


def _with_few_colours(image: Image) -> Image:
    from PIL.Image import Dither, Quantize

    found = image.quantize(_COLOURS, Quantize.FASTOCTREE, dither=Dither.NONE)
    palette = np.array(found.getpalette(), dtype=np.uint8).reshape(-1, 3)
    palette[(palette >= 253).all(axis=1)] = 255  # the octree takes means, and paper is white
    found.putpalette(palette.tobytes())
    return found

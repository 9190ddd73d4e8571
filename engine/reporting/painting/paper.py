"""Paper whose unit is the logical pixel, from the upper left corner; text is measured before it is placed."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from engine.drawing.fonts import measure
from engine.drawing.theme import DIVERGING, MARGIN, MAX_HEIGHT, NIGHT, SHADES, SLATE, WHITE, WIDTH, Style, rgb
from engine.drawing.typesetting import drawable, line_height, runs, wrap
from engine.locales import LOCALES
from engine.reporting.charts import Scale
from engine.reporting.numbers import on_scale
from engine.translation import Texts

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from PIL.Image import Image

Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, width and height, in logical pixels."""

TITLE = Style(29, bold=True)
BODY = Style(21)
STRONG = Style(21, bold=True)
SMALL = Style(19)

ENGLISH = {"more": "and {count} more: see the table"}
"""The painter's own words."""
TEXTS = Texts(LOCALES, "report_picture", ENGLISH)

_DPI = 100
_SHARPNESS = 2
"""Real pixels for each logical one: a desktop shows the page at its full size, and so do newer phones."""
_COLOURS = 256
"""Of the file: all that a palette holds, so that neither shades nor soft edges show steps."""
_KEY = 44
"""Of a legend, with the blank behind it."""
_POINTS = 72 / _DPI
"""Of one logical pixel."""

# What matplotlib keeps of fonts and settings is the whole process's: one picture is painted at a time.
_lock = threading.RLock()


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
            font = FontProperties(fname=part.path, size=part.size * _POINTS)
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
        return top + line_height(drawable(text, style), style)

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
        """Say that so many rows did not fit."""
        return self.paragraph(
            TEXTS.text("more", self.language, count=f"{count:,}"), self.left, top, SMALL, self.width, SLATE
        )

    def legend(self, names: Sequence[str], top: float, paint_key: Any) -> int:
        """Write the names of kinds after their keys, as many in a line as fit; ``paint_key(place, x, y)`` draws one.

        A key is 34 pixels wide, around ``y`` in its middle.
        """
        if not any(names):
            return round(top)
        x, row = float(self.left), top
        for place, name in enumerate(names):
            (word,) = wrap(name, SMALL, self.width - _KEY, 1) or ("",)
            room = _KEY + measure(word, SMALL)
            if x > self.left and x + room > self.right:
                x, row = float(self.left), row + SMALL.leading + 4
            paint_key(place, x, row + SMALL.leading / 2)
            self.line(word, x + _KEY, row, SMALL)
            x += room + 22
        return round(row + SMALL.leading + 10)

    # -- shapes --------------------------------------------------------------------------------------------------------

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
                linewidth=thickness * _POINTS,
                hatch=hatch,
                zorder=zorder,
            )
        )

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
        self.axes.plot(x, y, color=colour, linewidth=thickness * _POINTS, linestyle=dash, zorder=zorder, **more)

    # -- the file ------------------------------------------------------------------------------------------------------

    def png(self, bottom: float) -> bytes:
        """Return the paper down to a margin below ``bottom`` as a PNG file."""
        height = min(round(bottom) + MARGIN, MAX_HEIGHT)
        self.figure.set_size_inches(WIDTH / _DPI, height / _DPI)
        self.axes.set_ylim(height, 0)
        for axes, box in self._inner:
            axes.set_position(_share(box, height))
        file = io.BytesIO()
        _with_few_colours(self._image()).save(file, "PNG", compress_level=9)
        return file.getvalue()

    def _image(self) -> Image:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from PIL import Image

        with settings():
            self.figure.set_dpi(_DPI * _SHARPNESS)
            canvas: Any = FigureCanvasAgg(self.figure)  # its methods have no types
            canvas.draw()
            return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")


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


@contextmanager
def settings() -> Iterator[None]:
    """Hold matplotlib's settings as pictures need them, for one thread at a time."""
    from matplotlib import rc_context

    with _lock, rc_context({"hatch.linewidth": 1.0}):
        yield


# -- colours ----------------------------------------------------------------------------------------------------------


def between(stops: Sequence[str], share: float) -> str:
    """Return the colour at a share of the way along the stops."""
    place = min(max(share, 0.0), 1.0) * (len(stops) - 1)
    left = min(int(place), len(stops) - 2)
    part = place - left
    low, high = rgb(stops[left]), rgb(stops[left + 1])
    return "#" + bytes(round(a + (b - a) * part) for a, b in zip(low, high, strict=True)).hex().upper()


def shade(value: float, lowest: float, highest: float) -> str:
    """Return the ground of a value: with 0 white in the middle where the ends are on both sides of it."""
    if lowest < 0 < highest:
        most = max(-lowest, highest)
        return between(DIVERGING, (value / most + 1) / 2)
    grounds = [WHITE, *(ink.value[1] for ink in SHADES)]
    return between(grounds, (value - lowest) / ((highest - lowest) or 1.0))


def ink_on(ground: str) -> str:
    """Return black or white, whichever is read better on a ground."""
    red, green, blue = (channel / 255 for channel in rgb(ground))
    return NIGHT if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else WHITE


# -- axes -------------------------------------------------------------------------------------------------------------


def ticks(low: float, high: float, scale: Scale, room: float) -> tuple[list[float], list[str]]:
    """Return round values from ``low`` to ``high`` and how they are written, as many as have room beside each other."""
    from matplotlib.ticker import MaxNLocator

    for count in (6, 5, 4, 3, 2):
        whole = scale == "count"
        found = [
            float(value)
            for value in MaxNLocator(count, integer=whole, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
            if low - 1e-9 <= value <= high + 1e-9
        ]
        words = [_word(value, found, scale) for value in found]
        if sum(measure(word, SMALL) + 16 for word in words) <= room:
            break
    return found, words


def _word(value: float, others: Sequence[float], scale: Scale) -> str:
    step = min((b - a for a, b in pairwise(others)), default=1.0)
    digits = next((digits for digits in range(4) if abs(step * 10**digits - round(step * 10**digits)) < 1e-6), 4)
    return on_scale(value, scale, digits)

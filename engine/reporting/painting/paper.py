"""Paper whose unit is the logical pixel, from the upper left corner; text is measured before it is placed."""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from engine.drawing.theme import MARGIN, MAX_HEIGHT, NIGHT, SLATE, WHITE, WIDTH, Style
from engine.drawing.typesetting import line_height, runs, wrap
from engine.locales import LOCALES
from engine.translation import Texts

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from PIL.Image import Image

Box: TypeAlias = tuple[float, float, float, float]
"""Four sides in logical pixels: left, top, width and height where nothing else is said."""

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
POINTS = 72 / _DPI
"""Of one logical pixel."""

# A picture takes tens of megabytes while it is made: one at a time.
_lock = threading.Lock()


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
            canvas: Any = FigureCanvasAgg(self.figure)
            canvas.draw()
            return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")


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

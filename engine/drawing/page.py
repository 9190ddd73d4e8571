"""A page of A4 for print: text with its fonts embedded, shapes and pictures, in points from the upper left corner."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from engine.drawing.theme import Style
from engine.drawing.typesetting import line_height, runs

if TYPE_CHECKING:
    from PIL.Image import Image

WIDTH, HEIGHT = 210 / 25.4 * 72, 297 / 25.4 * 72
"""Of A4, in points (72 to the inch)."""

# How fonts are embedded is a setting of the whole process: one page is written at a time.
_lock = threading.Lock()


class Page:
    """White paper that is drawn on and written out as PDF.

    Of each font the letters in use are embedded as TrueType: some printers draw Type 3, matplotlib's own choice,
    coarsely.
    """

    def __init__(self) -> None:
        from matplotlib.figure import Figure

        self._figure = Figure(figsize=(WIDTH / 72, HEIGHT / 72), dpi=72)

    def line(self, text: str, x: float, top: float, style: Style, colour: str, *, align: float = 0.0) -> float:
        """Write one line and return where the next one starts.

        ``align`` is the share of its width that lies left of ``x``: 0.5 centres it there.
        """
        from matplotlib.font_manager import FontProperties

        parts = runs(text, style)
        left = x - align * sum(part.width for part in parts)
        for part in parts:
            font = FontProperties(fname=part.path, size=part.size)
            baseline = HEIGHT - top - style.baseline
            self._figure.text(
                left, baseline, part.text, fontproperties=font, color=colour, parse_math=False, **self._points()
            )
            left += part.width
        return top + line_height(text, style)

    def lines(
        self, texts: Iterable[str], x: float, top: float, style: Style, colour: str, *, align: float = 0.0
    ) -> float:
        """Write lines below each other and return where the next one starts."""
        for text in texts:
            top = self.line(text, x, top, style, colour, align=align)
        return top

    def box(
        self,
        left: float,
        top: float,
        width: float,
        height: float,
        fill: str,
        *,
        radius: float = 0.0,
        edge: str | None = None,
        thickness: float = 0.0,
    ) -> None:
        """Fill a rectangle, its corners rounded; with an edge it is drawn on its border."""
        from matplotlib.patches import FancyBboxPatch

        style = f"round,pad=0,rounding_size={radius}" if radius else "square,pad=0"
        self._figure.add_artist(
            FancyBboxPatch(
                (left, HEIGHT - top - height),
                width,
                height,
                boxstyle=style,
                facecolor=fill,
                edgecolor=edge or "none",
                linewidth=thickness,
                **self._points(),
            )
        )

    def shape(
        self, loops: Sequence[Sequence[tuple[float, float]]], left: float, top: float, unit: float, fill: str
    ) -> None:
        """Fill what closed outlines surround; ``unit`` points are one step of their corners."""
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        corners: list[tuple[float, float]] = []
        steps: list[Any] = []
        for loop in loops:
            points = [(left + x * unit, HEIGHT - top - y * unit) for x, y in loop]
            corners += [*points, points[0]]
            steps += [Path.MOVETO, *[Path.LINETO] * (len(points) - 1), Path.CLOSEPOLY]
        path = Path(corners, steps)
        path.should_simplify = False  # it is for plotted curves, and bends corners
        self._figure.add_artist(PathPatch(path, facecolor=fill, edgecolor="none", linewidth=0, **self._points()))

    def picture(self, image: Image, left: float, top: float, width: float, height: float) -> None:
        """Place a picture, stretched into a rectangle."""
        import numpy as np

        place = (left / WIDTH, 1 - (top + height) / HEIGHT, width / WIDTH, height / HEIGHT)
        axes = self._figure.add_axes(place)
        axes.set_axis_off()
        axes.set_zorder(len(self._figure.patches) + 10)
        axes.imshow(np.asarray(image.convert("RGBA")), interpolation="none", aspect="auto")

    def pdf(self, title: str) -> bytes:
        """Return the page as a PDF file; the same for the same page."""
        from matplotlib import rc_context

        file = io.BytesIO()
        about = {"Title": title, "Creator": None, "Producer": None, "CreationDate": None}
        with _lock, rc_context({"pdf.fonttype": 42}):
            self._figure.savefig(file, format="pdf", metadata=about)
        return file.getvalue()

    @staticmethod
    def _points() -> dict[str, Any]:
        from matplotlib.transforms import IdentityTransform

        return {"transform": IdentityTransform()}

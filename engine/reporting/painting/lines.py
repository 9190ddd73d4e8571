"""Curves over a common axis."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from engine.drawing.fonts import measure
from engine.drawing.theme import MIST, SLATE
from engine.drawing.typesetting import drawable, wrap
from engine.reporting.charts import Curve, Lines
from engine.reporting.painting import legends
from engine.reporting.painting.looks import dashes, line_colours, marks, ticks
from engine.reporting.painting.paper import SMALL, Paper, height_of
from engine.reporting.painting.rows import reference

_HEIGHT = 420
_LEAST = 240
"""Pixels: of the ground that curves are drawn on; the least where much has to be said above and below."""
_BESIDE = 190
"""Widest name at the end of a line."""
_DOTTED = (0, (1, 2))
_DASHED = (0, (4, 3))


def lines(paper: Paper, chart: Lines, top: int) -> int:
    """Draw curves and return where the next thing may stand."""
    names = [curve.name for curve in chart.curves]
    shown = legends.fitting(paper, [*names, chart.diagonal] if chart.diagonal else names)
    curves = chart.curves[: min(shown, len(names))]
    inks = line_colours(len(curves), ordered=chart.ordered)
    looks = list(zip(inks, dashes(len(curves)), marks(len(curves)), strict=True))
    ends = _named_ends(paper, chart)

    def key(place: int, x: float, y: float) -> None:
        if place == len(told):
            paper.stroke((x, x + 34), (y, y), SLATE, 1.5, _DOTTED)
            return
        ink, dash, mark = looks[place]
        paper.key(x, y, ink, dash, mark if curves[place].marked else None)

    told = [] if ends or not any(names) else [curve.name for curve in curves]
    top = legends.legend(paper, [*told, chart.diagonal] if chart.diagonal else told, top, key)
    top = paper.more(len(chart.curves) - len(curves), top)
    if chart.chosen is not None:
        top = reference(paper, chart.chosen_label, top)
    top = paper.paragraph(chart.y_axis, paper.left, top, SMALL, paper.width, SLATE) + SMALL.leading // 2
    area = _Area(paper, chart, curves, top, room=max((measure(word, SMALL) for word in ends), default=0))
    bottom = area.frame()
    for curve, (ink, dash, mark) in zip(curves, looks, strict=True):
        area.curve(curve, ink, dash, mark)
    if ends:
        area.name(ends, [ink for ink, _, _ in looks])
    return bottom


def _named_ends(paper: Paper, chart: Lines) -> list[str]:
    """Return the names as they stand at the ends of their lines, or nothing where there is no room for them."""
    names = [drawable(curve.name, SMALL) for curve in chart.curves]
    fit = all(
        name and curve.x and measure(name, SMALL) <= _BESIDE for name, curve in zip(names, chart.curves, strict=True)
    )
    if chart.square or len(names) < 2 or not fit:
        return []
    area = _Area(paper, chart, chart.curves, 0, room=_BESIDE)
    ends = sorted(area.y(curve.y[-1]) for curve in chart.curves)
    last = max(curve.x[-1] for curve in chart.curves)
    apart = all(b - a >= SMALL.leading for a, b in pairwise(ends))
    return names if apart and all(curve.x[-1] == last for curve in chart.curves) else []


class _Area:
    """The ground that curves are drawn on, ``room`` pixels from the right margin."""

    def __init__(self, paper: Paper, chart: Lines, curves: tuple[Curve, ...], top: int, room: int) -> None:
        self._paper, self._chart, self._curves, self._top = paper, chart, curves, top
        x = [value for curve in curves for value in curve.x]
        y = [value for curve in curves for value in curve.y]
        y += [end for curve in curves for interval in curve.band for end in interval]
        self._x = (0.0, 1.0) if chart.square else _widened(x, 0.03)
        self._y = (0.0, 1.0) if chart.square else _widened(y, 0.08)
        self._y_ticks = ticks(*self._y, chart.y_scale, 400)
        labels = max((measure(word, SMALL) for word in self._y_ticks[1]), default=0)
        _, words = ticks(*self._x, chart.x_scale, paper.width - labels - room)
        self._left = paper.left + labels + 10
        self._right = paper.right - max(room + 12 if room else 0, max(map(measure, words, [SMALL] * len(words))) // 2)
        self._said = wrap(chart.x_axis, SMALL, round(paper.right - self._left), 2)
        below = 8 + SMALL.leading + height_of(self._said, SMALL) + paper.margin
        wanted = min(self._right - self._left, 600) if chart.square else _HEIGHT
        self._bottom = top + max(min(wanted, paper.height - below - top), _LEAST)

    def x(self, value: float) -> float:
        """Return where a value lies."""
        low, high = self._x
        return self._left + (self._right - self._left) * (value - low) / (high - low)

    def y(self, value: float) -> float:
        """Return where a value lies."""
        low, high = self._y
        return self._bottom - (self._bottom - self._top) * (value - low) / (high - low)

    def frame(self) -> int:
        """Draw the round values, the diagonal and what was chosen."""
        paper, chart = self._paper, self._chart
        for value, word in zip(*self._y_ticks, strict=True):
            paper.stroke((self._left, self._right), (self.y(value),) * 2, MIST, 1.5, zorder=1)
            paper.line(word, self._left - 8, self.y(value) - SMALL.leading / 2, SMALL, SLATE, align=1.0)
        values, words = ticks(*self._x, chart.x_scale, self._right - self._left)
        for value, word in zip(values, words, strict=True):
            paper.stroke((self.x(value),) * 2, (self._top, self._bottom + 6), MIST, 1.5, zorder=1)
            paper.line(word, self.x(value), self._bottom + 8, SMALL, SLATE, align=0.5)
        if chart.diagonal:
            low, high = max(self._x[0], self._y[0]), min(self._x[1], self._y[1])
            if low < high:
                paper.stroke((self.x(low), self.x(high)), (self.y(low), self.y(high)), SLATE, 1.5, _DOTTED, zorder=2)
        if chart.chosen is not None and self._x[0] <= chart.chosen <= self._x[1]:
            paper.stroke((self.x(chart.chosen),) * 2, (self._top, self._bottom), SLATE, 2, _DASHED, zorder=2)
        return paper.lines(self._said, self._left, self._bottom + 8 + SMALL.leading, SMALL, SLATE)

    def curve(self, curve: Curve, ink: str, dash: Any, mark: str) -> None:
        """Draw one."""
        x, y = [self.x(value) for value in curve.x], [self.y(value) for value in curve.y]
        if curve.band:
            low, high = ([self.y(interval[end]) for interval in curve.band] for end in (0, 1))
            if curve.marked:
                for at, below, above in zip(x, low, high, strict=True):
                    self._paper.stroke((at, at), (below, above), ink, 1.5, zorder=3, alpha=0.7)
            else:
                self._paper.axes.fill_between(x, low, high, color=ink, alpha=0.18, linewidth=0, zorder=2)
        steps = {"drawstyle": "steps-pre"} if curve.steps else {}
        marked: dict[str, Any] = {"marker": mark, "markersize": 7} if curve.marked or len(x) == 1 else {}
        self._paper.stroke(x, y, ink, 2.5, dash, zorder=4, **steps, **marked)

    def name(self, names: list[str], inks: list[str]) -> None:
        """Write the names of the lines at their ends."""
        for curve, name, ink in zip(self._curves, names, inks, strict=True):
            self._paper.line(name, self._right + 12, self.y(curve.y[-1]) - SMALL.leading / 2, SMALL, ink)


def _widened(values: list[float], part: float) -> tuple[float, float]:
    if not values:
        return 0.0, 1.0
    spare = part * (max(values) - min(values)) or 0.5
    return min(values) - spare, max(values) + spare

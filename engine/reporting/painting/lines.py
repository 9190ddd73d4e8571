"""Curves over a common axis."""

from __future__ import annotations

from itertools import cycle, islice
from typing import Any

from engine.drawing.fonts import measure
from engine.drawing.theme import MIST, SLATE
from engine.drawing.typesetting import wrap
from engine.reporting.charts import Curve, Lines
from engine.reporting.painting.paper import SMALL, Paper, ticks
from engine.reporting.painting.rows import MARKS, colours

DASHES: tuple[Any, ...] = ("solid", (0, (5, 2)), (0, (1, 1.5)), (0, (5, 2, 1, 2)), (0, (8, 3)), (0, (3, 1, 1, 1, 1, 1)))
_HEIGHT = 420


def lines(paper: Paper, chart: Lines, top: int) -> int:
    """Draw curves and return where the next thing may stand."""
    inks = colours(len(chart.curves), ordered=chart.ordered)
    dashes = list(islice(cycle(DASHES), len(inks)))
    marks = list(islice(cycle(MARKS), len(inks)))

    def key(place: int, x: float, y: float) -> None:
        if place == len(inks):
            paper.stroke((x, x + 34), (y, y), SLATE, 1.5, (0, (1, 2)))
            return
        marked: dict[str, Any] = {"marker": marks[place], "markersize": 6} if chart.curves[place].marked else {}
        paper.stroke((x, x + 17, x + 34), (y, y, y), inks[place], 2.5, dashes[place], **marked)

    names = [curve.name for curve in chart.curves] + ([chart.diagonal] if chart.diagonal else [])
    top = paper.legend(names, top, key)
    top = paper.paragraph(chart.y_axis, paper.left, top, SMALL, paper.width, SLATE) + 6
    area = _Area(paper, chart, top)
    bottom = area.frame()
    for curve, ink, dash, mark in zip(chart.curves, inks, dashes, marks, strict=True):
        area.curve(curve, ink, dash, mark)
    return bottom


class _Area:
    """The ground that curves are drawn on."""

    def __init__(self, paper: Paper, chart: Lines, top: int) -> None:
        self._paper, self._chart, self._top = paper, chart, top
        x = [value for curve in chart.curves for value in curve.x]
        y = [value for curve in chart.curves for value in curve.y]
        y += [end for curve in chart.curves for interval in curve.band for end in interval]
        self._x = (0.0, 1.0) if chart.square else _widened(x, 0.03)
        self._y = (0.0, 1.0) if chart.square else _widened(y, 0.08)
        self._y_ticks = ticks(*self._y, chart.y_scale, 400)
        labels = max((measure(word, SMALL) for word in self._y_ticks[1]), default=0)
        self._left, self._right = paper.left + labels + 10, paper.right - 6
        self._bottom = top + (min(self._right - self._left, 600) if chart.square else _HEIGHT)

    def x(self, value: float) -> float:
        low, high = self._x
        return self._left + (self._right - self._left) * (value - low) / (high - low)

    def y(self, value: float) -> float:
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
            paper.stroke((self.x(0), self.x(1)), (self.y(0), self.y(1)), SLATE, 1.5, (0, (1, 2)), zorder=2)
        if chart.chosen is not None:
            self._choose(chart.chosen)
        return paper.paragraph(
            chart.x_axis, self._left, self._bottom + 8 + SMALL.leading, SMALL, round(self._right - self._left), SLATE
        )

    def _choose(self, chosen: float) -> None:
        x = self.x(chosen)
        self._paper.stroke((x, x), (self._top, self._bottom), SLATE, 2, (0, (4, 3)), zorder=2)
        is_left = x < (self._left + self._right) / 2
        words = wrap(self._chart.chosen_label, SMALL, 240, 2)
        shift, align = (8, 0.0) if is_left else (-8, 1.0)
        above = self._bottom - len(words) * SMALL.leading - 4
        self._paper.lines(words, x + shift, above, SMALL, SLATE, align=align)

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
        marks: dict[str, Any] = {"marker": mark, "markersize": 7} if curve.marked else {}
        self._paper.stroke(x, y, ink, 2.5, dash, zorder=4, **steps, **marks)


def _widened(values: list[float], part: float) -> tuple[float, float]:
    if not values:
        return 0.0, 1.0
    spare = part * (max(values) - min(values)) or 0.5
    return min(values) - spare, max(values) + spare

"""Profiles around a centre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import cos, nan, pi, sin

from engine.drawing.fonts import measure
from engine.drawing.theme import MIST, NIGHT, SLATE
from engine.drawing.typesetting import ELLIPSIS, wrap
from engine.reporting.charts import Radar
from engine.reporting.painting import legends
from engine.reporting.painting.looks import colours, dashes, marks
from engine.reporting.painting.paper import SMALL, Paper, height_of

_REACHES = (205, 170)
"""Pixels from the centre to the outermost ring; the second where names need the room."""
_RINGS = (0.25, 0.5, 0.75, 1.0)
_AWAY = 14
"""Pixels from the outermost ring to a name."""


@dataclass(frozen=True)
class _Wheel:
    """Where the centre is, and how far from it the outermost ring."""

    x: float
    y: float
    reach: float

    def loop(self, parts: Sequence[float], around: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
        """Return the corners of a closed line at a part of the way out on each axis."""
        x = [self.x + part * self.reach * direction[0] for part, direction in zip(parts, around, strict=True)]
        y = [self.y + part * self.reach * direction[1] for part, direction in zip(parts, around, strict=True)]
        return [*x, *x[:1]], [*y, *y[:1]]


@dataclass(frozen=True)
class _Label:
    """A name at the end of its axis; left, top and the share of its width that lies left of that."""

    words: tuple[str, ...]
    x: float
    y: float
    align: float

    @property
    def edges(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom."""
        width = max((measure(word, SMALL) for word in self.words), default=0)
        left = self.x - self.align * width
        return left, self.y, left + width, self.y + height_of(self.words, SMALL)

    def touches(self, other: _Label) -> bool:
        """Whether two names would be written over each other."""
        left, top, right, bottom = self.edges
        other_left, other_top, other_right, other_bottom = other.edges
        return left < other_right + 6 and other_left < right + 6 and top < other_bottom and other_top < bottom


def radar(paper: Paper, chart: Radar, top: int) -> int:
    """Draw profiles around a centre and return where the next thing may stand."""
    shown = legends.fitting(paper, [series.name for series in chart.series])
    series, inks = chart.series[:shown], colours(shown, ordered=False) if shown > 1 else [NIGHT]
    lines, points = dashes(shown), marks(shown)

    def key(place: int, x: float, y: float) -> None:
        paper.key(x, y, inks[place], lines[place], points[place])

    top = legends.legend(paper, [one.name for one in series], top, key)
    top = paper.more(len(chart.series) - shown, top)
    around = _directions(len(chart.categories))
    wheel, labels, numbered = _fit(paper, chart.categories, around, top)
    _web(paper, wheel, around)
    centre = wheel.x, wheel.y
    for label in labels:
        paper.lines(label.words, centre[0] + label.x, centre[1] + label.y, SMALL, align=label.align)
    for place, one in enumerate(series):
        x, y = _outline(chart, one.values, wheel, around)
        paper.stroke(x, y, inks[place], 2.5, lines[place], zorder=5, marker=points[place], markersize=5)
        if None not in one.values:
            paper.axes.fill(x, y, color=inks[place], alpha=0.1, linewidth=0, zorder=3)
    bottom = round(wheel.y + max([wheel.reach, *(label.edges[3] for label in labels)]) + 10)
    if numbered:
        bottom = legends.numbers(paper, chart.categories, bottom) + 8
    return paper.paragraph(chart.legend, paper.left, bottom, SMALL, paper.width, SLATE)


def _directions(count: int) -> list[tuple[float, float]]:
    angles = [2 * pi * place / max(count, 1) - pi / 2 for place in range(count)]
    return [(cos(angle), sin(angle)) for angle in angles]


def _fit(
    paper: Paper, names: Sequence[str], around: Sequence[tuple[float, float]], top: int
) -> tuple[_Wheel, list[_Label], bool]:
    """Return a wheel as large as its names allow, with the names around it, or numbers where they do not fit."""
    numbers = [f"{place}" for place in range(1, len(names) + 1)]
    tried = ((reach, _labels(paper, names, around, reach)) for reach in _REACHES)
    reach, labels = next((one for one in tried if _are_apart(one[1])), (_REACHES[0], None))
    is_numbered = labels is None
    if labels is None:
        labels = _labels(paper, numbers, around, reach)
    highest = min([-reach, *(label.edges[1] for label in labels)])
    return _Wheel(paper.left + paper.width / 2, top + 6 - highest, reach), labels, is_numbered


def _labels(paper: Paper, names: Sequence[str], around: Sequence[tuple[float, float]], reach: float) -> list[_Label]:
    """Place names at the ends of their axes, from the centre."""
    found = []
    for name, (x, y) in zip(names, around, strict=True):
        align = 0.0 if x > 0.3 else 1.0 if x < -0.3 else 0.5
        at = x * (reach + _AWAY)
        words = wrap(name, SMALL, round(paper.width / 2 - abs(at)) if align != 0.5 else 240, 4)
        above = y * (reach + _AWAY) - height_of(words, SMALL) * (1 - y) / 2
        found.append(_Label(words, at, above, align))
    return found


def _are_apart(labels: Sequence[_Label]) -> bool:
    """Whether every name is whole and touches no other."""
    is_cut = any(label.words[-1].endswith(ELLIPSIS) for label in labels if label.words)
    return not is_cut and not any(one.touches(other) for one, other in combinations(labels, 2))


def _web(paper: Paper, wheel: _Wheel, around: Sequence[tuple[float, float]]) -> None:
    for part in _RINGS:
        paper.stroke(*wheel.loop([part] * len(around), around), MIST, 1.5)
    for x, y in around:
        paper.stroke((wheel.x, wheel.x + x * wheel.reach), (wheel.y, wheel.y + y * wheel.reach), MIST, 1.5)


def _outline(
    chart: Radar, values: Sequence[float | None], wheel: _Wheel, around: Sequence[tuple[float, float]]
) -> tuple[list[float], list[float]]:
    """Return the corners of a closed line; nowhere, so that the line has a gap, where there is no value."""
    span = (chart.highest - chart.lowest) or 1.0
    parts = [nan if value is None else min(max((value - chart.lowest) / span, 0.0), 1.0) for value in values]
    return wheel.loop(parts, around)

"""Charts of one row a category: bars, dots with their intervals, and swarms of points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice

from engine.drawing.fonts import measure
from engine.drawing.theme import BLUE, KINDS, MIST, NIGHT, ORANGE, SLATE, STEPS, WHITE
from engine.drawing.typesetting import wrap
from engine.reporting.charts import Bars, Dots, Interval, Scale, Series, Swarm
from engine.reporting.numbers import on_scale
from engine.reporting.painting.paper import BODY, SMALL, Paper, between, ink_on, ticks

MARKS = ("o", "s", "D", "^", "v", "P", "X", "*")
_HATCHES = (None, "//", "..", "\\\\", "xx", "--", "oo", "||")
_LABELS, _LINES = 300, 4
"""Widest column of categories, and the lines that each may take."""
_FOOT = 150
"""Kept free below the rows for the axis and what is said there."""
_SHADES = (ORANGE, "#B8B8B8", BLUE)


def colours(count: int, *, ordered: bool) -> list[str]:
    """Return a colour for each of so many series: of kinds, or of steps from best to worst."""
    if ordered:
        return [between(STEPS, place / max(count - 1, 1)) for place in range(count)]
    return [BLUE] if count == 1 else list(islice(cycle(KINDS), count))


@dataclass(frozen=True)
class _Layout:
    """Where the rows of a chart stand: the left and right end of the scale, and each row's top, middle and bottom."""

    left: float
    right: float
    tops: tuple[int, ...]
    heights: tuple[int, ...]
    lowest: float
    highest: float
    left_out: int

    def x(self, value: float) -> float:
        """Return where a value lies."""
        span = (self.highest - self.lowest) or 1.0
        return self.left + (self.right - self.left) * (value - self.lowest) / span

    @property
    def bottom(self) -> int:
        """Where the last row ends."""
        return self.tops[-1] + self.heights[-1] if self.tops else 0


def _lay_out(
    paper: Paper, categories: Sequence[str], top: int, least: int, room: int, limits: tuple[float, float]
) -> _Layout:
    """Write the categories, one below the other, each at least ``least`` pixels high, as far as they fit."""
    widest = max((measure(line, BODY) for name in categories for line in wrap(name, BODY, _LABELS, _LINES)), default=0)
    tops, heights = [], []
    place = top
    for name in categories:
        words = wrap(name, BODY, _LABELS, _LINES)
        height = max(least, len(words) * BODY.leading + 8)
        if place + height > paper.height - _FOOT:
            break
        paper.lines(words, paper.left, place + (height - len(words) * BODY.leading) / 2, BODY)
        tops.append(place)
        heights.append(height)
        place += height
    left = paper.left + widest + 14
    return _Layout(left, paper.right - room, tuple(tops), tuple(heights), *limits, len(categories) - len(tops))


def _ends(series: Sequence[Series]) -> tuple[float, float]:
    """Return the lowest and the highest of all values and ends of intervals, and 0."""
    ends = [0.0]
    for one in series:
        ends += [value for value in one.values if value is not None]
        ends += [end for interval in one.intervals if interval is not None for end in interval]
    return min(ends), max(ends)


def _widest(series: Sequence[Series], scale: Scale) -> int:
    """Return the width of the longest written value."""
    words = [on_scale(value, scale) for one in series for value in one.values if value is not None]
    return max((measure(word, SMALL) for word in words), default=0)


def _interval(series: Series, place: int) -> Interval | None:
    return series.intervals[place] if series.intervals else None


def _foot(paper: Paper, layout: _Layout, axis: str, top: float) -> int:
    bottom = paper.paragraph(axis, layout.left, top, SMALL, round(paper.right - layout.left), SLATE)
    return paper.more(layout.left_out, bottom) if layout.left_out else bottom


def _x_axis(paper: Paper, layout: _Layout, axis: str, scale: Scale, top: int) -> int:
    """Draw the scale's round values behind the rows, and write them and the axis's name below."""
    values, words = ticks(layout.lowest, layout.highest, scale, layout.right - layout.left)
    for value, word in zip(values, words, strict=True):
        x = layout.x(value)
        paper.stroke((x, x), (top, layout.bottom + 6), MIST, 1.5, zorder=1)
        paper.line(word, x, layout.bottom + 8, SMALL, SLATE, align=0.5)
    return _foot(paper, layout, axis, layout.bottom + 8 + SMALL.leading)


# -- bars -------------------------------------------------------------------------------------------------------------


def bars(paper: Paper, chart: Bars, top: int) -> int:
    """Draw bars and return where the next thing may stand."""
    inks = colours(len(chart.series), ordered=chart.ordered)
    hatches = [None] * len(inks) if len(inks) <= 3 or chart.ordered else list(islice(cycle(_HATCHES), len(inks)))

    def key(place: int, x: float, y: float) -> None:
        paper.box(x, y - 9, x + 34, y + 9, inks[place], hatch=hatches[place])

    top = paper.legend([series.name for series in chart.series], top, key)
    if chart.stacked:
        return _stacked(paper, chart, inks, top)
    room = max(
        (measure(on_scale(v, chart.scale), SMALL) for s in chart.series for v in s.values if v is not None), default=0
    )
    thick = 26 if len(chart.series) == 1 else 20
    limits = _ends(chart.series)
    layout = _lay_out(paper, chart.categories, top, len(chart.series) * thick + 14, room + 12, limits)
    zero = layout.x(0.0)
    for place, (above, height) in enumerate(zip(layout.tops, layout.heights, strict=True)):
        first = above + (height - len(chart.series) * thick) / 2
        for turn, (series, ink, hatch) in enumerate(zip(chart.series, inks, hatches, strict=True)):
            value = series.values[place]
            if value is None:
                continue
            colour = between((WHITE, ink), 0.45) if place in chart.small else ink
            upper, lower = first + turn * thick + 2, first + (turn + 1) * thick - 2
            paper.box(min(zero, layout.x(value)), upper, max(zero, layout.x(value)), lower, colour, hatch=hatch)
            end = max(value, 0.0)
            if (interval := _interval(series, place)) is not None:
                _whisker(paper, layout, interval, (upper + lower) / 2)
                end = max(end, interval[1])
            middle = (upper + lower) / 2 - SMALL.leading / 2
            paper.line(on_scale(value, chart.scale), layout.x(end) + 8, middle, SMALL)
    paper.stroke((zero, zero), (top, layout.bottom), SLATE, 1.5)
    return _foot(paper, layout, chart.axis, layout.bottom + 8)


def _whisker(paper: Paper, layout: _Layout, interval: Interval, y: float, colour: str = NIGHT) -> None:
    low, high = map(layout.x, interval)
    paper.stroke((low, high), (y, y), WHITE, 5, zorder=4)
    paper.stroke((low, high), (y, y), colour, 2.5, zorder=5)
    for end in (low, high):
        paper.stroke((end, end), (y - 5, y + 5), colour, 2.5, zorder=5)


def _stacked(paper: Paper, chart: Bars, inks: Sequence[str], top: int) -> int:
    count = len(chart.categories)
    whole = max((sum(s.values[place] or 0.0 for s in chart.series) for place in range(count)), default=1.0)
    layout = _lay_out(paper, chart.categories, top, 52, 0, (0.0, whole))
    for place, (above, height) in enumerate(zip(layout.tops, layout.heights, strict=True)):
        start = 0.0
        for series, ink in zip(chart.series, inks, strict=True):
            value = series.values[place] or 0.0
            colour = between((WHITE, ink), 0.45) if place in chart.small else ink
            left, right = layout.x(start), layout.x(start + value)
            paper.box(left, above + 6, right, above + height - 6, colour, edge=WHITE, thickness=2)
            word = on_scale(value, chart.scale)
            if measure(word, SMALL) + 6 <= right - left:
                middle = above + height / 2 - SMALL.leading / 2
                paper.line(word, (left + right) / 2, middle, SMALL, ink_on(colour), align=0.5)
            start += value
    return _foot(paper, layout, chart.axis, layout.bottom + 8)


# -- dots -------------------------------------------------------------------------------------------------------------


def dots(paper: Paper, chart: Dots, top: int) -> int:
    """Draw estimates with their intervals and return where the next thing may stand."""
    inks = colours(len(chart.series), ordered=False)
    marks = list(islice(cycle(MARKS), len(inks)))

    def key(place: int, x: float, y: float) -> None:
        paper.stroke((x + 17,), (y,), inks[place], marker=marks[place], markersize=9)

    top = paper.legend([series.name for series in chart.series], top, key)
    if chart.reference is not None and chart.reference_label:
        paper.stroke((paper.left, paper.left + 34), (top + 13, top + 13), SLATE, 2, (0, (4, 3)))
        top = paper.paragraph(chart.reference_label, paper.left + 40, top, SMALL, paper.width - 40, SLATE) + 8
    room = _widest(chart.series, chart.scale)
    thick = 30 if len(chart.series) == 1 else 24
    layout = _lay_out(paper, chart.categories, top, len(chart.series) * thick + 10, room + 24, _reach(chart))
    bottom = _x_axis(paper, layout, chart.axis, chart.scale, top)
    if chart.reference is not None:
        x = layout.x(chart.reference)
        paper.stroke((x, x), (top, layout.bottom + 6), SLATE, 2, (0, (4, 3)), zorder=2)
    for place, (above, height) in enumerate(zip(layout.tops, layout.heights, strict=True)):
        first = above + (height - len(chart.series) * thick) / 2
        for turn, (series, ink, mark) in enumerate(zip(chart.series, inks, marks, strict=True)):
            value = series.values[place]
            if value is None:
                continue
            y = first + (turn + 0.5) * thick
            if (interval := _interval(series, place)) is not None:
                _whisker(paper, layout, interval, y, ink)
            paper.stroke((layout.x(value),), (y,), ink, marker=mark, markersize=8, zorder=6)
            paper.line(on_scale(value, chart.scale), paper.right, y - SMALL.leading / 2, SMALL, align=1.0)
    return bottom


def _reach(chart: Dots) -> tuple[float, float]:
    """Return the ends of the scale: a little beyond all that is shown; 0 need not be there."""
    ends = [] if chart.reference is None else [chart.reference]
    for series in chart.series:
        ends += [value for value in series.values if value is not None]
        ends += [end for interval in series.intervals if interval is not None for end in interval]
    if not ends:
        return 0.0, 1.0
    spare = 0.04 * (max(ends) - min(ends)) or 0.5
    return min(ends) - spare, max(ends) + spare


# -- swarms -----------------------------------------------------------------------------------------------------------


def swarm(paper: Paper, chart: Swarm, top: int) -> int:
    """Draw rows of points and return where the next thing may stand."""
    from engine.reporting.interactive import spread

    top = _shade_key(paper, chart, top)
    known = [value for row in chart.values for value in row]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    spare = 0.03 * (high - low) or 0.5
    layout = _lay_out(paper, chart.categories, top, 62, 10, (min(low, 0.0) - spare, max(high, 0.0) + spare))
    bottom = _x_axis(paper, layout, chart.axis, "number", top)
    zero = layout.x(0.0)
    paper.stroke((zero, zero), (top, layout.bottom + 6), SLATE, 1.5, zorder=2)
    for place, (above, height) in enumerate(zip(layout.tops, layout.heights, strict=True)):
        values, shades = chart.values[place], chart.shades[place]
        inks = [SLATE if one is None else between(_SHADES, one) for one in shades]
        y = [above + height / 2 + offset * height for offset in spread(values)]
        paper.axes.scatter([layout.x(value) for value in values], y, s=22, c=inks, linewidths=0, alpha=0.85, zorder=4)
    return bottom


def _shade_key(paper: Paper, chart: Swarm, top: int) -> int:
    (low,), (high,) = (wrap(word, SMALL, 240, 1) or ("",) for word in (chart.low, chart.high))
    paper.line(low, paper.left, top, SMALL)
    left = paper.left + measure(low, SMALL) + 10
    for step in range(20):
        paper.box(left + 6 * step, top + 6, left + 6 * step + 6, top + 22, between(_SHADES, step / 19))
    paper.line(high, left + 130, top, SMALL)
    return top + SMALL.leading + 10

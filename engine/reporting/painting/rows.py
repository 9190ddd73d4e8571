"""Charts of one row a category: how their rows are laid out, and bars and dots with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from engine.drawing.fonts import measure
from engine.drawing.theme import MIST, NIGHT, SLATE, WHITE
from engine.drawing.typesetting import wrap
from engine.reporting.charts import Bars, Dots, Interval, Scale, Series
from engine.reporting.painting.looks import between, colours, hatches, ink_on, marks, ticks, written
from engine.reporting.painting.paper import BODY, SMALL, STRONG, Paper, height_of

_LABELS = 300
"""Widest column of categories."""
_SIZES = ((BODY, 4, 1.0), (SMALL, 2, 0.75))
"""How categories are written, in how many lines at most, and how far rows shrink: the second where the first is too
tall."""
_FOOT = 140
"""Kept free below the rows for the axis and what is said there."""
_MANY = 8
"""Series side by side: beyond that each bar has its name beside it, instead of a legend."""
_PALE = 0.45
_DASHED = (0, (4, 3))


@dataclass(frozen=True)
class Layout:
    """Where the rows of a chart stand, and the left and right end of its scale."""

    left: float
    right: float
    tops: tuple[int, ...]
    heights: tuple[int, ...]
    lowest: float
    highest: float
    left_out: int
    thick: float

    def x(self, value: float) -> float:
        """Return where a value lies."""
        span = (self.highest - self.lowest) or 1.0
        return self.left + (self.right - self.left) * (value - self.lowest) / span

    def middles(self, place: int, count: int) -> list[float]:
        """Return the middle of each of so many bars of a row."""
        first = self.tops[place] + (self.heights[place] - count * self.thick) / 2
        return [first + (turn + 0.5) * self.thick for turn in range(count)]

    @property
    def bottom(self) -> int:
        """Where the last row ends."""
        return self.tops[-1] + self.heights[-1] if self.tops else 0


def lay_out(
    paper: Paper,
    categories: Sequence[str],
    top: int,
    *,
    thick: float,
    bars: int = 1,
    gap: int = 12,
    room: int = 10,
    limits: tuple[float, float] = (0.0, 1.0),
    strong: frozenset[int] = frozenset(),
) -> Layout:
    """Write categories one below the other, as far as they fit, and smaller where they would not all fit.

    Parameters
    ----------
    thick : float
        Pixels of one of the ``bars`` that a row has.
    gap : int
        Pixels between the bars of two rows at least.
    room : int
        Pixels right of the scale's end.
    limits : (float, float)
        Values at the ends of the scale.
    strong : frozenset of int
        Categories that are headings.
    """
    for style, most, part in _SIZES:
        if bars * thick * part * len(categories) > paper.height and part == 1.0:
            continue
        looks = [STRONG if place in strong else style for place in range(len(categories))]
        words = [wrap(name, look, _LABELS, most) for name, look in zip(categories, looks, strict=True)]
        least = round(bars * thick * part + gap * part)
        heights = [max(least, height_of(lines, look) + 4) for lines, look in zip(words, looks, strict=True)]
        if top + sum(heights) <= paper.height - _FOOT:
            break
    tops = [top + sum(heights[:place]) for place in range(len(heights))]
    shown = sum(above + height <= paper.height - _FOOT for above, height in zip(tops, heights, strict=True))
    for place in range(shown):
        above = tops[place] + (heights[place] - height_of(words[place], looks[place])) / 2
        paper.lines(words[place], paper.left, above, looks[place])
    widest = max((measure(line, looks[place]) for place in range(shown) for line in words[place]), default=0)
    left_out = len(categories) - shown
    left, right = paper.left + widest + 14, paper.right - room
    return Layout(left, right, tuple(tops[:shown]), tuple(heights[:shown]), *limits, left_out, thick * part)


def foot(paper: Paper, layout: Layout, axis: str, top: float) -> int:
    """Write what the scale is, and how many categories did not fit."""
    bottom = paper.paragraph(axis, layout.left, top, SMALL, round(paper.right - layout.left), SLATE)
    return paper.more(layout.left_out, bottom)


def x_axis(paper: Paper, layout: Layout, axis: str, scale: Scale, top: int) -> int:
    """Draw the scale's round values behind the rows, and write them and the axis's name below."""
    values, words = ticks(layout.lowest, layout.highest, scale, layout.right - layout.left)
    for value, word in zip(values, words, strict=True):
        x = layout.x(value)
        paper.stroke((x, x), (top, layout.bottom + 6), MIST, 1.5, zorder=1)
        paper.line(word, x, layout.bottom + 8, SMALL, SLATE, align=0.5)
    return foot(paper, layout, axis, layout.bottom + 8 + SMALL.leading)


def _whisker(paper: Paper, layout: Layout, interval: Interval, y: float, colour: str = NIGHT) -> None:
    """Draw an interval, with a white edge: it may lie on a bar."""
    low, high = map(layout.x, interval)
    for ink, thickness, reach, zorder in ((WHITE, 5, 6, 4), (colour, 2.5, 5, 5)):
        paper.stroke((low, high), (y, y), ink, thickness, zorder=zorder)
        for end in (low, high):
            paper.stroke((end, end), (y - reach, y + reach), ink, thickness, zorder=zorder)


def _interval(series: Series, place: int) -> Interval | None:
    return series.intervals[place] if series.intervals else None


def _ends(series: Sequence[Series]) -> list[float]:
    """Return all values, and all ends of intervals."""
    values = [value for one in series for value in one.values if value is not None]
    return values + [end for one in series for interval in one.intervals if interval for end in interval]


def _written(series: Sequence[Series], scale: Scale) -> tuple[list[list[str]], int]:
    """Return the written values of each series, and the width of the longest."""
    count = len(series[0].values) if series else 0
    flat = written(chain.from_iterable(one.values for one in series), scale)
    words = [flat[turn * count : (turn + 1) * count] for turn in range(len(series))]
    return words, max((measure(word, SMALL) for word in flat), default=0)


# -- bars -------------------------------------------------------------------------------------------------------------


def bars(paper: Paper, chart: Bars, top: int) -> int:
    """Draw bars and return where the next thing may stand."""
    if chart.stacked:
        return _stacked(paper, chart, top)
    if len(chart.series) > _MANY:
        return _named(paper, chart, top)
    inks = colours(len(chart.series), ordered=chart.ordered)
    patterns = hatches(len(chart.series), ordered=chart.ordered)

    def key(place: int, x: float, y: float) -> None:
        paper.box(x, y - 9, x + 34, y + 9, inks[place], hatch=patterns[place])

    top = paper.legend([series.name for series in chart.series], top, key)
    return _beside(paper, chart, inks, patterns, top)


def _named(paper: Paper, chart: Bars, top: int) -> int:
    """Draw each category as a heading and each of its series as a row of its own: no legend of that many is read."""
    rows: list[str] = []
    values: list[float | None] = []
    intervals: list[Interval | None] = []
    headings, small = set(), set()
    for place, category in enumerate(chart.categories):
        headings.add(len(rows))
        rows.append(category)
        values.append(None)
        intervals.append(None)
        for series in chart.series:
            if place in chart.small:
                small.add(len(rows))
            rows.append(series.name)
            values.append(series.values[place])
            intervals.append(_interval(series, place))
    one = Series("", tuple(values), tuple(intervals))
    flat = Bars(tuple(rows), (one,), chart.axis, chart.scale, small=frozenset(small))
    return _beside(paper, flat, colours(1, ordered=False), [None], top, frozenset(headings))


def _beside(
    paper: Paper,
    chart: Bars,
    inks: Sequence[str],
    patterns: Sequence[str | None],
    top: int,
    headings: frozenset[int] = frozenset(),
) -> int:
    ends = [0.0, *_ends(chart.series)]
    words, room = _written(chart.series, chart.scale)
    thick, count = (28 if len(chart.series) == 1 else 22), len(chart.series)
    layout = lay_out(
        paper,
        chart.categories,
        top,
        thick=thick,
        bars=count,
        room=room + 12,
        limits=(min(ends), max(ends)),
        strong=headings,
    )
    zero, half = layout.x(0.0), layout.thick / 2 - 2
    for place in range(len(layout.tops)):
        for turn, y in enumerate(layout.middles(place, count)):
            value, interval = chart.series[turn].values[place], _interval(chart.series[turn], place)
            if value is None:
                continue
            colour = between((WHITE, inks[turn]), _PALE) if place in chart.small else inks[turn]
            left, right = sorted((zero, layout.x(value)))
            paper.box(left, y - half, right, y + half, colour, hatch=patterns[turn])
            if interval is not None:
                _whisker(paper, layout, interval, y)
            end = max(value, 0.0, *(interval or ()))
            paper.line(words[turn][place], layout.x(end) + 8, y - SMALL.leading / 2, SMALL)
    if layout.tops:
        paper.stroke((zero, zero), (layout.tops[0], layout.bottom), SLATE, 1.5)
    return foot(paper, layout, chart.axis, (layout.bottom or top) + 8)


def _stacked(paper: Paper, chart: Bars, top: int) -> int:
    shown = paper.fitting([series.name for series in chart.series])
    series = chart.series[:shown]
    inks, patterns = colours(shown, ordered=chart.ordered), hatches(shown, ordered=chart.ordered)

    def key(place: int, x: float, y: float) -> None:
        paper.box(x, y - 9, x + 34, y + 9, inks[place], hatch=patterns[place])

    top = paper.more(len(chart.series) - shown, paper.legend([one.name for one in series], top, key))
    count = len(chart.categories)
    whole = max((sum(one.values[place] or 0.0 for one in chart.series) for place in range(count)), default=0.0) or 1.0
    layout = lay_out(paper, chart.categories, top, thick=40, room=0, limits=(0.0, whole))
    words, _ = _written(series, chart.scale)
    for place in range(len(layout.tops)):
        (y,), start = layout.middles(place, 1), 0.0
        for turn, one in enumerate(series):
            value = one.values[place] or 0.0
            colour = between((WHITE, inks[turn]), _PALE) if place in chart.small else inks[turn]
            left, right = layout.x(start), layout.x(start + value)
            half = layout.thick / 2
            paper.box(left, y - half, right, y + half, colour, edge=WHITE, thickness=2, hatch=patterns[turn])
            _inside(paper, words[turn][place], (left, right), y, colour, is_plain=patterns[turn] is None)
            start += value
    return foot(paper, layout, chart.axis, (layout.bottom or top) + 8)


def _inside(paper: Paper, word: str, ends: tuple[float, float], y: float, colour: str, *, is_plain: bool) -> None:
    """Write a value into its part of a bar, if it fits, on a plain ground."""
    width, middle = measure(word, SMALL), sum(ends) / 2
    if not word or width + 8 > ends[1] - ends[0]:
        return
    if not is_plain:
        paper.box(middle - width / 2 - 3, y - 13, middle + width / 2 + 3, y + 13, colour, zorder=3)
    paper.line(word, middle, y - SMALL.leading / 2, SMALL, ink_on(colour), align=0.5)


# -- dots -------------------------------------------------------------------------------------------------------------


def dots(paper: Paper, chart: Dots, top: int) -> int:
    """Draw estimates with their intervals and return where the next thing may stand."""
    names = [series.name for series in chart.series]
    shown = paper.fitting(names)
    series, inks, points = chart.series[:shown], colours(shown, ordered=False), marks(shown)

    def key(place: int, x: float, y: float) -> None:
        paper.stroke((x + 17,), (y,), inks[place], marker=points[place], markersize=9)

    top = paper.more(len(names) - shown, paper.legend(names[:shown], top, key))
    if chart.reference is not None:
        top = reference(paper, chart.reference_label, top)
    words, room = _written(series, chart.scale)
    layout = lay_out(
        paper,
        chart.categories,
        top,
        thick=30 if shown == 1 else 25,
        bars=shown,
        gap=10,
        room=room + 24,
        limits=_reach(series, chart.reference),
    )
    bottom = x_axis(paper, layout, chart.axis, chart.scale, top) if layout.tops else top
    if chart.reference is not None and layout.tops:
        x = layout.x(chart.reference)
        paper.stroke((x, x), (top, layout.bottom + 6), SLATE, 2, _DASHED, zorder=2)
    for place in range(len(layout.tops)):
        for turn, y in enumerate(layout.middles(place, shown)):
            value = series[turn].values[place]
            if value is None:
                continue
            if (interval := _interval(series[turn], place)) is not None:
                _whisker(paper, layout, interval, y, inks[turn])
            paper.stroke((layout.x(value),), (y,), inks[turn], marker=points[turn], markersize=8, zorder=6)
            paper.line(words[turn][place], paper.right, y - SMALL.leading / 2, SMALL, align=1.0)
    return bottom


def reference(paper: Paper, label: str, top: int) -> int:
    """Say what a dashed line stands for, if it is named, and return where the next thing may stand."""
    if not label:
        return top
    middle = top + SMALL.leading / 2
    paper.stroke((paper.left, paper.left + 34), (middle, middle), SLATE, 2, _DASHED)
    return paper.paragraph(label, paper.left + 44, top, SMALL, paper.width - 44, SLATE) + 8


def _reach(series: Sequence[Series], line: float | None) -> tuple[float, float]:
    """Return the ends of the scale: a little beyond all that is shown; 0 need not be there."""
    ends = _ends(series) + ([] if line is None else [line])
    if not ends:
        return 0.0, 1.0
    spare = 0.04 * (max(ends) - min(ends)) or 0.5
    return min(ends) - spare, max(ends) + spare

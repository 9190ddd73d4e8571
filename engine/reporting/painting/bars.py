"""Bars: side by side, or stacked."""

from __future__ import annotations

from collections.abc import Sequence

from engine.drawing.fonts import measure
from engine.drawing.theme import SLATE, WHITE
from engine.reporting.charts import Bars, Interval, Series
from engine.reporting.painting import legends
from engine.reporting.painting.looks import between, colours, hatches, ink_on
from engine.reporting.painting.paper import SMALL, Paper
from engine.reporting.painting.rows import (
    ends_of,
    foot,
    interval_of,
    lay_out,
    whisker,
    written_values,
)

_MANY = 8
"""Series side by side: beyond that each bar has its name beside it, instead of a legend."""
_PALE = 0.45


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

    top = legends.legend(paper, [series.name for series in chart.series], top, key)
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
            intervals.append(interval_of(series, place))
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
    ends = [0.0, *ends_of(chart.series)]
    words, room = written_values(chart.series, chart.scale)
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
            value, interval = chart.series[turn].values[place], interval_of(chart.series[turn], place)
            if value is None:
                continue
            colour = between((WHITE, inks[turn]), _PALE) if place in chart.small else inks[turn]
            left, right = sorted((zero, layout.x(value)))
            paper.box(left, y - half, right, y + half, colour, hatch=patterns[turn])
            if interval is not None:
                whisker(paper, layout, interval, y)
            end = max(value, 0.0, *(interval or ()))
            paper.line(words[turn][place], layout.x(end) + 8, y - SMALL.leading / 2, SMALL)
    if layout.tops:
        paper.stroke((zero, zero), (layout.tops[0], layout.bottom), SLATE, 1.5)
    return foot(paper, layout, chart.axis, (layout.bottom or top) + 8)


def _stacked(paper: Paper, chart: Bars, top: int) -> int:
    shown = legends.fitting(paper, [series.name for series in chart.series])
    series = chart.series[:shown]
    inks, patterns = colours(shown, ordered=chart.ordered), hatches(shown, ordered=chart.ordered)

    def key(place: int, x: float, y: float) -> None:
        paper.box(x, y - 9, x + 34, y + 9, inks[place], hatch=patterns[place])

    top = paper.more(len(chart.series) - shown, legends.legend(paper, [one.name for one in series], top, key))
    count = len(chart.categories)
    whole = max((sum(one.values[place] or 0.0 for one in chart.series) for place in range(count)), default=0.0) or 1.0
    layout = lay_out(paper, chart.categories, top, thick=40, room=0, limits=(0.0, whole))
    words, _ = written_values(series, chart.scale)
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

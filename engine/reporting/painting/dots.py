"""Estimates as dots with their intervals, beside a line that stands for "nothing"."""

from __future__ import annotations

from collections.abc import Sequence

from engine.drawing.theme import SLATE
from engine.reporting.charts import Dots, Series
from engine.reporting.painting import legends
from engine.reporting.painting.looks import colours, marks
from engine.reporting.painting.paper import SMALL, Paper
from engine.reporting.painting.rows import (
    DASHED,
    ends_of,
    interval_of,
    lay_out,
    reference,
    whisker,
    written_values,
    x_axis,
)


def dots(paper: Paper, chart: Dots, top: int) -> int:
    """Draw estimates with their intervals and return where the next thing may stand."""
    names = [series.name for series in chart.series]
    shown = legends.fitting(paper, names)
    series, inks, points = chart.series[:shown], colours(shown, ordered=False), marks(shown)

    def key(place: int, x: float, y: float) -> None:
        paper.stroke((x + 17,), (y,), inks[place], marker=points[place], markersize=9)

    top = paper.more(len(names) - shown, legends.legend(paper, names[:shown], top, key))
    if chart.reference is not None:
        top = reference(paper, chart.reference_label, top)
    words, room = written_values(series, chart.scale)
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
        paper.stroke((x, x), (top, layout.bottom + 6), SLATE, 2, DASHED, zorder=2)
    for place in range(len(layout.tops)):
        for turn, y in enumerate(layout.middles(place, shown)):
            value = series[turn].values[place]
            if value is None:
                continue
            if (interval := interval_of(series[turn], place)) is not None:
                whisker(paper, layout, interval, y, inks[turn])
            paper.stroke((layout.x(value),), (y,), inks[turn], marker=points[turn], markersize=8, zorder=6)
            paper.line(words[turn][place], paper.right, y - SMALL.leading / 2, SMALL, align=1.0)
    return bottom


def _reach(series: Sequence[Series], line: float | None) -> tuple[float, float]:
    """Return the ends of the scale: a little beyond all that is shown; 0 need not be there."""
    ends = ends_of(series) + ([] if line is None else [line])
    if not ends:
        return 0.0, 1.0
    spare = 0.04 * (max(ends) - min(ends)) or 0.5
    return min(ends) - spare, max(ends) + spare

"""Charts of two dimensions of names: heatmaps, and profiles around a centre."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle, islice
from math import cos, pi, sin

from engine.drawing.fonts import measure
from engine.drawing.theme import MIST, NIGHT, SLATE, Style
from engine.drawing.typesetting import wrap
from engine.reporting.charts import Heatmap, Radar
from engine.reporting.numbers import number
from engine.reporting.painting.lines import DASHES
from engine.reporting.painting.paper import BODY, SMALL, Paper, ink_on, shade
from engine.reporting.painting.rows import MARKS, colours

_LABELS = 320
_NARROW = 96
"""Pixels: columns below that are numbered, and their names stand below or on the rows."""
_TALLEST, _LOWEST = 46, 23
"""Pixels of a row."""
_TINY = Style(16)
"""For numbers in cells and above columns, where there are many: the table has them in full."""
_FOOT = 110
_STEPS = 25
"""Of the key: so many shades are told apart."""


def heatmap(paper: Paper, chart: Heatmap, top: int) -> int:
    """Draw shades with their key and return where the next thing may stand."""
    same = chart.columns == chart.rows
    rows = [f"{place} {name}" for place, name in enumerate(chart.rows, 1)] if same else list(chart.rows)
    widest = max((measure(line, BODY) for name in rows for line in wrap(name, BODY, _LABELS, 1)), default=0)
    left = paper.left + widest + 10
    width = (paper.right - left) / max(len(chart.columns), 1)
    numbered = same or width < _NARROW
    top = _headings(paper, chart, left, width, top, numbered=numbered)
    keys = [] if same or not numbered else [f"{place} {name}" for place, name in enumerate(chart.columns, 1)]
    room = paper.height - top - _FOOT - len(keys) * SMALL.leading
    height = max(min(_TALLEST, room // max(len(rows), 1)), _LOWEST)
    shown = min(len(rows), room // height)
    for row in range(shown):
        y = top + row * height
        paper.lines(wrap(rows[row], BODY, _LABELS, 1), paper.left, y + (height - BODY.leading) / 2, BODY)
        for column in range(len(chart.columns)):
            _cell(paper, chart, row, column, (left + column * width, y, width, height))
    bottom = _key(paper, chart, left, top + shown * height + 12)
    for key in keys:
        bottom = paper.paragraph(key, paper.left, bottom, SMALL, paper.width, most=1)
    return paper.more(len(rows) - shown, bottom) if shown < len(rows) else bottom


def _headings(paper: Paper, chart: Heatmap, left: float, width: float, top: int, *, numbered: bool) -> int:
    if not numbered:
        words = [wrap(name, SMALL, round(width) - 8, 3) for name in chart.columns]
        lines = max(map(len, words), default=0)
        for place, heading in enumerate(words):
            above = top + (lines - len(heading)) * SMALL.leading
            paper.lines(heading, left + (place + 0.5) * width, above, SMALL, align=0.5)
        return top + lines * SMALL.leading + 4
    step = next(step for step in (1, 2, 5, 10, 20, 50) if measure(f"{len(chart.columns)}", _TINY) + 3 <= step * width)
    for place in range(len(chart.columns)):
        if (place + 1) % step == 0 or step == 1:
            paper.line(f"{place + 1}", left + (place + 0.5) * width, top, _TINY, SLATE, align=0.5)
    return top + _TINY.leading + 4


def _cell(paper: Paper, chart: Heatmap, row: int, column: int, place: tuple[float, float, float, float]) -> None:
    value = chart.values[row][column]
    if value is None:
        return
    left, top, width, height = place
    ground = shade(value, chart.lowest, chart.highest)
    gap = 1.0 if width > 12 else 0.25
    paper.box(left + gap, top + gap, left + width - gap, top + height - gap, ground)
    if (row, column) in chart.framed:
        edge = 2.5 if width > 20 else 1.2
        paper.box(left + 2, top + 2, left + width - 2, top + height - 2, "none", edge=ink_on(ground), thickness=edge)
    if chart.written:
        word = chart.written[row][column]
        style = next((style for style in (SMALL, _TINY) if measure(word, style) <= width - 6), None)
        if style is not None:
            middle = top + height / 2 - style.leading / 2
            paper.line(word, left + width / 2, middle, style, ink_on(ground), align=0.5)


def _key(paper: Paper, chart: Heatmap, left: float, top: int) -> int:
    """Draw the shades from one end to the other, with their ends and what they stand for."""
    bottom = paper.paragraph(chart.legend, paper.left, top, SMALL, paper.width, SLATE)
    low, high = number(chart.lowest), number(chart.highest)
    start = paper.left + measure(low, SMALL) + 10
    paper.line(low, paper.left, bottom, SMALL, SLATE)
    for step in range(_STEPS):
        value = chart.lowest + (chart.highest - chart.lowest) * step / (_STEPS - 1)
        ground = shade(value, chart.lowest, chart.highest)
        paper.box(start + 300 * step / _STEPS, bottom + 5, start + 300 * (step + 1) / _STEPS, bottom + 22, ground)
    paper.box(start, bottom + 5, start + 300, bottom + 22, "none", edge=MIST, thickness=1)
    paper.line(high, start + 310, bottom, SMALL, SLATE)
    return bottom + SMALL.leading + 8


# -- profiles ---------------------------------------------------------------------------------------------------------


def radar(paper: Paper, chart: Radar, top: int) -> int:
    """Draw profiles around a centre and return where the next thing may stand."""
    inks = colours(len(chart.series), ordered=False) if len(chart.series) > 1 else [NIGHT]
    dashes = list(islice(cycle(DASHES), len(inks)))
    marks = list(islice(cycle(MARKS), len(inks)))

    def key(place: int, x: float, y: float) -> None:
        paper.stroke((x, x + 17, x + 34), (y,) * 3, inks[place], 2.5, dashes[place], marker=marks[place], markersize=6)

    top = paper.legend([series.name for series in chart.series], top, key)
    reach, centre = 205, (paper.left + paper.width / 2, top + 275)
    around = _directions(len(chart.categories))
    _web(paper, chart, centre, reach, around)
    for series, ink, dash, mark in zip(chart.series, inks, dashes, marks, strict=True):
        x, y = _outline(chart, series.values, centre, reach, around)
        paper.stroke(x, y, ink, 2.5, dash, zorder=5, marker=mark, markersize=5)
        paper.axes.fill(x, y, color=ink, alpha=0.1, linewidth=0, zorder=3)
    return paper.paragraph(chart.legend, paper.left, centre[1] + 265, SMALL, paper.width, SLATE)


def _directions(count: int) -> list[tuple[float, float]]:
    angles = [2 * pi * place / max(count, 1) - pi / 2 for place in range(count)]
    return [(cos(angle), sin(angle)) for angle in angles]


def _web(
    paper: Paper, chart: Radar, centre: tuple[float, float], reach: float, around: Sequence[tuple[float, float]]
) -> None:
    for part in (0.25, 0.5, 0.75, 1.0):
        loop = [*around, *around[:1]]
        paper.stroke(
            [centre[0] + x * reach * part for x, _ in loop], [centre[1] + y * reach * part for _, y in loop], MIST, 1.5
        )
    for name, (x, y) in zip(chart.categories, around, strict=True):
        paper.stroke((centre[0], centre[0] + x * reach), (centre[1], centre[1] + y * reach), MIST, 1.5)
        side = 0.0 if x > 0.3 else 1.0 if x < -0.3 else 0.5
        at = centre[0] + x * (reach + 16)
        room = paper.right - at if side == 0.0 else at - paper.left if side == 1.0 else 240
        words = wrap(name, SMALL, round(room), 2)
        height = len(words) * SMALL.leading
        above = centre[1] + y * (reach + 16) - height * (1 - y) / 2
        paper.lines(words, at, above, SMALL, align=side)


def _outline(
    chart: Radar,
    values: Sequence[float | None],
    centre: tuple[float, float],
    reach: float,
    around: Sequence[tuple[float, float]],
) -> tuple[list[float], list[float]]:
    span = (chart.highest - chart.lowest) or 1.0
    known = [chart.lowest if value is None else value for value in values]
    parts = [min(max((value - chart.lowest) / span, 0.0), 1.0) for value in known]
    x = [centre[0] + part * reach * direction[0] for part, direction in zip(parts, around, strict=True)]
    y = [centre[1] + part * reach * direction[1] for part, direction in zip(parts, around, strict=True)]
    return [*x, *x[:1]], [*y, *y[:1]]

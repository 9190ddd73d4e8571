"""Heatmaps: the values of rows and columns as shades."""

from __future__ import annotations

from dataclasses import dataclass

from engine.drawing.fonts import measure
from engine.drawing.theme import MIST, SLATE, Style
from engine.drawing.typesetting import ELLIPSIS, wrap
from engine.reporting.charts import Heatmap
from engine.reporting.numbers import number
from engine.reporting.painting import legends
from engine.reporting.painting.looks import ink_on, shade
from engine.reporting.painting.paper import BODY, SMALL, TINY, Paper, height_of

_LABELS = 320
"""Widest column of row names."""
_NARROW = 80
"""Pixels: columns below that are numbered, and their names stand on the rows or below."""
_SIZES = ((BODY, 3, 46), (BODY, 1, 40), (SMALL, 1, 28), (TINY, 1, 23))
"""How row names are written, in how many lines at most, and how high a row is at least: the first that fits."""
_KEY_WIDTH, _STEPS = 300, 25
"""Pixels of the key, and the shades that are told apart in it."""


@dataclass(frozen=True)
class _Grid:
    """Where the cells stand; ``shown`` rows fit, and as many columns where these are the rows again."""

    left: float
    width: float
    heights: tuple[int, ...]
    names: tuple[tuple[str, ...], ...]
    style: Style
    columns: int

    @property
    def shown(self) -> int:
        return len(self.heights)


def heatmap(paper: Paper, chart: Heatmap, top: int) -> int:
    """Draw shades with their key and return where the next thing may stand."""
    same = chart.columns == chart.rows
    headings = _headings(paper, chart)
    head = max((height_of(words, SMALL) for words in headings), default=TINY.leading) + 4
    said = [] if headings or same else list(chart.columns)
    foot = _foot(paper, chart, said)
    grid = _fit(paper, chart, paper.height - top - head - foot, numbered=same and not headings)
    is_triangle = same and not headings and all(value is None for row in chart.values[:1] for value in row)
    if not is_triangle:
        _write_headings(paper, grid, headings, top, head)
        top += head
    bottom = _cells(paper, chart, grid, top)
    if is_triangle:  # the numbers stand at its long side
        _write_headings(paper, grid, headings, bottom, head)
        bottom += head
    bottom = _key(paper, chart, bottom + 8)
    if said:
        bottom = legends.numbers(paper, said, bottom)
    return paper.more(len(chart.rows) - grid.shown, bottom)


def _foot(paper: Paper, chart: Heatmap, said: list[str]) -> int:
    """Return how much room the key and the names of columns take below."""
    key = height_of(wrap(chart.legend, SMALL, paper.width, 2), SMALL) + SMALL.leading + 20
    told = legends.numbers_height(paper, said) if said else 0
    return key + told + SMALL.leading + paper.margin


def _label_width(paper: Paper, chart: Heatmap, style: Style, most: int, *, numbered: bool) -> int:
    names = _row_names(chart, numbered=numbered)
    return max((measure(line, style) for name in names for line in wrap(name, style, _LABELS, most)), default=0)


def _row_names(chart: Heatmap, *, numbered: bool) -> list[str]:
    return [f"{place}. {name}" for place, name in enumerate(chart.rows, 1)] if numbered else list(chart.rows)


def _headings(paper: Paper, chart: Heatmap) -> list[tuple[str, ...]]:
    """Return the columns' names as they stand above them, or nothing where they do not fit."""
    left = paper.left + _label_width(paper, chart, BODY, 3, numbered=False) + 10
    width = (paper.right - left) / max(len(chart.columns), 1)
    if width < _NARROW:
        return []
    words = [wrap(name, SMALL, round(width) - 8, 3) for name in chart.columns]
    is_cut = any(lines and lines[-1].endswith(ELLIPSIS) for lines in words)
    return [] if is_cut and len(chart.columns) > 1 else words


def _fit(paper: Paper, chart: Heatmap, room: int, *, numbered: bool) -> _Grid:
    names = _row_names(chart, numbered=numbered)
    for style, most, least in _SIZES:
        if least * len(names) > room and style is not TINY:
            continue
        words = [wrap(name, style, _LABELS, most) for name in names]
        heights = [max(least, height_of(lines, style) + 2) for lines in words]
        if sum(heights) <= room:
            break
    shown = sum(sum(heights[: place + 1]) <= room for place in range(len(heights)))
    left = paper.left + _label_width(paper, chart, style, most, numbered=numbered) + 10
    columns = shown if numbered else len(chart.columns)
    width = (paper.right - left) / max(columns, 1)
    return _Grid(left, width, tuple(heights[:shown]), tuple(words[:shown]), style, columns)


def _write_headings(paper: Paper, grid: _Grid, headings: list[tuple[str, ...]], top: int, height: int) -> None:
    for place, words in enumerate(headings):
        above = top + height - 4 - height_of(words, SMALL)
        paper.lines(words, grid.left + (place + 0.5) * grid.width, above, SMALL, align=0.5)
    if headings:
        return
    needed = measure(f"{grid.columns}", TINY) + 4
    step = next((step for step in (1, 2, 5, 10, 20, 50) if needed <= step * grid.width), 100)
    for place in range(grid.columns):
        if (place + 1) % step == 0:
            middle = min(grid.left + (place + 0.5) * grid.width, paper.right - needed / 2)
            paper.line(f"{place + 1}", middle, top, TINY, SLATE, align=0.5)


def _cells(paper: Paper, chart: Heatmap, grid: _Grid, top: int) -> int:
    words = [word for row in chart.written for word in row]
    styles = (style for style in (SMALL, TINY) if style.leading <= min(grid.heights, default=0) + 2)
    size = next((one for one in styles if all(measure(word, one) <= grid.width - 6 for word in set(words))), None)
    for row, height in enumerate(grid.heights):
        above = top + (height - height_of(grid.names[row], grid.style)) / 2
        paper.lines(grid.names[row], paper.left, above, grid.style)
        _row(paper, chart, grid, row, top, size)
        top += height
    return top


def _row(paper: Paper, chart: Heatmap, grid: _Grid, row: int, top: int, size: Style | None) -> None:
    gap, bottom = (1.0 if grid.width > 12 else 0.25), top + grid.heights[row]
    known = [
        (column, grid.left + column * grid.width, shade(value, chart.lowest, chart.highest))
        for column, value in enumerate(chart.values[row][: grid.columns])
        if value is not None
    ]
    places = [(left + gap, top + gap, left + grid.width - gap, bottom - gap) for _, left, _ in known]
    paper.boxes(places, [ground for _, _, ground in known], MIST, 0.75)  # an edge, so that white is not nothing
    for column, left, ground in known:
        ink = ink_on(ground)
        if (row, column) in chart.framed:
            edge = 2.5 if grid.width > 20 else 1.2
            paper.box(left + 2, top + 2, left + grid.width - 2, bottom - 2, "none", edge=ink, thickness=edge)
        if chart.written and size is not None:
            above = (top + bottom - size.leading) / 2
            paper.line(chart.written[row][column], left + grid.width / 2, above, size, ink, align=0.5)


def _key(paper: Paper, chart: Heatmap, top: int) -> int:
    """Draw the shades from one end to the other, with their ends and what they stand for."""
    bottom = paper.paragraph(chart.legend, paper.left, top, SMALL, paper.width, SLATE)
    low, high = number(chart.lowest), number(chart.highest)
    start = paper.left + measure(low, SMALL) + 10
    paper.line(low, paper.left, bottom, SMALL, SLATE)
    step = _KEY_WIDTH / _STEPS
    for place in range(_STEPS):
        value = chart.lowest + (chart.highest - chart.lowest) * place / (_STEPS - 1)
        left = start + place * step
        paper.box(left, bottom + 5, left + step, bottom + 22, shade(value, chart.lowest, chart.highest))
    paper.box(start, bottom + 5, start + _KEY_WIDTH, bottom + 22, "none", edge=MIST, thickness=1)
    paper.line(high, start + _KEY_WIDTH + 10, bottom, SMALL, SLATE)
    return bottom + SMALL.leading + 4

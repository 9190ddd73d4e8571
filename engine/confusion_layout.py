"""Where each part of the confusion matrix goes on the paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.drawing.canvas import Canvas
from engine.drawing.fonts import measure
from engine.drawing.theme import BODY, MARGIN, SHADES, STRONG, TITLE, WIDTH, Ink
from engine.drawing.typesetting import wrap

if TYPE_CHECKING:
    from engine.confusion_chart import Cell, ConfusionChart, Line

_LEFT, _RIGHT = MARGIN, WIDTH - MARGIN
_COLUMN = _RIGHT - _LEFT
_LABELS = 172
"""Width of what was said, left of the cells."""
_GAP = 6
_HEIGHT = 104
"""Of a row: three lines of text, or a count and its share."""
_FRAME = 4


def draw(chart: ConfusionChart) -> bytes:
    """Return the chart as a PNG file."""
    canvas = Canvas()
    top = canvas.lines(wrap(chart.title, TITLE, _COLUMN, 2), _LEFT, MARGIN, TITLE, Ink.TEXT)
    top = canvas.lines(wrap(chart.subtitle, BODY, _COLUMN, 2), _LEFT, top, BODY, Ink.MUTED)
    top = canvas.lines(wrap(chart.question, BODY, _COLUMN, 2), _LEFT, top + 12, BODY, Ink.TEXT)
    top = _header(canvas, chart, top + 12)
    for line in chart.lines:
        top = _row(canvas, line, top)
    legend = wrap(chart.legend, BODY, _COLUMN, 4)
    bottom = canvas.lines(legend, _LEFT, top + 12, BODY, Ink.MUTED)
    return canvas.png(bottom + MARGIN)


def _edges(count: int) -> list[int]:
    width = (_RIGHT - _LEFT - _LABELS) / count
    return [round(_LEFT + _LABELS + place * width) for place in range(count + 1)]


def _header(canvas: Canvas, chart: ConfusionChart, top: int) -> int:
    """Write the two headings, and the grades' letters over their columns."""
    edges = _edges(len(chart.lines))
    heading = wrap(f"{chart.predicted} ▶", STRONG, _RIGHT - edges[0], 1)
    below = canvas.lines(heading, edges[0] + _GAP, top, STRONG, Ink.TEXT)
    canvas.lines(wrap(f"▼ {chart.observed}", STRONG, _LABELS, 1), _LEFT, below, STRONG, Ink.TEXT)
    bottom = below
    for line, left, right in zip(chart.lines, edges, edges[1:], strict=False):
        letter = wrap(line.grade, STRONG, right - left - _GAP, 1)
        bottom = max(bottom, canvas.lines(letter, (left + right) / 2, below, STRONG, Ink.TEXT, align=0.5))
    return bottom + 2


def _row(canvas: Canvas, line: Line, top: int) -> int:
    width = _LABELS - 2 * _GAP
    below = canvas.lines(wrap(f"{line.grade} ({line.people:,})", STRONG, width, 1), _LEFT, top + 2, STRONG, Ink.TEXT)
    canvas.lines(wrap(line.label, BODY, width, 2), _LEFT, below, BODY, Ink.TEXT)
    edges = _edges(len(line.cells))
    for cell, left, right in zip(line.cells, edges, edges[1:], strict=False):
        _cell(canvas, cell, left + _GAP, top, right, top + _HEIGHT)
    return top + _HEIGHT + _GAP


def _cell(canvas: Canvas, cell: Cell, left: int, top: int, right: int, bottom: int) -> None:
    """Draw a count and its share on a ground that says the share again."""
    if cell.right:
        canvas.box(left, top, right, bottom, Ink.TEXT)
        left, top, right, bottom = left + _FRAME, top + _FRAME, right - _FRAME, bottom - _FRAME
        canvas.ground(left, top, right, bottom, Ink.TEXT)  # a line of paper keeps the frame apart from a dark shade
        left, top, right, bottom = left + 2, top + 2, right - 2, bottom - 2
    ink = SHADES[min(int((cell.share or 0.0) * len(SHADES)), len(SHADES) - 1)]
    canvas.ground(left, top, right, bottom, ink)
    centre, width = (left + right) / 2, right - left
    first = (top + bottom) // 2 - STRONG.leading
    count = next((form for form in cell.count_forms if measure(form, STRONG) <= width - 4), cell.count_forms[-1])
    canvas.lines(wrap(count, STRONG, width, 1), centre, first, STRONG, ink, align=0.5)
    canvas.lines(wrap(cell.share_words, BODY, width, 1), centre, first + STRONG.leading, BODY, ink, align=0.5)

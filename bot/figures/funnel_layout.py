"""Where each part of the funnel goes on the paper, from top to bottom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.drawing.canvas import Canvas
from engine.drawing.fonts import measure
from engine.drawing.theme import BODY, MARGIN, MAX_HEIGHT, STRONG, TITLE, WIDTH, Ink
from engine.drawing.typesetting import wrap

if TYPE_CHECKING:
    from bot.figures.funnel_chart import Bar, FunnelChart

_LEFT, _RIGHT = MARGIN, WIDTH - MARGIN
_COLUMN = _RIGHT - _LEFT
_GAP = 12
_BAR_HEIGHT = 20
_CAP = 5
"""How far a whisker's ends reach over and under its bar."""
_FILL, _LEAKY, _WHISKER = Ink.SHADE_3, Ink.LOWERS, Ink.TEXT


def draw(chart: FunnelChart) -> bytes:
    """Return the chart as a PNG file; labels get a second line where the height allows it."""
    for lines_per_label, gap in ((2, _GAP), (1, _GAP), (1, 2)):
        canvas = Canvas()
        top = canvas.lines(wrap(chart.title, TITLE, _COLUMN, 2), _LEFT, MARGIN, TITLE, Ink.TEXT)
        top = canvas.lines(wrap(chart.subtitle, BODY, _COLUMN, 1), _LEFT, top, BODY, Ink.MUTED) + _GAP
        for bar in chart.bars:
            top = _bar(canvas, bar, top, lines_per_label) + gap
        bottom = canvas.lines(wrap(chart.legend, BODY, _COLUMN, 4), _LEFT, top, BODY, Ink.MUTED) + MARGIN
        if bottom <= MAX_HEIGHT:
            break
    return canvas.png(min(bottom, MAX_HEIGHT))


def _bar(canvas: Canvas, bar: Bar, top: int, most_lines: int) -> int:
    """Draw a label with its numbers, below it the bar with its whisker, and what is said of the leak."""
    numbers = f"{bar.count} ({bar.rate})" if bar.rate else bar.count
    canvas.line(numbers, _RIGHT, top, STRONG, Ink.TEXT, align=1)
    label = wrap(bar.label, BODY, _COLUMN - measure(numbers, STRONG) - _GAP, most_lines)
    top = canvas.lines(label or ("",), _LEFT, top, BODY, Ink.TEXT)
    bottom = top + _BAR_HEIGHT
    canvas.box(_LEFT, top - 2, _LEFT + 2, bottom + 2, Ink.MUTED)
    if bar.share is not None:
        if bar.leak is None:
            canvas.ground(_LEFT + 2, top, _across(bar.share), bottom, _FILL)
        else:
            canvas.box(_LEFT + 2, top, _across(bar.share), bottom, _LEAKY)
        if bar.low < bar.high:
            _whisker(canvas, _across(bar.low), _across(bar.high), top, bottom)
    if bar.leak is None:
        return bottom
    return canvas.lines(wrap(bar.leak, STRONG, _COLUMN, 1), _LEFT, bottom + 4, STRONG, Ink.TEXT)


def _whisker(canvas: Canvas, low: int, high: int, top: int, bottom: int) -> None:
    middle = (top + bottom) // 2
    canvas.box(low, middle - 1, high, middle + 2, _WHISKER)
    for end in (low, high - 3):
        canvas.box(end, top - _CAP + 4, end + 3, bottom + _CAP - 4, _WHISKER)


def _across(share: float) -> int:
    return round(_LEFT + 2 + share * (_COLUMN - 2))

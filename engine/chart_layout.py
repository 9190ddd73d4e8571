"""Where each part of the impact chart goes on the paper, from top to bottom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.drawing.canvas import Canvas, arrow
from engine.drawing.theme import BODY, MARGIN, MAX_HEIGHT, STRONG, TITLE, WIDTH, Ink
from engine.drawing.typesetting import line_height, wrap

if TYPE_CHECKING:
    from engine.charts import Bar, ImpactChart, Scale

_LEFT, _RIGHT = MARGIN, WIDTH - MARGIN
_COLUMN = _RIGHT - _LEFT
_CENTRE = WIDTH // 2
_GAP = 16
_BAR_HEIGHT = 16
_VALUE_WIDTH = 104
"""Kept free of the label: a signed number, and a blank before it."""


def draw(chart: ImpactChart) -> bytes:
    """Return the chart as a PNG file; long texts get a second line where the height allows it, labels last."""
    for lines_per_text, lines_per_label in ((2, 2), (2, 1), (1, 1)):
        canvas = Canvas()
        top = _heading(canvas, chart, MARGIN, lines_per_text)
        top = _scale(canvas, chart, top + _GAP, lines_per_text)
        top = _bars(canvas, chart, top + _GAP, lines_per_label)
        bottom = _note(canvas, chart.note, top, lines_per_text) + MARGIN
        if bottom <= MAX_HEIGHT:
            break
    return canvas.png(bottom)


def _heading(canvas: Canvas, chart: ImpactChart, top: int, most_lines: int) -> int:
    top = canvas.lines(wrap(chart.title, TITLE, _COLUMN, most_lines), _LEFT, top, TITLE, Ink.TEXT)
    return canvas.lines(wrap(chart.subtitle, BODY, _COLUMN, 1), _LEFT, top, BODY, Ink.MUTED)


# -- the scale of grades ------------------------------------------------------------------------------------


def _scale(canvas: Canvas, chart: ImpactChart, top: int, most_lines: int) -> int:
    scale = chart.scale
    score, base = (_LEFT + scale.position(points) * _COLUMN for points in (chart.score, chart.base))
    top = canvas.lines(wrap(scale.question, BODY, _COLUMN, most_lines), _LEFT, top, BODY, Ink.TEXT)
    top = _ends(canvas, scale, top + 4, most_lines)
    top = canvas.line(chart.score_label, score, top + 4, STRONG, Ink.TEXT, align=0.5)
    top = canvas.line("▼", score, top - 6, BODY, Ink.TEXT, align=0.5)
    top = _bands(canvas, scale, chart.grade, top - 4)
    top = canvas.line("▲", base, top - 2, BODY, Ink.MUTED, align=0.5)
    return canvas.line(chart.base_label, base, top - 6, BODY, Ink.MUTED, align=0.5)


def _ends(canvas: Canvas, scale: Scale, top: int, most_lines: int) -> int:
    """Write what the scale's ends stand for, outside the bands: an answer inside one would look like the guess."""
    worst, best = (wrap(word, BODY, _COLUMN // 2 - _GAP, most_lines) for word in (scale.worst, scale.best))
    left = canvas.lines(worst, _LEFT, top, BODY, Ink.MUTED)
    right = canvas.lines(best, _RIGHT, top, BODY, Ink.MUTED, align=1)
    return max(left, right)


def _bands(canvas: Canvas, scale: Scale, own: str, top: int) -> int:
    width = _COLUMN / len(scale.grades)
    bottom = top + STRONG.leading + 12
    for place, grade in enumerate(scale.grades):
        left, right = (round(_LEFT + edge * width) for edge in (place, place + 1))
        canvas.box(left + 1, top, right - 1, bottom, Ink.TEXT if grade == own else Ink.QUIET)
        ink = Ink.REVERSED if grade == own else Ink.TEXT_ON_QUIET
        letter = wrap(grade, STRONG, right - left, 1)
        canvas.lines(letter, (left + right) / 2, top + 5, STRONG, ink, align=0.5)
    return bottom


# -- the bars -----------------------------------------------------------------------------------------------


def _bars(canvas: Canvas, chart: ImpactChart, top: int, lines_per_label: int) -> int:
    left = canvas.line(f"◀ {chart.lowers}", _CENTRE - _GAP, top, BODY, Ink.MUTED, align=1)
    right = canvas.line(f"{chart.raises} ▶", _CENTRE + _GAP, top, BODY, Ink.MUTED)
    top = max(left, right) + 8
    largest = max((abs(bar.impact) for bar in chart.bars), default=0.0)
    for bar in chart.bars:
        share = bar.impact / largest if largest else 0.0
        top = _bar(canvas, bar, share, top, lines_per_label)
    return top


def _bar(canvas: Canvas, bar: Bar, share: float, top: int, most_lines: int) -> int:
    """Draw a label with its number, and below it the arrow that is ``share`` (-1 to 1) of the longest one."""
    canvas.line(bar.value, _RIGHT, top, STRONG, Ink.TEXT, align=1)
    top = canvas.lines(_label(bar, most_lines), _LEFT, top, BODY, Ink.TEXT) + 4
    mask = arrow(round(abs(share) * (_CENTRE - _LEFT)), _BAR_HEIGHT)
    if share > 0:
        canvas.paint(mask, _CENTRE, top, Ink.RAISES)
    else:
        canvas.paint(mask[:, ::-1], _CENTRE - mask.shape[1], top, Ink.LOWERS)
    canvas.box(_CENTRE - 1, top - 3, _CENTRE + 1, top + _BAR_HEIGHT + 3, Ink.MUTED)
    return top + _BAR_HEIGHT + 11


def _label(bar: Bar, most_lines: int) -> tuple[str, ...]:
    """Return the label's lines; where it is too long, the name and the answer are both shortened."""
    width = _COLUMN - _VALUE_WIDTH
    lines = wrap(bar.label, BODY, width, most_lines + 1)
    if len(lines) <= most_lines:
        return lines or ("",)
    if most_lines > 1:
        return wrap(f"{bar.name}:", BODY, width, 1) + wrap(bar.answer, BODY, width, 1)
    name = "".join(wrap(bar.name, BODY, width // 2, 1))
    return wrap(f"{name}: {bar.answer}", BODY, width, 1)


def _note(canvas: Canvas, note: str | None, top: int, most_lines: int) -> int:
    if note is None:
        return top
    lines = wrap(note, STRONG, _COLUMN - 2 * _GAP, most_lines)
    top += 6
    bottom = top + sum(line_height(line, STRONG) for line in lines) + 12
    canvas.box(_LEFT, top, _RIGHT, bottom, Ink.QUIET)
    canvas.lines(lines, _CENTRE, top + 5, STRONG, Ink.TEXT_ON_QUIET, align=0.5)
    return bottom

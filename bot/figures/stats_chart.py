"""Statistics as a picture: rounds over time, what was guessed beside what was said, how often the guess is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from bot.figures.small_cells import TOLD_FROM, is_small
from bot.figures.stats import Agreement, Stats
from bot.figures.stats_text import share_words
from bot.figures.stats_texts import stats_text_of
from engine.drawing.canvas import Canvas
from engine.drawing.theme import BODY, MARGIN, STRONG, TITLE, WIDTH, Ink
from engine.drawing.typesetting import wrap
from engine.intervals import Share
from engine.survey import Survey

MOST_DAYS = 45
"""Days that are shown one by one; of more the weeks are."""

_LEFT, _RIGHT = MARGIN, WIDTH - MARGIN
_COLUMN = _RIGHT - _LEFT
_COLUMNS_HEIGHT = 150
_BAR = 24
_LABELS = 190
"""Width of a grade's letter and answer, left of its bars."""
_FIGURES = 190
"""Width of the percentage and the word behind a bar."""


def stats_picture(stats: Stats, survey: Survey, language: str, today: date) -> bytes | None:
    """Return the picture as a PNG file, 720 pixels wide; None where so few finished that it would show nothing."""
    if stats.runs < TOLD_FROM:
        return None
    canvas = Canvas()
    top = canvas.lines(wrap(stats_text_of("title", language), TITLE, _COLUMN, 2), _LEFT, MARGIN, TITLE, Ink.TEXT)
    top = _rounds(canvas, stats.by_day, language, today, top + 12)
    if sum(stats.grades.values()) >= TOLD_FROM:
        top = _grades(canvas, stats, survey, language, top + 24)
    if stats.agreement is not None and stats.agreement.people >= TOLD_FROM:
        top = _agreement(canvas, stats.agreement, survey, language, top + 24)
    return canvas.png(top + MARGIN)


# -- over time ----------------------------------------------------------------------------------------------------


def _rounds(canvas: Canvas, by_day: Mapping[date, int], language: str, today: date, top: int) -> int:
    """Draw a column for each day, or each week."""
    first = min(by_day)
    days = (today - first).days + 1
    step = 1 if days <= MOST_DAYS else 7
    counts = _periods(by_day, first, -(-days // step), step)
    heading = stats_text_of("per_day" if step == 1 else "per_week", language)
    most = stats_text_of("most", language, most=f"{max(counts):,}")
    top = canvas.lines(wrap(f"{heading} ({most})", STRONG, _COLUMN, 2), _LEFT, top, STRONG, Ink.TEXT) + 8
    bottom = top + _COLUMNS_HEIGHT
    width = _COLUMN / max(len(counts), 7)
    for place, count in enumerate(counts):
        left, right = round(_LEFT + place * width), round(_LEFT + (place + 1) * width)
        height = round(count / max(counts) * _COLUMNS_HEIGHT)
        canvas.box(left, bottom - height, max(right - (2 if width > 6 else 1), left + 1), bottom, Ink.RAISES)
    canvas.box(_LEFT, bottom, _RIGHT, bottom + 2, Ink.MUTED)
    ends = [f"{first:%Y-%m-%d}"] + ([f"{today:%Y-%m-%d}"] if len(counts) > 1 else [])
    below = canvas.line(ends[0], _LEFT, bottom + 6, BODY, Ink.MUTED)
    if len(ends) > 1:
        canvas.line(ends[1], _LEFT + round(len(counts) * width), bottom + 6, BODY, Ink.MUTED, align=1.0)
    return below


def _periods(by_day: Mapping[date, int], first: date, number: int, step: int) -> list[int]:
    counts = [0] * number
    for day, count in by_day.items():
        place = (day - first) // timedelta(days=step)
        if 0 <= place < number:  # a clock that was wrong must not cost the picture
            counts[place] += count
    return counts


# -- grades -------------------------------------------------------------------------------------------------------


def _grades(canvas: Canvas, stats: Stats, survey: Survey, language: str, top: int) -> int:
    """Draw two bars for each grade: how often it was guessed, and how often stated."""
    heading = stats_text_of("guessed_and_stated", language)
    top = canvas.lines(wrap(heading, STRONG, _COLUMN, 2), _LEFT, top, STRONG, Ink.TEXT) + 8
    kinds: Sequence[tuple[str, Mapping[str, int], Ink]] = (
        ("guessed", stats.grades, Ink.RAISES),
        ("stated", stats.stated, Ink.LOWERS),
    )
    kinds = [kind for kind in kinds if sum(kind[1].values()) >= TOLD_FROM]
    for grade in survey.target.grades:
        label = wrap(f"{grade.grade} {grade.text.to(language)}", BODY, _LABELS - 12, 2)
        below = canvas.lines(label, _LEFT, top, BODY, Ink.TEXT)
        for name, counts, ink in kinds:
            part, whole = counts.get(grade.grade, 0), sum(counts.values())
            share = None if is_small(part) else part / whole
            words = stats_text_of(name, language)
            top = _bar(canvas, share, f"{share:.0%} {words}" if share is not None else f"< 5 {words}", ink, top)
        top = max(top, below) + 10
    return top


def _bar(canvas: Canvas, share: float | None, words: str, ink: Ink, top: int) -> int:
    left, right = _LEFT + _LABELS, _RIGHT - _FIGURES
    end = left + round((share or 0.0) * (right - left))
    canvas.box(left, top + 4, max(end, left + 2), top + 4 + _BAR, ink)
    canvas.line(words, end + 10, top, BODY, Ink.TEXT)
    return top + _BAR + 8


# -- how often the guess is right ---------------------------------------------------------------------------------


def _agreement(canvas: Canvas, found: Agreement, survey: Survey, language: str, top: int) -> int:
    heading = f"{stats_text_of('right', language)}: {share_words(found.share)}"
    top = canvas.lines(wrap(heading, STRONG, _COLUMN, 2), _LEFT, top, STRONG, Ink.TEXT) + 8
    top = _interval(canvas, found.share, found.always, top)
    answer = survey.target.by_letter[found.most_frequent].text.to(language)
    legend = stats_text_of("interval", language, grade=f'"{answer}"')
    return canvas.lines(wrap(legend, BODY, _COLUMN, 3), _LEFT, top + 6, BODY, Ink.MUTED)


def _interval(canvas: Canvas, share: Share, mark: Share, top: int) -> int:
    """Draw a share as a bar with its interval over it, and a mark below to compare it with."""

    def at(part: float) -> int:
        return _LEFT + round(part * _COLUMN)

    middle = top + _BAR // 2
    canvas.box(_LEFT, top, _RIGHT, top + _BAR, Ink.QUIET)
    canvas.box(_LEFT, top, at(share.value), top + _BAR, Ink.RAISES)
    canvas.box(at(share.low), middle - 2, at(share.value), middle + 2, Ink.REVERSED)
    canvas.box(at(share.value), middle - 2, max(at(share.high), at(share.value) + 1), middle + 2, Ink.TEXT)
    canvas.box(at(mark.value) - 2, top - 6, at(mark.value) + 2, top + _BAR + 6, Ink.TEXT)
    return canvas.line("▲", at(mark.value), top + _BAR, BODY, Ink.TEXT, align=0.5)

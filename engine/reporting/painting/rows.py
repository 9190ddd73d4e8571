"""Charts of one row a category: how their rows are laid out, and what stands in them and below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from engine.drawing.fonts import measure
from engine.drawing.theme import MIST, NIGHT, SLATE, WHITE
from engine.drawing.typesetting import wrap
from engine.reporting.charts import Interval, Scale, Series
from engine.reporting.painting.looks import ticks, written
from engine.reporting.painting.paper import BODY, SMALL, STRONG, Paper, height_of

_APART = 14
"""Pixels between two names of several lines, or they would read as one."""
_LABELS = 300
"""Widest column of categories."""
_SIZES = ((BODY, 4, 1.0), (SMALL, 2, 0.75))
"""How categories are written, in how many lines at most, and how far rows shrink: the second where the first is too
tall."""
_FOOT = 140
"""Kept free below the rows for the axis and what is said there."""
DASHED = (0, (4, 3))


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
        heights = [
            max(least, height_of(lines, look) + (_APART if len(lines) > 1 else 4))
            for lines, look in zip(words, looks, strict=True)
        ]
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


def whisker(paper: Paper, layout: Layout, interval: Interval, y: float, colour: str = NIGHT) -> None:
    """Draw an interval, with a white edge: it may lie on a bar."""
    low, high = map(layout.x, interval)
    for ink, thickness, reach, zorder in ((WHITE, 5, 6, 4), (colour, 2.5, 5, 5)):
        paper.stroke((low, high), (y, y), ink, thickness, zorder=zorder)
        for end in (low, high):
            paper.stroke((end, end), (y - reach, y + reach), ink, thickness, zorder=zorder)


def interval_of(series: Series, place: int) -> Interval | None:
    """Return a value's interval, if there are any."""
    return series.intervals[place] if series.intervals else None


def ends_of(series: Sequence[Series]) -> list[float]:
    """Return all values, and all ends of intervals."""
    values = [value for one in series for value in one.values if value is not None]
    return values + [end for one in series for interval in one.intervals if interval for end in interval]


def written_values(series: Sequence[Series], scale: Scale) -> tuple[list[list[str]], int]:
    """Return the written values of each series, and the width of the longest."""
    count = len(series[0].values) if series else 0
    flat = written(chain.from_iterable(one.values for one in series), scale)
    words = [flat[turn * count : (turn + 1) * count] for turn in range(len(series))]
    return words, max((measure(word, SMALL) for word in flat), default=0)


def reference(paper: Paper, label: str, top: int) -> int:
    """Say what a dashed line stands for, if it is named, and return where the next thing may stand."""
    if not label:
        return top
    middle = top + SMALL.leading / 2
    paper.stroke((paper.left, paper.left + 34), (middle, middle), SLATE, 2, DASHED)
    return paper.paragraph(label, paper.left + 44, top, SMALL, paper.width - 44, SLATE) + 8

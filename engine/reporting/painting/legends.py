"""What the looks of series and the numbers of columns stand for: as many names in a line as fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from engine.drawing.fonts import measure
from engine.drawing.typesetting import line_height, wrap
from engine.reporting.painting.paper import SMALL, Paper

Key: TypeAlias = Callable[[int, float, float], None]
"""Draws the key of the series at a place of the legend, 34 pixels wide from ``x`` and around ``y``."""

_KEY = 44
"""Of a legend, with the blank behind it."""
_KEY_LINES = 9
"""Of a legend: whoever has to read more of them no longer finds a colour in the picture."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A line of the name at a place of a legend: where it starts, and in which row."""

    place: int
    text: str
    x: float
    row: int


def fitting(paper: Paper, names: Sequence[str]) -> int:
    """Return how many of the series a legend has room for."""
    if not any(names):
        return len(names)
    return len({one.place for one in _packed(paper, names, _KEY)} - _beyond(paper, names, _KEY, _KEY_LINES))


def legend(paper: Paper, names: Sequence[str], top: float, paint_key: Key) -> int:
    """Write names after their keys, as many in a line as fit; nothing where no series has a name."""
    if not any(names):
        return round(top)
    return _flow(paper, _packed(paper, names, _KEY), top, _KEY, paint_key) + 10


def numbers(paper: Paper, names: Sequence[str], top: float) -> int:
    """Say what the numbers 1, 2, 3, … stand for, as many in a line as fit, down to what may yet stand below."""
    lines = int(paper.height - paper.margin - 3 * SMALL.leading - top) // (SMALL.leading + 5)
    told = _numbered(names)
    left_out = _beyond(paper, told, 0, max(lines, 1))
    shown = [one for one in _packed(paper, told, 0) if one.place not in left_out]
    return paper.more(len(left_out), _flow(paper, shown, top, 0, None))


def numbers_height(paper: Paper, names: Sequence[str]) -> int:
    """Return how much room that takes, in as many lines as a legend may have."""
    rows: dict[int, int] = {}
    for one in _packed(paper, _numbered(names), 0):
        if one.row < _KEY_LINES:
            rows[one.row] = max(rows.get(one.row, 0), line_height(one.text, SMALL) + 3)
    return sum(rows.values())


def _beyond(paper: Paper, names: Sequence[str], key: int, lines: int) -> set[int]:
    """Return the places of names that so many lines do not hold wholly."""
    return {one.place for one in _packed(paper, names, key) if one.row >= lines}


def _packed(paper: Paper, names: Sequence[str], key: int) -> list[_Piece]:
    """Put names into lines, as many as fit; one that is longer than a line takes two."""
    found, x, row = [], float(paper.left), 0
    for place, name in enumerate(names):
        words = wrap(name, SMALL, paper.width - key, 2) or ("",)
        room = key + max(measure(word, SMALL) for word in words)
        if x > paper.left and x + room > paper.right:
            x, row = float(paper.left), row + 1
        found += [_Piece(place, word, x + key, row + line) for line, word in enumerate(words)]
        row, x = row + len(words) - 1, paper.right if len(words) > 1 else x + room + 22
    return found


def _flow(paper: Paper, pieces: Sequence[_Piece], top: float, key: int, paint_key: Key | None) -> int:
    place, before, bottom, keyed = top, 0, top, -1
    for one in pieces:
        if one.row > before:
            place, before = bottom + 3, one.row
        if paint_key and one.place > keyed:
            paint_key(one.place, one.x - key, place + SMALL.leading / 2)
            keyed = one.place
        bottom = max(bottom, paper.line(one.text, one.x, place, SMALL))
    return round(bottom)


def _numbered(names: Sequence[str]) -> list[str]:
    return [f"{place}. {name}" for place, name in enumerate(names, 1)]

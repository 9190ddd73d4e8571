"""What tells series apart, what shades stand for, and the round values of an axis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import floor, log10
from typing import Any

from engine.drawing.fonts import measure
from engine.drawing.theme import BLUE, DIVERGING, KINDS, NIGHT, ORANGE, SHADES, STEPS, WHITE, rgb
from engine.reporting.charts import Scale
from engine.reporting.numbers import on_scale, share
from engine.reporting.painting.paper import SMALL

_MARKS = ("o", "s", "D", "^", "v", "P", "X", "*")
_HATCHES = (None, "//", "..", "\\\\", "xx", "--", "oo", "||")
_DASHES: tuple[Any, ...] = (
    "solid",
    (0, (5, 2)),
    (0, (1, 1.5)),
    (0, (5, 2, 1, 2)),
    (0, (8, 3)),
    (0, (3, 1, 1, 1, 1, 1)),
)
SWARM = (ORANGE, "#B8B8B8", BLUE)
"""Shades of a swarm's points, from the lowest answer to the highest."""
_SPREAD = 0.34
"""How far a swarm's points stand from the middle of their row at most, in rows."""
_FEW = 2
"""Kinds that every eye, and greyscale, keeps apart by colour alone."""
_VISIBLE = 3.4
"""Contrast to paper: WCAG 2 asks 3 of what has to be seen, and colour-blind eyes see some colours lighter."""
_TICK_GAP = 16
"""Pixels between two values that are written beside each other."""


def colours(count: int, *, ordered: bool) -> list[str]:
    """Return a colour for each of so many series: of kinds, or of steps from best to worst."""
    if ordered:
        return [between(STEPS, place / max(count - 1, 1)) for place in range(count)]
    return [BLUE] if count == 1 else [KINDS[place % len(KINDS)] for place in range(count)]


def line_colours(count: int, *, ordered: bool) -> list[str]:
    """Return the same colours, the pale ones darkened until a thin line of them stands out from paper."""
    return [_darkened(colour) for colour in colours(count, ordered=ordered)]


def _darkened(colour: str) -> str:
    mixed = (between((colour, NIGHT), step / 20) for step in range(21))
    return next(one for one in mixed if 1.05 / (_luminance(one) + 0.05) >= _VISIBLE)


def hatches(count: int, *, ordered: bool) -> list[str | None]:
    """Return a pattern for each of so many series that colour alone does not keep apart."""
    return [None] * count if count <= _FEW or ordered else _shifted(_HATCHES, count)


def marks(count: int) -> list[str]:
    """Return a mark for the points of each of so many series."""
    return _shifted(_MARKS, count)


def dashes(count: int) -> list[Any]:
    """Return a way to draw the line of each of so many series."""
    return _shifted(_DASHES, count)


def _shifted(looks: Sequence[Any], count: int) -> list[Any]:
    """Repeat the looks one further on each time that the colours repeat: no two series have both in common."""
    return [looks[(place % len(KINDS) + place // len(KINDS)) % len(looks)] for place in range(count)]


# -- shades -----------------------------------------------------------------------------------------------------------


def between(stops: Sequence[str], part: float) -> str:
    """Return the colour at a part of the way along the stops."""
    place = min(max(part, 0.0), 1.0) * (len(stops) - 1)
    left = min(int(place), len(stops) - 2)
    rest = place - left
    low, high = rgb(stops[left]), rgb(stops[left + 1])
    return "#" + bytes(round(a + (b - a) * rest) for a, b in zip(low, high, strict=True)).hex().upper()


def shade(value: float, lowest: float, highest: float) -> str:
    """Return the ground of a value: with 0 white in the middle where the ends are on both sides of it."""
    if lowest < 0 < highest:
        most = max(-lowest, highest)
        return between(DIVERGING, (value / most + 1) / 2)
    grounds = [WHITE, *(ink.value[1] for ink in SHADES)]
    return between(grounds, (value - lowest) / ((highest - lowest) or 1.0))


def ink_on(ground: str) -> str:
    """Return the dark or the light ink, whichever stands out more from a ground."""
    behind = _luminance(ground)
    dark, light = _luminance(NIGHT), _luminance(WHITE)
    return NIGHT if (behind + 0.05) / (dark + 0.05) >= (light + 0.05) / (behind + 0.05) else WHITE


def _luminance(colour: str) -> float:
    """Return WCAG 2's relative luminance."""
    parts = [channel / 255 for channel in rgb(colour)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# -- points ------------------------------------------------------------------------------------------------------------


def spread(values: Sequence[float], bins: int = 60) -> list[float]:
    """Return how far each point stands from the middle of its row, so that those of about one value stand side by side.

    Parameters
    ----------
    values : sequence of float
    bins : int, default 60
        Into so many equal parts the values' range is cut; the points of one part are spread evenly.

    Returns
    -------
    list of float
        Between -0.34 and 0.34 rows, the same for the same values.
    """
    if not values:
        return []
    low, width = min(values), (max(values) - min(values)) / bins or 1.0
    places: dict[int, list[int]] = {}
    for place, value in enumerate(values):
        places.setdefault(int((value - low) / width), []).append(place)
    fullest = max(map(len, places.values()))
    offsets = [0.0] * len(values)
    for members in places.values():
        reach = _SPREAD * (len(members) - 1) / max(fullest - 1, 1)
        for turn, place in enumerate(members):
            offsets[place] = reach * (2 * turn / max(len(members) - 1, 1) - 1) if len(members) > 1 else 0.0
    return offsets


# -- values -----------------------------------------------------------------------------------------------------------


def ticks(low: float, high: float, scale: Scale, room: float) -> tuple[list[float], list[str]]:
    """Return round values from ``low`` to ``high`` and how they are written, as many as have room beside each other."""
    from matplotlib.ticker import MaxNLocator

    found: list[float] = []
    words: list[str] = []
    for count in (6, 5, 4, 3, 2, 1):
        locator = MaxNLocator(count, integer=scale == "count", steps=[1, 2, 2.5, 5, 10])
        slack = 1e-9 * (high - low)
        found = [float(value) for value in locator.tick_values(low, high) if low - slack <= value <= high + slack]
        words = [_on_tick(value, found, scale) for value in found]
        widest = max((measure(word, SMALL) for word in words), default=0)
        step = room * min((b - a for a, b in pairwise(found)), default=high - low) / ((high - low) or 1.0)
        if widest + _TICK_GAP <= step:
            return found, words
    return found[:1], words[:1]


def _on_tick(value: float, others: Sequence[float], scale: Scale) -> str:
    step = min((b - a for a, b in pairwise(others)), default=1.0)
    least = 2 if scale == "share" else 0
    digits = next((digits for digits in range(least, 9) if abs(step * 10**digits - round(step * 10**digits)) < 1e-6), 9)
    return _word(value, scale, digits)


def written(values: Iterable[float | None], scale: Scale) -> list[str]:
    """Return how values stand beside their bars or dots, "" for None: two digits of the largest are told at least."""
    known = list(values)
    largest = max((abs(value) for value in known if value is not None), default=1.0)
    digits = min(max(1 - floor(log10(largest)), 0), 6) if largest > 0 else 2
    digits = digits if largest < 0.1 else 2 if largest < 1000 else 0
    return ["" if value is None else _word(value, scale, digits) for value in known]


def _word(value: float, scale: Scale, digits: int) -> str:
    return share(value, max(digits - 2, 0)) if scale == "share" else on_scale(value, scale, digits)

"""People as points: in two dimensions or three, and in a row for each category."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.drawing.fonts import measure
from engine.drawing.theme import MIST, SLATE, WHITE, rgb
from engine.drawing.typesetting import runs, wrap
from engine.reporting.charts import Cloud, Swarm
from engine.reporting.painting import legends
from engine.reporting.painting.looks import SWARM, between, colours, marks, spread
from engine.reporting.painting.paper import POINTS, SMALL, Paper
from engine.reporting.painting.rows import lay_out, x_axis

_HEIGHT = 560
_MANY = 600
"""Points: beyond that they are smaller, and without an edge."""
_TONES = 32
"""Shades of a swarm's points: nobody tells more apart, and the file holds their edges in each of them."""


def cloud(paper: Paper, chart: Cloud, top: int) -> int:
    """Draw points in the colours and marks of their groups and return where the next thing may stand."""
    shown = legends.fitting(paper, chart.names)
    inks, looks = colours(shown, ordered=False), marks(shown)

    def key(place: int, x: float, y: float) -> None:
        paper.stroke((x + 17,), (y,), inks[place], marker=looks[place], markersize=9)

    top = paper.more(len(chart.names) - shown, legends.legend(paper, chart.names[:shown], top, key))
    draw = _solid if len(chart.axes) == 3 else _flat
    return draw(paper, chart, top, inks, looks)


def _scatter(axes: Any, chart: Cloud, inks: Sequence[str], looks: Sequence[str], **more: Any) -> None:
    points, groups = np.array(chart.points, dtype=float), np.array(chart.groups, dtype=int)
    many = len(points) > _MANY
    look = {"s": 14, "alpha": 0.6, "linewidths": 0} if many else {"s": 46, "alpha": 0.85, "linewidths": 0.4}
    for place, (ink, mark) in enumerate(zip(inks, looks, strict=True)):
        mine = points[groups == place] if len(points) else points
        if len(mine):
            axes.scatter(*mine.T, c=ink, marker=mark, edgecolors="none" if many else WHITE, **look, **more)


def _flat(paper: Paper, chart: Cloud, top: int, inks: Sequence[str], looks: Sequence[str]) -> int:
    top = paper.paragraph(f"↑ {chart.axes[1]}", paper.left, top, SMALL, paper.width, SLATE) + 6
    bottom = top + _HEIGHT
    axes = paper.inner((paper.left, top, paper.width, _HEIGHT))
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_color(MIST)
    axes.axhline(0, color=MIST, linewidth=1.2, zorder=1)
    axes.axvline(0, color=MIST, linewidth=1.2, zorder=1)
    _scatter(axes, chart, inks, looks, zorder=3)
    return paper.paragraph(f"→ {chart.axes[0]}", paper.left, bottom + 6, SMALL, paper.width, SLATE)


def _solid(paper: Paper, chart: Cloud, top: int, inks: Sequence[str], looks: Sequence[str]) -> int:
    from matplotlib.font_manager import FontProperties

    axes = paper.inner((paper.left, top, paper.width, _HEIGHT), projection="3d")
    axes.view_init(elev=22, azim=-58)
    axes.set_box_aspect((1, 1, 0.8), zoom=1.12)
    for axis, name in zip((axes.xaxis, axes.yaxis, axes.zaxis), "123", strict=True):
        (part,) = runs(name, SMALL)
        font = FontProperties(fname=part.path, size=part.size * POINTS)  # by its file, never by a name
        axis.set_ticklabels([])
        axis.set_pane_color((1, 1, 1, 1))
        axis.label.set(text=name, fontproperties=font, color=SLATE, parse_math=False)
        axis._axinfo["grid"].update(color=MIST, linewidth=0.8)  # there is no public way
        axis._axinfo["tick"].update(inward_factor=0.0, outward_factor=0.0)
    _scatter(axes, chart, inks, looks, depthshade=False)
    return legends.numbers(paper, chart.axes, top + _HEIGHT)


# -- swarms -----------------------------------------------------------------------------------------------------------


def swarm(paper: Paper, chart: Swarm, top: int) -> int:
    """Draw rows of points and return where the next thing may stand."""
    top = _shade_key(paper, chart, top)
    known = [value for row in chart.values for value in row]
    low, high = min([0.0, *known]), max([0.0, *known])
    spare = 0.03 * (high - low) or 0.5
    layout = lay_out(paper, chart.categories, top, thick=50, limits=(low - spare, high + spare))
    if not layout.tops:
        return top
    bottom = x_axis(paper, layout, chart.axis, "number", top)
    zero = layout.x(0.0)
    paper.stroke((zero, zero), (top, layout.bottom + 6), SLATE, 1.5, zorder=2)
    x, y, inks = [], [], []
    tones = _tones()
    for place in range(len(layout.tops)):
        values, shades, (middle,) = chart.values[place], chart.shades[place], layout.middles(place, 1)
        x += [layout.x(value) for value in values]
        y += [middle + offset * layout.thick * 1.2 for offset in spread(values)]
        inks += [_TONES if shade is None else round(min(max(shade, 0.0), 1.0) * (_TONES - 1)) for shade in shades]
    look: dict[str, Any] = {"s": 14, "alpha": 0.8} if len(x) > _MANY * 4 else {"s": 22, "alpha": 0.85}
    paper.axes.scatter(x, y, c=tones[inks] if inks else None, linewidths=0, zorder=4, **look)
    return bottom


def _tones() -> Any:
    """Return the shades as shares of red, green and blue; the last one is for who has none."""
    stops = [between(SWARM, tone / (_TONES - 1)) for tone in range(_TONES)]
    return np.array([rgb(stop) for stop in (*stops, SLATE)]) / 255


def _shade_key(paper: Paper, chart: Swarm, top: int) -> int:
    (low,), (high,) = (wrap(word, SMALL, 240, 1) or ("",) for word in (chart.low, chart.high))
    first = paper.line(low, paper.left, top, SMALL)
    left = paper.left + measure(low, SMALL) + 10
    for step in range(20):
        paper.box(left + 6 * step, top + 6, left + 6 * step + 6, top + 22, between(SWARM, step / 19))
    return round(max(first, paper.line(high, left + 130, top, SMALL))) + 10

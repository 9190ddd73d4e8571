"""People as points, in two dimensions or three."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle, islice
from typing import Any

from engine.drawing.theme import MIST, SLATE, WHITE
from engine.reporting.charts import Cloud
from engine.reporting.painting.paper import SMALL, Paper
from engine.reporting.painting.rows import MARKS, colours

_HEIGHT = 560
_POINTS = 0.72


def cloud(paper: Paper, chart: Cloud, top: int) -> int:
    """Draw points in the colours and marks of their groups and return where the next thing may stand."""
    inks = colours(len(chart.names), ordered=False)
    marks = list(islice(cycle(MARKS), len(inks)))

    def key(place: int, x: float, y: float) -> None:
        paper.stroke((x + 17,), (y,), inks[place], marker=marks[place], markersize=9)

    top = paper.legend(chart.names, top, key)
    if len(chart.axes) == 3:
        return _solid(paper, chart, top, inks, marks)
    return _flat(paper, chart, top, inks, marks)


def _groups(chart: Cloud) -> list[list[tuple[float, ...]]]:
    return [
        [point for point, group in zip(chart.points, chart.groups, strict=True) if group == place]
        for place in range(len(chart.names))
    ]


def _look(chart: Cloud) -> dict[str, Any]:
    many = len(chart.points) > 600
    return {"s": 22 if many else 46, "alpha": 0.7 if many else 0.85, "linewidths": 0.4, "edgecolors": WHITE}


def _flat(paper: Paper, chart: Cloud, top: int, inks: Sequence[str], marks: Sequence[str]) -> int:
    top = paper.paragraph(f"↑ {chart.axes[1]}", paper.left, top, SMALL, paper.width, SLATE) + 6
    bottom = top + _HEIGHT
    axes = paper.inner((paper.left, top, paper.width, _HEIGHT))
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_color(MIST)
    axes.axhline(0, color=MIST, linewidth=1.2, zorder=1)
    axes.axvline(0, color=MIST, linewidth=1.2, zorder=1)
    for group, ink, mark in zip(_groups(chart), inks, marks, strict=True):
        if group:
            axes.scatter(*zip(*group, strict=True), c=ink, marker=mark, zorder=3, **_look(chart))
    return paper.paragraph(f"→ {chart.axes[0]}", paper.left, bottom + 6, SMALL, paper.width, SLATE)


def _solid(paper: Paper, chart: Cloud, top: int, inks: Sequence[str], marks: Sequence[str]) -> int:
    axes = paper.inner((paper.left, top, paper.width, _HEIGHT + 40), projection="3d")
    axes.view_init(elev=22, azim=-58)
    axes.set_box_aspect((1, 1, 0.85), zoom=1.0)
    for axis, name in zip((axes.xaxis, axes.yaxis, axes.zaxis), "123", strict=True):
        axis.set_ticklabels([])
        axis.set_pane_color((1, 1, 1, 1))
        axis.label.set(text=name, fontsize=SMALL.size * _POINTS, color=SLATE)
        axis._axinfo["grid"].update(color=MIST, linewidth=0.8)  # there is no public way
        axis._axinfo["tick"].update(inward_factor=0.0, outward_factor=0.0)
    for group, ink, mark in zip(_groups(chart), inks, marks, strict=True):
        if group:
            axes.scatter(*zip(*group, strict=True), c=ink, marker=mark, depthshade=False, **_look(chart))
    bottom = top + _HEIGHT + 40
    for place, name in enumerate(chart.axes, 1):
        bottom = paper.paragraph(f"{place} = {name}", paper.left, bottom, SMALL, paper.width, SLATE, most=1)
    return bottom

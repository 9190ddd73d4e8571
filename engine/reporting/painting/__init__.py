"""Charts as PNG files: 720 logical pixels wide, twice as many real ones, in the look of every other picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.reporting.charts import Bars, Chart, Cloud, Dots, Heatmap, Lines, Radar, Swarm
from engine.reporting.painting import bars, dots, grids, points, wheels
from engine.reporting.painting import lines as curves
from engine.reporting.painting.paper import TITLE, Paper
from engine.reporting.parts import Picture

_PAINTERS: dict[type[Chart], Callable[[Paper, Any, int], int]] = {
    Bars: bars.bars,
    Dots: dots.dots,
    Swarm: points.swarm,
    Lines: curves.lines,
    Heatmap: grids.heatmap,
    Radar: wheels.radar,
    Cloud: points.cloud,
}


def paint(picture: Picture, language: str = "en") -> bytes:
    """Draw a picture with its title.

    Parameters
    ----------
    picture : Picture
    language : str, default "en"
        Of the few words that are the painter's own; all others are the picture's.

    Returns
    -------
    bytes
        A PNG file, 1,440 pixels wide and at most 2,560 tall; the same for the same picture, in any thread.
    """
    paper = Paper(language)
    top = paper.paragraph(picture.title, paper.left, paper.margin, TITLE, paper.width, most=3)
    bottom = _PAINTERS[type(picture.chart)](paper, picture.chart, top + 14)
    return paper.png(bottom)

"""The kinds of chart in a report, as words and numbers: what tests check, and what two painters draw from.

`engine.reporting.painting` makes PNG files of them, `engine.reporting.interactive` what a browser draws.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Interval: TypeAlias = tuple[float, float]
"""The two ends of a 95 % interval."""

Scale: TypeAlias = Literal["number", "share", "count"]
"""How an axis writes its values: 0.35, 35 %, or 1,200."""


@dataclass(frozen=True, slots=True)
class Series:
    """One of several groups of bars, or one line.

    Attributes
    ----------
    name : str
        Empty where there is but one.
    values : tuple of float or None
        None where there is nothing to be shown.
    intervals : tuple of (float, float) or None, default ()
        As many as values, or none at all.
    """

    name: str
    values: tuple[float | None, ...]
    intervals: tuple[Interval | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Bars:
    """Horizontal bars, one category below the other: side by side where there are several series, or stacked.

    Attributes
    ----------
    categories : tuple of str
        From top to bottom.
    series : tuple of Series
        Their values are one a category; with ``stacked`` they lie end to end, from left to right.
    axis : str
        What the length of a bar is.
    scale : {"number", "share", "count"}
    ordered : bool, default False
        Whether the series are steps from best to worst, and not kinds.
    small : frozenset of int
        Places of categories of so few people that they are drawn pale.
    """

    categories: tuple[str, ...]
    series: tuple[Series, ...]
    axis: str
    scale: Scale = "number"
    stacked: bool = False
    ordered: bool = False
    small: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Dots:
    """Estimates with their intervals, one below the other, beside a line that stands for "nothing"."""

    categories: tuple[str, ...]
    series: tuple[Series, ...]
    axis: str
    scale: Scale = "number"
    reference: float | None = None
    reference_label: str = ""


@dataclass(frozen=True, slots=True)
class Curve:
    """A line through points.

    Attributes
    ----------
    x, y : tuple of float
    name : str
        Empty where there is but one.
    band : tuple of (float, float), default ()
        An interval at each point, or none at all.
    steps : bool, default False
        Whether the line goes in steps, each point's level holding back to the point before it.
    marked : bool, default False
        Whether each point is marked.
    """

    x: tuple[float, ...]
    y: tuple[float, ...]
    name: str = ""
    band: tuple[Interval, ...] = ()
    steps: bool = False
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """Curves over a common axis.

    Attributes
    ----------
    curves : tuple of Curve
    x_axis, y_axis : str
    x_scale, y_scale : {"number", "share", "count"}
    diagonal : str, default ""
        What the line y = x stands for; empty where it is not drawn.
    chosen : float or None
        Where on the x axis something was chosen, and ``chosen_label`` what.
    square : bool, default False
        Whether both axes go from 0 to 1, equally long.
    ordered : bool, default False
        Whether the curves are grades from best to worst, and not kinds.
    """

    curves: tuple[Curve, ...]
    x_axis: str
    y_axis: str
    x_scale: Scale = "number"
    y_scale: Scale = "number"
    diagonal: str = ""
    chosen: float | None = None
    chosen_label: str = ""
    square: bool = False
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Heatmap:
    """Values of rows and columns as shades.

    Attributes
    ----------
    rows, columns : tuple of str
        From top to bottom, from left to right.
    values : tuple of tuple of float or None
        A row each; None where there is nothing to be shown.
    lowest, highest : float
        The ends of the shades; where the one is below 0 and the other above, 0 is white.
    legend : str
        What the shades stand for.
    written : tuple of tuple of str, default ()
        What stands in the cells, if anything does.
    framed : frozenset of (int, int)
        Cells, by row and column, that are set apart by a frame.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]
    lowest: float
    highest: float
    legend: str
    written: tuple[tuple[str, ...], ...] = ()
    framed: frozenset[tuple[int, int]] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Cloud:
    """People as points in two or three dimensions, coloured by their group.

    Attributes
    ----------
    points : tuple of tuple of float
        Two or three coordinates each.
    groups : tuple of int
        The group of each point.
    names : tuple of str
        Of the groups.
    axes : tuple of str
        As many as coordinates.
    labels : tuple of str, default ()
        What is told of a point that is pointed at, if anything is.
    """

    points: tuple[tuple[float, ...], ...]
    groups: tuple[int, ...]
    names: tuple[str, ...]
    axes: tuple[str, ...]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Radar:
    """Profiles around a centre: one closed line a series, all axes from ``lowest`` to ``highest``."""

    categories: tuple[str, ...]
    series: tuple[Series, ...]
    lowest: float
    highest: float
    legend: str


@dataclass(frozen=True, slots=True)
class Swarm:
    """One row of points a category, spread where they are many, shaded by how high each person's answer is.

    Attributes
    ----------
    categories : tuple of str
        From top to bottom.
    values : tuple of tuple of float
        A category each: where its points lie.
    shades : tuple of tuple of float or None
        As many: 0 for the lowest answer, 1 for the highest; None where an answer has no height.
    axis : str
    low, high : str
        What the two ends of the shades stand for.
    """

    categories: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    shades: tuple[tuple[float | None, ...], ...]
    axis: str
    low: str
    high: str


Chart: TypeAlias = Bars | Dots | Lines | Heatmap | Cloud | Radar | Swarm

"""Charts for a browser: what plotly.js draws when somebody wants to point at a picture's parts.

The words and numbers are the picture's own. Charts are written as plotly's JSON, for which no object of its library is
needed; a test holds every kind against the library's schema.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from itertools import cycle, islice
from typing import Any, TypeAlias

from engine.drawing.theme import BLUE, DIVERGING, MIST, NIGHT, ORANGE, SHADES, SLATE, WHITE, Style
from engine.drawing.typesetting import wrap
from engine.reporting import numbers
from engine.reporting.charts import Chart, Cloud, Curve, Heatmap, Lines, Scale, Swarm
from engine.reporting.painting.looks import SWARM, colours, line_colours, spread

Json: TypeAlias = dict[str, Any]

SYMBOLS = ("circle", "square", "diamond", "cross", "triangle-up", "x", "star", "hexagon")
SOLID_SYMBOLS = ("circle", "square", "diamond", "cross", "circle-open", "square-open", "diamond-open", "x")
"""In three dimensions there are fewer."""
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
_TICKS: dict[Scale, str] = {"number": "", "share": ".0%", "count": ",d"}
FONTS = 'system-ui, "Segoe UI", Roboto, "Noto Sans", "Carried along", sans-serif'
"""The device's own, and what the page carries along for scripts that it may lack."""
_TEXT = Style(13)
_TITLE_WIDTH, _NARROW_WIDTH, _NAME_WIDTH = 230, 150, 120
"""Pixels: of an axis's title, of one beside which names stand, and of such a name, on a phone."""
_HEIGHT = 480
_ROW = 30
"""Pixels: of a chart, and of a row in one that has rows."""


def figure(chart: Chart) -> Json | None:
    """Return a chart as ``{"data": […], "layout": {…}}``, or None where pointing at it tells nothing more.

    Parameters
    ----------
    chart : Chart

    Returns
    -------
    dict or None
        JSON as plotly.js takes it.
    """
    for kind, draw in _DRAWN.items():
        if isinstance(chart, kind):
            found = draw(chart)
            return {"data": found["data"], "layout": {**_layout(), **found["layout"]}}
    return None


def _layout() -> Json:
    return {
        "font": {"family": FONTS, "color": NIGHT, "size": _TEXT.size},
        "paper_bgcolor": WHITE,
        "plot_bgcolor": WHITE,
        "height": _HEIGHT,
        "margin": {"l": 10, "r": 10, "t": 10, "b": 10},
        "legend": {"orientation": "h", "y": 1.1, "yanchor": "bottom", "x": 0, "xanchor": "left"},
        "hoverlabel": {"bgcolor": WHITE, "bordercolor": SLATE, "font": {"color": NIGHT, "family": FONTS}},
        "separators": ".,",
    }


def broken(text: str, width: int) -> str:
    """Return a text as plotly takes it: in lines of at most so many pixels, its signs of HTML as they stand."""
    return "<br>".join(escape(line, quote=False) for line in wrap(text, _TEXT, width, 4))


def _axis(title: str, scale: Scale = "number", *, width: int = _TITLE_WIDTH, **more: Any) -> Json:
    axis = {
        "title": {"text": broken(title, width), "standoff": 6},
        "tickangle": 0,
        "nticks": 6,
        "gridcolor": MIST,
        "zerolinecolor": SLATE,
        "automargin": True,
        "tickformat": _TICKS[scale],
    }
    return {**axis, **more}


def _above(title: str) -> Json:
    """Return a vertical axis's title: above it, where a phone has room for it."""
    place = {"x": 0, "xref": "paper", "xanchor": "left", "y": 1, "yref": "paper", "yanchor": "bottom"}
    return {"text": broken(title, _TITLE_WIDTH), "showarrow": False, "align": "left", "font": {"color": SLATE}} | place


def _cycled(values: Sequence[str], count: int) -> list[str]:
    return list(islice(cycle(values), count))


# -- lines ----------------------------------------------------------------------------------------------------------


def _lines(chart: Lines) -> Json:
    inks = line_colours(len(chart.curves), ordered=chart.ordered)
    data = [
        _curve(chart, curve, ink, dash)
        for curve, ink, dash in zip(chart.curves, inks, _cycled(DASHES, len(inks)), strict=True)
    ]
    if chart.diagonal:
        rising = {"mode": "lines", "line": {"color": SLATE, "dash": "dot", "width": 1}, "hoverinfo": "skip"}
        data.append({"type": "scatter", "x": [0, 1], "y": [0, 1], "name": broken(chart.diagonal, 200), **rising})
    limits: Json = {"range": [-0.02, 1.02]} if chart.square else {}
    layout: Json = {
        "xaxis": _axis(chart.x_axis, chart.x_scale, **limits),
        "yaxis": _axis("", chart.y_scale, **limits),
        "annotations": [_above(chart.y_axis)],
        "showlegend": len(data) > 1,
    }
    if chart.chosen is not None:
        layout["shapes"] = [
            {"type": "line", "x0": chart.chosen, "x1": chart.chosen, "y0": 0, "y1": 1, "yref": "paper"}
            | {"line": {"color": SLATE, "dash": "dash", "width": 1}}
        ]
        layout["annotations"].append(
            {"x": chart.chosen, "y": 0, "yref": "paper", "text": broken(chart.chosen_label, 200), "showarrow": False}
            | {"xanchor": "left", "yanchor": "bottom", "xshift": 4}
        )
    return {"data": data, "layout": layout}


def _curve(chart: Lines, curve: Curve, ink: str, dash: str) -> Json:
    x, y = (f"%{{{axis}:{_TICKS[scale] or '.3~f'}}}" for axis, scale in (("x", chart.x_scale), ("y", chart.y_scale)))
    found: Json = {
        "type": "scatter",
        "x": list(curve.x),
        "y": list(curve.y),
        "name": broken(curve.name, _TITLE_WIDTH),
        "mode": "lines+markers" if curve.marked else "lines",
        "line": {"color": ink, "dash": dash, "shape": "vh" if curve.steps else "linear"},
        "hovertemplate": f"{broken(chart.x_axis, 220)}: {x}<br>{broken(chart.y_axis, 220)}: {y}"
        f"<extra>{broken(curve.name, 160)}</extra>",
    }
    if curve.band:
        above = [high - value for (_, high), value in zip(curve.band, curve.y, strict=True)]
        below = [value - low for (low, _), value in zip(curve.band, curve.y, strict=True)]
        found["error_y"] = {"type": "data", "array": above, "arrayminus": below, "color": ink, "thickness": 1}
    return found


# -- shades ---------------------------------------------------------------------------------------------------------


def _heatmap(chart: Heatmap) -> Json:
    both = chart.lowest < 0 < chart.highest
    stops = DIVERGING if both else [WHITE, *(ink.value[1] for ink in SHADES)]
    places = [place / (len(stops) - 1) for place in range(len(stops))]
    written = [list(row) for row in chart.written] or [
        ["" if value is None else numbers.number(value) for value in row] for row in chart.values
    ]
    cells: Json = {
        "type": "heatmap",
        "x": list(range(len(chart.columns))),
        "y": list(range(len(chart.rows))),
        "z": [list(row) for row in chart.values],
        "zmin": chart.lowest,
        "zmax": chart.highest,
        "text": written,
        "customdata": [
            [f"{broken(row, 240)}<br>{broken(column, 240)}" for column in chart.columns] for row in chart.rows
        ],
        "hovertemplate": "%{customdata}<br>%{text}<extra></extra>",
        "hoverongaps": False,
        "xgap": 1,
        "ygap": 1,
        "colorscale": [[place, stop] for place, stop in zip(places, stops, strict=True)],
        "colorbar": _bar(chart.legend),
    }
    if chart.written:
        cells["texttemplate"] = "%{text}"
    same = chart.rows == chart.columns
    rows = [f"{place} {name}" for place, name in enumerate(chart.rows, 1)] if same else chart.rows
    step = 1 + len(chart.columns) // 7  # a phone has room for so many numbers
    numbered = [str(place) if place % step == 0 else "" for place in range(1, len(chart.columns) + 1)]
    columns = numbered if same else chart.columns
    layout = {
        "height": max(_HEIGHT, 180 + _ROW * len(chart.rows)),
        "xaxis": _named(columns, width=90, side="top", showgrid=False, zeroline=False),
        "yaxis": _named(rows, autorange="reversed", showgrid=False, zeroline=False),
        "shapes": [_frame(row, column) for row, column in sorted(chart.framed)],
    }
    return {"data": [cells], "layout": layout}


def _bar(title: str) -> Json:
    """Return the key of the shades, below the chart."""
    place = {"orientation": "h", "y": 0, "yanchor": "top", "yref": "paper", "ypad": 34, "xpad": 0}
    look = {"thickness": 12, "nticks": 4, "tickangle": 0}
    return {"title": {"text": broken(title, _NARROW_WIDTH), "side": "top"}, **place, **look}


def _named(names: Sequence[str], *, width: int = _NAME_WIDTH, **more: Any) -> Json:
    """Return an axis of names: by place, because two of them may be the same."""
    words = [broken(name, width) for name in names]
    return _axis("", tickmode="array", tickvals=list(range(len(names))), ticktext=words, **more)


def _frame(row: int, column: int) -> Json:
    edges = {"x0": column - 0.46, "x1": column + 0.46, "y0": row - 0.46, "y1": row + 0.46}
    return {"type": "rect", **edges, "line": {"color": NIGHT, "width": 1.5}}


# -- points -----------------------------------------------------------------------------------------------------------


def _cloud(chart: Cloud) -> Json:
    solid = len(chart.axes) == 3
    marks = SOLID_SYMBOLS if solid else SYMBOLS
    inks = colours(len(chart.names), ordered=False)
    data = []
    for group, (name, ink, mark) in enumerate(zip(chart.names, inks, _cycled(marks, len(inks)), strict=True)):
        mine = [place for place, one in enumerate(chart.groups) if one == group]
        trace: Json = {
            "type": "scatter3d" if solid else "scatter",
            "mode": "markers",
            "name": broken(name, _TITLE_WIDTH),
            "marker": {"color": ink, "symbol": mark, "size": 3 if solid else 8, "opacity": 0.75},
            "text": [broken(chart.labels[place] if chart.labels else name, 240) for place in mine],
            "hovertemplate": "%{text}<extra></extra>",
        }
        trace |= {axis: [chart.points[place][at] for place in mine] for at, axis in enumerate("xyz"[: len(chart.axes)])}
        data.append(trace)
    if not solid:
        layout = {"xaxis": _axis(chart.axes[0]), "yaxis": _axis(""), "annotations": [_above(chart.axes[1])]}
        return {"data": data, "layout": layout}
    axes = {
        f"{axis}axis": {
            "title": {"text": str(place)},
            "gridcolor": MIST,
            "showticklabels": False,
        }
        for place, axis in enumerate("xyz", 1)
    }
    named = "<br>".join(f"{place} = {broken(title, _TITLE_WIDTH)}" for place, title in enumerate(chart.axes, 1))
    place = {"x": 0, "xref": "paper", "xanchor": "left", "y": 0, "yref": "paper", "yanchor": "bottom"}
    words = {"text": named, "showarrow": False, "align": "left", "font": {"color": SLATE}} | place
    scene = {**axes, "camera": {"eye": {"x": 1.4, "y": 1.4, "z": 0.8}}, "domain": {"y": [0.14, 1]}}
    return {"data": data, "layout": {"scene": scene, "height": 560, "annotations": [words]}}


def _swarm(chart: Swarm) -> Json:
    scale = [[place / 2, shade] for place, shade in enumerate(SWARM)]
    data = []
    for row, (name, values, shades) in enumerate(zip(chart.categories, chart.values, chart.shades, strict=True)):
        known = [shade is not None for shade in shades]
        marker: Json = {"size": 6, "opacity": 0.8, "color": SLATE}
        if any(known):
            marker |= {"color": [0.5 if shade is None else shade for shade in shades], "colorscale": scale}
            marker |= {"cmin": 0, "cmax": 1, "showscale": False}
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": list(values),
                "y": [row + offset for offset in spread(values)],
                "name": broken(name, _TITLE_WIDTH),
                "marker": marker,
                "hovertemplate": f"{broken(name, 240)}<br>%{{x:+.2f}}<extra></extra>",
                "showlegend": False,
            }
        )
    for name, ink in ((chart.low, ORANGE), (chart.high, BLUE)):  # without a point: for the legend
        key = {"name": broken(name, _TITLE_WIDTH), "marker": {"color": ink, "size": 8}, "showlegend": True}
        data.append({"type": "scatter", "mode": "markers", "x": [None], "y": [None], **key})
    layout = {
        "height": max(_HEIGHT, 140 + 2 * _ROW * len(chart.categories)),
        "xaxis": _axis(chart.axis, tickformat="+.2~f", nticks=5, width=_NARROW_WIDTH),
        "yaxis": _named(chart.categories, autorange="reversed", zeroline=False),
    }
    return {"data": data, "layout": layout}


_DRAWN: dict[type[Chart], Callable[[Any], Json]] = {Lines: _lines, Heatmap: _heatmap, Cloud: _cloud, Swarm: _swarm}

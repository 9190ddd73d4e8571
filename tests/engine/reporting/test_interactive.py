"""What a browser draws: held against the library's own schema, with the colours of the painted pictures."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from engine.drawing.theme import KINDS
from engine.reporting.charts import Bars, Chart, Cloud, Heatmap, Lines, Swarm
from engine.reporting.interactive import figure
from tests.engine.reporting.charts import ENGLISH, KHMER, named

EXPLORED = (Lines, Heatmap, Cloud, Swarm)
CHARTS = {
    f"{kind}, {words}": chart
    for words, some in (("English", named(ENGLISH)), ("Khmer", named(KHMER)))
    for kind, chart in some.items()
    if isinstance(chart, EXPLORED)
}


@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
def test_every_kind_is_what_the_library_takes(chart: Chart) -> None:
    drawn = figure(chart)

    assert drawn is not None
    checked = go.Figure(drawn)  # raises where a name or a value is none of the schema's
    assert len(checked.data) == len(drawn["data"]) > 0


def test_every_kind_that_is_explored_is_among_the_samples() -> None:
    assert {type(chart) for chart in CHARTS.values()} == set(EXPLORED)


def test_bars_tell_no_more_when_they_are_pointed_at() -> None:
    assert figure(Bars(("a",), (), "axis")) is None


def test_groups_have_the_colours_of_the_picture() -> None:
    drawn = figure(Cloud(((0.0, 1.0), (1.0, 0.0)), (0, 1), ("one", "other"), ("x", "y")))

    assert drawn is not None
    assert [trace["marker"]["color"] for trace in drawn["data"]] == list(KINDS[:2])


def test_a_survey_s_signs_are_no_markup() -> None:
    drawn = figure(Cloud(((0.0, 1.0),), (0,), ("<b>bold</b> & more",), ("x", "y")))

    assert drawn is not None
    assert drawn["data"][0]["name"] == "&lt;b&gt;bold&lt;/b&gt; &amp; more"

"""Which answers matter: three measures as the evaluation has them, and the impacts that they are means of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from engine.importance import Importance
from engine.metrics import Estimate
from engine.reporting.charts import Bars, Dots, Swarm
from engine.reporting.importances import SHOWN, needed, overrated, section
from engine.reporting.parts import Picture
from engine.reporting.study import Study


def answers(lost: Sequence[float], error: float = 0.01, ginis: Sequence[float] = ()) -> list[Importance]:
    """Return importances of answers "0", "1", … whose losses are known to a standard error."""
    margin = 1.959964 * error
    ginis = ginis or [1 / len(lost)] * len(lost)
    return [
        Importance(str(place), gini, Estimate(mean, mean - margin, mean + margin), 0.1)
        for place, (mean, gini) in enumerate(zip(lost, ginis, strict=True))
    ]


def test_the_table_is_what_evaluate_tells(coffee_study: Study) -> None:
    (table,) = section(coffee_study, "en").tables

    assert [row[1:] for row in table.rows] == [
        (one.permutation.mean, one.permutation.low, one.permutation.high, one.mean_impact, one.gini)
        for one in coffee_study.evaluation.importances
    ]


def test_the_swarm_has_the_impacts_that_the_means_are_of(coffee_study: Study) -> None:
    names = {feature.name.to("en"): feature.column for feature in coffee_study.survey.features}
    means = {one.feature: one.mean_impact for one in coffee_study.evaluation.importances}

    swarm = section(coffee_study, "en").pictures[2]

    assert isinstance(swarm, Picture)
    assert isinstance(swarm.chart, Swarm)
    assert len(swarm.chart.categories) == min(SHOWN, len(names))
    for name, values in zip(swarm.chart.categories, swarm.chart.values, strict=True):
        assert len(values) == len(coffee_study.y)
        assert np.abs(values).mean() == pytest.approx(means[names[name]], abs=1e-4)
    assert [means[names[name]] for name in swarm.chart.categories] == sorted(means.values(), reverse=True)[:SHOWN]


def test_shades_are_places_on_a_scale_and_none_where_there_is_no_order(coffee_study: Study) -> None:
    kinds = {feature.name.to("en"): feature.kind for feature in coffee_study.survey.features}

    swarm = section(coffee_study, "en").pictures[2]

    assert isinstance(swarm, Picture)
    assert isinstance(swarm.chart, Swarm)
    assert {kinds[name] for name in swarm.chart.categories} >= {"nominal", "ordinal"}
    for name, shades in zip(swarm.chart.categories, swarm.chart.shades, strict=True):
        known = [shade for shade in shades if shade is not None]
        assert bool(known) == (kinds[name] != "nominal")
        assert all(0.0 <= shade <= 1.0 for shade in known)


def test_both_pictures_go_down_from_what_matters_most(coffee_study: Study) -> None:
    lost, moved, _ = section(coffee_study, "en").pictures

    assert isinstance(lost, Picture)
    assert isinstance(lost.chart, Dots)
    assert isinstance(moved, Picture)
    assert isinstance(moved.chart, Bars)
    for values in (lost.chart.series[0].values, moved.chart.series[0].values):
        known = [value for value in values if value is not None]
        assert known == sorted(known, reverse=True)
    assert lost.chart.reference == 0.0


# -- how many were looked at ----------------------------------------------------------------------------------------


def test_what_is_needed_is_corrected_for_how_many_were_looked_at() -> None:
    lost = [0.05, 0.025, 0.021, *[0.0] * 17]  # alone, 0.021 would be above nothing: it is 2.1 standard errors

    found = needed(answers(lost))

    chances = [0.5 * (1 - _erf(mean / 0.01 / 2**0.5)) for mean in lost]
    held, *_ = multipletests(chances, alpha=0.05, method="fdr_bh")
    assert [one.feature for one in found] == [str(place) for place in np.flatnonzero(held)] == ["0"]


def _erf(value: float) -> float:
    from math import erf

    return erf(value)


def test_what_was_never_seen_to_lose_anything_is_not_needed() -> None:
    assert needed(answers([0.0, 0.0, 0.0], error=0.0)) == []
    assert needed(answers([-0.05, -0.1])) == []


def test_an_answer_that_is_split_on_and_of_no_use_is_named() -> None:
    found = answers([0.05, 0.02, 0.0, -0.01], ginis=[0.3, 0.2, 0.1, 0.4])

    apart = overrated(found)

    assert apart is found[3]


def test_where_the_measures_agree_or_the_answer_may_be_needed_none_is_named() -> None:
    agreeing = answers([0.05, 0.02, 0.0, -0.01], ginis=[0.4, 0.3, 0.2, 0.1])
    needed_yet = answers([0.08, 0.07, 0.06, 0.05], ginis=[0.1, 0.2, 0.3, 0.4])

    assert overrated(agreeing) is None
    assert overrated(needed_yet) is None
    assert overrated(answers([0.05])) is None


def test_the_words_follow_the_numbers(coffee_study: Study) -> None:
    def told(importances: tuple[Importance, ...]) -> tuple[object, ...]:
        evaluation = replace(coffee_study.evaluation, importances=importances)
        return section(replace(coffee_study, trained=replace(coffee_study.trained, evaluation=evaluation)), "en").parts

    known = coffee_study.evaluation.importances
    nothing = tuple(replace(one, permutation=Estimate(0.0, -0.1, 0.1)) for one in known)
    first = (replace(known[0], permutation=Estimate(0.1, 0.08, 0.12)), *nothing[1:])

    name = coffee_study.survey.feature[known[0].feature].name.to("en")
    assert f"The guess needs these, beyond what chance shows among 10 answers looked at: {name}." in told(first)
    assert any(str(part).startswith("Of no single answer can it be shown") for part in told(nothing))

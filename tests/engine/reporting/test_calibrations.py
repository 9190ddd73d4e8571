"""Calibration: what was said beside what came true, at every stage, as the evaluation measured it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from engine.metrics import calibration_error
from engine.reporting.calibrations import bins_for, reliability, section, stages
from engine.reporting.charts import Bars, Lines
from engine.reporting.parts import Picture
from engine.reporting.study import Study


def test_every_stage_is_kept_and_its_error_is_the_evaluations(coffee_study: Study) -> None:
    found = stages(coffee_study)

    assert list(found) == ["before_resampling", "after_resampling", "priors_undone", "after_calibration"]
    for stage, said in found.items():
        assert said.shape == (1, 150, 3)
        np.testing.assert_allclose(said.sum(axis=2), 1.0)
        assert calibration_error(said, coffee_study.y) == pytest.approx(coffee_study.evaluation.calibration[stage])


def test_the_curve_is_that_of_scikit_learn_in_bins_of_equally_many() -> None:
    rng = np.random.default_rng(0)
    best = rng.uniform(0.5, 1.0, 100)
    probabilities, y = np.column_stack([best, 1 - best])[None], (rng.random(100) > best).astype(int)

    found = reliability(probabilities, y)

    true, said = calibration_curve(y == 0, best, n_bins=5, strategy="quantile")
    np.testing.assert_allclose(found.said, said)
    np.testing.assert_allclose(found.true, true)


def test_repeats_are_no_further_people() -> None:
    rng = np.random.default_rng(0)
    best = rng.uniform(0.5, 1.0, 100)
    once, y = np.column_stack([best, 1 - best])[None], (rng.random(100) > best).astype(int)

    first, thrice = reliability(once, y), reliability(np.repeat(once, 3, axis=0), y)

    np.testing.assert_allclose(thrice.true, first.true)
    np.testing.assert_allclose(thrice.intervals, first.intervals)


@pytest.mark.parametrize(("people", "bins"), [(30, 3), (104, 5), (150, 7), (100_000, 10)])
def test_few_people_make_few_points(people: int, bins: int) -> None:
    assert bins_for(people) == bins


def test_what_was_all_right_has_an_interval_below() -> None:
    probabilities = np.tile([0.9, 0.1], (1, 60, 1))

    found = reliability(probabilities, np.zeros(60, dtype=int))

    assert found.true == (1.0, 1.0, 1.0)
    assert all(low < 0.9 and high == 1.0 for low, high in found.intervals)


def test_the_words_follow_what_chance_alone_would_show(coffee_study: Study) -> None:
    def told(limit: float) -> tuple[object, ...]:
        evaluation = replace(coffee_study.evaluation, calibration_noise_95=limit)
        return section(replace(coffee_study, trained=replace(coffee_study.trained, evaluation=evaluation)), "en").parts

    error = coffee_study.evaluation.calibration["after_calibration"]

    assert f"After calibration it is {error:.3f}: within what chance alone shows." in told(error + 0.01)
    assert f"After calibration it is {error:.3f}: more than chance alone shows. Take the chances with care." in told(
        error - 0.01
    )


def test_tables_without_resampling_show_the_stages_that_there_are(coffee_study: Study) -> None:
    found = coffee_study.evaluation
    tried = ("before_resampling", "after_calibration")
    evaluation = replace(
        found,
        calibration={stage: found.calibration[stage] for stage in tried},
        held_out=replace(found.held_out, stages={"before_resampling": found.held_out.stages["before_resampling"]}),
    )
    study = replace(coffee_study, trained=replace(coffee_study.trained, evaluation=evaluation))

    curves, errors = section(study, "en").pictures

    assert isinstance(curves, Picture)
    assert isinstance(curves.chart, Lines)
    assert isinstance(errors, Picture)
    assert isinstance(errors.chart, Bars)
    assert [curve.name for curve in curves.chart.curves] == [
        "Logistic regression as fitted",
        "Whole procedure, calibrated",
    ]
    assert errors.chart.series[0].values == (*evaluation.calibration.values(), found.calibration_noise)

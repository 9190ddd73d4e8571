"""The comparison of models: the evaluation's own numbers, and sentences that follow them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.evaluation import as_json
from engine.metrics import METRICS, Estimate
from engine.prediction import CANDIDATES
from engine.reporting.charts import Dots
from engine.reporting.models import ENGLISH, protocols, section
from engine.reporting.parts import Picture, Section
from engine.reporting.study import Study


def found_instead(study: Study, **numbers: Any) -> Study:
    """Return the study as if its evaluation had found something else."""
    evaluation = replace(study.evaluation, **numbers)
    return replace(study, trained=replace(study.trained, evaluation=evaluation))


def paragraphs(section: Section) -> str:
    return "\n".join(part for part in section.parts if isinstance(part, str))


def test_the_table_is_what_evaluate_tells(coffee_study: Study) -> None:
    told = as_json(coffee_study.evaluation)
    expected = {ENGLISH[name]: found for name, found in told["candidates"].items() if name != "blend"}
    expected |= {ENGLISH[name]: told[name] for name in ("nested", "nested_argmax", "leaky")}

    (table,) = section(coffee_study, "en").tables

    assert {row[0] for row in table.rows} == set(expected)
    for name, *numbers in table.rows:
        assert numbers == [expected[str(name)][metric][end] for metric in METRICS for end in ("mean", "low", "high")]


def test_every_candidate_has_a_name() -> None:
    assert {candidate.name for candidate in CANDIDATES} <= set(ENGLISH)


def test_losses_stand_beside_the_class_shares(coffee_study: Study) -> None:
    picture = section(coffee_study, "en").pictures[0]

    assert isinstance(picture, Picture)
    assert isinstance(picture.chart, Dots)
    assert picture.chart.reference == coffee_study.evaluation.class_shares["log_loss"].mean
    assert ENGLISH["leaky"] not in picture.chart.categories
    place = picture.chart.categories.index(ENGLISH["nested"])
    nested = coffee_study.evaluation.nested["log_loss"]
    assert picture.chart.series[0].values[place] == nested.mean
    assert picture.chart.series[0].intervals[place] == (nested.low, nested.high)


def test_accuracies_stand_beside_always_guessing_the_most_frequent(coffee_study: Study) -> None:
    picture = section(coffee_study, "en").pictures[1]

    assert isinstance(picture, Picture)
    assert isinstance(picture.chart, Dots)
    assert picture.chart.reference == np.bincount(coffee_study.y).max() / len(coffee_study.y)
    assert picture.chart.series[0].values == tuple(
        protocols(coffee_study)[name]["accuracy"].mean for name in ("nested", "nested_argmax", "leaky")
    )


def test_a_signal_is_told_with_its_size(coffee_study: Study) -> None:
    study = found_instead(coffee_study, gain=Estimate(0.25, 0.15, 0.35))

    said = paragraphs(section(study, "en"))

    share = 0.25 / study.evaluation.class_shares["log_loss"].mean
    assert "The answers tell something of the target: they save 0.250 of log-loss" in said
    assert f"that is {share:.0%} of it." in said


@pytest.mark.parametrize("low", [-0.1, 0.0])
def test_no_signal_is_told_where_the_interval_holds_nothing(coffee_study: Study, low: float) -> None:
    study = found_instead(coffee_study, gain=Estimate(0.02, low, 0.1))

    said = paragraphs(section(study, "en"))

    assert "No signal can be shown: against the class shares alone the answers save 0.020 of log-loss" in said
    assert "tell something" not in said


def test_one_grade_alone_is_no_signal(coffee_study: Study) -> None:
    confusion = [[149.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    study = found_instead(coffee_study, gain=Estimate(0.02, 0.01, 0.03), confusion=confusion)

    assert ENGLISH["one_grade"] in section(study, "en").parts


def test_leaking_is_compared_with_the_rule_that_it_uses_itself(coffee_study: Study) -> None:
    found = coffee_study.evaluation

    said = paragraphs(section(coffee_study, "en"))

    assert (
        f"an accuracy of {found.leaky['accuracy'].mean:.0%}, where honestly the likeliest grade is right for "
        f"{found.nested_argmax['accuracy'].mean:.0%}." in said
    )


def test_resampling_is_told_of_where_it_was_tried(coffee_study: Study) -> None:
    tried = coffee_study.evaluation.candidates
    plain = {name: found for name, found in tried.items() if not name.endswith("_smote")}

    with_it = paragraphs(section(coffee_study, "en"))
    without = paragraphs(section(found_instead(coffee_study, candidates=plain), "en"))

    losses = [f"{tried[name]['log_loss'].mean:.3f}" for name in ("random_forest_smote", "random_forest")]
    assert f"{losses[0]} and {losses[1]} (Random forest)" in with_it
    assert "Resampling" not in without


def test_what_predicts_is_told_with_its_weights_and_votes(coffee_study: Study) -> None:
    study = found_instead(
        coffee_study,
        weights={"logistic_regression": 0.7, "random_forest": 0.3},
        chosen_in_folds={"blend": 4, "random_forest": 1, "class_shares": 0},
    )

    said = "What predicts in the end: Logistic regression 70%, Random forest 30%. Chosen in the outer folds: Blend 4, "
    assert f"{said}Random forest 1." in section(study, "en").parts

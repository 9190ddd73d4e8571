"""Confusion matrices: the evaluation's own counts, and shares only where there are people enough."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from engine.evaluation import as_json
from engine.intervals import Share
from engine.reporting.charts import Heatmap
from engine.reporting.confusions import FEWEST, argmax_matrix, precision, recall, rule_matrix, section
from engine.reporting.parts import Picture
from engine.reporting.study import Study


def test_the_matrix_of_the_grade_rule_is_that_of_evaluate(coffee_study: Study) -> None:
    assert rule_matrix(coffee_study).tolist() == as_json(coffee_study.evaluation)["confusion"]


def test_the_matrix_of_the_likeliest_grade_counts_it(coffee_study: Study) -> None:
    likeliest = coffee_study.evaluation.held_out.predictions.probabilities[0].argmax(axis=1)
    counted = np.zeros((3, 3))
    for said, guess in zip(coffee_study.y, likeliest, strict=True):
        counted[said, guess] += 1

    np.testing.assert_allclose(argmax_matrix(coffee_study), counted)


def test_what_is_found_and_what_is_right_are_shares_of_the_row_and_of_the_column() -> None:
    matrix = np.array([[30.0, 10.0], [20.0, 40.0]])

    assert numbers(recall(matrix, 0)) == pytest.approx([30 / 40, *proportion_confint(30, 40, method="wilson")])
    assert numbers(precision(matrix, 0)) == pytest.approx([30 / 50, *proportion_confint(30, 50, method="wilson")])


def numbers(found: Share | None) -> list[float]:
    assert found is not None
    return [found.value, found.low, found.high]


def test_counts_averaged_over_repeats_give_their_own_share() -> None:
    matrix = np.array([[30 + 1 / 3, 9 + 2 / 3], [20 + 1 / 3, 39 + 2 / 3]])

    found = recall(matrix, 0)

    assert found is not None
    assert found.value == pytest.approx((30 + 1 / 3) / 40)
    assert found.low < found.value < found.high


@pytest.mark.parametrize("right", [0.0, FEWEST])
def test_none_and_all_are_shares_too(right: float) -> None:
    matrix = np.array([[right, FEWEST - right], [0.0, 0.0]])

    found = recall(matrix, 0)

    assert found is not None
    assert found.value == right / FEWEST
    assert found.high - found.low > 0.1


def test_of_too_few_people_no_share_is_told() -> None:
    matrix = np.array([[FEWEST - 1.0, 0.0], [0.0, 50.0]])

    assert recall(matrix, 0) is None
    assert precision(matrix, 0) is None
    assert recall(np.zeros((2, 2)), 0) is None


def test_the_picture_writes_counts_shades_shares_and_frames_what_is_right(coffee_study: Study) -> None:
    matrix = rule_matrix(coffee_study)

    picture = section(coffee_study, "en").pictures[0]

    assert isinstance(picture, Picture)
    assert isinstance(picture.chart, Heatmap)
    assert picture.chart.written == tuple(tuple(f"{count:.0f}" for count in row) for row in matrix)
    np.testing.assert_allclose(np.array(picture.chart.values, dtype=float).sum(axis=1), 1.0)
    assert picture.chart.framed == {(0, 0), (1, 1), (2, 2)}
    assert picture.chart.rows == ("A Yes, very much", "B A little", "C Not really")
    assert picture.alt == (
        f"A matrix of counts. Of those who say “Yes, very much”, the most frequent answer, "
        f"{matrix[0, 0] / matrix[0].sum():.0%} are guessed so."
    )


def test_the_words_are_of_the_most_frequent_grade_where_the_best_is_rare(coffee_study: Study) -> None:
    evaluation = replace(coffee_study.evaluation, confusion=[[0.0, 1.0, 0.0], [0.0, 60.0, 40.0], [0.0, 20.0, 29.0]])
    study = replace(coffee_study, trained=replace(coffee_study.trained, evaluation=evaluation))

    found = section(study, "en")

    assert found.pictures[0].alt == (
        "A matrix of counts. Of those who say “A little”, the most frequent answer, 60% are guessed so."
    )
    first = found.tables[0].rows[0]
    assert first == ("A", "Yes, very much", 1, None, None, None, 0.0, None, None, None)

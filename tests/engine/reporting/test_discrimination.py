"""ROC and precision-recall curves: areas as others compute them, honest intervals, and what is left out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score, roc_curve

from engine.reporting.charts import Lines
from engine.reporting.discrimination import (
    FEWEST,
    MOST_POINTS,
    blind_precision,
    discriminate,
    discriminations,
    section,
    thinned,
)
from engine.reporting.parts import LeftOut, Picture
from engine.reporting.study import Study


def guessed(
    people: int, rows: int, seed: int = 0, *, ties: bool = False
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return scores that know something, and who is of the grade."""
    rng = np.random.default_rng(seed)
    is_grade = np.arange(rows) < people
    scores = rng.normal(is_grade * 1.0, 1.0)
    return (scores.round() if ties else scores), is_grade


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize(("people", "rows"), [(6, 104), (71, 104), (40, 3_000)])
def test_areas_are_those_of_scikit_learn(people: int, rows: int, ties: bool) -> None:
    scores, is_grade = guessed(people, rows, ties=ties)

    found = discriminate(scores, is_grade, 0, seed=0)

    assert found.auc.mean == pytest.approx(roc_auc_score(is_grade, scores))
    assert found.average_precision.mean == pytest.approx(average_precision_score(is_grade, scores))
    assert (found.people, found.share) == (people, people / rows)


def test_the_curves_are_those_of_scikit_learn() -> None:
    scores, is_grade = guessed(30, 120, ties=True)

    found = discriminate(scores, is_grade, 0, seed=0)

    alarms, hits, _ = roc_curve(is_grade, scores, drop_intermediate=False)
    precision, recall, _ = precision_recall_curve(is_grade, scores)
    np.testing.assert_allclose(found.false_alarms, alarms)
    np.testing.assert_allclose(found.found, hits)
    best = {level: precision[recall == level].max() for level in np.unique(recall[:-1])}
    np.testing.assert_allclose(found.recall[1:], sorted(set(best) - {0.0}))
    np.testing.assert_allclose(found.precision[1:], [best[level] for level in found.recall[1:]])


def test_the_area_under_the_steps_is_the_average_precision() -> None:
    scores, is_grade = guessed(30, 120)

    found = discriminate(scores, is_grade, 0, seed=0)

    assert (np.diff(found.recall) * found.precision[1:]).sum() == pytest.approx(found.average_precision.mean)


# -- intervals ------------------------------------------------------------------------------------------------------


def test_average_precision_is_drawn_anew_by_respondents() -> None:
    scores, is_grade = guessed(30, 120)
    rng = np.random.default_rng(1)
    draws = [rng.integers(0, 120, 120) for _ in range(1_000)]
    low, high = np.percentile([average_precision_score(is_grade[rows], scores[rows]) for rows in draws], [2.5, 97.5])

    found = discriminate(scores, is_grade, 0, seed=0).average_precision

    assert [found.low, found.high] == pytest.approx([low, high], abs=0.02)


def test_many_scores_are_drawn_in_groups_and_the_interval_stays_the_same() -> None:
    scores, is_grade = guessed(300, 6_000)  # 12 times as many scores as are drawn by themselves
    rng = np.random.default_rng(1)
    draws = [rng.integers(0, 6_000, 6_000) for _ in range(300)]
    low, high = np.percentile([average_precision_score(is_grade[rows], scores[rows]) for rows in draws], [2.5, 97.5])

    found = discriminate(scores, is_grade, 0, seed=0).average_precision

    assert [found.low, found.high] == pytest.approx([low, high], abs=0.01)
    assert found.low < found.mean < found.high


def test_guessing_blindly_is_expected_to_reach_what_it_reaches() -> None:
    rng, is_grade = np.random.default_rng(0), np.arange(50) < 4

    blind = np.mean([average_precision_score(is_grade, rng.random(50)) for _ in range(1_000)])

    assert blind_precision(4, 50) == pytest.approx(blind, abs=0.01)
    assert blind_precision(4, 50) > 4 / 50 + 0.05  # few people: far above their share
    assert blind_precision(50, 50) == pytest.approx(1.0)


# -- points ---------------------------------------------------------------------------------------------------------


def test_a_long_curve_is_thinned_along_its_path_so_that_a_steep_beginning_stays() -> None:
    scores, is_grade = guessed(50, 20_000)
    scores[is_grade] += 5.0  # nearly all of them before everybody else

    found = discriminate(scores, is_grade, 0, seed=0)

    assert len(found.false_alarms) <= MOST_POINTS + 1
    assert (found.false_alarms[-1], found.found[-1], found.recall[-1]) == (1.0, 1.0, 1.0)
    assert len(np.unique(found.found)) > 40


def test_few_points_are_all_kept() -> None:
    assert thinned(np.array([0.1, 0.2, 0.9]), 3).tolist() == [0, 1, 2]
    assert thinned(np.array([0.0, 0.1, 0.5, 0.9, 1.0]), 3).tolist() == [0, 2, 4]


# -- the section ----------------------------------------------------------------------------------------------------


def with_grades(study: Study, counts: tuple[int, ...]) -> Study:
    """Return the study as if so many people had each grade."""
    y = np.repeat(np.arange(len(counts)), counts)
    return replace(study, y=y)


def test_curves_are_drawn_of_each_grade_and_people_stand_in_the_order_of_their_mean_chances(
    coffee_study: Study,
) -> None:
    said = coffee_study.evaluation.held_out.predictions.probabilities.mean(axis=0)

    found = discriminations(coffee_study)

    assert [one.people for one in found] == np.bincount(coffee_study.y).tolist()
    for one in found:
        assert one.auc.mean == pytest.approx(roc_auc_score(coffee_study.y == one.grade, said[:, one.grade]))


def test_a_grade_of_too_few_people_is_left_out_with_the_reason(coffee_study: Study) -> None:
    study = with_grades(coffee_study, (100, 50 - FEWEST + 1, FEWEST - 1))

    found = section(study, "en")

    (left_out,) = (part for part in found.parts if isinstance(part, LeftOut))
    assert left_out == LeftOut(
        "Not really", "4 of 150 people have grade C. A curve needs at least 5 who have it, and 5 who have not."
    )
    assert [row[0] for row in found.tables[0].rows] == ["A", "B"]
    for picture in found.pictures:
        assert isinstance(picture, Picture)
        assert isinstance(picture.chart, Lines)
        assert len(picture.chart.curves) == 2


def test_where_all_but_a_few_have_one_grade_nothing_is_drawn(coffee_study: Study) -> None:
    study = with_grades(coffee_study, (147, 2, 1))

    found = section(study, "en")

    assert (list(found.pictures), list(found.tables)) == ([], [])
    assert sum(isinstance(part, LeftOut) for part in found.parts) == 3


def test_grades_of_few_people_are_named(coffee_study: Study) -> None:
    enough, few = section(coffee_study, "en"), section(with_grades(coffee_study, (100, 31, 19)), "en")

    said = "Grades of fewer than 20 people: C. Their curves are rough, and their intervals say how little is known."
    assert said in few.parts
    assert said not in enough.parts

"""Three measures of what matters, which must agree where the truth is planted."""

from __future__ import annotations

import numpy as np
import pytest

from engine import evaluation
from engine.importance import Importance, side_by_side
from tests.engine.people import invented_people

PLANTED = {"Freq_Use", "Trust_Level", "Had_Issues"}


@pytest.fixture(scope="module")
def importances() -> tuple[Importance, ...]:
    survey, codes, y = invented_people(250, seed=8)
    return evaluation.fit_and_evaluate(survey.features, codes, y, 4, repeats=1, seed=0)[1].importances


def test_what_was_planted_matters_most_by_every_measure(importances: tuple[Importance, ...]) -> None:
    by_permutation = [one.feature for one in importances[:3]]
    by_gini = sorted(importances, key=lambda one: -one.gini)[:4]  # inflated for answers of many levels
    by_impact = sorted(importances, key=lambda one: -one.mean_impact)[:3]

    assert set(by_permutation) == PLANTED
    assert {one.feature for one in by_gini} >= PLANTED - {"Had_Issues"}
    assert {one.feature for one in by_impact} == PLANTED


def test_every_answer_has_a_number_and_honest_intervals(importances: tuple[Importance, ...]) -> None:
    assert len(importances) == 19
    assert np.isclose(sum(one.gini for one in importances), 1)
    assert all(one.permutation.low <= one.permutation.mean <= one.permutation.high for one in importances)
    assert all(one.permutation.low > 0 for one in importances if one.feature in PLANTED)


def test_repeats_are_not_new_respondents() -> None:
    lost = np.random.default_rng(0).normal(0.1, 1, (1, 400, 2))

    once, thrice = (
        side_by_side(["a", "b"], np.zeros(2), repeated, np.zeros(2)) for repeated in (lost, np.repeat(lost, 3, axis=0))
    )

    for one, other in zip(once, thrice, strict=True):
        assert np.isclose(one.permutation.low, other.permutation.low)
        assert np.isclose(one.permutation.high, other.permutation.high)


def test_a_respondent_need_not_be_looked_at_in_every_repeat() -> None:
    lost = np.full((2, 6, 1), np.nan)
    lost[0, [0, 1, 2]] = [[0.1], [0.3], [0.5]]
    lost[1, [2, 3, 4]] = [[0.7], [0.1], [0.3]]  # nobody but the third twice, the sixth never

    (one,) = side_by_side(["a"], np.zeros(1), lost, np.zeros(1))

    assert np.isclose(one.permutation.mean, np.mean([0.1, 0.3, 0.6, 0.1, 0.3]))

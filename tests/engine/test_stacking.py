"""The blend weighs what helps, leaves out what does not, and is explained as the very mean that predicts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import prediction, stacking
from engine.blend import Blend
from engine.calibration import log_losses
from engine.changes import Changes
from engine.grading import points_of
from tests.engine.people import invented_people

POINTS = points_of(4)


@pytest.fixture(scope="module")
def fitted() -> dict[str, prediction.Fitted]:
    survey, codes, y = invented_people(150, seed=2)
    return prediction.fit_candidates(survey.features, codes, y, 4, seed=0, plan=prediction.plan_for(300))


@pytest.fixture(scope="module")
def mean_of_all(fitted: dict[str, prediction.Fitted]) -> Blend:
    """Return the mean of one candidate of every kind."""
    _, codes, _ = invented_people(150, seed=2)
    names = ("class_shares", "logistic_regression", "additive_pairs", "random_forest")
    parts = tuple((0.25, fitted[name]) for name in names)
    return stacking.served(stacking.Blended(parts, np.zeros(3)), codes, seed=0)


def test_weights_are_those_under_which_what_was_observed_is_likeliest() -> None:
    rng = np.random.default_rng(0)
    says_much = np.where(rng.random(4_000) < 0.3, 0.9, 0.1)
    says_nothing = np.full(4_000, 0.4)

    good, bad = stacking.stacking_weights(np.stack([says_much, says_nothing]), np.zeros(2))

    likelihoods = [np.log(w * says_much + (1 - w) * says_nothing).sum() for w in np.linspace(0, 1, 101)]
    assert abs(good - np.argmax(likelihoods) / 100) < 0.02
    assert np.isclose(good + bad, 1)


def test_where_nothing_tells_candidates_apart_they_weigh_what_they_are_credited_with() -> None:
    weights = stacking.stacking_weights(np.full((3, 100), 0.5), np.array([0.0, 30.0, 10.0]))

    assert np.allclose(weights, [0, 0.75, 0.25], atol=1e-6)


def test_the_mean_is_at_least_as_likely_as_its_best_part(fitted: dict[str, prediction.Fitted]) -> None:
    _, _, y = invented_people(150, seed=2)
    plan = prediction.plan_for(300)

    blended = stacking.blend(fitted, y, plan)

    mean = np.sum([weight * one.out_of_fold for weight, one in blended.parts], axis=0)
    best = min(log_losses(fitted[name].out_of_fold, y).mean() for name in plan.selectable)
    assert log_losses(mean, y).mean() <= best + 1e-3
    assert np.isclose(sum(blended.weights.values()), 1)
    assert min(blended.weights.values()) >= stacking.LEAST_WEIGHT
    assert set(blended.weights) <= plan.selectable, "SMOTE is for comparison only"


def test_where_answers_are_noise_everybody_gets_nearly_the_class_shares() -> None:
    survey, codes, _ = invented_people(120, seed=1)
    y = np.random.default_rng(5).choice(4, 120, p=[0.6, 0.2, 0.1, 0.1])

    blended = stacking.blend(prediction.fit_candidates(survey.features, codes, y, 4, seed=0), y)

    shares = np.bincount(y, minlength=4) / len(y)
    assert np.abs(blended.probabilities(codes) - shares).max() < 0.35


def test_where_answers_tell_the_shares_weigh_little_and_the_same_seed_gives_the_same_blend() -> None:
    survey, codes, y = invented_people(150, seed=2)

    first, again = (
        stacking.blend(prediction.fit_candidates(survey.features, codes, y, 4, seed=0), y) for _ in range(2)
    )

    assert first.weights.get("class_shares", 0) < 0.5
    assert np.array_equal(first.probabilities(codes), again.probabilities(codes))


@settings(max_examples=25)
@given(drawn=st.lists(st.integers(0, 149), min_size=19, max_size=19))
def test_the_mean_is_explained_as_a_whole(mean_of_all: Blend, drawn: list[int]) -> None:
    _, codes, _ = invented_people(150, seed=2)
    answers = codes[drawn, np.arange(19)]

    base, impacts = mean_of_all.explain(answers, POINTS)

    assert abs(base + impacts.sum() - float(mean_of_all.probabilities(answers[None])[0] @ POINTS)) < 1e-6


@settings(max_examples=25)
@given(person=st.integers(0, 149), other=st.integers(0, 149))
def test_changes_are_scored_by_the_very_mean(mean_of_all: Blend, person: int, other: int) -> None:
    _, codes, _ = invented_people(150, seed=2)
    first, second = np.triu_indices(19, 1)
    changes = Changes(np.arange(19), codes[other], first, second)

    found = mean_of_all.probabilities_after(codes[person], changes)

    changed = np.tile(codes[person], (len(first), 1))
    for row, i, j in zip(changed, first, second, strict=True):
        row[[i, j]] = codes[other][[i, j]]
    assert np.allclose(found, mean_of_all.probabilities(changed), atol=1e-12)

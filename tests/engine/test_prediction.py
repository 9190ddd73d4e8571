"""Candidates learn honestly: they agree with scikit-learn, priors are undone, the grade rule keeps the shares."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from engine import calibration, fitting, grading, prediction
from engine.predictors import FLOOR, Floats, Forest, Ints, Linear, Shares, floored
from tests.engine.people import invented_people

EFFORT = prediction.plan_for(150).effort


@pytest.fixture(scope="module")
def rows() -> tuple[Floats, Ints]:
    rng = np.random.default_rng(3)
    columns = rng.normal(size=(150, 6))
    y = np.digitize(columns[:, 0] + columns[:, 1] + rng.normal(size=150), [-0.5, 0.8, 2.0])
    return columns, y


def seen_by(candidate: prediction.Candidate, columns: Floats, y: Ints) -> fitting.Rows:
    table = fitting.plain_rows(columns, y, 4)
    return fitting.resampled_rows(table, seed=0) if candidate.smote else table


def test_the_flattened_forest_agrees_with_scikit_learn(rows: tuple[Floats, Ints]) -> None:
    columns, y = rows
    fitted = fitting.fit("forest", (3, 0.0), fitting.plain_rows(columns, y, 4), replace(EFFORT, n_trees=25), 7)

    theirs = RandomForestClassifier(25, max_depth=fitting.MAX_DEPTH, min_samples_leaf=3, random_state=7).fit(columns, y)

    assert isinstance(fitted, Forest)
    assert np.allclose(fitted.probabilities(columns), floored(theirs.predict_proba(columns)))


@pytest.mark.parametrize("n_classes", [2, 4])
def test_the_flattened_regression_agrees_with_scikit_learn(rows: tuple[Floats, Ints], n_classes: int) -> None:
    columns, y = rows[0], np.minimum(rows[1], n_classes - 1)
    table = fitting.plain_rows(columns, y, n_classes)

    fitted = fitting.fit("linear", (0.1,), table, EFFORT, 0)

    theirs = LogisticRegression(C=0.1, max_iter=2000).fit(columns, y).predict_proba(columns)
    assert isinstance(fitted, Linear)
    assert np.allclose(fitted.probabilities(columns), floored(theirs))


def test_a_class_absent_from_training_keeps_a_small_probability(rows: tuple[Floats, Ints]) -> None:
    columns, y = rows
    present = y != 3
    for candidate in prediction.CANDIDATES[1:]:
        table = seen_by(candidate, columns[present], y[present])

        probabilities = fitting.fit(candidate.kind, candidate.grid[0], table, EFFORT, 0).probabilities(columns)

        assert np.allclose(probabilities[:, 3], FLOOR)
        assert np.allclose(probabilities.sum(axis=1), 1)


@pytest.mark.parametrize("candidate", prediction.CANDIDATES[1:], ids=lambda c: c.name)
def test_resampled_priors_are_undone(rows: tuple[Floats, Ints], candidate: prediction.Candidate) -> None:
    columns, y = rows
    table = seen_by(candidate, columns, y)

    mean = fitting.fit(candidate.kind, candidate.grid[-1], table, EFFORT, 0).probabilities(columns).mean(axis=0)

    assert np.allclose(mean, np.bincount(y) / len(y), atol=0.06)


def test_resampling_leaves_single_row_classes_alone_and_evens_out_the_rest() -> None:
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1, 2, 3], [40, 10, 2, 1])

    _, labels = fitting.resample(rng.normal(size=(53, 3)), y, seed=0)

    assert np.bincount(labels).tolist() == [40, 40, 40, 1]


@given(st.lists(st.integers(0, 3), min_size=10, max_size=80), st.integers(2, 6), st.integers(0, 1000))
def test_folds_share_out_every_class_evenly(classes: list[int], n_folds: int, seed: int) -> None:
    y = np.array(classes)

    folds = prediction.stratified_folds(y, n_folds, np.random.default_rng(seed))

    for c in np.unique(y):
        counts = np.bincount(folds[y == c], minlength=n_folds)
        assert counts.max() - counts.min() <= 1
    sizes = np.bincount(folds, minlength=n_folds)
    assert sizes.max() - sizes.min() <= 1


@given(st.lists(st.integers(0, 4), min_size=5, max_size=60), st.integers(0, 1000))
def test_the_grade_rule_gives_the_observed_shares(classes: list[int], seed: int) -> None:
    y = np.array(classes)
    scores = np.random.default_rng(seed).random(len(y)) * 4

    thresholds = grading.fit_thresholds(scores, y, 5)

    earned = np.searchsorted(thresholds, scores, side="right")
    assert np.array_equal(np.bincount(4 - earned, minlength=5), np.bincount(y, minlength=5))
    assert (np.diff(thresholds) >= 0).all()


@given(st.lists(st.floats(0.01, 1.0), min_size=2, max_size=6))
def test_where_everybody_scores_alike_all_get_the_likeliest_class(weights: list[float]) -> None:
    shares = np.array(weights) / sum(weights)

    cuts = grading.thresholds_of_constant(shares)

    assert grading.classes_by_score(np.tile(shares, (3, 1)), cuts).tolist() == [int(shares.argmax())] * 3


def test_calibration_never_raises_the_log_loss_it_is_fitted_on(rows: tuple[Floats, Ints]) -> None:
    columns, y = rows
    for candidate in prediction.CANDIDATES[1:]:
        table = seen_by(candidate, columns, y)
        predictor = fitting.fit(candidate.kind, candidate.grid[0], table, EFFORT, 0)
        raw = predictor.probabilities(columns)
        shares = floored(fitting.shares_of(y, 4))

        _, calibrated = calibration.calibrate(predictor, raw, np.tile(shares, (len(y), 1)), shares, y)

        assert calibration.log_losses(calibrated, y).mean() <= calibration.log_losses(raw, y).mean() + 1e-3


def test_the_folded_in_calibration_is_what_was_measured(rows: tuple[Floats, Ints]) -> None:
    columns, y = rows
    for candidate in prediction.CANDIDATES[1:]:
        table = seen_by(candidate, columns, y)
        predictor = fitting.fit(candidate.kind, candidate.grid[0], table, EFFORT, 0)
        shares = floored(fitting.shares_of(y, 4))
        baseline = np.tile(shares, (len(y), 1))

        folded, calibrated = calibration.calibrate(predictor, predictor.probabilities(columns), baseline, shares, y)

        assert np.allclose(folded.probabilities(columns), calibrated, atol=0.01)


def test_one_class_only_falls_back_to_the_shares() -> None:
    table = fitting.plain_rows(np.zeros((5, 2)), np.zeros(5, dtype=np.intp), 3)

    assert isinstance(fitting.fit("linear", (0.1,), table, EFFORT, 0), Shares)


def test_what_is_not_to_be_trusted_is_the_class_shares_and_scores_no_better_than_they() -> None:
    survey, codes, _ = invented_people(120, seed=1)
    y = np.random.default_rng(6).choice(4, 120, p=[0.68, 0.19, 0.07, 0.06])

    fitted = prediction.fit_candidates(survey.features, codes, y, 4, seed=0)

    losses = {name: calibration.log_losses(one.out_of_fold, y).mean() for name, one in fitted.items()}
    distrusted = [name for name, one in fitted.items() if isinstance(one.predictor, Shares)]
    assert len(distrusted) > 1
    assert all(np.isclose(losses[name], losses["class_shares"]) for name in distrusted)


@pytest.mark.parametrize(
    ("rows", "parts"),
    [
        (30, {"class_shares", "logistic_regression", "random_forest"}),
        (300, {"class_shares", "logistic_regression", "random_forest", "additive_pairs"}),
        (2_000, {"class_shares", "logistic_regression", "additive_pairs"}),
        (10_000, {"class_shares", "additive_pairs"}),
    ],
)
def test_what_may_predict_depends_on_the_rows_and_never_includes_smote(rows: int, parts: set[str]) -> None:
    plan = prediction.plan_for(rows)

    assert plan.selectable == parts
    assert {"logistic_regression_smote", "random_forest_smote"} <= {one.name for one in plan.candidates}

"""Metrics agree with scikit-learn's, intervals hold their number, and honest figures stand beside the leaky one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn import metrics

from engine import evaluation, findings
from engine.metrics import METRICS, Estimate, Metrics, Predictions, calibration_noise, score
from engine.predictors import Ints
from tests.engine.people import invented_people


@pytest.fixture(scope="module")
def scored() -> tuple[Predictions, Ints]:
    rng = np.random.default_rng(0)
    y = rng.choice(4, 200, p=[0.5, 0.3, 0.15, 0.05])
    raw = rng.gamma(1.0, size=(200, 4))
    raw[np.arange(200), y] += 1
    probabilities = raw / raw.sum(axis=1, keepdims=True)
    return Predictions(probabilities[None], probabilities.argmax(axis=1)[None]), y


def metrics_of(predictions: Predictions, y: Ints) -> Metrics:
    return score({"one": predictions}, y, seed=0)["one"]


def test_metrics_agree_with_scikit_learn(scored: tuple[Predictions, Ints]) -> None:
    predictions, y = scored
    said, probabilities = predictions.classes[0], predictions.probabilities[0]

    found = {name: estimate.mean for name, estimate in metrics_of(predictions, y).items()}

    assert np.isclose(found["accuracy"], metrics.accuracy_score(y, said))
    assert np.isclose(found["balanced_accuracy"], metrics.balanced_accuracy_score(y, said))
    assert np.isclose(found["macro_f1"], metrics.f1_score(y, said, average="macro"))
    assert np.isclose(found["quadratic_weighted_kappa"], metrics.cohen_kappa_score(y, said, weights="quadratic"))
    assert np.isclose(found["log_loss"], metrics.log_loss(y, probabilities))


def test_calibration_error_is_the_textbook_sum_over_ten_equal_bins(scored: tuple[Predictions, Ints]) -> None:
    predictions, y = scored
    confidence = predictions.probabilities[0].max(axis=1)
    correct = predictions.probabilities[0].argmax(axis=1) == y
    bins = np.array_split(np.argsort(confidence, kind="stable"), 10)

    by_hand = sum(len(b) / 200 * abs(confidence[b].mean() - correct[b].mean()) for b in bins)

    assert np.isclose(metrics_of(predictions, y)["expected_calibration_error"].mean, by_hand)


def test_the_interval_of_accuracy_is_as_wide_as_theory_says(scored: tuple[Predictions, Ints]) -> None:
    accuracy = metrics_of(scored[0], scored[1])["accuracy"]

    half = 1.96 * np.sqrt(accuracy.mean * (1 - accuracy.mean) / 200)
    assert np.isclose(accuracy.high - accuracy.low, 2 * half, rtol=0.1)


def test_every_estimate_lies_in_its_own_interval(scored: tuple[Predictions, Ints]) -> None:
    for name, found in metrics_of(scored[0], scored[1]).items():
        assert found.low <= found.mean <= found.high, name


def test_repeats_narrow_nothing_they_are_not_new_respondents(scored: tuple[Predictions, Ints]) -> None:
    predictions, y = scored
    thrice = Predictions(np.repeat(predictions.probabilities, 3, axis=0), np.repeat(predictions.classes, 3, axis=0))

    once_, thrice_ = (metrics_of(p, y)["log_loss"] for p in (predictions, thrice))

    assert np.isclose(once_.low, thrice_.low)
    assert np.isclose(once_.high, thrice_.high)


def test_a_perfectly_calibrated_model_lies_within_its_noise() -> None:
    rng = np.random.default_rng(1)
    probabilities = rng.dirichlet([4, 2, 1], size=2_000)
    y = np.array([rng.choice(3, p=p) for p in probabilities])
    predictions = Predictions(probabilities[None], probabilities.argmax(axis=1)[None])

    noise, noise_95 = calibration_noise(predictions.probabilities, seed=0)

    assert 0 < noise < noise_95 < 0.04
    assert metrics_of(predictions, y)["expected_calibration_error"].mean < noise_95


@pytest.fixture(scope="module")
def evaluated() -> evaluation.Evaluation:
    survey, codes, y = invented_people(104, seed=4)
    return evaluation.fit_and_evaluate(survey.features, codes, y, 4, repeats=1, seed=0)[1]


def test_the_leaky_protocol_claims_much_where_honest_evaluation_finds_nothing() -> None:
    survey, codes, _ = invented_people(104, seed=4)
    y = np.repeat([0, 1, 2, 3], [71, 20, 7, 6])  # nothing to do with the answers

    found = evaluation.fit_and_evaluate(survey.features, codes, y, 4, repeats=1, seed=0)[1]

    assert found.leaky["accuracy"].mean > 0.8
    assert not found.signal
    assert found.nested["quadratic_weighted_kappa"].low < 0
    assert found.nested_argmax["accuracy"].mean < 0.75


@pytest.mark.parametrize(
    ("n_classes", "counts"),
    [
        pytest.param(2, [59, 1], id="one person answered otherwise"),
        pytest.param(4, [35, 15, 10, 0], id="nobody gave the worst grade"),
    ],
)
def test_no_signal_is_made_of_grades_that_hardly_anybody_gave(n_classes: int, counts: list[int]) -> None:
    features = invented_people(104, seed=4)[0].features[:4]
    codes = np.random.default_rng(2).integers(0, 4, (60, 4)).astype(float)

    found = evaluation.fit_and_evaluate(
        features, codes, np.repeat(np.arange(n_classes), counts), n_classes, repeats=1, seed=2
    )[1]

    assert not found.signal


def test_signal_is_found_where_it_is(evaluated: evaluation.Evaluation) -> None:
    assert evaluated.signal
    assert evaluated.nested["log_loss"].mean < evaluated.class_shares["log_loss"].mean
    assert evaluated.nested["quadratic_weighted_kappa"].mean > 0.2


@pytest.mark.parametrize(("rows", "signal"), [((29, 1), False), ((28, 1, 1), False), ((28, 2), True)])
def test_one_grade_beside_single_rows_shows_no_signal(
    evaluated: evaluation.Evaluation, rows: tuple[int, ...], signal: bool
) -> None:
    said_to_be_first: list[list[float]] = [[count, *[0] * (len(rows) - 1)] for count in rows]

    found = replace(evaluated, gain=Estimate(0.023, 0.011, 0.033), confusion=said_to_be_first)

    assert found.signal == signal
    assert findings.verdict(evaluation.as_json(found)).startswith("No signal can be shown") != signal


def test_every_respondent_is_held_out_once_per_repeat(evaluated: evaluation.Evaluation) -> None:
    _, _, y = invented_people(104, seed=4)

    assert np.allclose(np.sum(evaluated.confusion, axis=1), np.bincount(y, minlength=4))
    assert sum(evaluated.chosen_in_folds.values()) == evaluation.OUTER_FOLDS


def test_calibration_is_shown_before_and_after_resampling_and_after_calibration(
    evaluated: evaluation.Evaluation,
) -> None:
    assert list(evaluated.calibration) == [
        "before_resampling",
        "after_resampling",
        "priors_undone",
        "after_calibration",
    ]
    assert evaluated.calibration["after_calibration"] == evaluated.nested["expected_calibration_error"].mean


def test_the_json_has_the_promised_parts(evaluated: evaluation.Evaluation) -> None:
    found = evaluation.as_json(evaluated)

    assert {"rows", "class_shares", "candidates", "chosen", "nested", "nested_argmax", "leaky"} <= set(found)
    for part in (found["class_shares"], found["nested"], found["leaky"], *found["candidates"].values()):
        assert list(part) == list(METRICS)
        assert all(set(estimate) == {"mean", "low", "high"} for estimate in part.values())

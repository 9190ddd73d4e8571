"""Honest numbers: nested repeated cross-validation, intervals, baselines, and the leaky protocol shown beside them.

Every prediction that is scored here comes from a fit that had not seen the row in any way: encoding, resampling,
tuning, calibration, thresholds and the choice among candidates all happen inside the outer training fold.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

import numpy as np
from joblib import Parallel, delayed

from engine.calibration import log_losses
from engine.encoding import fit_encoding
from engine.grading import classes_by_score
from engine.prediction import (
    CANDIDATES,
    N_TREES,
    Fitted,
    fit_candidates,
    resample,
    select,
    stratified_folds,
)
from engine.predictors import Floats, Ints
from engine.survey import Feature

OUTER_FOLDS = 5
BOOTSTRAPS = 2_000
ECE_BINS = 10
METRICS = (
    "accuracy",
    "balanced_accuracy",
    "macro_f1",
    "quadratic_weighted_kappa",
    "log_loss",
    "expected_calibration_error",
)

_LOWEST = np.array([0.0, 0.0, 0.0, -1.0, 0.0, 0.0])
"""What each metric cannot be below, in the order of `METRICS`."""

Progress: TypeAlias = Callable[[int, int], None]
"""Called with (done, of) after each piece of work."""


@dataclass(frozen=True)
class Estimate:
    """A metric with its 95 % bootstrap interval over respondents."""

    mean: float
    low: float
    high: float


Metrics: TypeAlias = dict[str, Estimate]


@dataclass(frozen=True)
class Predictions:
    """Out-of-fold predictions of one protocol.

    Attributes
    ----------
    probabilities : ndarray of shape (n_repeats, n_respondents, n_classes)
    classes : ndarray of shape (n_repeats, n_respondents)
        What the protocol's rule says, 0 being the best grade.
    """

    probabilities: Floats
    classes: Ints


@dataclass(frozen=True)
class Evaluation:
    """What `evaluate` found; see the attributes of the same names in ``evaluate --json``.

    Attributes
    ----------
    nested : Metrics
        The whole procedure, selection included, with the grade rule; ``nested_argmax`` with the likeliest grade.
    leaky : Metrics
        SMOTE before the split: near-copies of test rows stand in training. Shown, never used.
    gain : Estimate
        Log-loss of the class shares less that of ``nested``, paired by respondent.
    chosen : str
        The candidate that selection picks on all rows.
    chosen_in_folds : dict of str to int
        How often selection picked each candidate in the outer folds.
    calibration_noise : float
        Expected calibration error that a perfectly calibrated model of this confidence would show on so many rows.
    """

    rows: int
    repeats: int
    class_shares: Metrics
    candidates: dict[str, Metrics]
    chosen: str
    nested: Metrics
    nested_argmax: Metrics
    leaky: Metrics
    gain: Estimate
    chosen_in_folds: dict[str, int]
    calibration_noise: float
    confusion: list[list[float]]

    @property
    def signal(self) -> bool:
        """Whether the answers tell significantly more than the class shares."""
        return self.gain.low > 0


def default_repeats(n_rows: int) -> int:
    """Return how often cross-validation is repeated: small tables need it, large ones do not."""
    return 3 if n_rows <= 1_000 else 1


def fit_and_evaluate(
    features: Sequence[Feature],
    codes: Floats,
    y: Ints,
    n_classes: int,
    *,
    repeats: int,
    seed: int,
    progress: Progress = lambda done, of: None,
) -> tuple[Fitted, Evaluation]:
    """Fit on all rows, and score every candidate and the whole procedure by nested repeated cross-validation.

    Parameters
    ----------
    features : sequence of Feature
    codes : ndarray of shape (n_respondents, n_features)
    y : ndarray of shape (n_respondents,)
        Classes, 0 being the best.
    n_classes : int
    repeats : int
        Repeats of the 5 outer folds, each with a deal of its own.
    seed : int
    progress : callable

    Returns
    -------
    fitted : Fitted
        The candidate that selection picks on all rows.
    evaluation : Evaluation

    Notes
    -----
    A respondent's loss, confusion and calibration counts are averaged over the repeats before the bootstrap over
    respondents: repeats are not independent observations.
    """
    deals = [stratified_folds(y, OUTER_FOLDS, np.random.default_rng([seed, r])) for r in range(repeats)]
    tasks = [(r, deals[r] == fold) for r in range(repeats) for fold in range(OUTER_FOLDS)]
    jobs = [
        delayed(_fit_all)(features, codes, y, n_classes, seed),
        *(delayed(_outer_fold)(features, codes, y, n_classes, rows, seed + i) for i, (_, rows) in enumerate(tasks)),
    ]
    outcomes = Parallel(n_jobs=min(os.cpu_count() or 1, len(jobs)), return_as="generator")(jobs)
    fitted: Fitted = next(outcomes)
    found = {name: _unfilled(repeats, len(y), n_classes) for name in (*(c.name for c in CANDIDATES), "nested")}
    votes = dict.fromkeys((candidate.name for candidate in CANDIDATES), 0)
    progress(1, len(jobs))
    for done, ((r, rows), (picked, outcome)) in enumerate(zip(tasks, outcomes, strict=True), 2):
        votes[picked] += 1
        for name, (probabilities, classes) in {**outcome, "nested": outcome[picked]}.items():
            found[name].probabilities[r, rows] = probabilities
            found[name].classes[r, rows] = classes
        progress(done, len(jobs))
    leaky_y, leaky = leaky_protocol(features, codes, y, n_classes, seed)
    nested = found.pop("nested")
    metrics = {name: score(predictions, y, seed) for name, predictions in found.items()}
    return fitted, Evaluation(
        rows=len(y),
        repeats=repeats,
        class_shares=metrics["class_shares"],
        candidates=metrics,
        chosen=fitted.candidate.name,
        nested=score(nested, y, seed),
        nested_argmax=score(_by_argmax(nested), y, seed),
        leaky=score(leaky, leaky_y, seed),
        gain=paired_gain(found["class_shares"], nested, y, seed),
        chosen_in_folds=votes,
        calibration_noise=calibration_noise(nested, seed),
        confusion=_soft_confusion(nested, y, n_classes).tolist(),
    )


def _unfilled(repeats: int, rows: int, n_classes: int) -> Predictions:
    return Predictions(np.empty((repeats, rows, n_classes)), np.empty((repeats, rows), dtype=np.intp))


def _fit_all(features: Sequence[Feature], codes: Floats, y: Ints, n_classes: int, seed: int) -> Fitted:
    fitted = fit_candidates(features, codes, y, n_classes, seed=seed)
    return fitted[select(fitted, y)]


def _outer_fold(
    features: Sequence[Feature], codes: Floats, y: Ints, n_classes: int, held_out: Any, seed: int
) -> tuple[str, dict[str, tuple[Floats, Ints]]]:
    fitted = fit_candidates(features, codes[~held_out], y[~held_out], n_classes, seed=seed)
    outcome = {}
    for name, one in fitted.items():
        probabilities = one.probabilities(codes[held_out])
        outcome[name] = (probabilities, classes_by_score(probabilities, one.thresholds))
    return select(fitted, y[~held_out]), outcome


def _by_argmax(predictions: Predictions) -> Predictions:
    return Predictions(predictions.probabilities, predictions.probabilities.argmax(axis=2))


def leaky_protocol(
    features: Sequence[Feature], codes: Floats, y: Ints, n_classes: int, seed: int
) -> tuple[Ints, Predictions]:
    """Do what must not be done: oversample with SMOTE first, then split, so that test rows' near-copies are trained on.

    Returns
    -------
    y : ndarray of shape (n_resampled,)
        Labels of the rows it scores itself on, invented ones included.
    predictions : Predictions
        One repeat of 5 folds of a random forest.
    """
    from sklearn.ensemble import RandomForestClassifier

    columns, labels = resample(fit_encoding(features, codes).transform(codes), y, seed)
    folds = stratified_folds(labels, OUTER_FOLDS, np.random.default_rng(seed))
    probabilities = np.full((1, len(labels), n_classes), 1e-3)
    for fold in range(OUTER_FOLDS):
        held_out = folds == fold
        forest = RandomForestClassifier(n_estimators=N_TREES, random_state=seed)
        forest.fit(columns[~held_out], labels[~held_out])
        probabilities[0][np.ix_(held_out, forest.classes_)] += forest.predict_proba(columns[held_out])
    probabilities /= probabilities.sum(axis=2, keepdims=True)
    return labels, _by_argmax(Predictions(probabilities, np.empty(0, dtype=np.intp)))


# -- metrics ----------------------------------------------------------------------------------------------------


def _soft_confusion(predictions: Predictions, y: Ints, n_classes: int) -> Floats:
    """Return observed x predicted counts, averaged over the repeats."""
    said = _shares_said(predictions, n_classes)
    return np.stack([said[y == c].sum(axis=0) for c in range(n_classes)])


def _shares_said(predictions: Predictions, n_classes: int) -> Floats:
    """Return, per respondent, how often each class was predicted over the repeats; shape (n_respondents, n_classes)."""
    shares: Floats = (predictions.classes[..., None] == np.arange(n_classes)).mean(axis=0)
    return shares


def _calibration_parts(predictions: Predictions, y: Ints) -> tuple[Floats, Floats]:
    """Return, per respondent and bin, confidence and correctness of the likeliest class, averaged over the repeats."""
    confidence = predictions.probabilities.max(axis=2)
    correct = (predictions.probabilities.argmax(axis=2) == y).astype(float)
    order = confidence.ravel().argsort(kind="stable")
    bins = np.empty(confidence.size, dtype=np.intp)
    bins[order] = np.arange(confidence.size) * ECE_BINS // confidence.size
    member = (bins.reshape(confidence.shape)[..., None] == np.arange(ECE_BINS)).astype(float)
    return (member * confidence[..., None]).mean(axis=0), (member * correct[..., None]).mean(axis=0)


def score(predictions: Predictions, y: Ints, seed: int, bootstraps: int = BOOTSTRAPS) -> Metrics:
    """Return every metric of `METRICS` with its 95 % interval (percentile bootstrap over respondents)."""
    n_classes = predictions.probabilities.shape[2]
    losses = np.mean([log_losses(p, y) for p in predictions.probabilities], axis=0)
    said = _shares_said(predictions, n_classes)
    confidence, correct = _calibration_parts(predictions, y)

    def of(weights: Floats) -> Floats:
        confusion = np.stack([weights[:, y == c] @ said[y == c] for c in range(n_classes)], axis=1)
        total = weights.sum(axis=1)
        gaps = np.abs(weights @ confidence - weights @ correct).sum(axis=1) / total
        return np.column_stack([*_from_confusion(confusion), weights @ losses / total, gaps])

    point = of(np.ones((1, len(y))))[0]
    drawn = np.concatenate([of(weights) for weights in _bootstrap_weights(len(y), bootstraps, seed)])
    drawn[:, -1] -= drawn[:, -1].mean() - point[-1]  # drawing anew adds noise, which this error only adds up
    low, high = np.maximum(np.percentile(drawn, [2.5, 97.5], axis=0), _LOWEST)
    return {name: Estimate(float(point[i]), float(low[i]), float(high[i])) for i, name in enumerate(METRICS)}


def _bootstrap_weights(n_rows: int, bootstraps: int, seed: int) -> Any:
    """Yield how often each respondent is drawn, in blocks of shape (n_draws, n_respondents)."""
    rng = np.random.default_rng([seed, 2_000])
    block = max(1, min(bootstraps, 20_000_000 // n_rows))
    for start in range(0, bootstraps, block):
        size = min(block, bootstraps - start)
        yield rng.multinomial(n_rows, np.full(n_rows, 1 / n_rows), size=size).astype(float)


def _from_confusion(confusion: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return accuracy, balanced accuracy, macro F1 and quadratic weighted kappa of (n, observed, predicted) counts.

    A class that a bootstrap draw lacks is left out of that draw's balanced accuracy and F1.
    """
    n_classes = confusion.shape[1]
    total = confusion.sum(axis=(1, 2))
    observed, predicted = confusion.sum(axis=2), confusion.sum(axis=1)
    hits = np.diagonal(confusion, axis1=1, axis2=2)
    present = observed > 0
    count = present.sum(axis=1)
    recall = np.divide(hits, observed, out=np.zeros_like(hits), where=present)
    f1 = np.divide(2 * hits, observed + predicted, out=np.zeros_like(hits), where=observed + predicted > 0)
    steps = np.arange(n_classes)
    penalty = (steps[:, None] - steps) ** 2
    disagreement = (confusion * penalty).sum(axis=(1, 2))
    by_chance = np.einsum("ni,nj,ij->n", observed, predicted, penalty) / total
    ratio = np.divide(disagreement, by_chance, out=np.ones_like(total), where=by_chance > 0)
    kappa = 1 - ratio
    return (
        hits.sum(axis=1) / total,
        recall.sum(axis=1) / count,
        (f1 * present).sum(axis=1) / count,
        kappa,
    )


def paired_gain(baseline: Predictions, better: Predictions, y: Ints, seed: int) -> Estimate:
    """Return the mean log-loss saved per respondent, with its paired bootstrap interval."""
    saved = np.mean(
        [
            log_losses(a, y) - log_losses(b, y)
            for a, b in zip(baseline.probabilities, better.probabilities, strict=True)
        ],
        axis=0,
    )
    drawn = np.concatenate([w @ saved / len(y) for w in _bootstrap_weights(len(y), BOOTSTRAPS, seed)])
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Estimate(float(saved.mean()), float(low), float(high))


def calibration_noise(predictions: Predictions, seed: int, draws: int = 200) -> float:
    """Return the mean calibration error if outcomes were drawn from the predicted probabilities themselves."""
    rng = np.random.default_rng([seed, 10])
    errors = []
    averaged = predictions.probabilities.mean(axis=0).cumsum(axis=1)
    for _ in range(draws):
        drawn = (rng.random((len(averaged), 1)) > averaged[:, :-1]).sum(axis=1)
        confidence, correct = _calibration_parts(predictions, drawn)
        errors.append(np.abs(confidence.mean(axis=0) - correct.mean(axis=0)).sum())
    return float(np.mean(errors))


def as_json(evaluation: Evaluation) -> dict[str, Any]:
    """Return the evaluation as the JSON of ``evaluate --json``."""
    return {**asdict(evaluation), "signal": evaluation.signal}

"""Metrics of out-of-fold predictions with bootstrap intervals over respondents, paired where they are compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.calibration import log_losses
from engine.predictors import Floats, Ints

BOOTSTRAPS = 2_000
"""Draws; fewer for more than 20,000 rows, whose intervals are narrow."""
_MOST_DRAWN, _FEWEST_DRAWS = 40_000_000, 500
ECE_BINS = 10
NOISE_DRAWS = 200
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


def by_argmax(probabilities: Floats) -> Predictions:
    """Return predictions whose rule is the likeliest class; of shape (n_repeats, n_respondents, n_classes)."""
    return Predictions(probabilities, probabilities.argmax(axis=2))


def score(protocols: Mapping[str, Predictions], y: Ints, seed: int) -> dict[str, Metrics]:
    """Return every metric of `METRICS` for every protocol, with its 95 % interval (percentile bootstrap).

    Parameters
    ----------
    protocols : mapping of name to Predictions
        On the same respondents, who are drawn together, so that protocols are compared on the same draws.
    y : ndarray of shape (n_respondents,)
    seed : int

    Notes
    -----
    Every metric is a function of sums over respondents, so a draw is one row of weights times a matrix of parts.
    """
    parts = {name: _parts(predictions, y) for name, predictions in protocols.items()}
    drawn: dict[str, list[Floats]] = {name: [] for name in protocols}
    for weights in bootstrap_weights(len(y), seed):
        for name, part in parts.items():
            drawn[name].append(_of_sums(weights @ part, len(y)))
    return {name: _estimates(_of_sums(part.sum(axis=0)[None], len(y))[0], drawn[name]) for name, part in parts.items()}


def _estimates(point: Floats, drawn: list[Floats]) -> Metrics:
    draws = np.concatenate(drawn)
    draws[:, -1] -= draws[:, -1].mean() - point[-1]  # drawing anew adds noise, which this error only adds up
    low, high = np.maximum(np.percentile(draws, [2.5, 97.5], axis=0), _LOWEST)
    return {name: Estimate(float(point[i]), float(low[i]), float(high[i])) for i, name in enumerate(METRICS)}


def bootstrap_weights(n_rows: int, seed: int) -> Iterator[Floats]:
    """Yield how often each respondent is drawn, in blocks of shape (n_draws, n_respondents)."""
    rng = np.random.default_rng([seed, 2_000])
    left = min(BOOTSTRAPS, max(_FEWEST_DRAWS, _MOST_DRAWN // n_rows))
    block = max(1, 4_000_000 // n_rows)
    while left > 0:
        drawn = (rng.integers(0, n_rows, n_rows) for _ in range(min(block, left)))
        yield np.stack([np.bincount(rows, minlength=n_rows) for rows in drawn]).astype(float)
        left -= block


def _parts(predictions: Predictions, y: Ints) -> Floats:
    """Return what each respondent adds to the sums: confusion counts, log-loss, gap of each calibration bin."""
    n_classes = predictions.probabilities.shape[2]
    observed = y[:, None] == np.arange(n_classes)
    confusion = (observed[:, :, None] * _shares_said(predictions)[:, None, :]).reshape(len(y), -1)
    confidence, correct = _calibration_parts(predictions, y)
    return np.column_stack([confusion, losses_of(predictions, y), confidence - correct])


def losses_of(predictions: Predictions, y: Ints) -> Floats:
    """Return each respondent's log-loss, averaged over the repeats; shape (n_respondents,)."""
    losses: Floats = np.mean([log_losses(p, y) for p in predictions.probabilities], axis=0)
    return losses


def _of_sums(sums: Floats, n_rows: int) -> Floats:
    """Return the metrics of sums of `_parts`, shape (n_draws, n_metrics)."""
    n_classes = round(np.sqrt(sums.shape[1] - 1 - ECE_BINS))
    confusion = sums[:, : n_classes**2].reshape(-1, n_classes, n_classes)
    loss, gaps = sums[:, n_classes**2], sums[:, n_classes**2 + 1 :]
    return np.column_stack([*_of_confusion(confusion), loss / n_rows, np.abs(gaps).sum(axis=1) / n_rows])


def _of_confusion(confusion: Floats) -> tuple[Floats, Floats, Floats, Floats]:
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
    return hits.sum(axis=1) / total, recall.sum(axis=1) / count, (f1 * present).sum(axis=1) / count, 1 - ratio


def soft_confusion(predictions: Predictions, y: Ints) -> Floats:
    """Return observed x predicted counts, averaged over the repeats; shape (n_classes, n_classes)."""
    said = _shares_said(predictions)
    return np.stack([said[y == c].sum(axis=0) for c in range(said.shape[1])])


def _shares_said(predictions: Predictions) -> Floats:
    """Return, per respondent, how often each class was predicted over the repeats; shape (n_respondents, n_classes)."""
    n_classes = predictions.probabilities.shape[2]
    shares: Floats = (predictions.classes[..., None] == np.arange(n_classes)).mean(axis=0)
    return shares


def paired_gain(baseline: Predictions, better: Predictions, y: Ints, seed: int) -> Estimate:
    """Return the mean log-loss saved per respondent, with its paired bootstrap interval.

    Both are compared among the classes that occur: the class shares keep half a row for those that don't, and to keep
    less is no knowledge of people.
    """
    pairs = zip(baseline.probabilities, better.probabilities, strict=True)
    return mean_of(
        np.mean([_losses_among_observed(a, y) - _losses_among_observed(b, y) for a, b in pairs], axis=0), seed
    )


def mean_of(values: Floats, seed: int) -> Estimate:
    """Return the mean of one number per respondent, with its bootstrap interval."""
    drawn = np.concatenate([weights @ values / len(values) for weights in bootstrap_weights(len(values), seed)])
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Estimate(float(values.mean()), float(low), float(high))


def _losses_among_observed(probabilities: Floats, y: Ints) -> Floats:
    losses: Floats = log_losses(probabilities, y) + np.log(probabilities[:, np.unique(y)].sum(axis=1))
    return losses


# -- calibration ------------------------------------------------------------------------------------------------


def _bins(confidence: Floats) -> NDArray[np.bool_]:
    """Return which of the equal-mass bins each prediction falls into; shape (..., n_bins)."""
    order = confidence.ravel().argsort(kind="stable")
    bins = np.empty(confidence.size, dtype=np.intp)
    bins[order] = np.arange(confidence.size) * ECE_BINS // confidence.size
    return np.asarray(bins.reshape(confidence.shape)[..., None] == np.arange(ECE_BINS))


def _calibration_parts(predictions: Predictions, y: Ints) -> tuple[Floats, Floats]:
    """Return, per respondent and bin, confidence and correctness of the likeliest class, averaged over the repeats."""
    confidence = predictions.probabilities.max(axis=2)
    correct = predictions.probabilities.argmax(axis=2) == y
    member = _bins(confidence)
    return (member * confidence[..., None]).mean(axis=0), (member * correct[..., None]).mean(axis=0)


def calibration_error(probabilities: Floats, y: Ints) -> float:
    """Return the expected calibration error: pooled over repeats, likeliest class, 10 equal-mass bins.

    Parameters
    ----------
    probabilities : ndarray of shape (n_repeats, n_respondents, n_classes)
    y : ndarray of shape (n_respondents,)
    """
    confidence, correct = _calibration_parts(by_argmax(probabilities), y)
    return float(np.abs(confidence.mean(axis=0) - correct.mean(axis=0)).sum())


def calibration_noise(probabilities: Floats, seed: int) -> tuple[float, float]:
    """Return mean and 95th percentile of the calibration error that a perfectly calibrated model would show.

    Outcomes are drawn from the predicted probabilities themselves, averaged over the repeats.

    Parameters
    ----------
    probabilities : ndarray of shape (n_repeats, n_respondents, n_classes)
    seed : int
    """
    rng = np.random.default_rng([seed, 10])
    upper = probabilities.mean(axis=0).cumsum(axis=1)[:, :-1]
    confidence, said = probabilities.max(axis=2), probabilities.argmax(axis=2)
    member = _bins(confidence)
    expected = (member * confidence[..., None]).sum(axis=(0, 1))
    errors = []
    for _ in range(NOISE_DRAWS):
        outcome = (rng.random((len(upper), 1)) > upper).sum(axis=1)
        correct = member[said == outcome].sum(axis=0)
        errors.append(np.abs(expected - correct).sum() / confidence.size)
    return float(np.mean(errors)), float(np.percentile(errors, 95))

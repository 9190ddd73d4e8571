"""Which answers matter to the model as a whole: three measures that differ, side by side.

Gini is what the trees of a forest split on, whether or not it helps; permutation is what honest predictions lose; the
mean absolute impact is how far the answer moves people's scores.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from engine.blend import Blend
from engine.calibration import log_losses
from engine.grading import points_of
from engine.metrics import Estimate
from engine.prediction import Fitted
from engine.predictors import Floats, Forest, Ints

SHUFFLES = 3
MOST_HELD_OUT = 2_000
"""Rows of an outer fold on which answers are shuffled."""
MOST_EXPLAINED = 500
"""Rows of which the mean absolute impact is taken."""


@dataclass(frozen=True)
class Importance:
    """One answer's importance to the model as a whole.

    Attributes
    ----------
    gini : float
        Share of the impurity that a random forest on all rows removes by splitting on it.
    permutation : Estimate
        Log-loss that held-out predictions lose when the answer is shuffled, with its 95 % interval.
    mean_impact : float
        Mean absolute impact on the score, in points.
    """

    feature: str
    gini: float
    permutation: Estimate
    mean_impact: float


def gini(fitted: Fitted, n_features: int) -> Floats:
    """Return each feature's share of the removed Gini impurity, shape (n_features,); zeros where nothing was split.

    References
    ----------
    Breiman et al. (1984), Classification and Regression Trees; biased towards answers of many levels.
    """
    forest = fitted.uncalibrated
    removed = np.zeros(n_features)
    if not isinstance(forest, Forest):  # a training part of one class only has no forest
        return removed
    inner = np.flatnonzero(forest.column >= 0)
    impurity = forest.cover * (1 - (forest.value**2).sum(axis=1))
    drop = impurity[inner] - impurity[forest.left[inner]] - impurity[forest.right[inner]]
    np.add.at(removed, fitted.encoding.source[forest.column[inner]], drop)
    return removed / removed.sum() if removed.sum() > 0 else removed


class Predicts(Protocol):
    """Whatever turns codes into probabilities."""

    def probabilities(self, codes: Floats) -> Floats:
        """Return an array of shape (n_respondents, n_classes)."""


def shuffled_losses(fitted: Predicts, codes: Floats, y: Ints, seed: int) -> Floats:
    """Return the log-loss that held-out respondents lose when one answer at a time is shuffled among them.

    Parameters
    ----------
    fitted : Predicts
        Fitted on other respondents.
    codes : ndarray of shape (n_respondents, n_features)
    y : ndarray of shape (n_respondents,)
    seed : int

    Returns
    -------
    ndarray of shape (n_respondents, n_features)
        NaN for respondents beyond `MOST_HELD_OUT`, who were not looked at.

    References
    ----------
    Breiman (2001), Random Forests, Machine Learning 45; here by log-loss and on rows held out.
    """
    rng = np.random.default_rng([seed, 3])
    rows = rng.permutation(len(y))[:MOST_HELD_OUT]
    some, observed = codes[rows], y[rows]
    before = log_losses(fitted.probabilities(some), observed)
    lost = np.full(codes.shape, np.nan)
    for i in range(codes.shape[1]):
        after = np.zeros(len(rows))
        for _ in range(SHUFFLES):
            shuffled = some.copy()
            shuffled[:, i] = rng.permutation(some[:, i])
            after += log_losses(fitted.probabilities(shuffled), observed) / SHUFFLES
        lost[rows, i] = after - before
    return lost


def some_impacts(blend: Blend, codes: Floats, n_classes: int, seed: int) -> tuple[Ints, Floats]:
    """Return some training rows, and the impact of each of their answers on the score.

    Returns
    -------
    rows : ndarray of shape (n_rows,)
        At most `MOST_EXPLAINED`, the same for the same seed.
    impacts : ndarray of shape (n_rows, n_features)
        In points.
    """
    rows = np.random.default_rng([seed, 4]).permutation(len(codes))[:MOST_EXPLAINED]
    points = points_of(n_classes)
    return rows, np.array([blend.explain(row, points)[1] for row in codes[rows]])


def mean_impacts(blend: Blend, codes: Floats, n_classes: int, seed: int) -> Floats:
    """Return the mean absolute impact of each answer over training rows, in points; shape (n_features,)."""
    mean: Floats = np.abs(some_impacts(blend, codes, n_classes, seed)[1]).mean(axis=0)
    return mean


def side_by_side(features: list[str], ginis: Floats, lost: Floats, impacts: Floats) -> tuple[Importance, ...]:
    """Put the three measures together, what honest predictions lose most first.

    Parameters
    ----------
    features : list of str
    ginis, impacts : ndarray of shape (n_features,)
    lost : ndarray of shape (n_repeats, n_respondents, n_features)
        `shuffled_losses`, averaged here over the repeats that looked at a respondent: repeats are not new respondents.
    """
    looked_at = ~np.isnan(lost[..., 0]).all(axis=0)
    lost = np.nanmean(lost[:, looked_at], axis=0)
    means = lost.mean(axis=0)
    margins = 1.96 * lost.std(axis=0, ddof=1) / np.sqrt(len(lost))
    found = [
        Importance(
            feature,
            float(ginis[i]),
            Estimate(float(means[i]), float(means[i] - margins[i]), float(means[i] + margins[i])),
            float(impacts[i]),
        )
        for i, feature in enumerate(features)
    ]
    return tuple(sorted(found, key=lambda one: -one.permutation.mean))

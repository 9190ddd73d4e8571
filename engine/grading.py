"""The grade rule: the score, cut so that grades are given as often as they occur."""

from __future__ import annotations

import numpy as np

from engine.predictors import Floats, Ints


def points_of(n_classes: int) -> Floats:
    """Return the points of classes ordered from best to worst: ``n_classes - 1 ... 0``."""
    return np.arange(n_classes - 1, -1, -1, dtype=float)


def fit_thresholds(scores: Floats, y: Ints, n_classes: int) -> Floats:
    """Cut scores so that the predicted shares match the observed ones.

    Parameters
    ----------
    scores : ndarray of shape (n_respondents,)
        Σ points x probability, out of fold.
    y : ndarray of shape (n_respondents,)
        Observed classes, 0 being the best.

    Returns
    -------
    ndarray of shape (n_classes - 1,)
        Ascending; a score at or above cut ``j`` earns at least ``j + 1`` points.
    """
    ordered = np.sort(scores)
    worst_first = np.bincount(y, minlength=n_classes)[::-1]
    at = np.cumsum(worst_first)[:-1]
    below = np.concatenate(([-np.inf], ordered))[at]
    above = np.concatenate((ordered, [np.inf]))[at]
    middle = np.where(np.isfinite(below) & np.isfinite(above), (below + above) / 2, 0.0)
    return np.where(np.isinf(below), 0.0, np.where(np.isinf(above), float(n_classes - 1), middle))


def classes_by_score(probabilities: Floats, thresholds: Floats) -> Ints:
    """Return the classes that the grade rule gives, 0 being the best; shape (n_respondents,)."""
    n_classes = probabilities.shape[1]
    scores = probabilities @ points_of(n_classes)
    earned = np.searchsorted(thresholds, scores, side="right")
    return np.asarray(n_classes - 1 - earned, dtype=np.intp)


def thresholds_of_constant(shares: Floats) -> Floats:
    """Return cuts under which everybody gets the likeliest class: one score for all cannot be divided.

    Parameters
    ----------
    shares : ndarray of shape (n_classes,)
        The probabilities that everybody has; all above 0, so that the score lies between the cuts.
    """
    n_classes = len(shares)
    earned = n_classes - 1 - int(shares.argmax())
    return np.repeat([0.0, float(n_classes - 1)], [earned, n_classes - 1 - earned])

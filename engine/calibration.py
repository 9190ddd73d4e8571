"""Calibration: how far a candidate's probabilities are to be trusted, from the class shares upwards."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.predictors import Additive, Floats, Forest, Ints, Linear, Predictor, Shares

_WEIGHTS = np.linspace(0.0, 1.0, 41)
_SHARPNESS = np.geomspace(0.1, 2.0, 40)


def log_losses(probabilities: Floats, y: Ints) -> Floats:
    """Return each row's negative log-likelihood, shape (n_respondents,)."""
    losses: Floats = -np.log(probabilities[np.arange(len(y)), y])
    return losses


def _sharpened(probabilities: Floats, baseline: Floats, sharpness: float) -> Floats:
    powered = baseline * (probabilities / baseline) ** sharpness
    total: Floats = powered / powered.sum(axis=1, keepdims=True)
    return total


def calibrate(
    predictor: Predictor, out_of_fold: Floats, baseline: Floats, shares: Floats, y: Ints
) -> tuple[Predictor, Floats]:
    """Fit one number on out-of-fold predictions: how far to trust the candidate, from the class shares (0) upwards.

    For forests it is the weight of a mixture, for sums of logits a temperature that flattens towards the shares, not
    towards equal chances. A candidate that is not to be trusted at all becomes the shares themselves: with one
    score for all, rounding would decide who falls on which side of a cut.

    Parameters
    ----------
    shares : ndarray of shape (n_classes,)
        Those of all training rows.
    baseline : ndarray of shape (n_respondents, n_classes)
        The class shares of the same training folds: those of all rows would give the held-out labels away.

    Returns
    -------
    predictor : Predictor
        With the number folded in.
    out_of_fold : ndarray of shape (n_respondents, n_classes)
        The same predictions, calibrated.

    References
    ----------
    Guo et al. (2017), On Calibration of Modern Neural Networks (temperature scaling).
    """
    if isinstance(predictor, Forest):
        mixed = [w * out_of_fold + (1 - w) * baseline for w in _WEIGHTS]
        best = int(np.argmin([log_losses(p, y).mean() for p in mixed]))
        if best == 0:
            return Shares(shares), baseline
        return replace(predictor, weight=float(_WEIGHTS[best])), mixed[best]
    if isinstance(predictor, Linear | Additive):
        tempered = [baseline, *(_sharpened(out_of_fold, baseline, s) for s in _SHARPNESS)]
        best = int(np.argmin([log_losses(p, y).mean() for p in tempered]))
        if best == 0:
            return Shares(shares), baseline
        return _tempered(predictor, float(_SHARPNESS[best - 1]), shares), tempered[best]
    return predictor, out_of_fold


def _tempered(predictor: Linear | Additive, sharpness: float, shares: Floats) -> Linear | Additive:
    intercept = predictor.intercept * sharpness + (1 - sharpness) * np.log(shares)
    if isinstance(predictor, Linear):
        return Linear(predictor.weights * sharpness, intercept)
    return replace(predictor, main=predictor.main * sharpness, joint=predictor.joint * sharpness, intercept=intercept)

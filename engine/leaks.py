"""Columns that all but give the target away: what a table must be asked before a model of it is believed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.predictors import Floats, Ints
from engine.survey import Feature

SHARE = 0.7
"""Part of the class shares' log-loss that one column alone must remove to be called a leak."""
BINS = 10


def leaking(features: Sequence[Feature], codes: Floats, y: Ints, n_classes: int) -> tuple[str, ...]:
    """Return the columns that alone predict the target almost surely.

    Parameters
    ----------
    features : sequence of Feature
    codes : ndarray of shape (n_respondents, n_features)
    y : ndarray of shape (n_respondents,)
    n_classes : int

    Notes
    -----
    A respondent's class is predicted from everybody else who gave the same answer (numbers in ten equal parts, "not
    answered" as an answer), shrunk to the class shares by one invented respondent.
    """
    everybody = np.zeros(len(y), dtype=np.intp)
    baseline = _loss(everybody, y, n_classes)
    return tuple(
        feature.column
        for i, feature in enumerate(features)
        if _loss(_levels(feature, codes[:, i]), y, n_classes) < (1 - SHARE) * baseline
    )


def _levels(feature: Feature, column: Floats) -> Ints:
    known = column[~np.isnan(column)]
    if feature.kind == "number" and len(known):
        cuts = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1]))
        column = np.where(np.isnan(column), np.nan, np.searchsorted(cuts, column))
    return np.unique(column, return_inverse=True)[1].astype(np.intp)


def _loss(levels: Ints, y: Ints, n_classes: int) -> float:
    """Return the mean leave-one-out log-loss of the class shares within each level."""
    counts = np.zeros((levels.max() + 1, n_classes))
    np.add.at(counts, (levels, y), 1)
    shares = (np.bincount(y, minlength=n_classes) + 0.5) / (len(y) + n_classes / 2)
    others = counts[levels, y] - 1
    return float(-np.log((others + shares[y]) / counts.sum(axis=1)[levels]).mean())

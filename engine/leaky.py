"""The leaky protocol: SMOTE before the split, shown beside honest numbers so that nobody falls for it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.encoding import fit_encoding
from engine.fitting import resample
from engine.metrics import Predictions, by_argmax
from engine.prediction import stratified_folds
from engine.predictors import Floats, Ints
from engine.survey import Feature

MOST_ROWS = 2_000
"""Rows that it is shown on at most: its figure needs no precision."""
FOLDS = 5


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

    some = np.random.default_rng([seed, 5]).permutation(len(y))[:MOST_ROWS]
    columns, labels = resample(fit_encoding(features, codes).transform(codes)[some], y[some], seed)
    folds = stratified_folds(labels, FOLDS, np.random.default_rng(seed))
    probabilities = np.full((1, len(labels), n_classes), 1e-3)
    for fold in range(FOLDS):
        held_out = folds == fold
        forest = RandomForestClassifier(random_state=seed)
        forest.fit(columns[~held_out], labels[~held_out])
        probabilities[0][np.ix_(held_out, forest.classes_)] += forest.predict_proba(columns[held_out])
    probabilities /= probabilities.sum(axis=2, keepdims=True)
    return labels, by_argmax(probabilities)

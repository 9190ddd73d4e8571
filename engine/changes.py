"""What the very same model says of one person's answers after one or two changes: many at once, and fast.

Two changes of a sum of logits are the sum of both, plus what their pair adds; so only single changes are ever encoded.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.encoding import Encoding
from engine.predictors import Additive, Floats, Ints, Linear, Predictor, Shares, floored, softmax


@dataclass(frozen=True)
class Changes:
    """Single changes, and which of them are tried alone and together.

    Attributes
    ----------
    feature : ndarray of shape (n_single,)
        Index of the answer that is changed; ascending.
    code : ndarray of shape (n_single,)
        Its new code.
    first, second : ndarray of shape (n_tried,)
        Single changes made together, of different answers, the first before the second; -1: no second one.
    """

    feature: Ints
    code: Floats
    first: Ints
    second: Ints


def probabilities_after(predictor: Predictor, encoding: Encoding, codes: Floats, changes: Changes) -> Floats:
    """Return calibrated probabilities after each change, shape (n_tried, n_classes).

    Parameters
    ----------
    predictor : Predictor
    encoding : Encoding
    codes : ndarray of shape (n_features,)
        The person's answers as they are.
    changes : Changes
    """
    if isinstance(predictor, Shares):
        return np.tile(predictor.shares, (len(changes.first), 1))
    single = np.tile(codes, (1 + len(changes.feature), 1))
    single[1 + np.arange(len(changes.feature)), changes.feature] = changes.code
    columns = encoding.transform(single)  # the person's own answers first
    if isinstance(predictor, Linear):
        return _summed(columns @ predictor.weights, 0.0, predictor.intercept, changes)
    if isinstance(predictor, Additive):
        bins = predictor.bins(columns)
        return _summed(predictor.logits(bins), _joint_gains(predictor, bins, changes), predictor.intercept, changes)
    return predictor.probabilities(_changed_columns(columns[0], columns[1:], encoding.source, changes))


def _summed(logits: Floats, joint_gains: Floats | float, intercept: Floats, changes: Changes) -> Floats:
    gains = np.vstack([logits[1:] - logits[0], np.zeros(logits.shape[1])])  # the last one for "no second change"
    return floored(softmax(logits[0] + gains[changes.first] + gains[changes.second] + joint_gains + intercept))


def _joint_gains(model: Additive, bins: Ints, changes: Changes) -> Floats:
    """Return what changing two answers of a pair adds to the sum of changing each, shape (n_tried, n_classes)."""
    n_single = len(changes.feature)
    gains = np.zeros((n_single + 1, n_single + 1, len(model.intercept)))  # the last ones for "no second change"
    for pair, (i, j) in enumerate(model.pairs):
        first, second = np.flatnonzero(changes.feature == i), np.flatnonzero(changes.feature == j)
        if len(first) and len(second):
            table = model.table_of(pair)[np.ix_([bins[0, i], *bins[1 + first, i]], [bins[0, j], *bins[1 + second, j]])]
            gains[np.ix_(first, second)] = table[1:, 1:] - table[:1, 1:] - table[1:, :1] + table[0, 0]
    return gains[changes.first, changes.second]


def _changed_columns(own: Floats, single: Floats, source: Ints, changes: Changes) -> Floats:
    columns = single[changes.first] if len(changes.first) else np.empty((0, len(own)))
    both = np.flatnonzero(changes.second >= 0)
    moved = changes.feature[changes.second[both], None] == source
    columns[both] = np.where(moved, single[changes.second[both]], columns[both])
    return columns

"""Fitted predictors as plain arrays: all that a served model computes with, and nothing that trains.

Serving needs numpy only: importing scikit-learn would cost the bot's process 1.4 s and 120 MB.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

FLOOR = 1e-3
"""Probability of a class that was absent from the training rows."""


@dataclass(frozen=True)
class Shares:
    """The class shares, whatever was answered: the baseline, and a real candidate.

    Attributes
    ----------
    shares : ndarray of shape (n_classes,)
    """

    shares: Floats

    def probabilities(self, columns: Floats) -> Floats:
        """Return an array of shape (n_respondents, n_classes)."""
        return np.tile(self.shares, (len(columns), 1))


@dataclass(frozen=True)
class Linear:
    """Multinomial logistic regression.

    Attributes
    ----------
    weights : ndarray of shape (n_columns, n_classes)
    intercept : ndarray of shape (n_classes,)
        Temperature and resampled priors are folded in; a class absent from training has ``-inf``.
    """

    weights: Floats
    intercept: Floats

    def probabilities(self, columns: Floats) -> Floats:
        """Return an array of shape (n_respondents, n_classes)."""
        return floored(softmax(columns @ self.weights + self.intercept))


@dataclass(frozen=True)
class Forest:
    """A random forest, its trees laid end to end, mixed with the class shares.

    Attributes
    ----------
    roots : ndarray of shape (n_trees,)
        Node index of each tree's root.
    column : ndarray of shape (n_nodes,)
        Column that a node splits on; -1 at leaves, which point to themselves.
    threshold, left, right : ndarray of shape (n_nodes,)
        ``columns <= threshold`` goes left.
    cover : ndarray of shape (n_nodes,)
        Weighted training rows that reached the node.
    value : ndarray of shape (n_nodes, n_classes)
        Class distribution at the node, floored.
    depth : int
        Longest way from a root to a leaf.
    weight : float
        Share of the forest in the mixture; 1 - weight goes to ``shares``. Being linear, it keeps TreeSHAP exact.
    shares : ndarray of shape (n_classes,)
    """

    roots: Ints
    column: Ints
    threshold: Floats
    left: Ints
    right: Ints
    cover: Floats
    value: Floats
    depth: int
    weight: float
    shares: Floats

    def leaves(self, columns: Floats) -> Ints:
        """Return the leaf of each respondent in each tree, shape (n_respondents, n_trees)."""
        node = np.tile(self.roots, (len(columns), 1))
        rows = np.arange(len(columns))[:, None]
        single = columns.astype(np.float32)  # trees were grown on float32; the same rounding decides ties
        for _ in range(self.depth):
            goes_left = single[rows, np.maximum(self.column[node], 0)] <= self.threshold[node]
            node = np.where(goes_left, self.left[node], self.right[node])
        return node

    def raw(self, columns: Floats) -> Floats:
        """Return the trees' mean, before the mixture; shape (n_respondents, n_classes)."""
        block = max(1, 2_000_000 // (len(self.roots) * self.value.shape[1]))
        parts = [self.value[self.leaves(columns[i : i + block])].mean(axis=1) for i in range(0, len(columns), block)]
        return np.concatenate(parts) if parts else np.empty((0, self.value.shape[1]))

    def probabilities(self, columns: Floats) -> Floats:
        """Return an array of shape (n_respondents, n_classes)."""
        mixed: Floats = self.weight * self.raw(columns) + (1 - self.weight) * self.shares
        return mixed


Predictor: TypeAlias = Shares | Linear | Forest


def softmax(logits: Floats) -> Floats:
    """Return probabilities along the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    total: Floats = shifted / shifted.sum(axis=-1, keepdims=True)
    return total


def floored(probabilities: Floats) -> Floats:
    """Lift every class to at least about `FLOOR` by mixing with it, so that no true class has probability 0."""
    n_classes = probabilities.shape[-1]
    lifted: Floats = (1 - n_classes * FLOOR) * probabilities + FLOOR
    return lifted

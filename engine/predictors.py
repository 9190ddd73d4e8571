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
BLOCK_CELLS = 2_000_000
"""Numbers that are looked up at once: a large table is gone through in blocks of rows, within bounded memory."""


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
        block = max(1, BLOCK_CELLS // (len(self.roots) * self.value.shape[1]))
        parts = [self.value[self.leaves(columns[i : i + block])].mean(axis=1) for i in range(0, len(columns), block)]
        return np.concatenate(parts) if parts else np.empty((0, self.value.shape[1]))

    def probabilities(self, columns: Floats) -> Floats:
        """Return an array of shape (n_respondents, n_classes)."""
        mixed: Floats = self.weight * self.raw(columns) + (1 - self.weight) * self.shares
        return mixed


@dataclass(frozen=True)
class Additive:
    """A generalised additive model with pairwise interactions (GA2M): its logits are sums of table look-ups.

    Attributes
    ----------
    cuts : tuple of ndarray
        Per column, ascending and ending in infinity. A value falls into the bin that `numpy.searchsorted` says, a
        missing one into the bin after the last.
    start : ndarray of shape (n_columns,)
        Where each column's bins begin in ``main``.
    main : ndarray of shape (n_bins, n_classes)
    pairs : ndarray of shape (n_pairs, 2)
        Columns whose answers count together, the first below the second.
    pair_start, pair_width : ndarray of shape (n_pairs,)
        Where each pair's cells begin in ``joint``, and how many bins its second column has.
    joint : ndarray of shape (n_cells, n_classes)
    intercept : ndarray of shape (n_classes,)
        A class absent from training has ``-inf``.

    References
    ----------
    Lou, Caruana, Gehrke, Hooker (2013), Accurate Intelligible Models with Pairwise Interactions, KDD.
    """

    cuts: tuple[Floats, ...]
    start: Ints
    main: Floats
    pairs: Ints
    pair_start: Ints
    pair_width: Ints
    joint: Floats
    intercept: Floats

    def bins(self, columns: Floats) -> Ints:
        """Return the bin of each answer, shape (n_respondents, n_columns)."""
        bins = np.empty(columns.shape, dtype=np.intp)
        for i, cuts in enumerate(self.cuts):
            bins[:, i] = cuts.searchsorted(columns[:, i], side="right")
        return bins

    def main_of(self, bins: Ints) -> Floats:
        """Return each answer's own part of the logits, shape (..., n_columns, n_classes)."""
        parts: Floats = self.main[self.start + bins]
        return parts

    def joint_of(self, first: Ints, second: Ints) -> Floats:
        """Return each pair's part of the logits; bins of shape (..., n_pairs) give (..., n_pairs, n_classes)."""
        parts: Floats = self.joint[self.pair_start + first * self.pair_width + second]
        return parts

    def table_of(self, pair: int) -> Floats:
        """Return one pair's table, shape (n_bins_of_first, n_bins_of_second, n_classes)."""
        end = self.pair_start[pair + 1] if pair + 1 < len(self.pair_start) else len(self.joint)
        return self.joint[self.pair_start[pair] : end].reshape(-1, self.pair_width[pair], self.joint.shape[1])

    def logits(self, bins: Ints) -> Floats:
        """Return the sum of all parts, the intercept left out; shape (n_respondents, n_classes)."""
        joint = self.joint_of(bins[:, self.pairs[:, 0]], bins[:, self.pairs[:, 1]])
        total: Floats = self.main_of(bins).sum(axis=1) + joint.sum(axis=1)
        return total

    def probabilities(self, columns: Floats) -> Floats:
        """Return an array of shape (n_respondents, n_classes)."""
        block = max(1, BLOCK_CELLS // (len(self.cuts) * len(self.intercept)))
        found = np.empty((len(columns), len(self.intercept)))
        for i in range(0, len(columns), block):
            logits = self.logits(self.bins(columns[i : i + block])) + self.intercept
            found[i : i + block] = floored(softmax(logits))
        return found


Predictor: TypeAlias = Shares | Linear | Forest | Additive


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

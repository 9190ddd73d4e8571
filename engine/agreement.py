"""How far a guess and what people say themselves agree: quadratic weighted kappa with its interval."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.intervals import Share

DRAWS = 2_000


def weighted_kappa(counts: NDArray[np.int64]) -> float:
    """Return the quadratic weighted kappa of ordered classes.

    Parameters
    ----------
    counts : ndarray of shape (n_classes, n_classes)
        How many people were observed in a class (row) and guessed to be in one (column).

    Returns
    -------
    float
        1 where all agree; 0 where they agree no better than by chance, or all are of one class.

    References
    ----------
    Cohen, "Weighted kappa", Psychological Bulletin 70, 1968.
    """
    return float(_kappas(counts[np.newaxis].astype(float))[0])


def kappa_interval(counts: NDArray[np.int64], *, seed: int = 0) -> Share:
    """Return the weighted kappa with its 95 % bootstrap interval over people (``counts`` as above, not all 0)."""
    total = int(counts.sum())
    drawn = np.random.default_rng(seed).multinomial(total, counts.ravel() / total, size=DRAWS)
    low, high = np.quantile(_kappas(drawn.reshape(DRAWS, *counts.shape).astype(float)), (0.025, 0.975))
    value = weighted_kappa(counts)
    return Share(value, min(float(low), value), max(float(high), value))


def _kappas(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the kappas of several tables, shape (n, n_classes, n_classes)."""
    steps = np.arange(counts.shape[1])
    penalty = (steps[:, np.newaxis] - steps) ** 2
    disagreement = (counts * penalty).sum(axis=(1, 2))
    expected = np.einsum("ni,nj,ij->n", counts.sum(axis=2), counts.sum(axis=1), penalty) / counts.sum(axis=(1, 2))
    kappas: NDArray[np.float64] = 1 - np.divide(disagreement, expected, out=np.ones_like(expected), where=expected > 0)
    return kappas

"""K-Means: how many groups there are, how clearly they part, and whether they would come out again.

Only training calls this module; a served model needs no more than the centres.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.predictors import Floats, Ints

K_RANGE = range(2, 9)
SMALLEST_SHARE = 0.05
"""Of all rows, in the smallest group: a handful of people with one rare answer in common is no segment."""
CHOICE_ROWS = 2_000
"""Rows that k is chosen on, at most: the silhouette's cost grows with the square of the rows."""
STARTS = 30
"""Random starts of a fit that is kept, of which the best counts: with 10 other seeds still found other groups."""
REFITS = 20
"""Fits that stability is measured on."""
REFIT_STARTS = 10
"""Random starts of a fit to a bootstrap sample: more cost time and moved the mean agreement by under 0.05."""


@dataclass(frozen=True)
class Clustering:
    """Groups of rows, the largest first.

    Attributes
    ----------
    labels : ndarray of shape (n_rows,)
    centres : ndarray of shape (n_groups, n_columns)
    silhouettes, inertias, stability : mapping of k to float
        For every k that was tried, on the rows that k was chosen on. ``stability`` is the mean adjusted Rand index
        between these groups and those that `REFITS` bootstrap samples of the respondents give.
    reseeded : float
        Mean adjusted Rand index, at the chosen k, between these groups and those of `REFITS` other seeds on the very
        same rows.
    """

    labels: Ints
    centres: Floats
    silhouettes: Mapping[int, float]
    inertias: Mapping[int, float]
    stability: Mapping[int, float]
    reseeded: float


@dataclass(frozen=True)
class _Fit:
    labels: Ints
    centres: Floats
    inertia: float


def cluster(columns: Floats, *, seed: int) -> Clustering:
    """Group rows by K-Means with the k of the best silhouette; fewer than two different rows are one group.

    Parameters
    ----------
    columns : ndarray of shape (n_rows, n_columns)
        Comparable in scale.
    seed : int

    Notes
    -----
    Other seeds on the same rows ask only whether the optimum was found. Other respondents (bootstrap samples) ask
    what matters, whether the groups would come out again; so both are measured, and the second one is the stability.
    A stable k is still no proof of kinds of people: one long cloud is cut at its middle every time.

    References
    ----------
    Rousseeuw (1987), Silhouettes, J. Comput. Appl. Math. 20. Hubert & Arabie (1985), Comparing partitions,
    J. Classification 2. Dolnicar & Leisch (2010), Evaluation of structure and reproducibility of cluster solutions
    using the bootstrap, Marketing Letters 21.
    """
    some = _sample(columns, seed)
    most = min(len({row.tobytes() for row in some}), len(some) - 1)
    fits = {k: _k_means(some, k, seed) for k in K_RANGE if k <= most}
    fits = {k: fit for k, fit in fits.items() if len(np.unique(fit.labels)) == k}
    if not fits:
        return Clustering(np.zeros(len(columns), dtype=np.intp), columns.mean(axis=0, keepdims=True), {}, {}, {}, 1.0)
    silhouettes = _silhouettes(some, fits)
    k = _choose(silhouettes, fits)
    whole = fits[k] if len(some) == len(columns) else _k_means(columns, k, seed, init=fits[k].centres, starts=1)
    labels, centres = _largest_first(whole)
    return Clustering(
        labels=labels,
        centres=centres,
        silhouettes=silhouettes,
        inertias={k: fit.inertia for k, fit in fits.items()},
        stability={k: _resampled(some, k, fit.labels, seed) for k, fit in fits.items()},
        reseeded=_reseeded(some, k, fits[k].labels, seed),
    )


def _sample(columns: Floats, seed: int) -> Floats:
    if len(columns) <= CHOICE_ROWS:
        return columns
    return columns[np.random.default_rng(seed).choice(len(columns), CHOICE_ROWS, replace=False)]


def _k_means(
    columns: Floats,
    k: int,
    seed: int,
    *,
    init: str | Floats = "k-means++",
    starts: int = STARTS,
    weight: Floats | None = None,
) -> _Fit:
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        # Where rows repeat one another, and in bootstrap samples they do, there may be fewer groups than asked for.
        warnings.simplefilter("ignore", ConvergenceWarning)
        fit = KMeans(k, init=init, n_init=starts, random_state=seed).fit(columns, sample_weight=weight)
    return _Fit(fit.labels_.astype(np.intp), fit.cluster_centers_, float(fit.inertia_))


def _silhouettes(columns: Floats, fits: Mapping[int, _Fit]) -> dict[int, float]:
    from sklearn.metrics import pairwise_distances, silhouette_score

    distances = pairwise_distances(columns)
    return {k: float(silhouette_score(distances, fit.labels, metric="precomputed")) for k, fit in fits.items()}


def _choose(silhouettes: Mapping[int, float], fits: Mapping[int, _Fit]) -> int:
    """Return the k of the best silhouette among those without tiny groups (where all have one: among all)."""
    sound = [k for k, fit in fits.items() if np.bincount(fit.labels).min() >= SMALLEST_SHARE * len(fit.labels)]
    return max(sound or fits, key=lambda k: silhouettes[k])


def _largest_first(fit: _Fit) -> tuple[Ints, Floats]:
    order = np.argsort(-np.bincount(fit.labels, minlength=len(fit.centres)), kind="stable")
    return np.argsort(order)[fit.labels], fit.centres[order]


def _resampled(columns: Floats, k: int, labels: Ints, seed: int) -> float:
    """Compare with fits to bootstrap samples of the rows: a row drawn twice weighs twice, one not drawn is placed."""
    draws = np.random.default_rng(seed).multinomial(len(columns), np.full(len(columns), 1 / len(columns)), REFITS)
    refits = [
        _k_means(columns, k, seed + i, starts=REFIT_STARTS, weight=draw.astype(float))
        for i, draw in enumerate(draws, 1)
    ]
    return _mean_agreement(labels, refits)


def _reseeded(columns: Floats, k: int, labels: Ints, seed: int) -> float:
    return _mean_agreement(labels, [_k_means(columns, k, seed + i) for i in range(1, REFITS + 1)])


def _mean_agreement(labels: Ints, refits: Sequence[_Fit]) -> float:
    from sklearn.metrics import adjusted_rand_score

    return float(np.mean([adjusted_rand_score(labels, refit.labels) for refit in refits]))

"""How two groups differ: in the share of what is best, and over all grades, each with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot, sqrt

import numpy as np

from engine.intervals import Z, wilson
from engine.metrics import Estimate
from engine.predictors import Ints
from engine.reporting.charts import Interval


def newcombe(one: tuple[int, int], other: tuple[int, int], z: float = Z) -> Interval:
    """Return the interval of the difference of two shares, each given as (part, whole).

    Parameters
    ----------
    one, other : (int, int)
    z : float, default that of 95 %
        How many standard errors it reaches.

    References
    ----------
    Newcombe (1998), Interval estimation for the difference between independent proportions, Statistics in Medicine 17
    (method 10, of two intervals by Wilson).
    """
    first, second = wilson(*one, z), wilson(*other, z)
    difference = first.value - second.value
    below = hypot(first.value - first.low, second.high - second.value)
    above = hypot(first.high - first.value, second.value - second.low)
    return difference - below, difference + above


def difference_p(one: tuple[int, int], other: tuple[int, int]) -> float:
    """Return the two-sided p-value that two shares, each given as (part, whole), are the same: Fisher's exact test."""
    from scipy.stats import fisher_exact

    return float(fisher_exact([[part, whole - part] for part, whole in (one, other)]).pvalue)


def widening(adjusted: Sequence[float], level: float) -> float:
    """Return the standard errors that intervals must reach where only the striking ones of many are looked at.

    Parameters
    ----------
    adjusted : sequence of float
        P-values, adjusted as Benjamini and Hochberg do; those below ``level`` are picked out. Where none is, the
        intervals hold for all at once (Bonferroni).
    level : float

    References
    ----------
    Benjamini & Yekutieli (2005), False discovery rate-adjusted multiple confidence intervals for selected parameters,
    Journal of the American Statistical Association 100.
    """
    from scipy.stats import norm

    picked = max(sum(p < level for p in adjusted), 1)
    return float(norm.isf(level * picked / len(adjusted) / 2))


def cliffs_delta(one: Ints, other: Ints) -> Estimate:
    """Return how much more often somebody of ``one`` has the better grade than the worse, beside one of ``other``.

    Parameters
    ----------
    one, other : ndarray of shape (n_grades,)
        How many people of each group have each grade, the best first; at least two in each group.

    Returns
    -------
    Estimate
        Between -1 and 1, with its 95 % interval; from -1 to 1 where all of both have the same grade.

    References
    ----------
    Cliff (1993), Dominance statistics, Psychological Bulletin 114; the interval, which stays within -1 to 1 and is
    right for small groups, by Feng & Cliff (2004), Monte Carlo evaluation of ordinal d with improved confidence
    interval, Journal of Modern Applied Statistical Methods 3.
    """
    n, m = int(one.sum()), int(other.sum())
    better = np.sign(np.subtract.outer(-np.arange(len(one)), -np.arange(len(one))))
    of_one, of_other = better @ other / m, one @ better / n
    pairs = np.outer(one, other)
    delta = float((pairs * better).sum() / (n * m))
    spread = float((pairs * (better - delta) ** 2).sum()) / ((n - 1) * (m - 1))
    within_one = float(one @ (of_one - delta) ** 2) / (n - 1)
    within_other = float(other @ (of_other - delta) ** 2) / (m - 1)
    variance = ((m - 1) * within_one + (n - 1) * within_other + spread) / (n * m)
    if variance > 0:
        middle, scale = delta - delta**3, 1 - delta**2 + Z**2 * variance
        reach = Z * sqrt(variance) * sqrt((1 - delta**2) ** 2 + Z**2 * variance)
        return Estimate(delta, (middle - reach) / scale, (middle + reach) / scale)
    if delta == 0:
        return Estimate(0.0, -1.0, 1.0)
    furthest = (min(n, m) - Z**2) / (min(n, m) + Z**2)  # every one better than every other: only one end is open
    return Estimate(delta, furthest, 1.0) if delta > 0 else Estimate(delta, -1.0, -furthest)

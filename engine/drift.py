"""Whether two groups of people answer a question differently: permutation tests, fit for few answers.

Each test deals the answers of both groups anew, as if it were chance who belongs to which, and counts how often the
difference is then as large as the one found. That is exact for any number of answers, up to the number of deals.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Counts: TypeAlias = NDArray[np.int64]
Statistic: TypeAlias = Callable[[Counts, Counts], NDArray[np.float64]]
"""Of many tables with the margins of one, given their first rows and that one."""

DEALS = 9_999
_MOST_NUMBERS = 64
"""Different numbers that are told apart: of more, neighbours are taken together."""
_AT_ONCE = 1_000
"""Deals in memory at the same time."""
_ROUNDING = 1e-9
"""Relative: a deal that differs as much as what was found must not count as less by rounding."""


def compare_choices(one: Sequence[int], other: Sequence[int], *, deals: int = DEALS, seed: int = 0) -> float:
    """Test whether two groups choose alike.

    Parameters
    ----------
    one, other : sequence of int
        How often each choice was taken in each group, in the same order.
    deals : int, default 9999
    seed : int, default 0

    Returns
    -------
    float
        The p-value of Pearson's chi-square statistic under permutation: its smallest is ``1 / (deals + 1)``.

    Notes
    -----
    A table with both margins fixed follows a multivariate hypergeometric distribution. The one found counts among the
    deals, which keeps the test valid: Phipson and Smyth, "Permutation P-values Should Never Be Zero", Statistical
    Applications in Genetics and Molecular Biology 9, 2010.

    Examples
    --------
    >>> compare_choices([30, 10], [10, 30], deals=999) < 0.01
    True
    """
    return _permuted(_table(one, other), _chi_square, deals, seed)


def compare_numbers(one: Sequence[int], other: Sequence[int], *, deals: int = DEALS, seed: int = 0) -> float:
    """Test whether two groups give alike numbers, by the Kolmogorov-Smirnov distance under permutation.

    Parameters
    ----------
    one, other : sequence of int
        How often each number was given in each group, in ascending order of the numbers.
    deals, seed : int

    Returns
    -------
    float
        The p-value. Where there are more than 64 different numbers, it is that of the distance at 64 quantiles.
    """
    return _permuted(_coarse(_table(one, other)), _largest_gap, deals, seed)


def compare_boxes(
    one: Sequence[tuple[int, int]], other: Sequence[tuple[int, int]], *, deals: int = DEALS, seed: int = 0
) -> float:
    """Test whether two groups tick alike in a select-all question, all its boxes together.

    Parameters
    ----------
    one, other : sequence of (int, int)
        How often each box was left and ticked in each group, in the same order.
    deals, seed : int

    Returns
    -------
    float
        The p-value of the largest of the boxes' chi-square statistics.

    Notes
    -----
    Of a training table only each box's counts are known here, so that the boxes are dealt independently. However they
    hang together, that makes the test no less cautious, but for the normal approximation: Šidák, "Rectangular
    Confidence Regions for the Means of Multivariate Normal Distributions", Journal of the American Statistical
    Association 62, 1967.
    """
    tables = [_table(*pair) for pair in zip(one, other, strict=True)]
    tables = [table for table in tables if table.shape[1] > 1 and table.sum(axis=1).all()]
    if not tables:
        return 1.0
    found = max(float(_chi_square(table[:1], table)[0]) for table in tables)
    chance, extreme = np.random.default_rng(seed), 0
    for count in _portions(deals):
        largest = np.zeros(count)
        for table in tables:
            np.maximum(largest, _chi_square(_deal(table, chance, count), table), out=largest)
        extreme += int((largest >= found * (1 - _ROUNDING)).sum())
    return (1 + extreme) / (1 + deals)


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjust p-values for their number, so that of all of them together 5 % at most raise a false alarm.

    References
    ----------
    Holm, "A Simple Sequentially Rejective Multiple Test Procedure", Scandinavian Journal of Statistics 6, 1979.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    adjusted, reached = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=lambda place: p_values[place])):
        reached = max(reached, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = reached
    return adjusted


def _table(one: Sequence[int], other: Sequence[int]) -> Counts:
    """Return both groups' counts as the rows of a table, without what nobody answered."""
    table = np.array([one, other], dtype=np.int64)
    return table[:, table.any(axis=0)]


def _coarse(table: Counts) -> Counts:
    if table.shape[1] <= _MOST_NUMBERS:
        return table
    below = np.cumsum(table.sum(axis=0)) - table.sum(axis=0)
    starts = np.unique(np.searchsorted(below, np.linspace(0, table.sum(), _MOST_NUMBERS, endpoint=False)))
    return np.add.reduceat(table, starts[starts < table.shape[1]], axis=1)


def _permuted(
    table: Counts, statistic: Callable[[Counts, Counts], NDArray[np.float64]], deals: int, seed: int
) -> float:
    if table.shape[1] < 2 or not table.sum(axis=1).all():
        return 1.0
    found = float(statistic(table[:1], table)[0])
    chance, extreme = np.random.default_rng(seed), 0
    for count in _portions(deals):
        extreme += int((statistic(_deal(table, chance, count), table) >= found * (1 - _ROUNDING)).sum())
    return (1 + extreme) / (1 + deals)


def _portions(deals: int) -> list[int]:
    return [min(_AT_ONCE, deals - done) for done in range(0, deals, _AT_ONCE)]


def _deal(table: Counts, chance: np.random.Generator, count: int) -> Counts:
    """Return what the first group may have by chance, shape (count, n_answers)."""
    together, group = table.sum(axis=0), int(table[0].sum())
    return chance.multivariate_hypergeometric(together, group, size=count, method="marginals")


def _chi_square(first: Counts, table: Counts) -> NDArray[np.float64]:
    """Return Pearson's statistic of tables with the margins of ``table``, given their first rows."""
    together = table.sum(axis=0)
    one, other = table.sum(axis=1)
    expected = together * (one / (one + other))
    distances: NDArray[np.float64] = ((first - expected) ** 2 / expected).sum(axis=1) * (one + other) / other
    return distances


def _largest_gap(first: Counts, table: Counts) -> NDArray[np.float64]:
    """Return the largest distance between both groups' cumulative shares."""
    one, other = table.sum(axis=1)
    below = np.cumsum(first, axis=1)
    gaps: NDArray[np.float64] = np.abs(below / one - (np.cumsum(table.sum(axis=0)) - below) / other).max(axis=1)
    return gaps

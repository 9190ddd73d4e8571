"""How strongly two answers depend on each other, and whether that is more than chance: numbers only, no words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.intervals import Z
from engine.predictors import Floats, Ints

FEWEST_EXPECTED = 5.0
"""People that every cell of a table should expect for the chi-squared distribution: Cochran's rule."""
TABLES, MORE_TABLES = 1_999, 8_000
"""Random tables with the same margins, and how many more where the first leave few doubts: p-values are corrected."""
MOST_CELLS = 20_000
"""Of a table that random ones are drawn for: of larger ones that takes minutes."""
_AT_ONCE = 2_000_000
"""Cells of random tables in memory."""

Mask: TypeAlias = NDArray[np.bool_]
Statistic: TypeAlias = Callable[[Floats], Floats]
"""Tables of shape (n_tables, n_rows, n_columns) -> how far each is from independence, of shape (n_tables,)."""


@dataclass(frozen=True)
class Correlations:
    """Rank correlations of all pairs of columns, over those who answered both.

    Attributes
    ----------
    values : ndarray of shape (n_columns, n_columns)
        NaN where one of the two does not vary.
    people : ndarray of shape (n_columns, n_columns)
        Who answered both.
    rare : ndarray of shape (n_columns, n_columns)
        Whether so few people give the rare answers of both that Student's t misleads.
    """

    values: Floats
    people: Ints
    rare: Mask


def spearman(columns: Floats) -> Correlations:
    """Return Spearman's rank correlations, NaN being a missing answer.

    Parameters
    ----------
    columns : ndarray of shape (n_respondents, n_columns)

    Notes
    -----
    By chance the correlation of n people has the excess kurtosis k1 k2 / n, with that of each column's ranks (Pitman).
    Of two boxes that shares p1 and p2 tick, both small, that is about 1 over the people expected to tick both, so that
    Cochran's rule becomes: "rare" where k1 k2 / n is over 1 / 5. It holds for scales just as well as for boxes.

    References
    ----------
    Pitman (1937), Significance tests which may be applied to samples from any populations II, J. R. Stat. Soc.
    Suppl. 4.
    """
    known = ~np.isnan(columns)
    columns_known: list[Mask] = list(known.T)
    counted = known.astype(float)
    people = np.asarray(np.rint(counted.T @ counted), dtype=np.intp)
    places = [_places(column) for column in columns.T]
    own = np.zeros(columns.shape)
    for column, (place, there) in enumerate(zip(places, columns_known, strict=True)):
        own[there, column] = _midranks(np.bincount(place[there]))[place[there]]
    values = _scaled(own.T @ own, np.diag(own.T @ own))  # right where no answer is missing
    complete = [bool(there.all()) for there in columns_known]
    for i, j in combinations(range(columns.shape[1]), 2):
        if not (complete[i] and complete[j]):
            both = columns_known[i] & columns_known[j]
            values[i, j] = values[j, i] = _correlation(places[i][both], places[j][both])
    heavy = _kurtosis(own, counted)
    with np.errstate(invalid="ignore", divide="ignore"):
        rare = np.asarray(heavy * heavy.T / people > 1 / FEWEST_EXPECTED)
    return Correlations(values, people, rare)


def _places(column: Floats) -> Ints:
    """Return the place of each value among the different ones; that of NaN is after all others."""
    return np.asarray(np.unique(column, return_inverse=True)[1], dtype=np.intp)


def _midranks(counts: Ints) -> Floats:
    """Return the centred rank of each value, of which there are so many: the mean one of those who gave it."""
    ranks: Floats = np.cumsum(counts) - (counts - 1) / 2 - (counts.sum() + 1) / 2
    return ranks


def _correlation(one: Ints, other: Ints) -> float:
    """Return the rank correlation of two columns of places: ranks are counted, which is faster than sorting."""
    counts = [np.bincount(places) for places in (one, other)]
    ranks = [_midranks(count) for count in counts]
    product = (ranks[0][one] * ranks[1][other]).sum()
    spreads = [(count * rank**2).sum() for count, rank in zip(counts, ranks, strict=True)]
    return float(product / np.sqrt(spreads[0] * spreads[1])) if min(spreads) > 0 else np.nan


def _scaled(products: Floats, spreads: Floats) -> Floats:
    scale = np.sqrt(np.outer(spreads, spreads))
    with np.errstate(invalid="ignore", divide="ignore"):
        scaled: Floats = np.where(scale > 0, products / scale, np.nan)
    return scaled


def _kurtosis(ranks: Floats, counted: Floats) -> Floats:
    """Return at (i, j) the excess kurtosis of i's ranks among those who answered i and j."""
    with np.errstate(invalid="ignore", divide="ignore"):
        scaled = ranks / ranks.std(axis=0)  # ranks are 0 on average, and where an answer is missing
        n, power, moments = counted.T @ counted, np.ones_like(ranks), []
        for _ in range(4):
            power = power * scaled
            moments.append(power.T @ counted / n)
        first, second, third, fourth = moments
        variance = second - first**2
        middle = fourth - 4 * first * third + 6 * first**2 * second - 3 * first**4
        kurtosis: Floats = np.where(variance > 1e-12, middle / variance**2 - 3, 0.0)
    return kurtosis


def correlation_p(value: float, people: int) -> float:
    """Return the two-sided p-value of a rank correlation, by Student's t."""
    from scipy.stats import t

    distance = np.sqrt((people - 2) / max(1 - value**2, 1e-15)) * abs(value)
    return float(2 * t.sf(distance, people - 2))


def fisher_interval(value: float, people: int) -> tuple[float, float]:
    """Return the 95 % interval of a rank correlation, by Fisher's z.

    References
    ----------
    Bonett & Wright (2000), Sample size requirements for estimating Pearson, Kendall and Spearman correlations,
    Psychometrika 65: the standard error.
    """
    error = np.sqrt((1 + value**2 / 2) / (people - 3))
    low, high = np.tanh(np.arctanh(value) + np.array([-Z, Z]) * error)
    return float(low), float(high)


# -- tables of counts -------------------------------------------------------------------------------------------------


def crossed(one: Floats, other: Floats) -> Ints:
    """Return the table of two answers' counts, of who gave both; rows and columns that nobody is in are left out."""
    both = ~np.isnan(one) & ~np.isnan(other)
    rows, columns = _places(one[both]), _places(other[both])
    shape = (int(rows.max(initial=-1)) + 1, int(columns.max(initial=-1)) + 1)
    counts = np.bincount(rows * max(shape[1], 1) + columns, minlength=shape[0] * shape[1])
    return np.asarray(counts.reshape(shape), dtype=np.intp)


def cramers_v(table: Ints) -> float:
    """Return Cramér's V of a table of counts, without the part that chance alone adds.

    References
    ----------
    Bergsma (2013), A bias-correction for Cramér's V and Tschuprow's T, J. Korean Stat. Soc. 42.
    """
    n, (r, k) = table.sum(), table.shape
    excess = max(0.0, chi_squared(table) / n - (r - 1) * (k - 1) / (n - 1))
    rows, columns = r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)
    least = min(rows, columns) - 1
    return float(np.sqrt(excess / least)) if least > 0 else 0.0


def chi_squared(table: Ints) -> float:
    """Return Pearson's statistic of a table of counts without empty rows and columns."""
    expected = _expected(table)
    return float(((table - expected) ** 2 / expected).sum())


def _expected(table: Ints) -> Floats:
    expected: Floats = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    return expected


def independence_p(table: Ints, rng: np.random.Generator) -> float:
    """Return the p-value of independence: by chi-squared, or where it expects too few, exact or over random tables."""
    from scipy.stats import chi2

    expected = _expected(table)
    if expected.min() >= FEWEST_EXPECTED:
        return float(chi2.sf(chi_squared(table), (table.shape[0] - 1) * (table.shape[1] - 1)))

    def distance(tables: Floats) -> Floats:
        return np.asarray(((tables - expected) ** 2 / expected).sum(axis=(1, 2)))

    return _table_p(table, distance, rng)


def ranks_p(table: Ints, rng: np.random.Generator) -> float | None:
    """Return the p-value of no rank correlation in a table of counts, exact or over random tables.

    Parameters
    ----------
    table : ndarray of shape (n_rows, n_columns)
        Rows and columns in order.
    rng : Generator

    Returns
    -------
    float or None
        None of a table so large that it would take too long.
    """
    if table.size > MOST_CELLS:
        return None
    scores = np.outer(_midranks(table.sum(axis=1)), _midranks(table.sum(axis=0)))
    return _table_p(table, lambda tables: np.abs((tables * scores).sum(axis=(1, 2))), rng)


def _table_p(table: Ints, statistic: Statistic, rng: np.random.Generator) -> float:
    """Return how often tables with the same margins are as far from independence: all of them, or random ones.

    References
    ----------
    Patefield (1981), Algorithm AS 159: random r x c tables with given margins, Applied Statistics 30.
    """
    from scipy.stats import fisher_exact, random_table

    if table.shape == (2, 2):
        return float(fisher_exact(table)[1])
    bar = float(statistic(table[None].astype(float))[0]) * (1 - 1e-9)
    draws = random_table(table.sum(axis=1), table.sum(axis=0))

    def extreme(count: int) -> int:
        step, found = max(_AT_ONCE // table.size, 1), 0
        for start in range(0, count, step):
            drawn = draws.rvs(min(step, count - start), random_state=rng)
            found += int((statistic(drawn) >= bar).sum())
        return found

    found, drawn = extreme(TABLES), TABLES
    if found <= TABLES / 100:
        found, drawn = found + extreme(MORE_TABLES), drawn + MORE_TABLES
    return (1 + found) / (1 + drawn)

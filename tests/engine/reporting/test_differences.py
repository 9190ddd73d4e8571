"""How two groups differ: the numbers that books and other programs give, and what small groups must not claim."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm
from sklearn.metrics import roc_auc_score
from statsmodels.stats.proportion import confint_proportions_2indep

from engine.reporting.differences import cliffs_delta, difference_p, newcombe, widening


@st.composite
def parts(draw: st.DrawFn) -> tuple[int, int]:
    whole = draw(st.integers(5, 5_000))
    return draw(st.integers(0, whole)), whole


def people(counts: list[int]) -> list[int]:
    """Return the places of grades, 0 being the best, of so many people each."""
    return np.repeat(np.arange(len(counts)), counts).tolist()


# -- the share of the best --------------------------------------------------------------------------------------------


@given(parts(), parts())
def test_the_interval_of_a_difference_is_what_statsmodels_says(one: tuple[int, int], other: tuple[int, int]) -> None:
    theirs = confint_proportions_2indep(*one, *other, method="newcomb", compare="diff")

    assert newcombe(one, other) == pytest.approx(theirs, abs=1e-9)


def test_the_interval_of_a_difference_is_that_of_newcombes_table() -> None:
    assert newcombe((56, 70), (48, 80)) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert newcombe((5, 56), (0, 29)) == pytest.approx((-0.0381, 0.1926), abs=5e-5)


@given(parts(), parts())
def test_a_wider_interval_holds_the_narrower(one: tuple[int, int], other: tuple[int, int]) -> None:
    narrow, wide = newcombe(one, other), newcombe(one, other, 3.0)

    assert wide[0] <= narrow[0] <= narrow[1] <= wide[1]


def test_the_p_value_is_exact_for_a_few_among_very_many() -> None:
    # by hand: the chance that all five of 100,005 are among the 50,005 who say what is best, doubled by symmetry
    chance = np.prod([(50_005 - i) / (100_005 - i) for i in range(5)])

    assert difference_p((5, 5), (50_000, 100_000)) == pytest.approx(2 * chance, rel=0.01)


# -- many at once -----------------------------------------------------------------------------------------------------


def test_intervals_of_those_picked_out_are_wider_the_fewer_they_are_of_all() -> None:
    assert widening([0.01, 0.02, 0.04, 0.03], 0.05) == pytest.approx(norm.isf(0.025))
    assert widening([0.01, 0.02, 0.9, 0.8], 0.05) == pytest.approx(norm.isf(0.0125))


def test_where_none_is_picked_out_the_intervals_hold_for_all_at_once() -> None:
    assert widening([0.2, 0.2, 0.2, 0.2, 0.2], 0.05) == pytest.approx(norm.isf(0.005))


# -- over all grades --------------------------------------------------------------------------------------------------


def test_delta_counts_pairs() -> None:
    # two against three people: better in 3 pairs, worse in 1, alike in 2
    one, other = np.array([1, 1, 0]), np.array([1, 1, 1])

    assert cliffs_delta(one, other).mean == pytest.approx((3 - 1) / 6)


@given(st.lists(st.integers(0, 9), min_size=4, max_size=4), st.lists(st.integers(0, 9), min_size=4, max_size=4))
def test_delta_is_twice_the_area_under_the_curve_less_one(one: list[int], other: list[int]) -> None:
    one, other = [2, *one[1:]], [*other[:3], 2]
    found = cliffs_delta(np.array(one), np.array(other))

    better = [-place for place in people(one) + people(other)]
    area = roc_auc_score([1] * sum(one) + [0] * sum(other), better)
    assert found.mean == pytest.approx(2 * area - 1)
    assert -1 <= found.low <= found.mean <= found.high <= 1


def test_deltas_interval_is_feng_and_cliffs() -> None:
    # their formula, person by person
    one, other = [6, 3, 1, 2], [2, 4, 4, 5]
    x, y = np.array(people(one)), np.array(people(other))
    dominance = np.sign(y[None, :] - x[:, None])
    n, m, d = len(x), len(y), dominance.mean()
    rows, columns = dominance.mean(axis=1), dominance.mean(axis=0)
    variance = (
        (m - 1) * rows.var(ddof=1) + (n - 1) * columns.var(ddof=1) + ((dominance - d) ** 2).sum() / ((n - 1) * (m - 1))
    ) / (n * m)
    reach = 1.959964 * np.sqrt(variance) * np.sqrt((1 - d**2) ** 2 + 1.959964**2 * variance)
    scale = 1 - d**2 + 1.959964**2 * variance

    found = cliffs_delta(np.array(one), np.array(other))

    assert (found.low, found.high) == pytest.approx(((d - d**3 - reach) / scale, (d - d**3 + reach) / scale), abs=1e-6)


def test_deltas_interval_holds_the_truth_in_about_95_of_a_hundred_samples() -> None:
    rng = np.random.default_rng(0)
    here, there = np.array([0.5, 0.3, 0.2]), np.array([0.3, 0.3, 0.4])
    truth = sum(here[i] * there[j] * np.sign(j - i) for i in range(3) for j in range(3))

    found = [cliffs_delta(rng.multinomial(25, here), rng.multinomial(15, there)) for _ in range(2_000)]

    held = np.mean([one.low <= truth <= one.high for one in found])
    assert 0.93 < held < 0.975


def test_delta_of_people_who_are_all_better_is_not_certain() -> None:
    found = cliffs_delta(np.array([6, 0]), np.array([0, 8]))

    assert (found.mean, found.high) == (1, 1)
    assert found.low == pytest.approx((6 - 1.96**2) / (6 + 1.96**2), abs=1e-3)
    assert cliffs_delta(np.array([0, 8]), np.array([6, 0])).high == pytest.approx(-found.low)


def test_delta_of_people_who_are_all_alike_tells_nothing() -> None:
    found = cliffs_delta(np.array([6, 0]), np.array([8, 0]))

    assert (found.mean, found.low, found.high) == (0, -1, 1)

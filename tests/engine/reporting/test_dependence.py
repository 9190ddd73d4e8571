"""Rank correlations, Cramér's V and their p-values, against references and by hand."""

from itertools import permutations

import numpy as np
import pytest
from scipy import stats

from engine.predictors import Floats
from engine.reporting.dependence import (
    MORE_TABLES,
    TABLES,
    chi_squared,
    correlation_p,
    cramers_v,
    crossed,
    fisher_interval,
    independence_p,
    ranks_p,
    spearman,
)


def _scales(people: int, missing: float, seed: int = 0) -> Floats:
    rng = np.random.default_rng(seed)
    columns = np.column_stack([rng.integers(0, 5, people), rng.lognormal(3, 1, people), rng.integers(0, 2, people)])
    columns = np.column_stack([columns, columns[:, 0] + rng.normal(0, 2, people)])
    columns[rng.random(columns.shape) < missing] = np.nan
    return columns


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_rank_correlations_are_scipys_over_those_who_answered_both(missing: float) -> None:
    columns = _scales(80, missing)

    found = spearman(columns)

    for i, j in ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)):
        both = ~np.isnan(columns[:, [i, j]]).any(axis=1)
        expected = stats.spearmanr(columns[both, i], columns[both, j])
        assert found.values[i, j] == pytest.approx(expected.statistic)
        assert found.values[j, i] == found.values[i, j]
        assert found.people[i, j] == both.sum()
        assert correlation_p(found.values[i, j], int(both.sum())) == pytest.approx(expected.pvalue)


def test_what_does_not_vary_or_nobody_answered_together_has_no_correlation() -> None:
    columns = np.full((12, 3), np.nan)
    columns[:, 0] = 1
    columns[:6, 1] = range(6)
    columns[6:, 2] = range(6)

    found = spearman(columns)

    assert np.isnan(found.values[0, 1])
    assert np.isnan(found.values[1, 2])
    assert found.people[1, 2] == 0


def test_two_boxes_are_rare_where_hardly_anybody_is_expected_to_tick_both() -> None:
    def boxes(ticks: int) -> Floats:
        rng = np.random.default_rng(1)
        return np.column_stack([rng.permutation(np.arange(1_000) < ticks) for _ in range(2)]).astype(float)

    assert spearman(boxes(50)).rare[0, 1]  # 2.5 expected
    assert not spearman(boxes(90)).rare[0, 1]  # 8.1 expected


def test_one_and_the_same_person_ticking_two_boxes_is_no_proof() -> None:
    box = np.zeros(40)
    box[0] = 1

    found = spearman(np.column_stack([box, box]))

    assert found.values[0, 1] == pytest.approx(1)
    assert found.rare[0, 1]
    # Student's t would say 0; but whoever ticked the second box, it was one of 40
    assert ranks_p(crossed(box, box), np.random.default_rng(0)) == pytest.approx(1 / 40)


def test_a_table_of_ranks_is_tested_as_by_all_permutations() -> None:
    one, other = np.array([0, 0, 0, 0, 0, 1.0, 2]), np.array([0, 0, 0, 0, 1.0, 2, 1])

    p = ranks_p(crossed(one, other), np.random.default_rng(0))

    ranks = stats.rankdata(one) - 4, stats.rankdata(other) - 4
    products = np.abs(np.array(list(permutations(ranks[1]))) @ ranks[0])
    assert p == pytest.approx(np.mean(products >= abs(ranks[0] @ ranks[1]) - 1e-9), abs=0.02)


def test_a_table_too_large_to_be_drawn_again_and_again_is_left_to_students_t() -> None:
    numbers = np.arange(200.0)

    assert ranks_p(crossed(numbers, numbers), np.random.default_rng(0)) is None


def test_few_random_tables_as_extreme_call_for_more() -> None:
    table = np.array([[3, 0, 0], [0, 4, 0], [0, 0, 5]])

    assert independence_p(table, np.random.default_rng(0)) == pytest.approx(1 / (1 + TABLES + MORE_TABLES), rel=3)
    assert independence_p(table, np.random.default_rng(0)) < 1 / (1 + TABLES)


def test_independence_is_tested_by_chi_squared_where_every_cell_expects_five() -> None:
    table = np.array([[20, 15, 30], [10, 25, 20]])

    expected = stats.chi2_contingency(table, correction=False)

    assert chi_squared(table) == pytest.approx(expected.statistic)
    assert independence_p(table, np.random.default_rng(0)) == pytest.approx(expected.pvalue)


def test_independence_is_tested_exactly_in_a_small_table_of_four_cells() -> None:
    table = np.array([[3, 1], [1, 3]])  # Fisher's tea

    assert independence_p(table, np.random.default_rng(0)) == pytest.approx(34 / 70)


def test_p_values_by_random_tables_are_false_alarms_as_often_as_they_say() -> None:
    rng = np.random.default_rng(3)
    tables = stats.random_table([4, 6, 8], [5, 6, 7]).rvs(300, random_state=rng)

    alarms = np.mean([independence_p(table.astype(np.intp), rng) <= 0.1 for table in tables])

    assert 0.04 < alarms < 0.14


def test_cramers_v_is_bergsmas_by_hand() -> None:
    table = np.array([[30, 10], [10, 30]])  # chi squared 20, phi squared 0.25
    # (0.25 - 1/79) / (2 - 1/79 - 1)
    assert cramers_v(table) == pytest.approx(np.sqrt((0.25 - 1 / 79) / (1 - 1 / 79)))


def test_cramers_v_of_answers_that_have_nothing_to_do_with_each_other_is_nought() -> None:
    assert cramers_v(np.array([[10, 10, 10], [10, 10, 10]])) == 0


def test_answers_are_crossed_without_those_who_gave_but_one_and_without_empty_levels() -> None:
    one = np.array([0, 0, 5, 5, np.nan, 3])
    other = np.array([1, 2, 2, 2, 1, np.nan])

    assert crossed(one, other).tolist() == [[1, 1], [0, 2]]
    assert crossed(np.array([np.nan]), np.array([1.0])).size == 0


def test_the_interval_is_bonett_and_wrights() -> None:
    low, high = fisher_interval(0.5, 103)  # sqrt(1.125 / 100) = 0.10607, atanh(0.5) = 0.54931

    assert low == pytest.approx(np.tanh(0.54931 - 1.96 * 0.10607), abs=1e-4)
    assert high == pytest.approx(np.tanh(0.54931 + 1.96 * 0.10607), abs=1e-4)

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, fisher_exact, ks_2samp, permutation_test

from engine.drift import compare_boxes, compare_choices, compare_numbers, holm


@pytest.mark.parametrize(("one", "other"), [([8, 2], [3, 9]), ([30, 20], [25, 25]), ([3, 0], [1, 4])])
def test_two_choices_are_compared_as_by_fishers_exact_test(one: list[int], other: list[int]) -> None:
    # two-sided in different ways: Fisher's sums what is less likely, the chi-square what is farther away
    exact = fisher_exact([one, other]).pvalue

    assert compare_choices(one, other) == pytest.approx(exact, rel=0.15, abs=0.02)


def test_many_answers_are_compared_as_by_the_chi_square_test() -> None:
    one, other = [120, 80, 60, 40], [100, 90, 75, 45]

    expected = chi2_contingency([one, other], correction=False).pvalue

    assert compare_choices(one, other) == pytest.approx(expected, abs=0.02)


def test_numbers_are_compared_as_by_kolmogorov_and_smirnov() -> None:
    chance = np.random.default_rng(3)
    one, other = chance.integers(0, 40, 150), chance.integers(4, 44, 150)
    levels = np.arange(44)
    counts = [[int((sample == level).sum()) for level in levels] for sample in (one, other)]

    # with as many equal numbers its table is wrong: dealing anew is the only way to know
    expected = permutation_test(
        (one, other), lambda a, b: ks_2samp(a, b).statistic, n_resamples=999, alternative="greater", rng=4
    ).pvalue

    assert compare_numbers(*counts) == pytest.approx(expected, abs=0.06)


def test_of_equal_groups_five_in_a_hundred_seem_to_differ_and_no_more() -> None:
    chance, alarms, tries = np.random.default_rng(1), 0, 300
    for seed in range(tries):
        one, other = (chance.multinomial(25, [0.5, 0.3, 0.2]) for _ in range(2))
        alarms += compare_choices(list(one), list(other), deals=199, seed=seed) <= 0.05

    assert alarms / tries <= 0.05 + 2 * (0.05 * 0.95 / tries) ** 0.5


def test_boxes_of_equal_groups_raise_no_more_alarms_together_than_one_question() -> None:
    chance, alarms, tries = np.random.default_rng(2), 0, 200
    for seed in range(tries):
        ticked = [[int(count) for count in chance.binomial(30, 0.4, 6)] for _ in range(2)]
        one, other = ([(30 - count, count) for count in group] for group in ticked)
        alarms += compare_boxes(one, other, deals=199, seed=seed) <= 0.05

    assert alarms / tries <= 0.05 + 2 * (0.05 * 0.95 / tries) ** 0.5


def test_a_box_that_everybody_ticks_now_is_seen() -> None:
    assert compare_boxes([(20, 10), (15, 15)], [(1, 29), (14, 16)], deals=999) < 0.01


@pytest.mark.parametrize("compare", [compare_choices, compare_numbers])
def test_where_there_is_nothing_to_compare_nothing_differs(compare: object) -> None:
    assert callable(compare)
    assert compare([0, 0], [5, 5]) == 1.0
    assert compare([5, 0], [7, 0]) == 1.0


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_correcting_for_many_questions_keeps_their_order_and_never_makes_surer(p_values: list[float]) -> None:
    adjusted = holm(p_values)

    assert all(before <= after <= 1 for before, after in zip(p_values, adjusted, strict=True))
    ranked = sorted(range(len(p_values)), key=lambda place: p_values[place])
    assert [adjusted[place] for place in ranked] == sorted(adjusted)

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import binomtest
from sklearn.metrics import cohen_kappa_score

from engine.agreement import kappa_interval, weighted_kappa
from engine.intervals import wilson

COUNTS = np.array([[40, 9, 2, 0], [8, 12, 4, 1], [2, 3, 5, 2], [1, 0, 2, 6]])


def people(counts: NDArray[np.int64]) -> tuple[list[int], list[int]]:
    cells = [(row, column) for row, column in np.ndindex(counts.shape) for _ in range(counts[row, column])]
    return [row for row, _ in cells], [column for _, column in cells]


def test_the_kappa_is_scikit_learns() -> None:
    expected = cohen_kappa_score(*people(COUNTS), weights="quadratic")

    assert weighted_kappa(COUNTS) == pytest.approx(expected)


def test_its_interval_holds_it_and_is_narrower_for_more_people() -> None:
    few, many = kappa_interval(COUNTS), kappa_interval(COUNTS * 20)

    assert few.low < few.value < few.high
    assert many.high - many.low < (few.high - few.low) / 3


@given(st.integers(1, 400).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_a_shares_interval_is_wilsons(counted: tuple[int, int]) -> None:
    part, whole = counted

    share = wilson(part, whole)

    expected = binomtest(part, whole).proportion_ci(method="wilson")
    assert (share.low, share.high) == pytest.approx((expected.low, expected.high), abs=1e-9)
    assert 0 <= share.low <= share.value <= share.high <= 1


def test_of_nobody_there_is_no_share() -> None:
    with pytest.raises(ValueError, match="0 of 0 is no share"):
        wilson(0, 0)

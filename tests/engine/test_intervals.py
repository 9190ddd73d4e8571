"""Score intervals hold what they are of and keep their promise for small numbers: of shares, and of areas under ROC."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from engine.intervals import area_interval, wilson


@st.composite
def parts(draw: st.DrawFn) -> tuple[int, int]:
    whole = draw(st.integers(1, 100_000))
    return draw(st.integers(0, whole)), whole


@given(parts())
def test_it_is_what_scipy_says(counts: tuple[int, int]) -> None:
    part, whole = counts

    share, theirs = wilson(part, whole), binomtest(part, whole).proportion_ci(0.95, method="wilson")

    assert (share.low, share.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


@given(parts())
def test_it_holds_the_share_and_stays_between_none_and_all(counts: tuple[int, int]) -> None:
    share = wilson(*counts)

    assert 0 <= share.low <= share.value <= share.high <= 1


@pytest.mark.parametrize(("whole", "truth"), [(10, 0.3), (25, 0.7), (60, 0.5)])
def test_of_a_hundred_samples_about_95_hold_the_truth(whole: int, truth: float) -> None:
    shares = [wilson(part, whole) for part in range(whole + 1)]

    held = sum(binom.pmf(part, whole, truth) for part, share in enumerate(shares) if share.low <= truth <= share.high)

    assert 0.92 < held < 0.985


@pytest.mark.parametrize(("part", "whole"), [(1, 0), (0, 0), (-1, 5), (6, 5)])
def test_what_is_no_share_is_refused(part: int, whole: int) -> None:
    with pytest.raises(ValueError, match=f"{part} of {whole} is no share"):
        wilson(part, whole)


# -- areas under ROC ---------------------------------------------------------------------------------------------------


def test_the_interval_of_an_area_solves_newcombes_equation() -> None:
    area, people, others = 0.8, 10, 30

    for end in area_interval(area, people, others):
        mean = (people + others) / 2 - 1
        variance = end * (1 - end) * (1 + mean * (1 - end) / (2 - end) + mean * end / (1 + end)) / (people * others)
        assert (area - end) ** 2 == pytest.approx(1.959964**2 * variance)


@pytest.mark.parametrize("area", [0.0, 0.01, 0.5, 0.99, 1.0])
def test_the_interval_of_an_area_holds_it_and_has_a_width_even_where_all_are_found(area: float) -> None:
    low, high = area_interval(area, 6, 98)

    assert 0.0 <= low <= area <= high <= 1.0
    assert high - low > 0.1


def test_the_interval_of_few_people_holds_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)
    truth, held = 0.760, 0  # of two normal distributions one standard deviation apart
    for _ in range(300):
        people, others = rng.normal(1.0, 1.0, 6), rng.normal(0.0, 1.0, 98)
        low, high = area_interval(float((people[:, None] > others).mean()), 6, 98)
        held += low <= truth <= high

    assert 0.92 <= held / 300 <= 0.99

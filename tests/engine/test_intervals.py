"""A share's interval is Wilson's, holds the share, and keeps its promise for small numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from engine.intervals import wilson


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

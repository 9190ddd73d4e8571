from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from engine.intervals import wilson


@given(st.integers(1, 100_000), st.floats(0, 1))
def test_wilsons_interval_is_the_one_that_scipy_computes(n: int, share: float) -> None:
    successes = round(share * n)

    known = binomtest(successes, n).proportion_ci(method="wilson")

    assert wilson(successes, n) == pytest.approx((known.low, known.high), abs=1e-9)
    assert wilson(successes, n)[0] <= successes / n <= wilson(successes, n)[1]

"""A column that gives the target away is found, and an honest one is not accused."""

from __future__ import annotations

import numpy as np

from engine.leaks import leaking
from tests.engine.people import invented_people


def test_honest_columns_are_not_accused() -> None:
    survey, codes, y = invented_people(150, seed=2)

    assert leaking(survey.features, codes, y, 4) == ()


def test_a_copy_of_the_target_is_found_even_with_a_few_errors() -> None:
    survey, codes, y = invented_people(300, seed=2)
    codes = codes.copy()
    codes[:, 0] = y
    codes[:6, 0] = (y[:6] + 1) % 4

    assert leaking(survey.features, codes, y, 4) == ("Freq_Use",)


def test_a_column_that_nobody_answered_gives_nothing_away() -> None:
    survey, codes, y = invented_people(60, seed=2)
    codes = codes.copy()
    codes[:, 3] = np.nan

    assert leaking(survey.features, codes, y, 4) == ()

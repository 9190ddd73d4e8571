"""Fitted estimators become plain arrays that say the very same."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest
from interpret.glassbox import ExplainableBoostingClassifier

from engine import fitting
from engine.prediction import plan_for
from engine.predictors import Additive, Floats, Ints, floored

EFFORT = replace(plan_for(500).effort, bags=2)


def answers(rows: int, n_classes: int) -> tuple[Floats, Ints]:
    """Return an ordinal, a nominal with gaps in its codes, a two-valued and a skewed number column, some missing."""
    rng = np.random.default_rng(0)
    codes = np.column_stack(
        [
            rng.integers(0, 5, rows),
            rng.choice([0, 2, 3, 4], rows),
            rng.choice([1.0, 3.0], rows),
            rng.lognormal(3, 1, rows),
        ]
    )
    liking = codes[:, 0] * np.where(codes[:, 1] > 2, 1, -1) + np.log(codes[:, 3]) + rng.logistic(size=rows)
    codes[rng.random(codes.shape) < 0.1] = np.nan
    return codes, np.digitize(liking, np.quantile(liking, np.linspace(0, 1, n_classes + 1)[1:-1]))


@pytest.mark.parametrize("n_classes", [2, 4])
def test_the_tables_say_what_the_library_says(n_classes: int) -> None:
    codes, y = answers(500, n_classes)
    nominal = [False, True, False, False]

    ours = fitting.fit("additive", (), fitting.plain_rows(codes, y, n_classes, nominal), EFFORT, seed=7)

    theirs = ExplainableBoostingClassifier(
        feature_types=["nominal" if one else "continuous" for one in nominal],
        max_bins=64,
        max_interaction_bins=16,
        interactions=EFFORT.interactions,
        outer_bags=EFFORT.bags,
        n_jobs=1,
        random_state=7,
    )
    with warnings.catch_warnings(action="ignore"):
        theirs.fit(codes, y)
    never_seen = np.array([[9.0, 1.0, 0.0, 1e6], [-1.0, 9.0, 2.0, -4.0], [np.nan] * 4])
    at_the_cuts = np.column_stack([np.resize(codes[:, :3], (60, 3)), np.resize(theirs.bins_[3][0], 60)])
    people = np.concatenate([codes, never_seen, at_the_cuts])
    assert isinstance(ours, Additive)
    assert len(ours.pairs) == EFFORT.interactions
    assert np.allclose(ours.probabilities(people), floored(theirs.predict_proba(people)), atol=1e-12)


def test_columns_that_say_nothing_do_no_harm() -> None:
    codes, y = answers(400, 3)
    codes[:, 0], codes[:, 1], codes[:, 2] = np.nan, np.nan, 1.0

    fitted = fitting.fit("additive", (), fitting.plain_rows(codes, y, 3, [False, True, False, False]), EFFORT, seed=0)

    assert np.isfinite(fitted.probabilities(codes)).all()

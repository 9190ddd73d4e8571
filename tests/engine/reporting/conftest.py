"""A study trained once for all tests of the report."""

from __future__ import annotations

import pytest

from engine import table
from engine.encoding import codes_of_table
from engine.release import Release
from engine.reporting.study import Study
from engine.training import classes_of, train


@pytest.fixture(scope="session")
def coffee_study(coffee_release: Release) -> Study:
    """Return the study of the coffee survey's sample: the rows, repeats and seed that `coffee_release` learnt from."""
    survey = coffee_release.model.survey
    rows = table.read(survey, survey.folder / "sample.csv")
    trained = train(survey, rows, repeats=1, n_jobs=1)
    codes = codes_of_table(survey, rows.answers)
    segments, _ = trained.learnt.segmentation.place(codes)
    return Study(survey, rows, codes, classes_of(survey, rows), trained, segments, seed=0)

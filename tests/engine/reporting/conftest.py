"""A study trained once for all tests of the report."""

from __future__ import annotations

from datetime import date

import pytest

from engine import table
from engine.encoding import codes_of_table
from engine.release import Release
from engine.reporting import report as reports
from engine.reporting.report import Report
from engine.reporting.study import Study
from engine.training import classes_of, train
from tests.engine.reporting.undrawn import undrawn


@pytest.fixture(scope="session")
def coffee_study(coffee_release: Release) -> Study:
    """Return the study of the coffee survey's sample: the rows, repeats and seed that `coffee_release` learnt from."""
    survey = coffee_release.model.survey
    rows = table.read(survey, survey.folder / "sample.csv")
    trained = train(survey, rows, repeats=1, n_jobs=1)
    codes = codes_of_table(survey, rows.answers)
    segments, _ = trained.learnt.segmentation.place(codes)
    return Study(survey, rows, codes, classes_of(survey, rows), trained, segments, seed=0)


@pytest.fixture(scope="session")
def coffee_report(coffee_study: Study, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Return the report of `coffee_study`, written, its pictures undrawn."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(reports, "_painted", undrawn)
        patched.setattr(reports, "study", lambda *_, **__: coffee_study)
        out = tmp_path_factory.mktemp("report")
        return reports.report(coffee_study.survey, coffee_study.table, out, day=date(2026, 1, 2))

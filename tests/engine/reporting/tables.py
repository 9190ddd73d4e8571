"""Studies of a table of answers as somebody gave them: no segments, no model."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd

from engine.encoding import classes_of_labels, codes_of_table
from engine.reporting.charts import Bars
from engine.reporting.parts import Section
from engine.reporting.study import Study
from engine.segmentation import Segmentation
from engine.survey import Survey
from engine.table import Table
from engine.training import Trained
from tests.engine.reporting.by_hand import picture


def table_of(survey: Survey, answers: pd.DataFrame, target: list[str], **found: Any) -> Table:
    """Return a table of these answers in which nothing was repaired, ignored or left out but what ``found`` says."""
    nothing: dict[str, Any] = {
        "ids": None,
        "columns": {},
        "ignored": (),
        "repaired": (),
        "unseen": (),
        "constant": (),
        "unlabelled": 0,
        "fingerprint": "",
        "source": "answers.xlsx",
        "synthetic": False,
    }
    return Table(answers=answers, target=pd.Series(target, dtype=object), **(nothing | found))


def study_of_table(survey: Survey, table: Table, leaks: tuple[str, ...] = ()) -> Study:
    """Return a study of a table whose sections read neither model nor segments."""
    assert table.target is not None
    trained = SimpleNamespace(leaks=leaks, learnt=SimpleNamespace(segmentation=cast(Segmentation, None)))
    return Study(
        survey,
        table,
        codes_of_table(survey, table.answers),
        classes_of_labels(survey, table.target),
        cast(Trained, trained),
        np.zeros(len(table.answers), dtype=np.intp),
        seed=0,
    )


def bars(section: Section, name: str) -> Bars:
    """Return a section's picture of bars."""
    chart = picture(section, name).chart
    assert isinstance(chart, Bars)
    return chart

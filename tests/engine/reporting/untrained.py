"""Studies of answers made by hand, for what needs the answers and no model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np

from engine import survey as surveys
from engine.reporting.study import Study
from engine.survey import Survey

SURVEYS = Path(__file__).parents[2] / "surveys"
COFFEE = surveys.load(SURVEYS / "coffee")


def untrained(answers: Mapping[str, Sequence[float]], grades: Sequence[int], survey: Survey = COFFEE) -> Study:
    """Return a study that knows answers and classes only: whatever asks for its model fails.

    Parameters
    ----------
    answers : mapping of column to codes, one a respondent
        Whoever is not named did not answer.
    grades : sequence of int
        Classes, 0 being the best.
    survey : Survey
    """
    codes = np.full((len(grades), len(survey.features)), np.nan)
    for place, feature in enumerate(survey.features):
        if feature.column in answers:
            codes[:, place] = answers[feature.column]
    nothing = cast("Any", None)
    return Study(survey, nothing, codes, np.array(grades), nothing, nothing, seed=0)

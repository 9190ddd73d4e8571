"""Blank boxes of select-all questions: not ticked, or not answered."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engine.survey import Survey


def fill_unticked(survey: Survey, answers: pd.DataFrame) -> pd.DataFrame:
    """Return the answers with 0 in those blank boxes that stand for "not ticked".

    Survey programs write a select-all question in one of two ways. KoboToolbox and ODK write 1 or 0 into every box of
    a person who answered, and leave all of them blank where the question was skipped. SurveyMonkey, Qualtrics,
    LimeSurvey and people who type write only what was ticked. So a blank box was not ticked where

    - its row has a tick, but no 0, among the question's boxes, or
    - no row of the table has a 0 in them, but some have a tick: then a row without any tick chose none, as an answer
      that names no box does in ``predict --answers``.

    Any other blank box is a missing answer.
    """
    filled: dict[str, NDArray[np.float64]] = {}
    for question in survey.questions:
        if question.kind == "multi":
            ticks = answers[list(question.columns)].to_numpy()
            ticked, crossed = (ticks == 1).any(axis=1), (ticks == 0).any(axis=1)
            only_ticks = ticked.any() and not crossed.any()
            unticked = np.isnan(ticks) & (only_ticks | (ticked & ~crossed))[:, np.newaxis]
            filled |= dict(zip(question.columns, np.where(unticked, 0.0, ticks).T, strict=True))
    return answers.assign(**filled)

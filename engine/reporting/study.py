"""What a report is about: a table, and all that training and honest evaluation found in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.encoding import codes_of_table
from engine.evaluation import Evaluation, Progress
from engine.grading import points_of
from engine.predictors import Floats, Ints
from engine.segmentation import Segmentation
from engine.survey import Survey
from engine.table import Table
from engine.training import Trained, classes_of, train
from engine.translation import closest


@dataclass(frozen=True)
class Study:
    """A table and what was found in it.

    Attributes
    ----------
    survey : Survey
    table : Table
        With a target; its ``answers`` have one row a respondent.
    codes : ndarray of shape (n_respondents, n_features)
        The answers as numbers, NaN where one is missing; see `engine.encoding.codes_of_table`.
    y : ndarray of shape (n_respondents,)
        Classes, 0 being the best grade.
    trained : Trained
        The model, and what honest evaluation says of it: the same as ``engine evaluate --json`` with this seed.
    segments : ndarray of shape (n_respondents,)
        The segment of each respondent, as an index of ``segmentation.segments``.
    seed : int
    """

    survey: Survey
    table: Table
    codes: Floats
    y: Ints
    trained: Trained
    segments: Ints
    seed: int

    @property
    def evaluation(self) -> Evaluation:
        """The honest numbers."""
        return self.trained.evaluation

    @property
    def segmentation(self) -> Segmentation:
        """The segments of all rows."""
        return self.trained.learnt.segmentation

    @property
    def points(self) -> Floats:
        """The points of each respondent's own answer to the target, of shape (n_respondents,)."""
        points: Floats = points_of(len(self.survey.target.grades))[self.y]
        return points

    def segment_names(self, language: str) -> tuple[str, ...]:
        """Return what those who read reports call each segment."""
        languages = self.survey.languages
        names = (segment.name for segment in self.segmentation.segments)
        return tuple(name[closest(language, tuple(name)) or languages[0]] for name in names)

    def rng(self, place: int) -> np.random.Generator:
        """Return random numbers for one part of the report, the same for the same seed."""
        return np.random.default_rng([self.seed, 7_000 + place])


def study(
    survey: Survey,
    table: Table,
    *,
    repeats: int | None = None,
    seed: int = 0,
    progress: Progress = lambda done, of: None,
) -> Study:
    """Train on a table and evaluate honestly, as ``engine train`` and ``engine evaluate`` do.

    Raises
    ------
    TrainingError
        Where there are too few rows, or all have one grade.
    """
    trained = train(survey, table, repeats=repeats, seed=seed, progress=progress)
    codes = codes_of_table(survey, table.answers)
    segments, _ = trained.learnt.segmentation.place(codes)
    return Study(survey, table, codes, classes_of(survey, table), trained, segments, seed)

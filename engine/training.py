"""From a table to a trained, evaluated model: fit on all rows, score the whole procedure honestly beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.assessment import Learnt
from engine.comparison import count_others
from engine.encoding import classes_of_labels, codes_of_table, fit_encoding
from engine.errors import TrainingError
from engine.evaluation import Evaluation, Learning, Progress, default_repeats, fit_and_evaluate
from engine.fitting import Setting
from engine.grading import points_of
from engine.leaks import leaking
from engine.predictors import Floats, Ints
from engine.segmentation import fit_segmentation
from engine.survey import Feature, Survey
from engine.table import Table

FEWEST_ROWS = 30
"""Labelled rows below which five folds inside five folds have nothing left to learn from."""


@dataclass(frozen=True)
class Trained:
    """A model and what honest evaluation says of it.

    Attributes
    ----------
    leaks : tuple of str
        Columns that alone give the target away; see `engine.leaks`.
    settings : dict of str to tuple of float
        What tuning chose for each part of the blend; see `engine.fitting.fit`.
    """

    learnt: Learnt
    leaks: tuple[str, ...]
    evaluation: Evaluation
    settings: dict[str, Setting]
    seed: int


def classes_of(survey: Survey, table: Table) -> Ints:
    """Return the observed classes of a labelled table, 0 being the best grade; shape (n_respondents,)."""
    assert table.target is not None
    return classes_of_labels(survey, table.target)


def train(
    survey: Survey,
    table: Table,
    *,
    repeats: int | None = None,
    seed: int = 0,
    n_jobs: int | None = None,
    progress: Progress = lambda done, of: None,
) -> Trained:
    """Fit and evaluate.

    Parameters
    ----------
    survey : Survey
    table : Table
        With a target; see `engine.table.read`.
    repeats : int, optional
        Repeats of the outer cross-validation; by default 3, and 1 above 1,000 rows.
    seed : int
        The same table and seed give the same model and numbers.
    n_jobs : int, optional
        Processes that share the work; by default one a core.
    progress : callable
        Called with (done, of).

    Raises
    ------
    TrainingError
        Where there are too few rows, or all have one grade.
    """
    require_something_to_learn(survey, table)
    codes, y = codes_of_table(survey, table.answers), classes_of(survey, table)
    n_classes = len(survey.target.grades)
    learning, evaluation = fit_and_evaluate(
        survey.features,
        codes,
        y,
        n_classes,
        repeats=repeats or default_repeats(len(y)),
        seed=seed,
        n_jobs=n_jobs,
        progress=lambda done, of: progress(done, of + 1),  # segments and leaks are the last piece
    )
    learnt = learnt_from(survey, codes, y, learning, informative=evaluation.signal, seed=seed, real=not table.synthetic)
    leaks = leaking(survey.features, codes, y, n_classes)
    progress(1, 1)
    return Trained(learnt, leaks, evaluation, learning.settings, seed)


def leaks_of(survey: Survey, table: Table) -> tuple[str, ...]:
    """Return the columns of a labelled table that alone give the target away."""
    codes = codes_of_table(survey, table.answers)
    return leaking(survey.features, codes, classes_of(survey, table), len(survey.target.grades))


def require_something_to_learn(survey: Survey, table: Table) -> None:
    """Raise `TrainingError` where there are too few rows, all have one grade, or all have the same answers."""
    y = classes_of(survey, table)
    if len(y) < FEWEST_ROWS:
        raise TrainingError(
            f"{table.source}: {len(y)} labelled rows: training needs at least {FEWEST_ROWS}; collect more answers"
        )
    if len(np.unique(y)) < 2:
        only = survey.target.grades[int(y[0])].value
        raise TrainingError(
            f'{table.source}: every row says "{only}" in {survey.target.column}: with one grade there is nothing to '
            "predict; add people who answered otherwise"
        )
    if len(table.constant) == len(survey.features):
        raise TrainingError(
            f"{table.source}: every row holds the same answers to all questions: nothing tells people apart; "
            "is one row copied over the others?"
        )


def learnt_from(
    survey: Survey,
    codes: Floats,
    y: Ints,
    learning: Learning,
    *,
    informative: bool,
    seed: int,
    real: bool = False,
) -> Learnt:
    """Put together what serving needs, from what was learnt from these rows.

    Parameters
    ----------
    survey : Survey
    codes : ndarray of shape (n_respondents, n_features)
    y : ndarray of shape (n_respondents,)
        Classes, 0 being the best.
    learning : Learning
    informative : bool
        Whether honest evaluation found more than the class shares.
    seed : int
    real : bool, default False
        Whether the rows are of real people, whom others may be compared with.
    """
    points = points_of(len(survey.target.grades))
    return Learnt(
        candidate=learning.name,
        blend=learning.blend,
        thresholds=learning.thresholds,
        segmentation=fit_segmentation(survey, codes, points[y], fit_encoding(survey.features, codes), seed=seed),
        quantiles={
            feature.column: np.unique(np.nanquantile(codes[:, i], np.linspace(0.1, 0.9, 9), method="nearest"))
            for i, feature in enumerate(survey.features)
            if feature.kind == "number" and not np.isnan(codes[:, i]).all()
        },
        informative=informative,
        seen={feature.column: _seen(feature, codes[:, i]) for i, feature in enumerate(survey.features)},
        others=count_others(survey.features, codes, y) if real else None,
    )


def _seen(feature: Feature, column: Floats) -> tuple[float, ...]:
    known = np.unique(column[~np.isnan(column)])
    return tuple(map(float, known[[0, -1]] if feature.kind == "number" and len(known) else known))

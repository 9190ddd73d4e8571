"""Answers -> codes -> the standardised columns that segments and predictions rest on."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import AnswerError
from engine.survey import Choice, Code, Feature, Survey
from engine.tables.cells import number

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

VALUE, LEVEL, MISSING = 0, 1, 2
"""What a column of the encoded matrix holds: a number, "is this level", or "was not answered"."""

BLOCK_ROWS = 10_000
"""Rows that are encoded at once: the steps in between take several times their memory."""

_YES = frozenset({"1", "1.0", "yes", "true", "x"})
_NO = frozenset({"0", "0.0", "no", "false", ""})


def levels(feature: Feature) -> tuple[Choice, ...]:
    """Return the choices that may stand in a table, in the definition's order."""
    return tuple(choice for choice in feature.question.choices if choice.ends is None)


def code_of(feature: Feature, choice: Choice) -> float:
    """Return an ordinal choice's code, or a nominal choice's place in the definition."""
    return choice.code if choice.code is not None else float(levels(feature).index(choice))


def codes_of_table(survey: Survey, answers: pd.DataFrame) -> Floats:
    """Turn a table's canonical answers into codes.

    Parameters
    ----------
    survey : Survey
    answers : DataFrame of shape (n_respondents, n_features)
        As `engine.table.read` returns them: labels, numbers, 0/1; missing cells are NA.

    Returns
    -------
    ndarray of shape (n_respondents, n_features)
        Ordinal: the code. Nominal: the level's place in the definition. Missing: NaN.
    """
    codes = np.empty((len(answers), len(survey.features)))
    for i, feature in enumerate(survey.features):
        column = answers[feature.column]
        if feature.kind in ("ordinal", "nominal"):
            column = column.map({choice.value: code_of(feature, choice) for choice in levels(feature)})
        codes[:, i] = column.to_numpy(dtype=float, na_value=np.nan)
    return codes


def classes_of_labels(survey: Survey, labels: pd.Series[str]) -> NDArray[np.intp]:
    """Return the classes, 0 being the best grade, of the target's values; shape (n_respondents,)."""
    place = {grade.value: i for i, grade in enumerate(survey.target.grades)}
    return np.asarray(labels.map(place), dtype=np.intp)


def codes_of_answers(survey: Survey, answers: Mapping[str, Any]) -> Floats:
    """Turn one person's answers into codes.

    Parameters
    ----------
    survey : Survey
    answers : mapping of column to answer
        Labels (aliases and spellings are understood), numbers, 0/1. A select-all column that is not named was not
        chosen; an optional question that is not named is missing.

    Returns
    -------
    ndarray of shape (n_features,)

    Raises
    ------
    AnswerError
        With every unknown column, unknown label and missing required answer at once.
    """
    faults = [_unknown_column(survey, column) for column in answers if column not in survey.feature]
    codes = np.full(len(survey.features), np.nan)
    for i, feature in enumerate(survey.features):
        try:
            codes[i] = _code_of_answer(feature, answers.get(feature.column))
        except ValueError as error:
            faults.append(f"{feature.column}: {error}")
    if faults:
        raise AnswerError("answers", faults)
    return codes


def _unknown_column(survey: Survey, column: str) -> str:
    if column == survey.target.column:
        return f"{column}: that is what is predicted; leave it out"
    close = difflib.get_close_matches(column, survey.feature, 1)
    return f"{column}: not a column of the survey" + (f'; did you mean "{close[0]}"?' if close else "")


def _code_of_answer(feature: Feature, answer: Any) -> float:
    if feature.kind == "binary":
        return _ticked(answer)
    if answer is None:
        if feature.question.required and feature.question.when.alternatives == ((),):
            raise ValueError(f"an answer is needed ({_allowed(feature)})")
        return math.nan
    if feature.kind == "number":
        return number(feature.question, str(answer).strip())
    choice = feature.question.find(str(answer))
    if choice is None or choice.ends is not None:
        raise ValueError(f'"{answer}" is not among its answers ({_allowed(feature)})')
    return code_of(feature, choice)


def _ticked(answer: Any) -> float:
    word = str(int(answer) if isinstance(answer, bool) else "" if answer is None else answer).strip().casefold()
    if word in _YES or word in _NO:
        return float(word in _YES)
    raise ValueError(f'"{answer}" is neither 1 (chosen) nor 0')


def _allowed(feature: Feature) -> str:
    if feature.kind == "number":
        low, high = feature.question.minimum, feature.question.maximum
        return f"{'any' if low is None else f'{low:g}'} to {'any' if high is None else f'{high:g}'}"
    return "one of: " + ", ".join(choice.value for choice in levels(feature))


def label_of(feature: Feature, code: float) -> str | None:
    """Return the table's label for a code ("1"/"0" of a select-all column, a number as text); None: missing."""
    if math.isnan(code):
        return None
    if feature.kind in ("number", "binary"):
        return str(int(code)) if code.is_integer() else str(float(code))
    return next(choice.value for choice in levels(feature) if code_of(feature, choice) == code)


def codes_for_conditions(survey: Survey, codes: Floats) -> dict[str, Code]:
    """Return column -> code (nominal: label) of what was answered, as `Condition.fits` reads it."""
    return {
        feature.column: (label_of(feature, code) or "") if feature.kind == "nominal" else float(code)
        for feature, code in zip(survey.features, codes, strict=True)
        if not math.isnan(code)
    }


@dataclass(frozen=True)
class Encoding:
    """The learnt step from codes to standardised columns; the same for training and for one person.

    Numbers, ordinal codes and 0/1 answers become one column each: a missing one takes the training median, and a
    column of its own says so where training had missing ones. A nominal question becomes a column per level seen in
    training, "not answered" being a level; its columns share one scale, so that the whole question weighs as much as
    any other. A level that training never saw leaves them all at "no".

    Attributes
    ----------
    source : ndarray of shape (n_columns,)
        Index of the feature that a column comes from: the player in an explanation.
    role : ndarray of shape (n_columns,)
        VALUE, LEVEL or MISSING.
    level : ndarray of shape (n_columns,)
        For LEVEL columns the code that they stand for.
    fill, mean, scale : ndarray of shape (n_columns,)
        Median used for missing values; centre and spread in the training rows.
    """

    source: NDArray[np.intp]
    role: NDArray[np.intp]
    level: Floats
    fill: Floats
    mean: Floats
    scale: Floats

    def transform(self, codes: Floats) -> Floats:
        """Return the standardised columns.

        Parameters
        ----------
        codes : ndarray of shape (n_respondents, n_features)

        Returns
        -------
        ndarray of shape (n_respondents, n_columns)
        """
        columns = np.empty((len(codes), len(self.source)))
        for i in range(0, len(codes), BLOCK_ROWS):
            columns[i : i + BLOCK_ROWS] = (self._raw(codes[i : i + BLOCK_ROWS]) - self.mean) / self.scale
        return columns

    def _raw(self, codes: Floats) -> Floats:
        found = codes[:, self.source]
        missing = np.isnan(found)
        values = np.where(missing, self.fill, found)
        return np.where(
            self.role == VALUE,
            values,
            np.where(self.role == LEVEL, found == self.level, missing).astype(float),
        )

    @property
    def answers_only(self) -> NDArray[np.bool_]:
        """Mask of the columns that segments rest on: all but "was not answered"."""
        mask: NDArray[np.bool_] = self.role != MISSING
        return mask


def as_answered(n_features: int) -> Encoding:
    """Return an `Encoding` that leaves codes as they are, a column each, missing ones included."""
    nothing = np.zeros(n_features)
    return Encoding(
        source=np.arange(n_features),
        role=np.full(n_features, VALUE),
        level=nothing,
        fill=np.full(n_features, np.nan),
        mean=nothing,
        scale=np.ones(n_features),
    )


def fit_encoding(features: Sequence[Feature], codes: Floats) -> Encoding:
    """Learn an `Encoding` from training codes of shape (n_respondents, n_features)."""
    columns: list[tuple[int, int, float, float]] = []
    for i, feature in enumerate(features):
        known = codes[~np.isnan(codes[:, i]), i]
        gaps = len(known) < len(codes)
        if feature.kind == "nominal":
            columns += [(i, LEVEL, float(level), 0.0) for level in np.unique(known)]
        else:
            columns.append((i, VALUE, 0.0, float(np.median(known)) if len(known) else 0.0))
        if gaps:
            columns.append((i, MISSING, 0.0, 0.0))
    source, role, level, fill = (np.array(values) for values in zip(*columns, strict=True))
    unscaled = Encoding(source, role, level, fill, np.zeros(len(role)), np.ones(len(role)))
    raw = unscaled.transform(codes)
    spread = raw.var(axis=0)
    for i in np.unique(source[role == LEVEL]):
        same = (source == i) & (role == LEVEL)
        spread[same] = spread[same].sum()
    scale = np.sqrt(np.where(spread > 1e-12, spread, 1.0))
    return Encoding(source, role, level, fill, raw.mean(axis=0), scale)

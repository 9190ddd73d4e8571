"""A true comparison with others: of the people who gave an answer, how many said what is best; no model's guess."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from engine.encoding import code_of, levels
from engine.predictors import Floats, Ints
from engine.survey import Feature

FEWEST = 5
"""People in each cell that is told, those who said what is best as well as the others: fewer could be known by it."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many gave an answer, and how many of those said what is best."""

    people: int
    best: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What others said who gave the same answer to one question; ``answer`` as in `engine.assessment.Impact`."""

    feature: str
    answer: str
    people: int
    best: int


Counts: TypeAlias = Mapping[str, Mapping[float, Count]]
"""By column and code; answers of which nothing may be told are left out."""


def count_others(features: Sequence[Feature], codes: Floats, y: Ints) -> Counts:
    """Count, for every answer, who gave it and who of those said what is best.

    Parameters
    ----------
    features : sequence of Feature
    codes : ndarray of shape (n_respondents, n_features)
        Of real people; invented rows are nobody to be compared with.
    y : ndarray of shape (n_respondents,)
        Classes, 0 being the best.

    Examples
    --------
    >>> from engine import survey
    >>> features = survey.load("coffee").features[:1]
    >>> drinks = np.repeat([2.0, 0.0], [12, 9])[:, None]  # 12 daily, of whom 7 say the best; 9 rarely, of whom 1 does
    >>> count_others(features, drinks, np.repeat([0, 1, 0, 1], [7, 5, 1, 8]))
    {'Often': {2.0: Count(people=12, best=7)}}
    """
    told = {}
    for i, feature in enumerate(features):
        counts = {code: _count(y[codes[:, i] == code]) for code in _codes(feature)}
        told[feature.column] = {code: count for code, count in counts.items() if _may_be_told(count)}
    return told


def compare(counts: Counts, answers: Mapping[str, tuple[float, str | None]], order: Iterable[str]) -> Comparison | None:
    """Return the comparison for the first answer in ``order`` of which one may be told.

    Parameters
    ----------
    counts : Counts
    answers : mapping of column to (code, label)
        One person's.
    order : iterable of str
        Columns, those that moved the person's guess most first: never the one that looks best.
    """
    for column in order:
        code, label = answers[column]
        count = counts.get(column, {}).get(code)
        if count is not None and label is not None:
            return Comparison(column, label, count.people, count.best)
    return None


def _codes(feature: Feature) -> Sequence[float]:
    """Return an answer's codes; of a number hardly two people give the same."""
    if feature.kind == "number":
        return ()
    return (0.0, 1.0) if feature.kind == "binary" else [code_of(feature, choice) for choice in levels(feature)]


def _count(classes: Ints) -> Count:
    return Count(len(classes), int(np.count_nonzero(classes == 0)))


def _may_be_told(count: Count) -> bool:
    return count.best >= FEWEST and count.people - count.best >= FEWEST

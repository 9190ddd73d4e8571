"""Suggestions that a person's answers call for, and the smallest change of answers that lifts the grade."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

import numpy as np

from engine.encoding import code_of, codes_for_conditions, levels
from engine.predictors import Floats, Ints
from engine.survey import Feature, Survey

MOST_ROWS = 2_000
"""Changed copies of a person's answers that are scored at most, in one batch."""
MOST_PAIRED = 60
"""Single changes that are also tried in pairs where all pairs are too many: those that raise the score most."""
MOST_OFFERED = 3

Move: TypeAlias = tuple[int, float]
"""(index of the feature, its new code)."""


@dataclass(frozen=True)
class Scored:
    """Changed answers and what the model says of them.

    Attributes
    ----------
    moves : tuple of Move
    probabilities : ndarray of shape (n_classes,)
    score : float
    grade : int
        Class by the grade rule, 0 being the best.
    """

    moves: tuple[Move, ...]
    probabilities: Floats
    score: float
    grade: int


def moves(features: Sequence[Feature], codes: Floats, quantiles: Mapping[str, Floats]) -> list[Move]:
    """Return every single change of an actionable answer in its good direction, the nearest first.

    Parameters
    ----------
    features : sequence of Feature
    codes : ndarray of shape (n_features,)
        One person's answers; unanswered ones are not moved.
    quantiles : mapping of column to ndarray
        For number questions the values to try.
    """
    found = []
    for i, feature in enumerate(features):
        code = float(codes[i])
        way = feature.actionable
        if way is None or math.isnan(code):
            continue
        good = [
            new
            for new in _possible(feature, quantiles)
            if new != code and (way == "any" or (new > code) == (way == "up"))
        ]
        found += [(i, new) for new in sorted(good, key=lambda new: abs(new - code))]
    return found


def _possible(feature: Feature, quantiles: Mapping[str, Floats]) -> list[float]:
    if feature.kind == "binary":
        return [0.0, 1.0]
    if feature.kind == "number":
        return [float(value) for value in quantiles[feature.column]]
    return [code_of(feature, choice) for choice in levels(feature)]


def score_changes(
    features: Sequence[Feature],
    codes: Floats,
    quantiles: Mapping[str, Floats],
    predict: Callable[[Floats], tuple[Floats, Floats, Ints]],
) -> list[Scored]:
    """Score single and paired changes by the very model that scored the person, in one batch where they fit one.

    Parameters
    ----------
    predict : callable
        Codes of shape (n, n_features) -> probabilities, scores, classes by the grade rule.

    Returns
    -------
    list of Scored
        Single changes first, then pairs.
    """
    single = moves(features, codes, quantiles)
    if len(single) * (len(single) + 1) // 2 <= MOST_ROWS:
        return _scored(codes, [*((move,) for move in single), *_pairs(single)], predict)
    alone = _scored(codes, [(move,) for move in single], predict)
    best = sorted(alone, key=lambda one: -one.score)[:MOST_PAIRED]
    return alone + _scored(codes, _pairs([one.moves[0] for one in best]), predict)


def _pairs(single: Sequence[Move]) -> list[tuple[Move, ...]]:
    return [pair for pair in combinations(single, 2) if pair[0][0] != pair[1][0]]


def _scored(
    codes: Floats, tried: Sequence[tuple[Move, ...]], predict: Callable[[Floats], tuple[Floats, Floats, Ints]]
) -> list[Scored]:
    if not tried:
        return []
    changed = np.tile(codes, (len(tried), 1))
    for row, some in zip(changed, tried, strict=True):
        for i, new in some:
            row[i] = new
    probabilities, scores, grades = predict(changed)
    return [Scored(*parts) for parts in zip(tried, probabilities, map(float, scores), map(int, grades), strict=True)]


def smallest_changes(features: Sequence[Feature], codes: Floats, scored: Sequence[Scored], now: Scored) -> list[Scored]:
    """Return the smallest change that lifts the grade, then what moves the chance of the best grade most.

    Smallest is fewest answers, then fewest steps on their scales, then the higher score. Where nothing lifts the
    grade only single changes that raise the chance of the best grade are offered.
    """

    def size(one: Scored) -> tuple[int, float, float]:
        return len(one.moves), sum(_steps(features[i], codes[i], new) for i, new in one.moves), -one.score

    lifting = sorted((one for one in scored if one.grade < now.grade), key=size)[:1]
    raising = sorted(
        (
            one
            for one in scored
            if len(one.moves) == 1 and one.probabilities[0] > now.probabilities[0] + 1e-9 and one not in lifting
        ),
        key=lambda one: -float(one.probabilities[0]),
    )
    offered = list(lifting)
    for one in raising:
        if all(one.moves[0][0] != other.moves[0][0] or len(other.moves) > 1 for other in offered):
            offered.append(one)
    return offered[:MOST_OFFERED]


def _steps(feature: Feature, code: float, new: float) -> float:
    if feature.kind in ("nominal", "number"):
        return 1.0
    scale = sorted(_possible(feature, {}))
    return abs(float(np.searchsorted(scale, new) - np.searchsorted(scale, code)))


def rank_suggestions(
    survey: Survey, codes: Floats, impacts: Floats, scored: Sequence[Scored], score: float
) -> list[tuple[int, float]]:
    """Return the suggestions for the person whose conditions their answers fit, by gain.

    The gain of a suggestion is what the best single change of an answer that it speaks of would add to the score; where
    none of them is actionable, what these answers now cost the score. It is never below 0.

    Returns
    -------
    list of (index into ``survey.suggestions``, gain in points)
    """
    answers = codes_for_conditions(survey, codes)
    best: dict[str, float] = {}
    for one in scored:
        if len(one.moves) == 1:
            column = survey.features[one.moves[0][0]].column
            best[column] = max(best.get(column, 0.0), one.score - score)
    cost = {feature.column: -float(impact) for feature, impact in zip(survey.features, impacts, strict=True)}
    ranked = [
        (
            index,
            max(0.0, *(best.get(column, cost[column]) for column in sorted(suggestion.when.columns)), 0.0),
        )
        for index, suggestion in enumerate(survey.suggestions)
        if suggestion.by == "person" and suggestion.when.fits(answers)
    ]
    return sorted(ranked, key=lambda item: -item[1])

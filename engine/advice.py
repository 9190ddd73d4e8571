"""Suggestions that a person's answers call for, and the smallest change of answers that lifts the grade."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np

from engine.changes import Changes
from engine.encoding import code_of, codes_for_conditions, levels
from engine.predictors import Floats, Ints
from engine.survey import Feature, Survey

MOST_OFFERED = 3


class Move(NamedTuple):
    """One answer changed: index of the feature, its new code, and how many steps that is on its scale."""

    feature: int
    code: float
    steps: float


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


Verdict: TypeAlias = tuple[Floats, Floats, Ints]
"""Probabilities, scores and classes by the grade rule, one row per change."""


@dataclass(frozen=True)
class Tried:
    """All changes that were scored: every single one in the order of ``moves``, then pairs.

    Attributes
    ----------
    first, second : ndarray of shape (n_tried,)
        Indices into ``moves``; -1: no second change.
    """

    moves: Sequence[Move]
    first: Ints
    second: Ints
    probabilities: Floats
    scores: Floats
    grades: Ints

    def __getitem__(self, row: int) -> Scored:
        made = (self.moves[i] for i in (self.first[row], self.second[row]) if i >= 0)
        return Scored(tuple(made), self.probabilities[row], float(self.scores[row]), int(self.grades[row]))


def scales(features: Sequence[Feature], quantiles: Mapping[str, Floats]) -> tuple[Floats, ...]:
    """Return, per feature, the codes that an answer may be moved to, ascending; none where it is not actionable.

    Parameters
    ----------
    features : sequence of Feature
    quantiles : mapping of column to ndarray
        For number questions the values to try.
    """
    return tuple(
        np.sort(_possible(feature, quantiles)) if feature.actionable is not None else np.empty(0)
        for feature in features
    )


def _possible(feature: Feature, quantiles: Mapping[str, Floats]) -> Floats:
    if feature.kind == "binary":
        return np.array([0.0, 1.0])
    if feature.kind == "number":
        return quantiles.get(feature.column, np.empty(0))
    return np.array([code_of(feature, choice) for choice in levels(feature)])


def moves(features: Sequence[Feature], reachable: Sequence[Floats], codes: Floats) -> list[Move]:
    """Return every single change of an actionable answer in its good direction: per answer, the nearest first.

    Parameters
    ----------
    features : sequence of Feature
    reachable : sequence of ndarray
        See `scales`.
    codes : ndarray of shape (n_features,)
        One person's answers; unanswered ones are not moved.
    """
    found = []
    for i, (feature, scale, code) in enumerate(zip(features, reachable, codes.tolist(), strict=True)):
        if not len(scale) or math.isnan(code):
            continue
        way = feature.actionable
        good = [new for new in scale.tolist() if new != code and (way == "any" or (new > code) == (way == "up"))]
        here = np.searchsorted(scale, code)
        for new in sorted(good, key=lambda new: abs(new - code)):
            known = feature.kind in ("ordinal", "binary")
            found.append(Move(i, new, abs(float(np.searchsorted(scale, new) - here)) if known else 1.0))
    return found


def try_changes(single: Sequence[Move], rescore: Callable[[Changes], Verdict], *, most_rows: int) -> Tried:
    """Score single and paired changes by the very model that scored the person.

    Parameters
    ----------
    single : sequence of Move
    rescore : callable
        What the model says of the person's answers after each change.
    most_rows : int
        Where all pairs are more, only the single changes that raise the score most are also tried in pairs.
    """
    alone = np.arange(len(single))
    if len(single) * (len(single) + 1) // 2 <= most_rows:
        return _tried(
            single, np.concatenate([[alone, np.full(len(alone), -1)], _pairs(single, alone)], axis=1), rescore
        )
    first = _tried(single, np.stack([alone, np.full(len(alone), -1)]), rescore)
    most_paired = int(np.sqrt(2 * max(most_rows - len(single), 0)))
    best = np.sort(np.argsort(-first.scores, kind="stable")[:most_paired])
    paired = _tried(single, _pairs(single, best), rescore)
    return Tried(
        single,
        *(
            np.concatenate([getattr(first, part), getattr(paired, part)])
            for part in ("first", "second", "probabilities", "scores", "grades")
        ),
    )


def _pairs(single: Sequence[Move], some: Ints) -> Ints:
    """Return pairs of changes of different answers, shape (2, n_pairs)."""
    feature = np.array([move.feature for move in single], dtype=np.intp)
    pairs = some[np.stack(np.triu_indices(len(some), 1))] if len(some) else np.empty((2, 0), dtype=np.intp)
    return pairs[:, feature[pairs[0]] != feature[pairs[1]]]


def _tried(single: Sequence[Move], tried: Ints, rescore: Callable[[Changes], Verdict]) -> Tried:
    feature = np.array([move.feature for move in single], dtype=np.intp)
    code = np.array([move.code for move in single], dtype=float)
    first, second = tried.astype(np.intp)
    return Tried(single, first, second, *rescore(Changes(feature, code, first, second)))


def smallest_changes(tried: Tried, now: Scored) -> list[Scored]:
    """Return the smallest change that lifts the grade, then what moves the chance of the best grade most.

    Smallest is fewest answers, then fewest steps on their scales, then the higher score. Where nothing lifts the
    grade only single changes that raise the chance of the best grade are offered.
    """
    offered = [tried[row] for row in _smallest(tried, np.flatnonzero(tried.grades < now.grade))]
    chance = tried.probabilities[: len(tried.moves), 0]
    raising = np.flatnonzero(chance > now.probabilities[0] + 1e-9)
    taken = {one.moves[0].feature for one in offered if len(one.moves) == 1}
    for row in raising[np.argsort(-chance[raising], kind="stable")]:
        if tried.moves[row].feature not in taken:
            taken.add(tried.moves[row].feature)
            offered.append(tried[row])
    return offered[:MOST_OFFERED]


def _smallest(tried: Tried, lifting: Ints) -> Ints:
    steps = np.array([*(move.steps for move in tried.moves), 0.0])  # the last one for "no second change"
    first, second = tried.first[lifting], tried.second[lifting]
    order = np.lexsort((-tried.scores[lifting], steps[first] + steps[second], second >= 0))
    return lifting[order[:1]]


def rank_suggestions(
    survey: Survey, codes: Floats, impacts: Floats, tried: Tried, score: float
) -> list[tuple[int, float]]:
    """Return the suggestions for the person whose conditions their answers fit, by gain.

    The gain of a suggestion is what the best single change of an answer that it speaks of would add to the score; where
    none of them is actionable, what these answers now cost the score. It is never below 0.

    Returns
    -------
    list of (index into ``survey.suggestions``, gain in points)
    """
    answers = codes_for_conditions(survey, codes)
    gain = {feature.column: -float(impact) for feature, impact in zip(survey.features, impacts, strict=True)}
    best: dict[str, float] = {}
    for move, after in zip(tried.moves, tried.scores.tolist(), strict=False):
        column = survey.features[move.feature].column
        best[column] = max(best.get(column, 0.0), after - score)
    gain.update(best)
    ranked = [
        (index, max(0.0, *(gain[column] for column in suggestion.when.columns), 0.0))
        for index, suggestion in enumerate(survey.suggestions)
        if suggestion.by == "person" and suggestion.when.fits(answers)
    ]
    return sorted(ranked, key=lambda item: -item[1])

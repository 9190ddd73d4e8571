"""What the engine says about one person, and the model that says it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np

from engine import advice
from engine.blend import Blend
from engine.changes import Changes
from engine.comparison import Comparison, Counts, compare
from engine.encoding import code_of, codes_of_answers, label_of, levels
from engine.grading import classes_by_score, points_of
from engine.membership import Membership, membership
from engine.predictors import Floats, Ints
from engine.segmentation import Segmentation
from engine.survey import Feature, Survey
from engine.trial import Trial

__all__ = [
    "Advice",
    "Assessment",
    "Change",
    "Comparison",
    "Impact",
    "Learnt",
    "Membership",
    "Model",
    "Movable",
    "Trial",
    "WhatIf",
]


@dataclass(frozen=True, slots=True)
class Impact:
    """How far one answer moved this person's score from the base, in points.

    ``answer`` is the table's label (or "1"/"0" of a select-all column, or a number as text); None: not answered.
    """

    feature: str
    answer: str | None
    impact: float


@dataclass(frozen=True, slots=True)
class Advice:
    """A suggestion that this person's answers call for; ``index`` points into the survey's suggestions."""

    index: int
    gain: float


@dataclass(frozen=True, slots=True)
class Change:
    """One answer changed; labels as in the table."""

    feature: str
    before: str | None
    after: str


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Changed answers and what the very same model says then."""

    changes: tuple[Change, ...]
    grade: str
    probabilities: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Movable:
    """One answer that the person could change, and what to: its labels in the definition's order, numbers ascending."""

    feature: str
    before: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything the engine says about one person.

    Attributes
    ----------
    grade : str
        The score cut at the model's thresholds.
    most_likely : str
        The grade with the highest probability; it need not be ``grade``.
    probabilities : mapping of grade to float
        Calibrated, best grade first, summing to 1.
    score : float
        Σ points x probability, between 0 and the number of grades - 1.
    base : float
        The mean score of the background; ``base + Σ impacts == score`` to 1e-6.
    impacts : tuple of Impact
        One per feature, largest absolute impact first.
    what_if : tuple of WhatIf
        Smallest change that lifts the grade first; then what moves the chance of the best grade most.
    informative : bool
        False where the model found no signal above the class shares.
    unseen : tuple of str
        Columns whose answer nobody in the training rows gave: the guess rests on the scale there, not on people.
    movable : tuple of Movable
        The actionable answers, in the definition's order; see `Model.try_answers`.
    comparison : Comparison or None
        What real people said who gave the same answer: the one that counted most here, of those that may be told.
    trial : Trial or None
        How the model did on people whom it had not learnt from, where that is known.
    """

    grade: str
    most_likely: str
    probabilities: Mapping[str, float]
    score: float
    base: float
    impacts: tuple[Impact, ...]
    segment: Membership
    suggestions: tuple[Advice, ...]
    what_if: tuple[WhatIf, ...]
    model_version: str
    synthetic: bool
    informative: bool
    answers: Mapping[str, Any]
    thresholds: tuple[float, ...]
    unseen: tuple[str, ...] = ()
    movable: tuple[Movable, ...] = ()
    comparison: Comparison | None = None
    trial: Trial | None = None


@dataclass(frozen=True)
class Learnt:
    """All that training found and serving needs: plain arrays, stored as one file.

    Attributes
    ----------
    candidate : str
        Name of the only predictor with weight, or "blend".
    blend : Blend
    thresholds : ndarray of shape (n_classes - 1,)
        Ascending cuts of the score.
    quantiles : mapping of column to ndarray
        For number questions the values that a what-if tries.
    informative : bool
        Whether the answers told significantly more than the class shares in honest evaluation.
    seen : mapping of column to tuple of float
        Codes that occurred in training, ascending; of number questions the smallest and the largest.
    others : Counts or None
        Real people, counted by answer; None where the rows are invented, and in versions stored before they were
        counted.
    """

    candidate: str
    blend: Blend
    thresholds: Floats
    segmentation: Segmentation
    quantiles: Mapping[str, Floats]
    informative: bool
    seen: Mapping[str, tuple[float, ...]]
    others: Counts | None = None

    def unseen(self, features: Sequence[Feature], codes: Floats) -> tuple[str, ...]:
        """Return the columns of one person's answers, shape (n_features,), that training never saw the like of."""
        return tuple(
            feature.column
            for feature, code in zip(features, codes, strict=True)
            if not np.isnan(code) and not _saw(feature, self.seen[feature.column], float(code))
        )


def _saw(feature: Feature, seen: tuple[float, ...], code: float) -> bool:
    if feature.kind == "number" and seen:
        return seen[0] <= code <= seen[-1]
    return code in seen


@dataclass(frozen=True)
class Model:
    """A trained version, ready to assess people one at a time or by the table.

    Attributes
    ----------
    survey : Survey
        The definition; only its meaning has to be the one that the version was trained with.
    learnt : Learnt
    version : str
    synthetic : bool
        Whether it learnt from invented rows, which every result must say.
    trial : Trial or None
        How it did on people whom it had not learnt from, where that is known.
    """

    survey: Survey
    learnt: Learnt
    version: str
    synthetic: bool
    trial: Trial | None = None

    def assess(self, answers: Mapping[str, Any]) -> Assessment:
        """Say everything about one person.

        Parameters
        ----------
        answers : mapping of column to answer
            See `engine.encoding.codes_of_answers`.

        Returns
        -------
        Assessment

        Raises
        ------
        AnswerError
            Where an answer is unknown, or a required one is missing.

        Examples
        --------
        >>> import engine
        >>> model = engine.load("coffee")
        >>> result = model.assess({"Often": "Rarely", "Brew": "Instant", "Milk": "No", "With_Sugar": 1})
        >>> result.answers["Often"], result.answers["With_Sugar"], result.answers["Cups"]
        ('Rarely', '1', None)
        >>> result.grade != "A", {one.feature for one in result.impacts} == set(result.answers)
        (True, True)
        >>> model.assess({"Often": "hourly", "Brew": "Instant", "Milk": "No"})
        Traceback (most recent call last):
        engine.errors.AnswerError: answers: Often: "hourly" is not among its answers (one of: Daily, Weekly, Rarely)
        """
        return self.assess_codes(codes_of_answers(self.survey, answers))

    def try_answers(self, answers: Mapping[str, Any], changed: Mapping[str, Any]) -> WhatIf:
        """Say what the grade would be had one person answered some questions otherwise, all else equal.

        Raises
        ------
        AnswerError
            See `assess`.

        Examples
        --------
        >>> import engine
        >>> model = engine.load("coffee")
        >>> answers = {"Often": "Rarely", "Brew": "Instant", "Milk": "No", "With_Sugar": 1}
        >>> [(item.feature, item.others) for item in model.assess(answers).movable]
        [('Often', ('Daily', 'Weekly')), ('With_Book', ('1',))]
        >>> tried = model.try_answers(answers, {"Often": "Daily"})
        >>> tried.changes
        (Change(feature='Often', before='Rarely', after='Daily'),)
        >>> tried.probabilities == model.assess({**answers, "Often": "Daily"}).probabilities
        True
        """
        before, after = (codes_of_answers(self.survey, given) for given in (answers, {**answers, **changed}))
        probabilities, _, classes = self.predict(after[None, :])
        changes = tuple(
            Change(feature.column, label_of(feature, old), label_of(feature, new) or "")
            for feature, old, new in zip(self.survey.features, before.tolist(), after.tolist(), strict=True)
            if old != new and not math.isnan(new)
        )
        return WhatIf(changes, self._letters[int(classes[0])], self._by_letter(probabilities[0]))

    def predict(self, codes: Floats) -> tuple[Floats, Floats, Ints]:
        """Return probabilities, scores and classes by the grade rule (0 is the best) of coded answers.

        Parameters
        ----------
        codes : ndarray of shape (n_respondents, n_features)
        """
        return self._verdict(self.learnt.blend.probabilities(codes))

    def try_changes(self, codes: Floats) -> advice.Tried:
        """Score what one person, of codes of shape (n_features,), could change to their own good."""
        moves = advice.moves(self.survey.features, self._scales, codes)
        return advice.try_changes(moves, partial(self._after, codes), most_rows=self.learnt.blend.most_changes)

    def _after(self, codes: Floats, changes: Changes) -> advice.Verdict:
        return self._verdict(self.learnt.blend.probabilities_after(codes, changes))

    def _verdict(self, probabilities: Floats) -> advice.Verdict:
        return probabilities, probabilities @ self._points, classes_by_score(probabilities, self.learnt.thresholds)

    @cached_property
    def _scales(self) -> tuple[Floats, ...]:
        return advice.scales(self.survey.features, self.learnt.quantiles)

    def explain(self, codes: Floats) -> tuple[float, Floats]:
        """Share one person's score out among their answers, and nothing more: what scoring a whole table needs.

        Parameters
        ----------
        codes : ndarray of shape (n_features,)

        Returns
        -------
        base : float
        impacts : ndarray of shape (n_features,)
            In points; ``base + impacts.sum()`` is the score of `predict`.
        """
        return self.learnt.blend.explain(codes, self._points)

    @property
    def _points(self) -> Floats:
        return points_of(len(self.survey.target.grades))

    @property
    def _letters(self) -> Sequence[str]:
        return [grade.grade for grade in self.survey.target.grades]

    def assess_codes(self, codes: Floats) -> Assessment:
        """Say everything about one person whose answers are coded, shape (n_features,); see `assess`."""
        learnt, features = self.learnt, self.survey.features
        probabilities, scores, classes = self.predict(codes[None, :])
        now = advice.Scored((), probabilities[0], float(scores[0]), int(classes[0]))
        base, impacts = self.explain(codes)
        tried = self.try_changes(codes)
        labels = {f.column: label_of(f, float(code)) for f, code in zip(features, codes, strict=True)}
        ranked = np.argsort(-np.abs(impacts), kind="stable")
        return Assessment(
            grade=self._letters[now.grade],
            most_likely=self._letters[int(now.probabilities.argmax())],
            probabilities=self._by_letter(now.probabilities),
            score=now.score,
            base=base,
            impacts=tuple(Impact(features[i].column, labels[features[i].column], float(impacts[i])) for i in ranked),
            segment=membership(self.survey, learnt.segmentation, codes),
            suggestions=tuple(
                Advice(index, gain)
                for index, gain in advice.rank_suggestions(self.survey, codes, impacts, tried, now.score)
            ),
            what_if=tuple(self._what_if(one, labels) for one in advice.smallest_changes(tried, now)),
            model_version=self.version,
            synthetic=self.synthetic,
            informative=learnt.informative,
            unseen=learnt.unseen(features, codes),
            answers=labels,
            thresholds=tuple(map(float, learnt.thresholds)),
            movable=tuple(self._movable(tried.moves, labels)),
            comparison=self._compare(codes, labels, ranked),
            trial=self.trial,
        )

    def _by_letter(self, probabilities: Floats) -> dict[str, float]:
        return dict(zip(self._letters, map(float, probabilities), strict=True))

    def _movable(self, moves: Sequence[advice.Move], labels: Mapping[str, str | None]) -> Iterator[Movable]:
        reachable: dict[int, list[float]] = {}
        for move in moves:
            reachable.setdefault(move.feature, []).append(move.code)
        for place, codes in reachable.items():
            feature = self.survey.features[place]
            ordered = [code_of(feature, choice) for choice in levels(feature)] or sorted(codes)
            others = tuple(label_of(feature, code) or "" for code in ordered if code in codes)
            yield Movable(feature.column, labels[feature.column] or "", others)

    def _compare(self, codes: Floats, labels: Mapping[str, str | None], ranked: Ints) -> Comparison | None:
        if self.learnt.others is None:
            return None
        columns = [feature.column for feature in self.survey.features]
        answers = {column: (code, labels[column]) for column, code in zip(columns, codes.tolist(), strict=True)}
        return compare(self.learnt.others, answers, (columns[i] for i in ranked))

    def _what_if(self, one: advice.Scored, labels: Mapping[str, str | None]) -> WhatIf:
        changes = []
        for move in one.moves:
            feature = self.survey.features[move.feature]
            changes.append(Change(feature.column, labels[feature.column], label_of(feature, move.code) or ""))
        return WhatIf(tuple(changes), self._letters[one.grade], self._by_letter(one.probabilities))

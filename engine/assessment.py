"""What the engine says about one person, and the model that says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np

from engine import advice
from engine.blend import Blend
from engine.changes import Changes
from engine.encoding import codes_of_answers, label_of
from engine.grading import classes_by_score, points_of
from engine.predictors import Floats, Ints
from engine.segmentation import Segmentation
from engine.survey import Feature, Survey


@dataclass(frozen=True, slots=True)
class Impact:
    """How far one answer moved this person's score from the base, in points.

    ``answer`` is the table's label (or "1"/"0" of a select-all column, or a number as text); None: not answered.
    """

    feature: str
    answer: str | None
    impact: float


@dataclass(frozen=True, slots=True)
class Membership:
    """The segment a person falls into.

    ``index`` points into the model's segments; ``strength`` is between 0 (on the border between two segments)
    and 1 (at the heart of this one).
    """

    index: int
    name: Mapping[str, str]
    person: Mapping[str, str]
    emoji: str
    strength: float


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
    """

    candidate: str
    blend: Blend
    thresholds: Floats
    segmentation: Segmentation
    quantiles: Mapping[str, Floats]
    informative: bool
    seen: Mapping[str, tuple[float, ...]]

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
    """

    survey: Survey
    learnt: Learnt
    version: str
    synthetic: bool

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
        return Assessment(
            grade=self._letters[now.grade],
            most_likely=self._letters[int(now.probabilities.argmax())],
            probabilities=self._by_letter(now.probabilities),
            score=now.score,
            base=base,
            impacts=tuple(
                Impact(features[i].column, labels[features[i].column], float(impacts[i]))
                for i in np.argsort(-np.abs(impacts), kind="stable")
            ),
            segment=self._membership(codes),
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
        )

    def _by_letter(self, probabilities: Floats) -> dict[str, float]:
        return dict(zip(self._letters, map(float, probabilities), strict=True))

    def _membership(self, codes: Floats) -> Membership:
        index, strength = self.learnt.segmentation.place(codes[None, :])
        segment = self.learnt.segmentation.segments[int(index[0])]
        return Membership(int(index[0]), segment.name, segment.person, segment.emoji, float(strength[0]))

    def _what_if(self, one: advice.Scored, labels: Mapping[str, str | None]) -> WhatIf:
        changes = []
        for move in one.moves:
            feature = self.survey.features[move.feature]
            changes.append(Change(feature.column, labels[feature.column], label_of(feature, move.code) or ""))
        return WhatIf(tuple(changes), self._letters[one.grade], self._by_letter(one.probabilities))

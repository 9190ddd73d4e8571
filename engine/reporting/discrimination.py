"""How well the guess tells each grade from the others: ROC and precision-recall curves, one grade against the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.locales import LOCALES
from engine.metrics import Estimate, bootstrap_weights
from engine.predictors import Floats, Ints
from engine.reporting.charts import Curve, Lines
from engine.reporting.numbers import interval, number, share
from engine.reporting.parts import Column, LeftOut, Part, Picture, Section, Table
from engine.reporting.study import Study
from engine.translation import Texts

ENGLISH = {
    "title": "Telling one grade from the others",
    "intro": "For every grade people are ordered by how likely the guess holds it for them (by models that had "
    "not seen them; where they were guessed more than once, the mean). The area under the ROC curve is the chance "
    "that somebody of the grade stands before somebody who is not: 0.5 is chance, 1 is perfect.",
    "roc": "ROC: one grade against the others",
    "roc_x": "Share of the others who are taken for it (false alarms)",
    "roc_y": "Share of the grade's people who are found",
    "chance": "chance",
    "roc_alt": "Curves from (0, 0) to (1, 1); the further above the diagonal the better. Areas: {areas}.",
    "pr": "Precision and recall: one grade against the others",
    "pr_y": "Share of those taken for it who are (precision)",
    "pr_alt": "Curves of precision over recall. Mean precision beside the grade's share: {areas}.",
    "pr_note": "Guessing blindly, precision is the grade's share at any recall: compare with that.",
    "legend": "{grade} ({area})",
    "few": "Grade {grade} has {people} people: a curve of fewer than {least} would be an anecdote.",
    "uncertain": "Of fewer than {least} people: {grades}. Their intervals say how little is known.",
    "table": "Areas under the curves",
    "grade": "Grade",
    "answer": "Own answer",
    "people": "People",
    "share": "Share",
    "auc": "Area under ROC",
    "ap": "Mean precision",
    "from": "95% from",
    "to": "to",
}
TEXTS = Texts(LOCALES, "report_discrimination", ENGLISH)

FEWEST = 5
"""People of a grade, and people not of it, below which no curve is drawn."""
UNCERTAIN = 20
MOST_POINTS = 200
"""Of a curve: a picture shows no more."""


@dataclass(frozen=True)
class Discrimination:
    """How one grade is told from the others.

    Attributes
    ----------
    grade : int
    people : int
    share : float
        Of all people: the precision of guessing blindly.
    auc, average_precision : Estimate
    false_alarms, found : ndarray of shape (n_points,)
        The ROC curve.
    recall, precision : ndarray of shape (n_points,)
    """

    grade: int
    people: int
    share: float
    auc: Estimate
    average_precision: Estimate
    false_alarms: Floats
    found: Floats
    recall: Floats
    precision: Floats


def discriminations(study: Study) -> tuple[Discrimination, ...]:
    """Return the curves of every grade of which there are enough people, and enough who are not."""
    said = study.evaluation.held_out.predictions.probabilities.mean(axis=0)
    counts = np.bincount(study.y, minlength=said.shape[1])
    enough = [grade for grade, count in enumerate(counts) if FEWEST <= count <= len(study.y) - FEWEST]
    return tuple(discriminate(said[:, grade], study.y == grade, grade, study.seed) for grade in enough)


def discriminate(scores: Floats, is_grade: np.ndarray, grade: int, seed: int) -> Discrimination:
    """Return how well scores tell a grade's people from the others.

    Parameters
    ----------
    scores : ndarray of shape (n_respondents,)
        The higher, the more likely of the grade.
    is_grade : ndarray of shape (n_respondents,)
    grade : int
    seed : int
        Of the bootstrap over respondents.

    References
    ----------
    Hanley & McNeil (1982), Radiology 143: the area as a probability. Davis & Goadrich (2006), ICML: why precision and
    recall are not joined by straight lines.
    """
    groups = _Groups(scores, is_grade)
    hits, misses = groups.sums(np.ones((1, len(scores))))
    drawn = [_areas(*groups.sums(weights)) for weights in bootstrap_weights(len(scores), seed)]
    point = _areas(hits, misses)
    auc, average = (
        _estimate(float(point[place][0]), np.concatenate([part[place] for part in drawn])) for place in (0, 1)
    )
    found, alarms = np.cumsum(hits[0]) / hits.sum(), np.cumsum(misses[0]) / misses.sum()
    precision = np.cumsum(hits[0]) / np.cumsum(hits[0] + misses[0])
    kept = thinned(len(found))
    return Discrimination(
        grade=grade,
        people=int(is_grade.sum()),
        share=float(is_grade.mean()),
        auc=auc,
        average_precision=average,
        false_alarms=np.concatenate([[0.0], alarms[kept]]),
        found=np.concatenate([[0.0], found[kept]]),
        recall=np.concatenate([[0.0], found[kept]]),
        precision=np.concatenate([precision[:1], precision[kept]]),
    )


class _Groups:
    """Respondents of one score taken together, the highest score first."""

    def __init__(self, scores: Floats, is_grade: np.ndarray) -> None:
        self._order: Ints = np.argsort(-scores, kind="stable")
        ordered = scores[self._order]
        self._starts = np.flatnonzero(np.diff(ordered, prepend=np.inf))
        self._is_grade = is_grade[self._order].astype(float)

    def sums(self, weights: Floats) -> tuple[Floats, Floats]:
        """Return how many of the grade, and how many others, have each score; shape (n_draws, n_scores)."""
        ordered = weights[:, self._order]
        hits = np.add.reduceat(ordered * self._is_grade, self._starts, axis=1)
        return hits, np.add.reduceat(ordered, self._starts, axis=1) - hits


def _areas(hits: Floats, misses: Floats) -> tuple[Floats, Floats]:
    """Return the area under ROC and the average precision of each draw; NaN where a draw lacks one of the two."""
    of_grade, others = hits.sum(axis=1), misses.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        before = np.cumsum(hits, axis=1) - hits / 2
        auc = (misses * before).sum(axis=1) / (of_grade * others)
        found = np.cumsum(hits, axis=1)
        precision = np.nan_to_num(found / (found + np.cumsum(misses, axis=1)))
        average = (hits * precision).sum(axis=1) / of_grade
    return auc, average


def _estimate(point: float, drawn: Floats) -> Estimate:
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return Estimate(point, float(low), float(high))


def thinned(count: int) -> Ints:
    """Return which of so many points are drawn: the first, the last, and some evenly between."""
    if count <= MOST_POINTS:
        return np.arange(count)
    return np.unique(np.linspace(0, count - 1, MOST_POINTS).round().astype(np.intp))


# -- in words -------------------------------------------------------------------------------------------------------


def section(study: Study, language: str) -> Section:
    """Return the curves and the areas under them."""
    words, grades, found = TEXTS.all(language), study.survey.target.grades, discriminations(study)
    parts: list[Part] = [words["intro"]]
    if found:
        parts += [_roc(study, found, language), _precision(study, found, language)]
    shown = {one.grade for one in found}
    counts = np.bincount(study.y, minlength=len(grades))
    for place, grade in enumerate(grades):
        if place not in shown:
            few = {"grade": grade.grade, "people": int(counts[place]), "least": FEWEST}
            parts.append(LeftOut(grade.text.to(language), TEXTS.text("few", language, **few)))
    unsure = [grades[one.grade].grade for one in found if one.people < UNCERTAIN]
    if unsure:
        parts.append(TEXTS.text("uncertain", language, least=UNCERTAIN, grades=", ".join(unsure)))
    if found:
        parts.append(_table(study, found, language))
    return Section("discrimination", words["title"], tuple(parts))


def _name(study: Study, one: Discrimination, area: Estimate, language: str) -> str:
    grade = study.survey.target.grades[one.grade]
    return TEXTS.text("legend", language, grade=f"{grade.grade} {grade.text.to(language)}", area=number(area.mean))


def _roc(study: Study, found: tuple[Discrimination, ...], language: str) -> Picture:
    words = TEXTS.all(language)
    curves = tuple(
        Curve(tuple(map(float, one.false_alarms)), tuple(map(float, one.found)), _name(study, one, one.auc, language))
        for one in found
    )
    chart = Lines(
        curves, words["roc_x"], words["roc_y"], "share", "share", diagonal=words["chance"], square=True, ordered=True
    )
    grades = study.survey.target.grades
    areas = ", ".join(
        f"{grades[one.grade].grade} {number(one.auc.mean)} ({interval(one.auc.low, one.auc.high)})" for one in found
    )
    return Picture("roc", words["roc"], TEXTS.text("roc_alt", language, areas=areas), chart, interactive=True)


def _precision(study: Study, found: tuple[Discrimination, ...], language: str) -> Picture:
    words, grades = TEXTS.all(language), study.survey.target.grades
    curves = tuple(
        Curve(
            tuple(map(float, one.recall)),
            tuple(map(float, one.precision)),
            _name(study, one, one.average_precision, language),
            steps=True,
        )
        for one in found
    )
    chart = Lines(curves, words["roc_y"], words["pr_y"], "share", "share", square=True, ordered=True)
    areas = ", ".join(
        f"{grades[one.grade].grade} {number(one.average_precision.mean)} ({share(one.share)})" for one in found
    )
    alt = TEXTS.text("pr_alt", language, areas=areas)
    return Picture("precision_recall", words["pr"], alt, chart, words["pr_note"], interactive=True)


def _table(study: Study, found: tuple[Discrimination, ...], language: str) -> Table:
    words, grades = TEXTS.all(language), study.survey.target.grades
    ends = (Column(words["from"], "number"), Column(words["to"], "number"))
    columns = (
        Column(words["grade"]),
        Column(words["answer"]),
        Column(words["people"], "count"),
        Column(words["share"], "share", 3),
        Column(words["auc"], "number"),
        *ends,
        Column(words["ap"], "number"),
        *ends,
    )
    rows = tuple(
        (
            grades[one.grade].grade,
            grades[one.grade].text.to(language),
            *(one.people, one.share),
            *(one.auc.mean, one.auc.low, one.auc.high),
            *(one.average_precision.mean, one.average_precision.low, one.average_precision.high),
        )
        for one in found
    )
    return Table("areas", words["table"], columns, rows)

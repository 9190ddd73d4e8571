"""How well the guess tells each grade from the others: ROC and precision-recall curves, one grade against the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.gate import RECALL_FROM
from engine.intervals import area_interval
from engine.locales import LOCALES
from engine.metrics import BOOTSTRAPS, Estimate
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
    "pr_alt": "Curves of precision over recall. Average precision, and in brackets by chance: {areas}.",
    "pr_note": "Guessing blindly, precision is about the grade's share of all people: {shares}. Compare with that, and "
    "not one grade with another.",
    "legend": "{grade} ({area})",
    "few": "{people} of {all} people have grade {grade}. A curve needs at least {least} who have it, and {least} who "
    "have not.",
    "uncertain": "Grades of fewer than {least} people: {grades}. Their curves are rough, and their intervals say how "
    "little is known.",
    "table": "Areas under the curves",
    "grade": "Grade",
    "answer": "Own answer",
    "people": "People",
    "share": "Share",
    "auc": "Area under ROC",
    "ap": "Average precision",
    "by_chance": "By chance",
    "from": "95% from",
    "to": "to",
}
TEXTS = Texts(LOCALES, "report_discrimination", ENGLISH)

FEWEST = 5
"""People of a grade, and people not of it, below which no curve is drawn."""
MOST_POINTS = 200
"""Of a curve: a picture shows no more."""
MOST_GROUPS = 500
"""Scores that are drawn anew each by itself."""


@dataclass(frozen=True)
class Discrimination:
    """How one grade is told from the others.

    Attributes
    ----------
    grade : int
    people : int
    share : float
        Of all people.
    auc, average_precision : Estimate
    by_chance : float
        The average precision that guessing blindly is expected to have.
    false_alarms, found : ndarray of shape (n_points,)
        The ROC curve.
    recall, precision : ndarray of shape (n_points,)
        In steps that hold back to the point before; the area under all of them is the average precision.
    """

    grade: int
    people: int
    share: float
    auc: Estimate
    average_precision: Estimate
    by_chance: float
    false_alarms: Floats
    found: Floats
    recall: Floats
    precision: Floats


def discriminations(study: Study) -> tuple[Discrimination, ...]:
    """Return the curves of every grade of which there are enough people, and enough who are not.

    A person's probabilities are averaged over the repeats and people are ordered once: a curve of all repeats' orders
    together would count everybody several times.
    """
    said = study.evaluation.held_out.predictions.probabilities.mean(axis=0)
    counts = np.bincount(study.y, minlength=said.shape[1])
    enough = [grade for grade, count in enumerate(counts) if FEWEST <= count <= len(study.y) - FEWEST]
    return tuple(discriminate(said[:, grade], study.y == grade, grade, study.seed) for grade in enough)


def discriminate(scores: Floats, is_grade: NDArray[np.bool_], grade: int, seed: int) -> Discrimination:
    """Return how well scores tell a grade's people from the others.

    Parameters
    ----------
    scores : ndarray of shape (n_respondents,)
        The higher, the more likely of the grade.
    is_grade : ndarray of shape (n_respondents,)
        Both kinds occur.
    grade : int
    seed : int
        Of the bootstrap.

    References
    ----------
    Hanley & McNeil (1982), Radiology 143: the area as a probability. Davis & Goadrich (2006), ICML: why precision and
    recall are not joined by straight lines.
    """
    hits, misses = _counts(scores, is_grade)
    people, others = int(hits.sum()), int(misses.sum())
    found, alarms = np.cumsum(hits) / people, np.cumsum(misses) / others
    precision = np.cumsum(hits) / np.cumsum(hits + misses)
    area = float((misses * (found - hits / people / 2)).sum() / others)
    low, high = area_interval(area, people, others)
    roc, hit = thinned(found + alarms, MOST_POINTS), np.flatnonzero(hits)
    steps = hit[thinned(found[hit], MOST_POINTS)]
    return Discrimination(
        grade=grade,
        people=people,
        share=float(is_grade.mean()),
        auc=Estimate(area, low, high),
        average_precision=_average_precision(hits, misses, seed),
        by_chance=blind_precision(people, len(scores)),
        false_alarms=np.concatenate([[0.0], alarms[roc]]),
        found=np.concatenate([[0.0], found[roc]]),
        recall=np.concatenate([[0.0], found[steps]]),
        precision=np.concatenate([precision[steps[:1]], precision[steps]]),
    )


def _counts(scores: Floats, is_grade: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return how many of the grade, and how many others, have each score, the highest first."""
    _, place = np.unique(-scores, return_inverse=True)
    hits, misses = (np.bincount(place, weights=kind).astype(float) for kind in (is_grade, ~is_grade))
    return hits, misses


def blind_precision(people: int, rows: int) -> float:
    """Return the average precision that guessing blindly is expected to have: the fewer, the more above their share.

    References
    ----------
    Bestgen (2015), The Prague Bulletin of Mathematical Linguistics 103, 131-138.
    """
    harmonic = float((1 / np.arange(1, rows + 1)).sum())
    return (harmonic + (people - 1) / max(rows - 1, 1) * (rows - harmonic)) / rows


def _average_precision(hits: Floats, misses: Floats, seed: int) -> Estimate:
    """Return the average precision with its bootstrap interval.

    Where there are more than `MOST_GROUPS` scores, neighbours are drawn as if theirs were the same, and the interval is
    moved by what that changes.
    """
    point = float(_precisions(hits[None], misses[None])[0])
    ends = thinned(np.cumsum(hits) / hits.sum() + np.cumsum(misses) / misses.sum(), MOST_GROUPS)
    starts = np.concatenate([[0], ends[:-1] + 1])
    hits, misses = np.add.reduceat(hits, starts), np.add.reduceat(misses, starts)
    cells = np.concatenate([hits, misses])
    rng = np.random.default_rng([seed, 2_001])
    drawn = rng.multinomial(int(cells.sum()), cells / cells.sum(), size=BOOTSTRAPS).astype(float)
    drawn = drawn[drawn[:, : len(hits)].any(axis=1)]  # nothing can be said of a draw without anybody of the grade
    low, high = np.percentile(_precisions(drawn[:, : len(hits)], drawn[:, len(hits) :]), [2.5, 97.5])
    moved = point - float(_precisions(hits[None], misses[None])[0])
    return Estimate(point, max(float(low) + moved, 0.0), min(float(high) + moved, 1.0))


def _precisions(hits: Floats, misses: Floats) -> Floats:
    """Return the average precision of each row of counts, shape (n_draws,)."""
    found = np.cumsum(hits, axis=1)
    precision = found / np.maximum(found + np.cumsum(misses, axis=1), 1)
    average: Floats = (hits * precision).sum(axis=1) / found[:, -1]
    return average


def thinned(along: Floats, most: int) -> Ints:
    """Return places of at most so many points, the last one among them, as evenly as can be along a path.

    Parameters
    ----------
    along : ndarray of shape (n_points,)
        How far along each point is, strictly ascending. By number alone, a rare grade's steep beginning would be lost
        among many others.
    most : int
    """
    if len(along) <= most:
        return np.arange(len(along))
    return np.unique(np.searchsorted(along, np.linspace(along[0], along[-1], most)))


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
            few = {"grade": grade.grade, "people": int(counts[place]), "all": len(study.y), "least": FEWEST}
            parts.append(LeftOut(grade.text.to(language), TEXTS.text("few", language, **few)))
    unsure = [grades[one.grade].grade for one in found if one.people < RECALL_FROM]
    if unsure:
        parts.append(TEXTS.text("uncertain", language, least=RECALL_FROM, grades=", ".join(unsure)))
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
        f"{grades[one.grade].grade} {number(one.average_precision.mean)} ({number(one.by_chance)})" for one in found
    )
    shares = ", ".join(f"{grades[one.grade].grade} {share(one.share)}" for one in found)
    alt = TEXTS.text("pr_alt", language, areas=areas)
    return Picture(
        "precision_recall", words["pr"], alt, chart, TEXTS.text("pr_note", language, shares=shares), interactive=True
    )


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
        Column(words["by_chance"], "number"),
    )
    rows = tuple(
        (
            grades[one.grade].grade,
            grades[one.grade].text.to(language),
            *(one.people, one.share),
            *(one.auc.mean, one.auc.low, one.auc.high),
            *(one.average_precision.mean, one.average_precision.low, one.average_precision.high),
            one.by_chance,
        )
        for one in found
    )
    return Table("areas", words["table"], columns, rows)

"""Confusion matrices: what people say beside what was guessed, by the grade rule and by the likeliest grade."""

from __future__ import annotations

import numpy as np

from engine.gate import RECALL_FROM
from engine.intervals import Share, wilson
from engine.locales import LOCALES
from engine.metrics import by_argmax, soft_confusion
from engine.predictors import Floats
from engine.reporting.charts import Heatmap
from engine.reporting.numbers import number, share
from engine.reporting.parts import Cell, Column, Part, Picture, Section, Table
from engine.reporting.study import Study
from engine.translation import Texts

ENGLISH = {
    "title": "What people say and what is guessed",
    "intro": "Each person was guessed by models that had not seen them, more than once where cross-validation was "
    "repeated: so counts may have decimals.",
    "rule": "Guessed by the grade rule",
    "argmax": "Guessed by the likeliest grade",
    "alt": "A matrix of counts. Of those who say “{answer}”, the most frequent answer, {share} are guessed so.",
    "legend": "Share of those who say so. Rows: their own answer; columns: the guess; framed: right",
    "table": "How well each grade is found",
    "grade": "Grade",
    "answer": "Own answer",
    "people": "People",
    "recall": "Found, of those who say so",
    "from": "95% from",
    "to": "to",
    "guessed": "Guessed so",
    "precision": "Right, of those guessed so",
    "note": "By the grade rule. A share of fewer than {least} people is not given: it cannot be told.",
}
TEXTS = Texts(LOCALES, "report_confusions", ENGLISH)

FEWEST = RECALL_FROM
"""People of whom a share is told at least; as where a new model's recall is judged."""


def rule_matrix(study: Study) -> Floats:
    """Return observed x guessed counts by the grade rule, as ``evaluate --json`` has them."""
    return np.asarray(study.evaluation.confusion)


def argmax_matrix(study: Study) -> Floats:
    """Return observed x guessed counts by the likeliest grade."""
    return soft_confusion(by_argmax(study.evaluation.held_out.predictions.probabilities), study.y)


def recall(matrix: Floats, grade: int) -> Share | None:
    """Return the share of a grade's people who are found; None where they are too few to tell."""
    return _share_of(float(matrix[grade, grade]), float(matrix[grade].sum()))


def precision(matrix: Floats, grade: int) -> Share | None:
    """Return the share of those guessed to be of a grade who are; None where they are too few to tell."""
    return _share_of(float(matrix[grade, grade]), float(matrix[:, grade].sum()))


def _share_of(right: float, people: float) -> Share | None:
    """Return a share of as many people as there are on average over the repeats, which are no further people."""
    whole = round(people)
    return wilson(right / people * whole, whole) if whole >= FEWEST else None


def section(study: Study, language: str) -> Section:
    """Return the confusion matrices."""
    words, rule = TEXTS.all(language), rule_matrix(study)
    parts: list[Part] = [
        words["intro"],
        _picture("confusion", "rule", study, rule, language),
        _picture("confusion_argmax", "argmax", study, argmax_matrix(study), language),
        _table(study, rule, language),
    ]
    return Section("confusions", words["title"], tuple(parts))


def _picture(name: str, title: str, study: Study, matrix: Floats, language: str) -> Picture:
    words, grades = TEXTS.all(language), study.survey.target.grades
    totals = matrix.sum(axis=1, keepdims=True)
    shares = np.divide(matrix, totals, out=np.zeros_like(matrix), where=totals > 0)
    chart = Heatmap(
        rows=tuple(f"{grade.grade} {grade.text.to(language)}" for grade in grades),
        columns=tuple(grade.grade for grade in grades),
        values=tuple(tuple(map(float, row)) for row in shares),
        lowest=0.0,
        highest=1.0,
        legend=words["legend"],
        written=tuple(tuple(_count(value) for value in row) for row in matrix),
        framed=frozenset((place, place) for place in range(len(grades))),
    )
    most = int(np.argmax(totals))  # a share of few people would tell little
    alt = TEXTS.text("alt", language, answer=grades[most].text.to(language), share=share(float(shares[most, most])))
    return Picture(name, words[title], alt, chart)


def _count(value: float) -> str:
    return number(value, 0 if abs(value - round(value)) < 0.05 else 1)


def _table(study: Study, matrix: Floats, language: str) -> Table:
    words, grades = TEXTS.all(language), study.survey.target.grades
    ends = (Column(words["from"], "share"), Column(words["to"], "share"))
    columns = (
        Column(words["grade"]),
        Column(words["answer"]),
        Column(words["people"], "count"),
        Column(words["recall"], "share"),
        *ends,
        Column(words["guessed"], "count"),
        Column(words["precision"], "share"),
        *ends,
    )
    rows: list[tuple[Cell, ...]] = [
        (
            grade.grade,
            grade.text.to(language),
            round(float(matrix[place].sum())),
            *_cells(recall(matrix, place)),
            float(matrix[:, place].sum()),
            *_cells(precision(matrix, place)),
        )
        for place, grade in enumerate(grades)
    ]
    return Table("recall", words["table"], columns, tuple(rows), TEXTS.text("note", language, least=FEWEST))


def _cells(found: Share | None) -> tuple[Cell, Cell, Cell]:
    return (found.value, found.low, found.high) if found else (None, None, None)

"""Data quality: what the table holds, what was repaired or left out, and what should make one careful."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.locales import LOCALES
from engine.predictors import Floats, Ints
from engine.reporting.charts import Bars, Series
from engine.reporting.numbers import share
from engine.reporting.parts import Column, Part, Picture, Section, Table
from engine.reporting.study import Study
from engine.translation import Texts

ENGLISH = {
    "title": "Data quality",
    "intro": "What stands in the table, and what was done to it before anything was computed.",
    "checks": "What was looked at",
    "check": "Looked at",
    "found": "Found",
    "part": "Share of rows",
    "rows": "Rows with an answer to “{target}”",
    "unlabelled": "Rows without one, left out",
    "complete": "Rows without a missing answer",
    "duplicates": "Rows that repeat another row in every answer",
    "ids": "IDs that stand more than once",
    "repaired_cells": "Cells whose spelling was repaired",
    "ignored": "Columns that the survey does not name, ignored",
    "unseen": "Answers that nobody gave",
    "constant": "Columns that hold the same in every row",
    "leaks": "Columns that all but give the target away",
    "duplicates_note": "In a short survey honest people give the same answers: repeated rows are no proof of double "
    "entries, repeated IDs are.",
    "synthetic": "The file says that it is synthetic: nobody gave these answers.",
    "missing_title": "Missing answers",
    "missing_share": "Share of rows without an answer",
    "missing_alt": "Bars of the answers that are missing most often: {name} in {share} of the rows.",
    "missing_note": "Where an answer is missing, the model uses the middle answer, or a level of its own, and knows "
    "that it was missing.",
    "none_missing": "No answer is missing.",
    "question": "Answer",
    "missing": "Missing",
    "repairs": "Repaired spellings",
    "column": "Column",
    "from": "Found",
    "to": "Read as",
    "times": "Times",
    "blank": "(a box left blank)",
    "grades": "Rows per grade",
    "grade": "Grade",
    "answer": "Own answer",
    "few_grades": "Of {names} there are fewer than {least} rows each: what is said of them alone is hardly more "
    "than an anecdote.",
    "details": "Ignored: {ignored}. Nobody gave: {unseen}. The same in every row: {constant}. Leaks: {leaks}.",
    "nothing": "none",
}
TEXTS = Texts(LOCALES, "report_quality", ENGLISH)

FEW = 20
"""Rows of a grade below which nothing can be told of it: the same bar as of the gate."""
MOST_NAMED = 12
"""Columns or answers that a sentence lists; the CSV and ``engine check`` have them all."""


@dataclass(frozen=True)
class Quality:
    """What is to be known of a table.

    Attributes
    ----------
    rows, unlabelled, complete, duplicates, repeated_ids, repaired : int
    missing : ndarray of shape (n_features,)
        Missing answers.
    grades : ndarray of shape (n_grades,)
        Rows, best grade first.
    """

    rows: int
    unlabelled: int
    complete: int
    duplicates: int
    repeated_ids: int
    repaired: int
    missing: Ints
    grades: Ints


def quality(study: Study) -> Quality:
    """Count what a table holds and lacks."""
    table, absent = study.table, np.isnan(study.codes)
    return Quality(
        rows=len(study.y),
        unlabelled=table.unlabelled,
        complete=int((~absent.any(axis=1)).sum()),
        duplicates=duplicates(study.codes, study.y),
        repeated_ids=0 if table.ids is None else int(table.ids.dropna().duplicated().sum()),
        repaired=sum(repair.count for repair in table.repaired),
        missing=absent.sum(axis=0),
        grades=np.bincount(study.y, minlength=len(study.survey.target.grades)),
    )


def duplicates(codes: Floats, y: Ints) -> int:
    """Return how many rows repeat an earlier one in every answer and in the target.

    Parameters
    ----------
    codes : ndarray of shape (n_respondents, n_features)
    y : ndarray of shape (n_respondents,)
    """
    rows = np.column_stack([codes, y])
    return int(pd.DataFrame(rows).duplicated().sum())


def section(study: Study, language: str) -> Section:
    """Return what is to be known of the table before anything else."""
    words, found = TEXTS.all(language), quality(study)
    parts: list[Part] = [words["intro"]]
    if study.table.synthetic:
        parts.append(words["synthetic"])
    parts += [_checks(study, found, language), words["duplicates_note"], _details(study, language)]
    parts += _grades(study, found, language)
    parts += _missing(study, found, language)
    if study.table.repaired:
        parts.append(_repairs(study, language))
    return Section("quality", words["title"], tuple(parts))


def _checks(study: Study, found: Quality, language: str) -> Table:
    words, table = TEXTS.all(language), study.table
    target = study.survey.target.text.to(language)
    whole = found.rows + found.unlabelled
    counted = {
        words["rows"].format(target=target): (found.rows, found.rows / whole),
        words["unlabelled"]: (found.unlabelled, found.unlabelled / whole),
        words["complete"]: (found.complete, found.complete / found.rows),
        words["duplicates"]: (found.duplicates, found.duplicates / found.rows),
        words["ids"]: (found.repeated_ids, found.repeated_ids / found.rows),
        words["repaired_cells"]: (found.repaired, None),
        words["ignored"]: (len(table.ignored), None),
        words["unseen"]: (len(table.unseen), None),
        words["constant"]: (len(table.constant), None),
        words["leaks"]: (len(study.trained.leaks), None),
    }
    columns = (Column(words["check"]), Column(words["found"], "count"), Column(words["part"], "share", 3))
    return Table("data_quality", words["checks"], columns, tuple((name, *cells) for name, cells in counted.items()))


def _details(study: Study, language: str) -> str:
    table, feature = study.table, study.survey.feature
    constant = [feature[column].name.to(language) for column in table.constant]
    leaks = [feature[column].name.to(language) for column in study.trained.leaks]
    unseen = [f"{feature[column].name.to(language)}: {value}" for column, value in table.unseen]
    lists = {"ignored": list(table.ignored), "unseen": unseen, "constant": constant, "leaks": leaks}
    return TEXTS.text("details", language, **{name: _listed(items, language) for name, items in lists.items()})


def _listed(items: list[str], language: str) -> str:
    if not items:
        return TEXTS.all(language)["nothing"]
    rest = len(items) - MOST_NAMED
    return ", ".join(items[:MOST_NAMED]) + (f" … (+{rest})" if rest > 0 else "")


def _grades(study: Study, found: Quality, language: str) -> Iterator[Part]:
    words, grades = TEXTS.all(language), study.survey.target.grades
    rows = tuple(
        (grade.grade, grade.text.to(language), int(count), count / found.rows)
        for grade, count in zip(grades, found.grades, strict=True)
    )
    columns = (Column(words["grade"]), Column(words["answer"]), Column(words["found"], "count"))
    yield Table("grades", words["grades"], (*columns, Column(words["part"], "share", 3)), rows)
    few = [f"{grade.grade} ({grade.text.to(language)})" for grade, count in zip(grades, found.grades, strict=True)]
    few = [name for name, count in zip(few, found.grades, strict=True) if count < FEW]
    if few:
        yield TEXTS.text("few_grades", language, names=", ".join(few), least=FEW)


def _missing(study: Study, found: Quality, language: str) -> Iterator[Part]:
    words, features = TEXTS.all(language), study.survey.features
    order = [int(place) for place in np.argsort(-found.missing, kind="stable") if found.missing[place]]
    if not order:
        yield words["none_missing"]
        return
    names = [features[place].name.to(language) for place in order]
    shares = [float(found.missing[place] / found.rows) for place in order]
    yield Picture(
        "missing",
        words["missing_title"],
        TEXTS.text("missing_alt", language, name=names[0], share=share(shares[0])),
        Bars(tuple(names), (Series("", tuple(shares)),), words["missing_share"], "share"),
        words["missing_note"],
    )
    rows = tuple(
        (name, int(found.missing[place]), part) for name, place, part in zip(names, order, shares, strict=True)
    )
    columns = (Column(words["question"]), Column(words["missing"], "count"), Column(words["part"], "share", 3))
    yield Table("missing", words["missing_title"], columns, rows)


def _repairs(study: Study, language: str) -> Table:
    words = TEXTS.all(language)
    rows = tuple(
        (repair.column, repair.found or words["blank"], repair.read_as, repair.count) for repair in study.table.repaired
    )
    names = (Column(words["column"]), Column(words["from"]), Column(words["to"]), Column(words["times"], "count"))
    return Table("repairs", words["repairs"], names, rows)

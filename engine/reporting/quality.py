"""Data quality: what the table holds, what was repaired or left out, and what should make one careful."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.locales import LOCALES
from engine.predictors import Floats, Ints
from engine.reporting.charts import Bars, Series
from engine.reporting.numbers import count, share
from engine.reporting.parts import Column, Part, Picture, Section, Table
from engine.reporting.study import Study
from engine.survey import Feature
from engine.translation import Texts

ENGLISH = {
    "title": "Data quality",
    "intro": "What stands in the table, and what was done to it before anything was computed.",
    "checks": "What was looked at",
    "checks_note": "Shares of the first two are of all rows in the file, those of the others of the rows with an "
    "answer to “{target}”.",
    "check": "Looked at",
    "found": "Found",
    "part": "Share of rows",
    "rows": "Rows with an answer to “{target}”",
    "unlabelled": "Rows without one, left out",
    "complete": "Rows without a missing answer",
    "duplicates": "Rows that repeat an earlier one in every answer and in the target",
    "ids": "Rows with the ID of an earlier one",
    "repaired_cells": "Cells whose spelling was repaired",
    "blank_boxes": "Boxes left blank, read as not ticked",
    "ignored": "Columns that the survey does not name, ignored",
    "unseen": "Answers of the definition that stand in no row",
    "constant": "Columns that hold the same in every row",
    "leaks": "Columns that all but give the target away",
    "duplicates_note": "In a short survey honest people give the same answers: repeated rows are no proof of double "
    "entries.",
    "no_ids": "The table has no IDs: whether somebody is in it twice cannot be told.",
    "synthetic": "The file says that it is synthetic: nobody gave these answers.",
    "real": "Nothing in the file says that its answers are invented.",
    "missing_title": "Missing answers",
    "missing_share": "Share of rows without an answer",
    "missing_alt": "Bars of the answers that are missing most often: {name} in {share} of the rows.",
    "missing_note": "Where an answer is missing, the model uses the middle answer, or a level of its own, and knows "
    "that it was missing.",
    "not_asked": "Questions that only some people are asked are missing where they were not asked: that is no fault.",
    "none_missing": "No answer is missing.",
    "question": "Answer",
    "missing": "Missing",
    "repairs": "Repaired spellings",
    "repairs_note": "Of a column of numbers only the first repaired one is shown; all are counted.",
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
    "which_ignored": "Ignored: {names}.",
    "which_unseen": "Stands in no row: {names}.",
    "ticked": "{name}, ticked",
    "not_ticked": "{name}, not ticked",
    "which_constant": "The same in every row, so that nothing can be learnt from it: {names}.",
    "which_leaks": "All but gives the target away: {names}. If it was not known before the target was, the model is "
    "worth nothing in use.",
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
    rows, unlabelled, complete, duplicates : int
    repeated_ids : int or None
        None where the table has no IDs.
    repaired, blank_boxes : int
        Cells whose spelling was forgiven, and boxes read as not ticked.
    missing : ndarray of shape (n_features,)
        Missing answers.
    grades : ndarray of shape (n_grades,)
        Rows, best grade first.
    """

    rows: int
    unlabelled: int
    complete: int
    duplicates: int
    repeated_ids: int | None
    repaired: int
    blank_boxes: int
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
        repeated_ids=None if table.ids is None else int(table.ids.dropna().duplicated().sum()),
        repaired=sum(repair.count for repair in table.repaired if repair.found),
        blank_boxes=sum(repair.count for repair in table.repaired if not repair.found),
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
    parts.append(words["synthetic" if study.table.synthetic else "real"])
    parts.append(_checks(study, found, language))
    if found.duplicates:
        parts.append(words["duplicates_note"])
    if found.repeated_ids is None:
        parts.append(words["no_ids"])
    parts += _details(study, language)
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
        words["ids"]: (found.repeated_ids, None if found.repeated_ids is None else found.repeated_ids / found.rows),
        words["repaired_cells"]: (found.repaired, None),
        words["blank_boxes"]: (found.blank_boxes, None),
        words["ignored"]: (len(table.ignored), None),
        words["unseen"]: (len(table.unseen), None),
        words["constant"]: (len(table.constant), None),
        words["leaks"]: (len(study.trained.leaks), None),
    }
    columns = (Column(words["check"]), Column(words["found"], "count"), Column(words["part"], "share", 3))
    rows = tuple((name, *cells) for name, cells in counted.items())
    return Table("data_quality", words["checks"], columns, rows, words["checks_note"].format(target=target))


def _details(study: Study, language: str) -> Iterator[Part]:
    """Name the columns and answers that were counted, a sentence for each kind that there is."""
    table, feature = study.table, study.survey.feature
    lists = {
        "which_ignored": list(table.ignored),
        "which_unseen": [_unseen(feature[column], value, language) for column, value in table.unseen],
        "which_constant": [feature[column].name.to(language) for column in table.constant],
        "which_leaks": [feature[column].name.to(language) for column in study.trained.leaks],
    }
    for name, items in lists.items():
        if items:
            rest = len(items) - MOST_NAMED
            listed = ", ".join(items[:MOST_NAMED]) + (f" … (+{count(rest)})" if rest > 0 else "")
            yield TEXTS.text(name, language, names=listed)


def _unseen(feature: Feature, value: str, language: str) -> str:
    name = feature.name.to(language)
    if feature.kind == "binary":
        return TEXTS.text("ticked" if value == "1" else "not_ticked", language, name=name)
    return f"{name}: {feature.question.by_value[value].text.to(language)}"


def _grades(study: Study, found: Quality, language: str) -> Iterator[Part]:
    words, grades = TEXTS.all(language), study.survey.target.grades
    rows = tuple(
        (grade.grade, grade.text.to(language), int(part), float(part / found.rows))
        for grade, part in zip(grades, found.grades, strict=True)
    )
    columns = (Column(words["grade"]), Column(words["answer"]), Column(words["found"], "count"))
    yield Table("grades", words["grades"], (*columns, Column(words["part"], "share", 3)), rows)
    few = [f"{grade} ({own})" for grade, own, part, _ in rows if part < FEW]
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
    note = words["missing_note"]
    if any(features[place].question.when.alternatives != ((),) for place in order):
        note = f"{note} {words['not_asked']}"
    yield Picture(
        "missing",
        words["missing_title"],
        TEXTS.text("missing_alt", language, name=names[0], share=share(shares[0])),
        Bars(tuple(names), (Series("", tuple(shares)),), words["missing_share"], "share"),
        note,
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
    return Table("repairs", words["repairs"], names, rows, words["repairs_note"])

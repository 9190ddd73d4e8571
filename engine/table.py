"""A table of answers (.xlsx or .csv) -> validated answers, with errors that a person can act on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from engine.survey import Survey
from engine.tables import boxes, sheets
from engine.tables.cells import Value
from engine.tables.decoding import Repair
from engine.tables.faults import MOST_SPELLED_OUT, Faults
from engine.tables.sheet_reader import ID_COLUMN, read_sheet

__all__ = ["ID_COLUMN", "Repair", "Table", "read"]


@dataclass(frozen=True)
class Table:
    """The answers of a table, checked against a survey's definition.

    Attributes
    ----------
    answers : DataFrame of shape (n_respondents, n_features)
        Exactly the columns of ``survey.features``, in order. Single-choice columns hold the definition's
        label, or None where the cell is blank (dtype object); number columns floats, or NaN; select-all
        columns 0.0 or 1.0, or NaN where the question was not answered (see `engine.tables.boxes`).
    target : Series of shape (n_respondents,) or None
        The definition's grade values; None where a row has no value (only with ``need_target=False``).
        The whole series is None where the table has no such column.
    ids : Series of shape (n_respondents,) or None
        The column "ID", as text.
    columns : mapping of str to str
        Where each of the definition's columns stands in the file, such as ``'column F "Freq"'``.
    ignored : tuple of str
        Columns of the file that the definition does not name.
    repaired : tuple of Repair
        Labels and numbers forgiven their spelling, and blank boxes read as not ticked.
    unseen : tuple of (column, value)
        Levels of the definition that no row holds ("1" or "0" for a select-all column).
    constant : tuple of str
        Columns of ``answers`` in which every row holds the same (or nothing), so that they tell nobody apart.
    unlabelled : int
        Rows left out because they have no target value; 0 with ``need_target=False``.
    fingerprint : str
        SHA-256 over the column names and values of ``answers`` and ``target``, in order.
    source : str
        The file's name.
    synthetic : bool
        Whether the file says that nobody gave these answers.
    also : mapping of str to Series of shape (n_respondents,)
        The text of the columns that were asked for beside the survey's.
    """

    answers: pd.DataFrame
    target: pd.Series[str] | None
    ids: pd.Series[str] | None
    columns: Mapping[str, str]
    ignored: tuple[str, ...]
    repaired: tuple[Repair, ...]
    unseen: tuple[tuple[str, str], ...]
    constant: tuple[str, ...]
    unlabelled: int
    fingerprint: str
    source: str
    synthetic: bool
    also: Mapping[str, pd.Series[str]] = field(default_factory=dict)


def read(
    survey: Survey,
    path: Path | str,
    *,
    need_target: bool = True,
    also: Collection[str] = (),
    most_faults: int = MOST_SPELLED_OUT,
) -> Table:
    """Read a table of answers and check every cell against the definition.

    The first row that is not blank holds the column names; case, blanks and dashes may differ from the
    definition's, in names as in labels. A blank cell is a missing answer, unless it is a select-all box that was not
    ticked (see `engine.tables.boxes`). Whether "1" is a label or a number, the definition says.

    Parameters
    ----------
    survey : Survey
    path : path
        An .xlsx file (its first visible sheet counts), or a .csv file in UTF-8 separated by commas, semicolons or tabs.
    need_target : bool, default True
        For training: the target's column must be there, and rows without a value in it are left out and
        counted. Otherwise the column may be absent and every row is kept.
    also : collection of str
        Columns whose text is wanted as well, where the file has them and the survey does not.
    most_faults : int, default 50
        How many faults are spelled out; the others are counted.

    Returns
    -------
    Table

    Raises
    ------
    TableError
        With every fault at once (the first ``most_faults`` spelled out), each with its sheet, row, column, value and
        what would be right.
    """
    path = Path(path)
    with sheets.opened(path) as sheet:
        faults = Faults(str(path), sheet.name, most_faults)
        found = read_sheet(survey, sheet, faults, need_target=need_target, also=also)
    written = _frame(survey, found.values)
    answers = boxes.fill_unticked(survey, written)
    target = _texts(found.values.get(survey.target.column))
    return Table(
        answers=answers,
        target=target,
        ids=_texts(found.values.get(ID_COLUMN)),
        columns={name: column.place for name, column in found.columns.items()},
        ignored=found.ignored,
        repaired=(*found.repairs, *_unticked(written, answers)),
        unseen=tuple(_unseen(survey, answers)),
        constant=tuple(_constant(answers)),
        unlabelled=found.unlabelled,
        fingerprint=_fingerprint(answers, survey.target.column, target),
        source=path.name,
        synthetic=sheet.synthetic,
        also={name: pd.Series(list(found.values[name]), dtype=object) for name in found.also},
    )


def _frame(survey: Survey, values: Mapping[str, Sequence[Value | None]]) -> pd.DataFrame:
    columns: dict[str, pd.Series[Any]] = {}
    for feature in survey.features:
        dtype = float if feature.kind in ("number", "binary") else object
        columns[feature.column] = pd.Series(values[feature.column], dtype=dtype)
    return pd.DataFrame(columns)


def _texts(values: Sequence[Value | None] | None) -> pd.Series[str] | None:
    return None if values is None else pd.Series(list(values), dtype=object)


def _unticked(written: pd.DataFrame, answers: pd.DataFrame) -> Iterator[Repair]:
    counts = (written.isna() & answers.notna()).sum()
    return (Repair(str(box), "", "0", int(count)) for box, count in counts.items() if count)


def _unseen(survey: Survey, answers: pd.DataFrame) -> Iterator[tuple[str, str]]:
    for feature in survey.features:
        seen = set(answers[feature.column].dropna().unique())
        if feature.kind == "binary":
            yield from ((feature.column, f"{tick:g}") for tick in (1.0, 0.0) if tick not in seen)
        elif feature.kind != "number":
            levels = (choice.value for choice in feature.question.choices if choice.ends is None)
            yield from ((feature.column, level) for level in levels if level not in seen)


def _constant(answers: pd.DataFrame) -> Iterator[str]:
    if len(answers) > 1:
        yield from (str(name) for name, column in answers.items() if column.nunique(dropna=False) == 1)


def _fingerprint(answers: pd.DataFrame, goal: str, target: pd.Series[str] | None) -> str:
    columns = {name: answers[name] for name in answers} | ({} if target is None else {goal: target})
    digest = hashlib.sha256()
    for name, column in columns.items():
        values = [None if missing else value for value, missing in zip(column, column.isna(), strict=True)]
        digest.update(json.dumps([name, values], ensure_ascii=False).encode())
    return digest.hexdigest()

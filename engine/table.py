"""A table of answers (.xlsx or .csv) -> validated answers, with errors that a person can act on."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl.utils import get_column_letter

from engine import cells, sheets
from engine.cells import Decoder, RefusedError, Value
from engine.errors import TableError
from engine.sheets import Cell, NoAnswer, Row, Sheet
from engine.survey import Survey, normalise

ID_COLUMN = "ID"
MOST_FAULTS = 50
"""Faults that are spelled out; a table with more has one cause that the first ones already show."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A label that was understood although it is not spelled as the definition spells it."""

    column: str
    found: str
    read_as: str
    count: int


@dataclass(frozen=True)
class Table:
    """The answers of a table, checked against a survey's definition.

    Attributes
    ----------
    answers : DataFrame of shape (n_respondents, n_features)
        Exactly the columns of ``survey.features``, in order. Single-choice columns hold the definition's
        label, or None where the cell is blank (dtype object); number columns floats, or NaN; select-all
        columns 0.0 or 1.0, or NaN.
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
        Labels forgiven their spelling.
    unseen : tuple of (column, value)
        Levels of the definition that no row holds ("1" or "0" for a select-all column).
    unlabelled : int
        Rows left out because they have no target value; 0 with ``need_target=False``.
    fingerprint : str
        SHA-256 over the column names and values of ``answers`` and ``target``, in order.
    source : str
        The file's name.
    synthetic : bool
        Whether the file says that nobody gave these answers.
    """

    answers: pd.DataFrame
    target: pd.Series[str] | None
    ids: pd.Series[str] | None
    columns: Mapping[str, str]
    ignored: tuple[str, ...]
    repaired: tuple[Repair, ...]
    unseen: tuple[tuple[str, str], ...]
    unlabelled: int
    fingerprint: str
    source: str
    synthetic: bool


def read(survey: Survey, path: Path | str, *, need_target: bool = True) -> Table:
    """Read a table of answers and check every cell against the definition.

    The first row that is not blank holds the column names; case, blanks and dashes may differ from the
    definition's, in names as in labels. A blank cell is a missing answer. Whether "1" is a label or a number,
    the definition says.

    Parameters
    ----------
    survey : Survey
    path : path
        An .xlsx file (its first sheet counts), or a .csv file in UTF-8 separated by commas or semicolons.
    need_target : bool, default True
        For training: the target's column must be there, and rows without a value in it are left out and
        counted. Otherwise the column may be absent and every row is kept.

    Returns
    -------
    Table

    Raises
    ------
    TableError
        With every fault at once (the first 50 spelled out), each with its sheet, row, column, value and what
        would be right.
    """
    path = Path(path)
    sheet = sheets.read(path)
    faults = _Faults(str(path), sheet.name)
    header, rows = _split(sheet, faults)
    decoders = _decoders(survey)
    goal = survey.target.column
    columns = _locate(header, decoders, faults, optional={ID_COLUMN} if need_target else {ID_COLUMN, goal})
    kept = _labelled(rows, columns.get(goal), faults) if need_target else rows
    decoded = {name: _decode(column, kept, decoders[name], faults) for name, column in columns.items()}
    if ID_COLUMN in columns:
        _refuse_doubled_ids(columns[ID_COLUMN], kept, decoded[ID_COLUMN], faults)
    faults.raise_any()
    answers = _frame(survey, decoded)
    target = _texts(decoded.get(goal))
    return Table(
        answers=answers,
        target=target,
        ids=_texts(decoded.get(ID_COLUMN)),
        columns={name: column.place for name, column in columns.items()},
        ignored=tuple(column.name for column in header.columns if column not in columns.values()),
        repaired=tuple(repair for name in decoded for repair in _repairs(name, columns[name], kept, decoded[name])),
        unseen=tuple(_unseen(survey, answers)),
        unlabelled=len(rows) - len(kept),
        fingerprint=_fingerprint(answers, goal, target),
        source=path.name,
        synthetic=sheet.synthetic,
    )


class _Faults:
    """Faults as they are found; only the first `MOST_FAULTS` are kept, the rest are counted."""

    def __init__(self, subject: str, sheet: str | None) -> None:
        self._subject = subject
        self._sheet = "" if sheet is None else f'sheet "{sheet}", '
        self._kept: list[str] = []
        self._count = 0

    def add(self, place: str, message: str) -> None:
        self._count += 1
        if len(self._kept) < MOST_FAULTS:
            self._kept.append(f"{self._sheet}{place}: {message}")

    def raise_any(self) -> None:
        more = self._count - len(self._kept)
        if self._count:
            raise TableError(self._subject, [*self._kept, *([f"... and {more:,} more"] if more else [])])


@dataclass(frozen=True, slots=True)
class _Column:
    """A column as it stands in the file."""

    index: int
    name: str

    @property
    def letter(self) -> str:
        return get_column_letter(self.index + 1)

    @property
    def place(self) -> str:
        return f'column {self.letter} "{self.name}"'

    def cell(self, row: Row) -> Cell:
        return row.cells[self.index] if self.index < len(row.cells) else None


@dataclass(frozen=True, slots=True)
class _Header:
    """The row of column names."""

    row: int
    columns: tuple[_Column, ...]

    def named(self, name: str) -> list[_Column]:
        """Columns of that name, or else of a name that differs only in case, blanks or dashes."""
        exact = [column for column in self.columns if column.name == name]
        return exact or [column for column in self.columns if normalise(column.name) == normalise(name)]

    def closest(self, name: str) -> _Column | None:
        spellings = {normalise(column.name): column for column in self.columns}
        close = difflib.get_close_matches(normalise(name), spellings, n=1)
        return spellings[close[0]] if close else None


def _split(sheet: Sheet, faults: _Faults) -> tuple[_Header, Sequence[Row]]:
    """Part the column names from the rows of answers."""
    if not sheet.rows:
        faults.add("row 1", "the table is empty; its first row must hold the column names")
        faults.raise_any()
    names, rows = sheet.rows[0], sheet.rows[1:]
    if not rows:
        faults.add(f"row {names.number + 1}", "there are no answers below the column names")
        faults.raise_any()
    columns = (_Column(i, name) for i, name in enumerate(names.cells) if isinstance(name, str))
    return _Header(names.number, tuple(columns)), rows


def _locate(header: _Header, wanted: Collection[str], faults: _Faults, *, optional: Set[str]) -> dict[str, _Column]:
    """Find where the definition's columns stand; absent and doubled ones are faults."""
    named = {name: header.named(name) for name in wanted}
    required = [name for name in wanted if name not in optional]
    missing = [name for name in required if not named[name]]
    place = f"row {header.row}"
    if missing == required:
        faults.add(place, f"none of the survey's columns is here; it must hold their names: {', '.join(required)}")
        faults.raise_any()
    taken = {column for columns in named.values() for column in columns}
    for name in missing:
        close = header.closest(name)
        hint = f"; is it {close.place}? Then rename that one" if close and close not in taken else ""
        faults.add(place, f'the column "{name}" is missing{hint}')
    for name, columns in named.items():
        if len(columns) > 1:
            letters = " and ".join(column.letter for column in columns)
            faults.add(place, f'the column "{name}" stands more than once ({letters}); keep one of them')
    return {name: columns[0] for name, columns in named.items() if columns}


def _labelled(rows: Sequence[Row], target: _Column | None, faults: _Faults) -> Sequence[Row]:
    """Return the rows that have a target value; nothing can be learnt from the others."""
    if target is None:
        return rows
    labelled = [row for row in rows if target.cell(row) is not None]
    if not labelled:
        faults.add(target.place, "no row has a value here, so there is nothing to learn from")
    return labelled


def _decoders(survey: Survey) -> dict[str, Decoder]:
    decoders = {feature.column: cells.decoder_of(feature) for feature in survey.features}
    return {**decoders, survey.target.column: partial(cells.grade, survey.target), ID_COLUMN: str}


def _decode(column: _Column, rows: Sequence[Row], decoder: Decoder, faults: _Faults) -> list[Value | None]:
    """Turn a column's cells into values; a refused cell is a fault, and blank until they are raised."""
    known: dict[str | NoAnswer, Value | RefusedError] = {}
    values: list[Value | None] = []
    for row in rows:
        cell = column.cell(row)
        value: Value | RefusedError | None = None
        if cell is not None:
            value = known[cell] if cell in known else known.setdefault(cell, _judge(cell, decoder))
        if isinstance(value, RefusedError):
            faults.add(f"row {row.number}, {column.place}", str(value))
            value = None
        values.append(value)
    return values


def _refuse_doubled_ids(column: _Column, rows: Sequence[Row], ids: Sequence[Value | None], faults: _Faults) -> None:
    """One person twice would stand in training and test rows at once, and look like signal."""
    first: dict[Value, int] = {}
    for row, identity in zip(rows, ids, strict=True):
        if identity is not None and (stands := first.setdefault(identity, row.number)) != row.number:
            faults.add(
                f"row {row.number}, {column.place}", f'"{identity}" stands in row {stands} already; keep one of the two'
            )


def _judge(cell: str | NoAnswer, decoder: Decoder) -> Value | RefusedError:
    if isinstance(cell, NoAnswer):
        return RefusedError(f'"{cell.shown}" {cell.why}')
    try:
        return decoder(cell)
    except RefusedError as refusal:
        return refusal


def _frame(survey: Survey, decoded: Mapping[str, Sequence[Value | None]]) -> pd.DataFrame:
    columns: dict[str, pd.Series[Any]] = {}
    for feature in survey.features:
        dtype = float if feature.kind in ("number", "binary") else object
        columns[feature.column] = pd.Series(list(decoded[feature.column]), dtype=dtype)
    return pd.DataFrame(columns)


def _texts(values: Sequence[Value | None] | None) -> pd.Series[str] | None:
    return None if values is None else pd.Series(list(values), dtype=object)


def _repairs(name: str, column: _Column, rows: Iterable[Row], values: Iterable[Value | None]) -> Iterator[Repair]:
    read_as = Counter(
        (cell, value)
        for row, value in zip(rows, values, strict=True)
        if isinstance(cell := column.cell(row), str) and isinstance(value, str) and cell != value
    )
    return (Repair(name, found, value, count) for (found, value), count in read_as.items())


def _unseen(survey: Survey, answers: pd.DataFrame) -> Iterator[tuple[str, str]]:
    for feature in survey.features:
        seen = set(answers[feature.column].dropna().unique())
        if feature.kind == "binary":
            yield from ((feature.column, f"{tick:g}") for tick in (1.0, 0.0) if tick not in seen)
        elif feature.kind != "number":
            levels = (choice.value for choice in feature.question.choices if choice.ends is None)
            yield from ((feature.column, level) for level in levels if level not in seen)


def _fingerprint(answers: pd.DataFrame, goal: str, target: pd.Series[str] | None) -> str:
    columns = {name: answers[name] for name in answers} | ({} if target is None else {goal: target})
    digest = hashlib.sha256()
    for name, column in columns.items():
        values = [None if missing else value for value, missing in zip(column, column.isna(), strict=True)]
        digest.update(json.dumps([name, values], ensure_ascii=False).encode())
    return digest.hexdigest()

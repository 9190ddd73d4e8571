"""A sheet, row by row -> the values of every column of a survey, and all that is wrong with them."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice

from engine.survey import Survey
from engine.tables import cells
from engine.tables.cells import Decoder, Value, shown
from engine.tables.decoding import ColumnReader, Repair
from engine.tables.faults import Faults
from engine.tables.header import Column, Header, further_header_rows, header_of, looks_like_names_instead
from engine.tables.rows import MergedCells, Row, Sheet

ID_COLUMN = "ID"

MAX_ANSWERS = 30_000_000
"""Rows times columns of the survey: 200,000 by 100 and half as many more, at some 40 bytes each."""

_ROWS_LOOKED_AT = 3
"""For further headers; the last of them must be an answer's row."""

_MOST_MERGES = 10_000
_MERGES_NAMED = 5


@dataclass(frozen=True, slots=True)
class SheetAnswers:
    """What a sheet says of a survey.

    Attributes
    ----------
    columns : mapping of str to Column
        Where each of the survey's columns stands, "ID" included where there is one.
    ignored : tuple of str
        Columns that the survey does not name.
    values : mapping of str to list
        The answers of each column, a value per row, None where it is missing.
    repairs : tuple of Repair
    unlabelled : int
        Rows left out because they have no target value.
    also : tuple of str
        Those of the columns asked for beside the survey's that the file has; their text is among ``values``.
    """

    columns: Mapping[str, Column]
    ignored: tuple[str, ...]
    values: Mapping[str, Sequence[Value | None]]
    repairs: tuple[Repair, ...]
    unlabelled: int
    also: tuple[str, ...]


def read_sheet(
    survey: Survey, sheet: Sheet, faults: Faults, *, need_target: bool, also: Collection[str] = ()
) -> SheetAnswers:
    """Read a sheet's first row that is not blank as column names and all others as answers.

    Raises
    ------
    TableError
        With every fault that was found.
    """
    merged: list[MergedCells] = []
    rows = _rows(sheet.parts, merged)
    goal, decoders = survey.target.column, _decoders(survey)
    extra: dict[str, Decoder] = {name: str for name in also if name not in decoders}
    header, rows = _header(rows, decoders, faults)
    located = header.locate(
        {**decoders, **extra}, faults, optional={ID_COLUMN, *extra} | (set() if need_target else {goal})
    )
    columns = {name: column for name, column in located.items() if name in decoders}
    readers = {
        name: ColumnReader(column, extra.get(name) or decoders[name], faults) for name, column in located.items()
    }
    rows = _without_headers(rows, _telling(survey, columns, decoders), faults)
    numbers, unlabelled = _take(rows, readers.values(), columns.get(goal) if need_target else None, faults)
    if not numbers and not unlabelled:
        faults.add(f"row {header.row + 1}", "there are no answers below the column names")
    elif not numbers:
        faults.add(columns[goal].place, "no row has a value here, so there is nothing to learn from")
    if ID_COLUMN in columns:
        _refuse_doubled_ids(readers[ID_COLUMN], numbers, faults)
    _refuse_merged([block for block in merged if _hides(block, header, columns.values(), numbers)], faults)
    faults.raise_any()
    return SheetAnswers(
        columns=columns,
        ignored=tuple(column.name for column in header.columns if column not in columns.values()),
        values={name: reader.values for name, reader in readers.items()},
        repairs=tuple(repair for name, reader in readers.items() for repair in reader.repairs(name)),
        unlabelled=unlabelled,
        also=tuple(name for name in located if name in extra),
    )


def _rows(parts: Iterable[Row | MergedCells], merged: list[MergedCells]) -> Iterator[Row]:
    """Pass on the rows; merged cells, which come last, are put into ``merged``."""
    for part in parts:
        if isinstance(part, Row):
            yield part
        elif len(merged) < _MOST_MERGES:
            merged.append(part)


def _header(rows: Iterator[Row], wanted: Collection[str], faults: Faults) -> tuple[Header, Iterator[Row]]:
    """Return the column names, and the rows below them; titles of groups of columns above the names are a fault."""
    first, second = next(rows, None), next(rows, None)
    if first is None:
        faults.add("row 1", "the table is empty; its first row must hold the column names")
        raise faults.error()
    header = header_of(first, faults)
    if second is None:
        return header, rows
    if looks_like_names_instead(second, header, wanted):
        faults.add(
            f"row {second.number}",
            f"it looks like a second header row: the survey's columns are named here; delete row {first.number}, "
            "so that the names come first",
        )
        raise faults.error()
    return header, chain([second], rows)


def _decoders(survey: Survey) -> dict[str, Decoder]:
    decoders = {feature.column: cells.decoder_of(feature) for feature in survey.features}
    return {**decoders, survey.target.column: partial(cells.grade, survey.target), ID_COLUMN: str}


def _telling(survey: Survey, columns: Mapping[str, Column], decoders: Mapping[str, Decoder]) -> dict[Column, Decoder]:
    """Return the columns by which a header row is told from an answer's: those of labels and numbers."""
    boxes = {feature.column for feature in survey.features if feature.kind == "binary"}
    return {column: decoders[name] for name, column in columns.items() if name not in boxes | {ID_COLUMN}}


def _without_headers(rows: Iterator[Row], telling: Mapping[Column, Decoder], faults: Faults) -> Iterator[Row]:
    """Pass on the rows of answers; rows that look like further headers are faults."""
    first = list(islice(rows, _ROWS_LOOKED_AT))
    count = further_header_rows(first, telling)
    for row in first[:count]:
        column = next(column for column in telling if column.index in row.cells)
        faults.add(
            f"row {row.number}",
            "it looks like a second header row: next to nothing in it is an answer, such as "
            f"{shown(str(row.cells[column.index]))} in {column.place}; delete it",
        )
    return chain(first[count:], rows)


def _take(
    rows: Iterable[Row], readers: Collection[ColumnReader], target: Column | None, faults: Faults
) -> tuple[Sequence[int], int]:
    """Let the readers take every row; return the rows' numbers, and how many were left out without a target value."""
    numbers = array("L")
    most, unlabelled = MAX_ANSWERS // len(readers), 0
    for row in rows:
        if target is not None and target.index not in row.cells:
            unlabelled += 1
            continue
        numbers.append(row.number)
        for reader in readers:
            reader.take(row.number, row.cells.get(reader.column.index))
        if len(numbers) > most:
            faults.add(
                f"row {row.number}", f"at most {most:,} rows are read of {len(readers)} columns; delete the others"
            )
        if len(numbers) > most or faults.too_many:
            break
    return numbers, unlabelled


def _refuse_doubled_ids(reader: ColumnReader, numbers: Sequence[int], faults: Faults) -> None:
    """One person twice would stand in training and test rows at once, and look like signal."""
    first: dict[Value, int] = {}
    for number, identity in zip(numbers, reader.values, strict=True):
        if identity is not None and (stands := first.setdefault(identity, number)) != number:
            faults.add(
                f"row {number}, {reader.column.place}",
                f"{shown(str(identity))} stands in row {stands} already; keep one of the two",
            )


def _hides(block: MergedCells, header: Header, columns: Collection[Column], numbers: Sequence[int]) -> bool:
    """Whether merged cells hide column names, or answers to the survey's questions."""
    last = numbers[-1] if numbers else header.row
    answers = any(block.first_column <= column.index <= block.last_column for column in columns)
    return block.first_row <= header.row <= block.last_row or (answers and header.row < block.first_row <= last)


def _refuse_merged(merged: Sequence[MergedCells], faults: Faults) -> None:
    if merged:
        named = ", ".join(map(str, merged[:_MERGES_NAMED])) + (" and more" if len(merged) > _MERGES_NAMED else "")
        faults.add(
            f"cells {named}",
            "they are merged, and only the first of merged cells holds a value; "
            "unmerge them (Home > Merge & Center) and fill in each",
        )

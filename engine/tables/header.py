"""The row of column names, and where the survey's columns stand in it."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from engine.survey import normalise
from engine.tables.cells import Decoder, understands
from engine.tables.faults import Faults
from engine.tables.rows import MAX_COLUMNS, Row

_NEARLY_ALL_FILLED, _NEARLY_ALL_REFUSED = 0.75, 0.9
"""What a second header row may leave blank, and how much of it may happen to be an answer."""

_MOST_NAMED = 0.5
"""Of the survey's columns, in a row that is taken for their names: a label may happen to be one's name."""

_FEWEST_REFUSED = 5
"""Cells of one row that are no answers: fewer may be a person's own spelling."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it stands in the file; ``index`` counts from 0."""

    index: int
    name: str

    @property
    def letter(self) -> str:
        """The column's letters, as a spreadsheet shows them."""
        return get_column_letter(self.index + 1)

    @property
    def place(self) -> str:
        """Where it is, in words."""
        return f'column {self.letter} "{self.name}"'


@dataclass(frozen=True, slots=True)
class Header:
    """The row of column names."""

    row: int
    columns: tuple[Column, ...]

    def locate(self, wanted: Collection[str], faults: Faults, *, optional: Set[str]) -> dict[str, Column]:
        """Find where the wanted columns stand; absent and doubled ones are faults."""
        named = {name: self._named(name) for name in wanted}
        required = [name for name in wanted if name not in optional]
        missing = [name for name in required if not named[name]]
        place = f"row {self.row}"
        if missing == required:
            faults.add(place, f"none of the survey's columns is here; it must hold their names: {', '.join(required)}")
            raise faults.error()
        taken = {column for columns in named.values() for column in columns}
        for name in missing:
            close = self._closest(name)
            hint = f"; is it {close.place}? Then rename that one" if close and close not in taken else ""
            faults.add(place, f'the column "{name}" is missing{hint}')
        for name, columns in named.items():
            if len(columns) > 1:
                letters = " and ".join(column.letter for column in columns)
                faults.add(place, f'the column "{name}" stands more than once ({letters}); keep one of them')
        return {name: columns[0] for name, columns in named.items() if columns}

    def names_of(self, wanted: Collection[str]) -> int:
        """Return how many of the wanted columns are here."""
        return sum(bool(self._named(name)) for name in wanted)

    def _named(self, name: str) -> list[Column]:
        """Columns of that name, or else of a name that differs only in case, blanks or dashes."""
        exact = [column for column in self.columns if column.name == name]
        return exact or [column for column in self.columns if normalise(column.name) == normalise(name)]

    def _closest(self, name: str) -> Column | None:
        spellings = {normalise(column.name): column for column in self.columns}
        close = difflib.get_close_matches(normalise(name), spellings, n=1)
        return spellings[close[0]] if close else None


def header_of(row: Row, faults: Faults) -> Header:
    """Take a row for the column names."""
    if max(row.cells) >= MAX_COLUMNS:
        faults.add(
            f"row {row.number}",
            f"it has {max(row.cells) + 1:,} columns, at most {MAX_COLUMNS:,} are read; delete those that the survey "
            "does not name, or is a line end missing after the column names?",
        )
        raise faults.error()
    return _as_names(row)


def _as_names(row: Row) -> Header:
    names = sorted(row.cells.items())
    return Header(row.number, tuple(Column(index, name) for index, name in names if isinstance(name, str)))


def looks_like_names_instead(row: Row, header: Header, wanted: Collection[str]) -> bool:
    """Whether a row names most of the survey's columns and the one above it, of titles for groups of them, fewer."""
    here = _as_names(row).names_of(wanted)
    return here > header.names_of(wanted) and here >= _MOST_NAMED * len(wanted)


def further_header_rows(rows: Sequence[Row], decoders: Mapping[Column, Decoder]) -> int:
    """Return how many of the first rows below the names are headers as well.

    SurveyMonkey writes a second row with the kinds of answer, Qualtrics two with question texts and its own ids. Such
    a row fills nearly all of the survey's columns, and nearly nothing in it is an answer; an answer row comes after it.

    Parameters
    ----------
    rows : sequence of Row
    decoders : mapping of Column to callable
        Those of labels and numbers: the name of a select-all box reads as a tick.
    """
    return next((i for i, row in enumerate(rows) if not _looks_like_names(row, decoders)), 0)


def _looks_like_names(row: Row, decoders: Mapping[Column, Decoder]) -> bool:
    filled = [(cell, decoder) for column, decoder in decoders.items() if (cell := row.cells.get(column.index))]
    refused = sum(isinstance(cell, str) and not understands(decoder, cell) for cell, decoder in filled)
    nearly_all = len(filled) >= _NEARLY_ALL_FILLED * len(decoders) and refused >= _NEARLY_ALL_REFUSED * len(filled)
    return nearly_all and refused >= _FEWEST_REFUSED
